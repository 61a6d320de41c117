"""Tables to CSV files that a spreadsheet opens without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd

from bespeak.errors import InputError
from bespeak.review.names import write

#: What makes a spreadsheet take a text for a formula (OWASP, CSV Injection, read 2026-11).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

#: Figures of analysis are not known more exactly than this; money is ``Decimal`` and written as it is.
_DIGITS = 6


def save_tables(folder: Path | str, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Writes each table to ``folder`` under its file name; gives the paths in the same order."""
    for name in tables:
        if Path(name).name != name or not name.endswith(".csv"):
            raise InputError(f"'{name}' is not a plain file name that ends in .csv.")
    return [_save(Path(folder) / name, table) for name, table in tables.items()]


def _save(path: Path, table: pd.DataFrame) -> Path:
    safe = pd.DataFrame({_cell(str(name)): [_cell(value) for value in table[name]] for name in table.columns})
    # A byte order mark, so that spreadsheets read the file as UTF-8.
    return write(path, lambda out: safe.to_csv(out, index=False, lineterminator="\r\n"), encoding="utf-8-sig")


def _cell(value: object) -> object:
    """The value as it is written: lists joined, times in ISO 8601, text that looks like a formula quoted."""
    if isinstance(value, (tuple, list)):
        value = "; ".join(map(str, value))
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
