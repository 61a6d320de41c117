"""Daily rated usage lines of Azure plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bespeak.usage.control import Control
from bespeak.usage.headers import bind, header, quantities
from bespeak.usage.reading import UsageReading
from bespeak.usage.settle import settle


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
    columns = _columns(items)
    lacking = control.shortfall(quantities(columns)) if control else ""
    return settle(bind(columns, "The rated usage"), start=start, end=end, source=source, incomplete=lacking)


def _columns(items: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """A column for each member under any spelling; an item that lacks it gets nothing there."""
    spellings: dict[str, list[str]] = {}
    for name in sorted(set().union(*items)):
        spellings.setdefault(header(name), []).append(name)
    return {short: _values(items, names) for short, names in spellings.items()}


def _values(items: Sequence[Mapping[str, Any]], names: list[str]) -> list[Any]:
    first, *others = names
    values = [item.get(first) for item in items]
    for name in others:
        values = [
            item.get(name) if value is None else value for item, value in zip(items, values, strict=True)
        ]
    return values
