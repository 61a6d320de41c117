"""Utilization records of a legacy Azure subscription, hourly or daily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bespeak.errors import UnreadableError
from bespeak.usage.reading import UsageReading
from bespeak.usage.records import Records
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
    A record that comes twice, as it can when pages move, counts once.
    """
    return settle(_records(items), start=start, end=end, source=source, once=True)


def _records(items: Sequence[Mapping[str, Any]]) -> Records:
    try:
        return _columns(items)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(
            f"A utilization record is not in the documented shape ({type(error).__name__}: {error}).",
            "Read the period again; if it comes back, report the correlation id to Partner Center support.",
        ) from error


def _columns(items: Sequence[Mapping[str, Any]]) -> Records:
    meters = [item["resource"] for item in items]
    instances = [item.get("instanceData") or _NOTHING for item in items]
    return Records(
        start=[item["usageStartTime"] for item in items],
        end=[item["usageEndTime"] for item in items],
        quantity=[item["quantity"] for item in items],
        unit=[item.get("unit") or "" for item in items],
        category=[meter.get("category") or "" for meter in meters],
        subcategory=[meter.get("subcategory") or "" for meter in meters],
        meter=[meter.get("name") or "" for meter in meters],
        meter_id=[meter["id"] for meter in meters],
        region=[instance.get("location") or "" for instance in instances],
        resource=[instance.get("resourceUri") or "" for instance in instances],
        subscription=[""] * len(items),
        service=[""] * len(items),
        charge=[""] * len(items),
        pricing=[""] * len(items),
        reservation_id=[""] * len(items),
        info=[instance.get("additionalInfo") for instance in instances],
    )
