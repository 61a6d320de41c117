"""A cost and usage export that a person drops: EA, MCA (actual or amortised) or FOCUS with Microsoft's columns."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd

from bespeak.errors import InputError
from bespeak.usage.control import Control
from bespeak.usage.headers import bind, header, quantities
from bespeak.usage.reading import UsageReading
from bespeak.usage.settle import settle

_SLASHED = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_DATES = ("date", "usagedate", "usagedatetime", "chargeperiodstart", "chargeperiodend")


def read_cost_export(
    path_or_bytes: Path | str | bytes, *, source: str = "", control: Control | None = None
) -> UsageReading:
    """The usage in a cost export (CSV, also gzipped), one day a row.

    Purchases, unused reservation hours and all that is no machine are set aside with their reason. Dates are
    ISO or month/day/year as Microsoft writes them; a file in another order is refused, not guessed. With the
    ``control`` totals of its manifest a partial file is told from a whole one.
    """
    raw, name = _content(path_or_bytes)
    columns = _columns(raw)
    for date in _DATES:
        if date in columns:
            columns[date] = _iso_dates(columns[date])
    lacking = control.shortfall(quantities(columns)) if control else ""
    return settle(bind(columns, "The file"), start=None, end=None, source=source or name, incomplete=lacking)


def _content(path_or_bytes: Path | str | bytes) -> tuple[bytes, str]:
    if isinstance(path_or_bytes, bytes):
        return path_or_bytes, "cost export"
    path = Path(path_or_bytes)
    try:
        return path.read_bytes(), path.name
    except OSError as error:
        raise InputError(
            f"'{path.name}' cannot be read: {error.strerror}.", "Check the path of the export."
        ) from error


def _columns(raw: bytes) -> dict[str, list[Any]]:
    """Each column as texts under its short name; of two columns with one name the first counts."""
    try:
        text = (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        frame = pd.read_csv(
            io.StringIO(text),
            sep=";" if first.count(";") > first.count(",") else ",",
            dtype=str,
            keep_default_na=False,
        )
    except (
        UnicodeDecodeError,
        gzip.BadGzipFile,
        EOFError,
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
    ) as error:
        raise InputError(
            "The file is not a CSV table in UTF-8.", "Export it again as CSV and drop the file as it is."
        ) from error
    columns: dict[str, list[Any]] = {}
    for place, name in enumerate(frame.columns):
        columns.setdefault(header(str(name)), frame.iloc[:, place].tolist())
    return columns


def _iso_dates(texts: list[str]) -> list[str]:
    dates = {text: _iso_date(text) for text in set(texts)}
    return [dates[text] for text in texts]


def _iso_date(text: str) -> str:
    match = _SLASHED.match(text.strip())
    if match is None:
        return text
    month, day, year = (int(part) for part in match.groups())
    if month > 12:  # noqa: PLR2004 - months of a year
        raise InputError(
            f"The date '{text}' is not month/day/year, so the other dates of the file are uncertain too.",
            "Export the file with ISO dates (2026-11-16).",
        )
    return f"{year:04}-{month:02}-{day:02}"
