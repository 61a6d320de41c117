"""One file of usage in any encoding: its records, and what is known of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bespeak.errors import InputError
from bespeak.usage.codes import Coded
from bespeak.usage.control import Control
from bespeak.usage.headers import View, bind, check, header
from bespeak.usage.page_records import records_of_page
from bespeak.usage.rated import records_of_lines, records_of_rated_page
from bespeak.usage.readers.content import Form, content_of, form_of, unpacked
from bespeak.usage.readers.facts import SourceFacts
from bespeak.usage.readers.facts import View as FactView
from bespeak.usage.readers.numbers import plain_numbers
from bespeak.usage.readers.tables import Columns, csv_columns, parquet_columns
from bespeak.usage.reading import UsageReading
from bespeak.usage.settle import settle
from bespeak.usage.spans import span

_SLASHED = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_DATES = ("date", "usagedate", "usagedatetime", "chargeperiodstart", "chargeperiodend")
_NUMBERS = frozenset(
    {"quantity", "usagequantity", "consumedquantity", "effectivecost"}
    | {"billingpretaxtotal", "costinbillingcurrency", "pretaxcost", "cost", "billedcost"}
)
_MONTHS = 12


@dataclass(frozen=True, eq=False)
class FileRecords:
    """The RECORDS of a file beside the bytes that it had, and what is known of it."""

    facts: SourceFacts
    records: pd.DataFrame
    raw: bytes

    def pages(self) -> Iterator[tuple[bytes, pd.DataFrame]]:
        """The file as one page of a delivery."""
        yield self.raw, self.records


def file_records(
    path_or_bytes: Path | str | bytes, *, view: View = "actual", control: Control | None = None
) -> FileRecords:
    """The records of a file: a cost export (EA, MCA, FOCUS) as CSV or Parquet, lines of JSON, or a page as received.

    What it is is told from its bytes. ``view`` chooses between the billed and the amortised cost where there are both.
    Raises ``InputError`` or ``UnreadableError`` with what is wrong and what to do.
    """
    raw, name = _content(path_or_bytes)
    plain = unpacked(raw)
    form = form_of(plain)
    table = _table(form, plain)
    records = _of_table(table, view) if table else _of_json(form, plain)
    lacking = control.shortfall(records["quantity"].tolist()) if control else ""
    return FileRecords(_facts(name, raw, form, table, records, view, lacking), records, raw)


def read_usage_file(
    path_or_bytes: Path | str | bytes,
    *,
    source: str = "",
    view: View = "actual",
    control: Control | None = None,
) -> UsageReading:
    """The usage in one file, as ``file_records`` finds it; a file that is not whole makes the reading INCOMPLETE."""
    found = file_records(path_or_bytes, view=view, control=control)
    return settle(
        found.records,
        start=None,
        end=None,
        source=source or found.facts.name,
        once=found.facts.schema == "utilization records",
        incomplete=found.facts.incomplete,
    )


def _content(path_or_bytes: Path | str | bytes) -> tuple[bytes, str]:
    if isinstance(path_or_bytes, bytes):
        return path_or_bytes, "cost export"
    path = Path(path_or_bytes)
    return content_of(path), path.name


def _table(form: Form, plain: bytes) -> Columns | None:
    if form == "csv":
        return csv_columns(plain)
    return parquet_columns(plain) if form == "parquet" else None


def _of_table(table: Columns, view: View) -> pd.DataFrame:
    check(table.found or {"": None}, table.names, "The file")
    columns: dict[str, Coded] = {}
    for short, column in table.found.items():
        if short in _DATES:
            columns[short] = column.mapped(_iso_date)
        elif short in _NUMBERS:
            changed: Mapping[str, str] = plain_numbers(column.texts, short, table.delimiter or ",")
            columns[short] = column.mapped(changed.__getitem__)
        else:
            columns[short] = column
    return bind(columns, "The file", view)


def _of_json(form: Form, plain: bytes) -> pd.DataFrame:
    if form == "json_lines":
        records = records_of_lines(plain)
    else:
        of_page = records_of_page if b'"usageStartTime"' in plain else records_of_rated_page
        records = of_page(plain)
    if len(records) and not any(records[name].astype("str").any() for name in ("start", "resource", "flaw")):
        raise InputError(
            "The file is JSON, but no object in it is a record of usage; it may be the answer to a failed request.",
            "Ask for the usage again, and drop the answer as it is.",
        )
    return records


def _facts(
    name: str,
    raw: bytes,
    form: Form,
    table: Columns | None,
    records: pd.DataFrame,
    view: View,
    lacking: str,
) -> SourceFacts:
    source, schema = _schema(form, table, records)
    remarks = table.remarks if table else ()
    currencies = tuple(sorted(set(records["currency"].astype("str").unique()) - {""}))
    if len(currencies) > 1:
        remarks += (f"The file has costs in {' and '.join(currencies)}; each stands alone.",)
    return SourceFacts(
        name=name,
        source=source,
        schema=schema,
        view=_view(table, records, view),
        currencies=currencies,
        customers=tuple(sorted(set(records["customer_id"].astype("str").unique()) - {""})),
        rows=len(records),
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        rows_sha256=rows_digest(records),
        remarks=remarks,
        incomplete=" ".join(part for part in (table.incomplete if table else "", lacking) if part),
    )


def _schema(form: Form, table: Columns | None, records: pd.DataFrame) -> tuple[str, str]:
    """What the store calls the source, and what Microsoft calls the table."""
    if table is None:
        if form == "json_lines":
            return "billing_export", "billing export v2"
        return _of_page(records)
    if "chargeperiodstart" in table.found:
        return "cost_export", "FOCUS"
    if any(header(name) == "accountownerid" for name in table.names):
        return "cost_export", "EA cost details"
    if "costinbillingcurrency" in table.found:
        return "cost_export", "MCA cost details"
    return "cost_export", "EA cost details" if "billingpretaxtotal" not in table.found else "rated usage"


def _of_page(records: pd.DataFrame) -> tuple[str, str]:
    """Rated lines have no end; of utilization records it says whether they are hourly or daily."""
    ends = np.flatnonzero(records["end"].astype("str").ne("").to_numpy())
    if not len(ends):
        return "rated_usage", "rated usage v1"
    first = records.iloc[ends[0]]
    daily = span(str(first["start"]), str(first["end"])).hours > 1
    return "utilization_daily" if daily else "utilization_hourly", "utilization records"


def _view(table: Columns | None, records: pd.DataFrame, view: View) -> FactView:
    """Which costs these are, by what only one of the two views has (D-1210)."""
    if table is not None and "effectivecost" in table.found:
        return view
    charges = set(records["charge"].astype("str").str.lower().unique())
    if any(charge.startswith("unused") for charge in charges):
        return "amortised"
    return "actual" if charges & {"purchase", "refund"} else "unknown"


def rows_digest(records: pd.DataFrame) -> str:
    """A digest of the rows in any order, without the place that they had in their file."""
    kept = records.drop(columns=["page", "row"])
    hashes = pd.util.hash_pandas_object(kept, index=False).to_numpy()
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def _iso_date(text: str) -> str:
    match = _SLASHED.match(text.strip())
    if match is None:
        return text
    month, day, year = (int(part) for part in match.groups())
    if month > _MONTHS:
        raise InputError(
            f"The date '{text}' is not month/day/year, so the other dates of the file are uncertain too.",
            "Export the file with ISO dates (2026-11-16).",
        )
    return f"{year:04}-{month:02}-{day:02}"
