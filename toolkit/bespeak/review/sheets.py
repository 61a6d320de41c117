"""Tables to CSV files that a spreadsheet opens without running anything, and back.

Every text stands in quotes, every number without; a text that looks like a formula has an apostrophe in front (see
``texts``). Files are UTF-8 with a byte order mark, so that spreadsheets read them as such; lines end in CR LF.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pandas as pd

from bespeak.errors import InputError
from bespeak.review.names import write
from bespeak.review.texts import guarded, original_text, plain

#: Figures of analysis are not known more exactly than this; money is ``Decimal`` and written as it is.
DIGITS = 6


def save_tables(folder: Path | str, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Writes each table to ``folder`` under its file name; gives the paths in the same order."""
    for name in tables:
        if Path(name).name != name or not name.endswith(".csv"):
            raise InputError(f"'{name}' is not a plain file name that ends in .csv.")
    return [_save(Path(folder) / name, table) for name, table in tables.items()]


def read_table(path: Path | str) -> pd.DataFrame:
    """A table that ``save_tables`` wrote, every cell as the text it was; raises ``InputError`` for any other file."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            head, *rows = [[original_text(cell) for cell in line] for line in csv.reader(file, strict=True)]
        return pd.DataFrame(rows, columns=head, dtype="str")
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(
            f"'{Path(path).name}' is no table that was saved here.", "Choose a file of 'Save tables'."
        ) from error


def _save(path: Path, table: pd.DataFrame) -> Path:
    return write(path, lambda out: _fill(out, table), encoding="utf-8-sig")


def _fill(out: IO[str], table: pd.DataFrame) -> None:
    for line in _lines(table):
        out.write(",".join(map(_cell, line)) + "\r\n")


def _lines(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    yield tuple(map(str, table.columns))
    yield from zip(*(table.iloc[:, place] for place in range(table.shape[1])), strict=True)


def _cell(value: object) -> str:
    """The value as it is written: texts and times in quotes, numbers and flags without, nothing for nothing."""
    told = plain(value)
    if told is None:
        return ""
    if isinstance(told, pd.Timestamp):
        told = told.isoformat()
    if isinstance(told, str):
        return '"' + guarded(told).replace('"', '""') + '"'
    if isinstance(told, Decimal):
        return f"{told:f}"
    return repr(round(told, DIGITS)) if isinstance(told, float) else str(told)
