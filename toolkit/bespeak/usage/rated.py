"""Daily rated usage lines of Azure plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pandas as pd

from bespeak.errors import UnreadableError
from bespeak.usage.codes import Coded
from bespeak.usage.control import Control
from bespeak.usage.headers import WANTED, bind, header
from bespeak.usage.reading import UsageReading
from bespeak.usage.records import records_frame
from bespeak.usage.settle import settle

_MARK = b"\xef\xbb\xbf"


def from_rated(
    items: Sequence[Mapping[str, Any]],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    source: str = "daily rated usage",
    control: Control | None = None,
) -> UsageReading:
    """The usage in daily rated lines, in the spelling of Partner Center or of Microsoft Graph.

    Each line is one day of one meter and resource; which hours of the day it ran is not known. With the ``control``
    totals of the source a partial file is told from a whole one.
    """
    lacking = control.shortfall([_quantity(item) for item in items]) if control else ""
    records = bind(_columns(items), "The rated usage")
    return settle(records, start=start, end=end, source=source, incomplete=lacking)


def records_of_rated_page(body: bytes, page: int = 0) -> pd.DataFrame:
    """RECORDS of one page of rated lines of Partner Center, as it was received."""
    try:
        told = msgspec.json.decode(body.removeprefix(_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(
            f"A page of rated usage is no JSON ({str(error)[:120]}).", "Read the page again."
        ) from None
    items = told.get("items") if isinstance(told, dict) else None
    if not isinstance(items, list):
        raise UnreadableError("A page of rated usage has no list of items.", "Read the page again.")
    return _records(items, page)


def records_of_lines(text: bytes, page: int = 0) -> pd.DataFrame:
    """RECORDS of JSON lines, as an export of Microsoft Graph holds them; raises ``UnreadableError`` for half a line."""
    try:
        items = msgspec.json.Decoder().decode_lines(text.removeprefix(_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(
            f"The export has a line that is no JSON ({str(error)[:120]}).", "Ask for the export again."
        ) from None
    return _records(items, page)


def _records(items: Sequence[Any], page: int) -> pd.DataFrame:
    whole = [item if isinstance(item, Mapping) else {} for item in items]
    columns = _columns(whole)
    broken = [not isinstance(item, Mapping) for item in items]
    said = ["The record is no object, so nothing can be told of it." if one else "" for one in broken]
    if not columns:
        return records_frame({"flaw": said, "page": page})
    records = bind(columns, "The rated usage").assign(page=page)
    if any(broken):
        records["flaw"] = pd.Categorical(said)
    return records


def _columns(items: Sequence[Mapping[str, Any]]) -> dict[str, Coded]:
    """A column for each member that usage needs, under any spelling; an item that lacks it gets nothing there."""
    spellings: dict[str, list[str]] = {}
    for name in sorted(set().union(*items)):
        if header(name) in WANTED:
            spellings.setdefault(header(name), []).append(name)
    return {short: Coded.of_values(_values(items, names)) for short, names in spellings.items()}


def _quantity(item: Mapping[str, Any]) -> object:
    return next((value for name, value in item.items() if header(name) == "quantity"), None)


def _values(items: Sequence[Mapping[str, Any]], names: list[str]) -> list[Any]:
    first, *others = names
    values = [item.get(first) for item in items]
    for name in others:
        values = [
            item.get(name) if value is None else value for item, value in zip(items, values, strict=True)
        ]
    return values
