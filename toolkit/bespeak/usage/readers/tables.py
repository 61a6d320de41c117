"""CSV and Parquet as columns of codes and texts, only those that usage needs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from bespeak.errors import InputError
from bespeak.usage.codes import Coded
from bespeak.usage.headers import WANTED, header
from bespeak.usage.readers.content import as_text

_TEXT = pa.dictionary(pa.int32(), pa.string())
_DELIMITERS = (",", ";", "\t", "|")
_AGAIN = "Export it again as CSV or Parquet and drop the file as it is."
_MOST_COLUMNS = 500
_LINE_END = re.compile(r"\r\n|\r|\n")
_OPEN = "INCOMPLETE: the file ends inside a quoted text, so its last line breaks off."


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns by their short names, how many rows there are, how numbers are cut, and what the table lacks."""

    found: Mapping[str, Coded]
    names: tuple[str, ...]
    rows: int
    delimiter: str = ""
    incomplete: str = ""
    remarks: tuple[str, ...] = ()


def csv_columns(plain: bytes) -> Columns:
    """The columns of a CSV; raises ``InputError`` for what is no table.

    A last line that breaks off is no record; that the file is not whole stands in ``incomplete``. Of two columns with
    one name the first counts.
    """
    text = as_text(plain)
    delimiter, names = _head(text)
    wanted, remarks = _wanted(names)
    broken: list[pc.InvalidRow] = []

    def note(row: pc.InvalidRow) -> str:
        broken.append(row)
        return "skip"

    try:
        table = pc.read_csv(
            pa.BufferReader(text.encode()),
            read_options=pc.ReadOptions(
                column_names=[str(place) for place in range(len(names))], skip_rows=1
            ),
            parse_options=pc.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=pc.ConvertOptions(
                column_types={str(place): _TEXT for place in wanted.values()},
                include_columns=[str(place) for place in wanted.values()],
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError(f"The file is no whole CSV table ({str(error)[:140]}).", _AGAIN) from error
    rows = table.num_rows
    found = {short: _coded(table[str(place)]) for short, place in wanted.items()}
    lacking = _lacking(broken, names, rows) or (_OPEN if text.count('"') % 2 else "")
    return Columns(found, names, rows, delimiter, lacking, remarks)


def parquet_columns(plain: bytes) -> Columns:
    """The columns of a Parquet file; raises ``InputError`` for half a file."""
    try:
        file = pq.ParquetFile(pa.BufferReader(plain))
        names = tuple(file.schema_arrow.names)
        wanted, remarks = _wanted(names)
        table = file.read(columns=[names[place] for place in wanted.values()])
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"The file is no whole Parquet file ({str(error)[:140]}).", _AGAIN) from error
    found = {short: _coded(_as_text(table[names[place]])) for short, place in wanted.items()}
    return Columns(found, names, table.num_rows, remarks=remarks)


def _head(text: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the column names of the first line."""
    first = _LINE_END.split(text, maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        names = tuple(next(csv.reader(io.StringIO(first), delimiter=delimiter), ()))
    except csv.Error:
        names = ()  # a name longer than any
    if len(names) < 2 or len(names) > _MOST_COLUMNS:  # noqa: PLR2004 - a table has two columns at least
        raise InputError(
            f"The first line has {len(names)} column names, so the file is no CSV table of usage.",
            "Separate columns by commas, semicolons or tabs, with their names in the first line.",
        )
    return delimiter, names


def _wanted(names: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The places of the columns that usage needs, by short name, and remarks about names that stand twice."""
    places: dict[str, int] = {}
    twice = []
    for place, name in enumerate(names):
        short = header(name)
        if short in places:
            twice.append(name)
        elif short in WANTED:
            places[short] = place
    remarks = tuple(f"The column '{name}' stands in the table twice; the first counts." for name in twice)
    return places, remarks


def _lacking(broken: list[pc.InvalidRow], names: Sequence[str], rows: int) -> str:
    """What lines with another number of columns mean: that the file breaks off or is damaged."""
    if not broken:
        return ""
    return (
        f"INCOMPLETE: {len(broken):,} of {rows + len(broken):,} lines have not {len(names)} columns, the first with "
        f"{broken[0].actual_columns}; the file breaks off or is damaged."
    )


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of any kind as texts; times as ISO 8601, nothing as ""."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zone = kind.tz if pa.types.is_timestamp(kind) else None
        stamp = column.cast(pa.timestamp("us", tz="UTC" if zone else None), safe=False)
        texts = [None if one is None else one.isoformat() for one in stamp.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_nested(kind):
        return pa.chunked_array(
            [pa.array([None if one is None else str(one) for one in column.to_pylist()], pa.string())]
        )
    return column.cast(pa.string()) if not pa.types.is_dictionary(kind) else column


def _coded(column: pa.ChunkedArray) -> Coded:
    filled = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = filled.unify_dictionaries().combine_chunks()
    array = whole if isinstance(whole, pa.DictionaryArray) else whole.chunk(0) if whole.num_chunks else None
    if array is None:
        return Coded.of(pd.Series([], dtype="str"))
    texts = tuple("" if one is None else str(one) for one in array.dictionary.to_pylist())
    codes = array.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return Coded(codes, (*texts, ""))
