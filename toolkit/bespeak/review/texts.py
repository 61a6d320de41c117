"""How a text is written into a file for a spreadsheet, and how it is read back as it was.

The rule: a text that a spreadsheet might take for a formula, or that begins with an apostrophe, gets an apostrophe in
front; whoever reads a text that begins with an apostrophe takes one away. Numbers are never touched.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd

#: What makes a spreadsheet take a text for a formula (OWASP, CSV Injection, and ASVS 5.0, 1.2.10, read 2026-11), the
#: full-width forms that some input methods fold, and what may stand unseen in front of them: blanks, control
#: characters, byte order marks, marks of direction and of width.
_STARTS = re.compile(
    "['\\x00\\t\\r\\n=+\\-@\\uff1d\\uff0b\\uff0d\\uff20\\ufe62\\ufe63\\ufe66\\ufe6b\\u2212]"
    "|[\\s\\x00-\\x20\\x7f-\\xa0\\xad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]+"
    "[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20\\ufe62\\ufe63\\ufe66\\ufe6b\\u2212]"
)
#: Half of a pair of UTF-16: no file in UTF-8 can hold it.
_HALF = re.compile("[\\ud800-\\udfff]")


def guarded(text: str) -> str:
    """The text as a cell of a CSV file holds it.

    >>> guarded("=1+1"), guarded("it's"), guarded("'quoted'")
    ("'=1+1", "it's", "''quoted'")
    """
    return f"'{text}" if _STARTS.match(text) else text


def original_text(cell: str) -> str:
    """The text that ``guarded`` was given, from the cell that was read.

    >>> original_text("'=1+1"), original_text("it's")
    ('=1+1', "it's")
    """
    return cell.removeprefix("'")


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    """What a cell says: text, whole number, float, exact decimal, time in UTC, flag, or ``None`` for nothing.

    Lists are joined; a half of a pair of UTF-16 becomes U+FFFD; whatever is of another kind becomes its text.
    """
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, (tuple, list)):
        return plain("; ".join(map(str, value)))
    if isinstance(value, datetime):
        return _moment(value)
    return _number(value)


def _moment(value: datetime) -> pd.Timestamp | None:
    moment = pd.Timestamp(value)
    if pd.isna(moment):
        return None
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")


def _number(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    told = value.item() if hasattr(value, "item") else value  # numpy's numbers and flags
    if told is None or told is pd.NA or (isinstance(told, float) and math.isnan(told)):
        return None
    if isinstance(told, Decimal):
        return told if told.is_finite() else str(told)
    return told if isinstance(told, (bool, int, float)) else plain(str(told))
