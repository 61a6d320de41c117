"""Tables to one workbook (XLSX): a sheet a table, texts that are no formulas, exact money, dates, the world on top.

The same tables at the same time give the same bytes. Each cell is given its kind here; nothing is guessed from a text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bespeak.errors import InputError
from bespeak.money import minor_digits
from bespeak.review.names import write_bytes
from bespeak.review.sheets import DIGITS
from bespeak.review.texts import plain

#: What Excel holds (Excel specifications and limits, Microsoft, read 2026-11).
_MOST_ROWS, _LONGEST_TEXT, _LONGEST_NAME = 1_048_576, 32_767, 31
#: A spreadsheet keeps so many digits of a number; one with more is written as text.
_EXACT_DIGITS = 15
_CUT = " (cut here: the CSV file has all of it)"
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_FIRST_DAY, _LAST_DAY = pd.Timestamp("1900-03-01", tz="UTC"), pd.Timestamp("9999-12-31", tz="UTC")
_HEAD_ROWS = 2
_NARROW, _WIDE = 8, 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures of a workbook come from: the world in one sentence, its colour, the date, and facts by name."""

    world: str
    colour: str
    as_of: datetime
    facts: Mapping[str, str]


def save_workbook(path: Path | str, tables: Mapping[str, pd.DataFrame], origin: Origin) -> Path:
    """Writes the tables, a sheet each under its name, after a sheet 'Sources' with what is told of their origin.

    Raises ``InputError`` when the file cannot be written or a table has more rows than a sheet holds.
    """
    return write_bytes(Path(path), _bytes(tables, origin))


def _bytes(tables: Mapping[str, pd.DataFrame], origin: Origin) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    # Without a date of its own the file would hold the moment of writing, and differ each time.
    book.set_properties(
        {"title": "", "created": origin.as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)}
    )
    sources = pd.DataFrame({"what": list(origin.facts), "is": list(origin.facts.values())})
    taken: set[str] = set()
    for name, table in {"Sources": sources, **tables}.items():
        _Sheet(book, _sheet_name(name, taken), origin).fill(name, table)
    book.close()
    return out.getvalue()


class _Sheet:
    """One sheet: the world in its colour, the head that stays while one scrolls, the rows."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, origin: Origin) -> None:
        self._book = book
        self._sheet: Worksheet = book.add_worksheet(name)
        self._formats: dict[str, Format] = {}
        self._sheet.set_tab_color(origin.colour)
        band = book.add_format({"bold": True, "font_color": "#ffffff", "bg_color": origin.colour})
        self._sheet.set_row(0, None, band)
        self._text(0, 0, origin.world, band)
        self._head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})

    def fill(self, name: str, table: pd.DataFrame) -> None:
        """Writes the head and the rows; a time is in UTC, and its column's head says so."""
        if len(table) > _MOST_ROWS - _HEAD_ROWS:
            raise InputError(
                f"The table '{name}' has {len(table):,} rows, and a sheet holds {_MOST_ROWS - _HEAD_ROWS:,}.",
                "Use the CSV file, or look back over fewer days.",
            )
        currencies = _currencies(table)
        for place, head in enumerate(map(str, table.columns)):
            cells = [plain(value) for value in table.iloc[:, place]]
            shown = (
                f"{plain(head)} (UTC)"
                if any(isinstance(cell, pd.Timestamp) for cell in cells)
                else plain(head)
            )
            self._text(1, place, shown, self._head)
            self._sheet.set_column(place, place, _width(shown, cells))
            for row, cell in enumerate(cells):
                self._put(row + _HEAD_ROWS, place, cell, currencies[row])
        self._sheet.freeze_panes(_HEAD_ROWS, 0)
        if len(table.columns):
            self._sheet.autofilter(1, 0, 1 + len(table), len(table.columns) - 1)

    def _put(self, row: int, place: int, cell: Any, currency: str) -> None:  # noqa: ANN401 - a cell of any kind
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(row, place, cell)
        elif isinstance(cell, pd.Timestamp) and _FIRST_DAY <= cell < _LAST_DAY:
            self._sheet.write_datetime(
                row, place, cell.tz_localize(None).to_pydatetime(warn=False), self._format(_DATE)
            )
        elif isinstance(cell, (int, float, Decimal)) and _is_kept(cell):
            number = round(cell, DIGITS) if isinstance(cell, float) else cell
            self._sheet.write_number(row, place, float(number), self._format(_number_format(cell, currency)))
        else:
            self._text(row, place, cell.isoformat() if isinstance(cell, pd.Timestamp) else _words(cell))

    def _text(self, row: int, place: int, text: str, style: Format | None = None) -> None:
        style = style or self._format("@")
        if text.startswith("<r>") and text.endswith("</r>"):
            # The library would take this text for XML that it made itself; parted, it is escaped like any other.
            self._sheet.write_rich_string(row, place, text[0], text[1], text[2:], style)
        else:
            self._sheet.write_string(row, place, _bounded(text), style)

    def _format(self, number_format: str) -> Format:
        if number_format not in self._formats:
            self._formats[number_format] = self._book.add_format({"num_format": number_format})
        return self._formats[number_format]


_DATE = "yyyy-mm-dd hh:mm"


def _is_kept(number: float | Decimal) -> bool:
    """Whether a spreadsheet shows the number as it is."""
    if isinstance(number, float):
        return number - number == 0  # neither infinite nor none
    return len(Decimal(number).normalize().as_tuple().digits) <= _EXACT_DIGITS


def _words(cell: object) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _number_format(number: float | Decimal, currency: str) -> str:
    """Money with the digits of its currency, or with its own if it has more; other numbers as they are."""
    if not isinstance(number, Decimal):
        return "General" if isinstance(number, float) else "0"
    exponent = number.as_tuple().exponent
    digits = max(minor_digits(currency), -exponent if isinstance(exponent, int) else 0)
    return f"#,##0.{'0' * digits}" if digits else "#,##0"


def _currencies(table: pd.DataFrame) -> Sequence[str]:
    if "currency" not in table.columns:
        return [""] * len(table)
    return [str(currency) for currency in table["currency"]]


def _bounded(text: str) -> str:
    raw = text.encode("utf-16-le")
    if len(raw) <= 2 * _LONGEST_TEXT:
        return text
    return raw[: 2 * (_LONGEST_TEXT - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _width(head: str, cells: Sequence[Any]) -> int:
    """As wide as the longest line of the head and the first rows, within bounds."""
    shown = (_DATE if isinstance(cell, pd.Timestamp) else str(cell) for cell in cells[:200])
    return min(max(_NARROW, len(head) + 4, *(len(text) + 1 for text in shown), 0), _WIDE)


def _sheet_name(name: str, taken: set[str]) -> str:
    r"""A name that Excel takes, unlike all others: 31 letters at most, none of ``[]:*?/\``, no apostrophe at an end."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+", " ", name).strip(" '") or "Table"
    clean = "Table of history" if clean.lower() == "history" else clean
    count = 0
    while True:
        ending = f" ({count})" if count else ""
        room = _LONGEST_NAME - len(ending)
        made = clean.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore").strip(" '") + ending
        if made.casefold() not in taken:
            taken.add(made.casefold())
            return made
        count += 1
