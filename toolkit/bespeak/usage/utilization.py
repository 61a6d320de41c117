"""Utilization records of a legacy Azure subscription, hourly or daily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from bespeak.errors import UnreadableError
from bespeak.usage.reading import UsageReading
from bespeak.usage.records import records_frame, with_info
from bespeak.usage.settle import settle

_NOTHING: Mapping[str, Any] = {}


def from_utilization(
    items: Sequence[Mapping[str, Any]],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    source: str = "utilization records",
) -> UsageReading:
    """The usage in utilization records as Partner Center gives them (*Azure utilization record resources*, 2019-08-16).

    Only what was consumed between ``start`` and ``end`` counts: the service selects by when usage was reported.
    A record that comes twice, as it can when pages move, counts once, and of one that was corrected the last report.
    A record that lacks what every record has is set aside; when all of them do, ``UnreadableError`` is raised.
    """
    return settle(_records(items), start=start, end=end, source=source, once=True)


def _records(items: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    flaws = [flaw(item) for item in items]
    if flaws and all(flaws):
        raise UnreadableError(
            f"The utilization records are not in the documented shape. {flaws[0]}",
            "Read the period again; if it comes back, report the correlation id to Partner Center support.",
        )
    return tolerant_frame(items, flaws)


def flaw(item: object) -> str:
    """What a record lacks that every record has, "" for nothing."""
    if not isinstance(item, Mapping):
        return "The record is no object, so nothing can be told of it."
    meter = _part(item, "resource")
    needed = {name: item.get(name) for name in ("usageStartTime", "usageEndTime")}
    needed["resource.id"] = meter.get("id")
    missing = next((name for name, value in needed.items() if value is None or value == ""), "")
    return f"The record has no '{missing}', which every record has." if missing else ""


def tolerant_frame(items: Sequence[Any], flaws: list[str]) -> pd.DataFrame:
    """RECORDS of items that may have any shape."""
    whole = [item if isinstance(item, Mapping) else _NOTHING for item in items]
    meters = [_part(item, "resource") for item in whole]
    instances = [_part(item, "instanceData") for item in whole]
    columns = {
        "start": _texts(whole, "usageStartTime"),
        "end": _texts(whole, "usageEndTime"),
        "quantity": [item.get("quantity") for item in whole],
        "unit": _texts(whole, "unit"),
        "category": _texts(meters, "category"),
        "subcategory": _texts(meters, "subcategory"),
        "meter": _texts(meters, "name"),
        "meter_id": _texts(meters, "id"),
        "reservation_id": [""] * len(whole),
        "region": _texts(instances, "location"),
        "resource": _texts(instances, "resourceUri"),
        "flaw": flaws,
    }
    return records_frame(with_info(columns, [instance.get("additionalInfo") for instance in instances]))


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside a record; an empty one when there is none."""
    part = item.get(name)
    return part if isinstance(part, Mapping) else _NOTHING


def _texts(parts: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    values = [part.get(name) for part in parts]
    return [value if isinstance(value, str) else "" if value is None else str(value) for value in values]
