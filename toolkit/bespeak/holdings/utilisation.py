"""How well a reservation was used, day by day, as Azure counts it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from bespeak.clients.azure import reservations
from bespeak.clients.session import Session
from bespeak.errors import MissingError, UnreadableError
from bespeak.holdings.times import read_time
from bespeak.tables import Column, Contract
from bespeak.worlds import stamp

#: One row a day that has passed; the first day of a reservation counts its remaining hours only (D-502).
UTILISATION = Contract(
    "utilisation",
    (
        Column("day", "time", note="start of the day, UTC"),
        Column("used_hours", "number", "h", note="hours of the reserved size that machines used"),
        Column("reserved_hours", "number", "h", note="hours that were reserved"),
        Column(
            "utilisation",
            "number",
            "share",
            nullable=True,
            note="used by reserved; empty without reserved hours",
        ),
    ),
)

#: How far back is asked without a start: answers over 12 MB are refused (D-1201).
DEFAULT_DAYS = 366


def utilisation(
    session: Session,
    holding: pd.Series[Any] | str,
    *,
    start: date | None = None,
    end: date | None = None,
) -> pd.DataFrame:
    """The daily use of a reservation (contract ``UTILISATION``), until its end or the world's date, or ``end``.

    ``holding`` is a row of HOLDINGS or the id of a reservation order, which then counts all its reservations. Azure
    needs up to 8 hours for a day. Raises ``MissingError`` for an order whose reservation is not there yet.
    """
    order_id, reservation_id, begins, expires = _of(holding)
    last = end or min(session.now().date(), expires or date.max)
    first = start or max(begins or date.min, last - timedelta(days=DEFAULT_DAYS))
    found = session.door.collect(reservations.daily_summaries(order_id, first, last))
    days: dict[datetime, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for item in found:
        told = _properties(item)
        if reservation_id in ("", str(told.get("reservationId", "")).lower()):
            day = days[_day(told)]
            day[0] += _hours(told, "usedHours")
            day[1] += _hours(told, "reservedHours")
    table = UTILISATION.frame(_row(day, *hours) for day, hours in sorted(days.items()))
    return stamp(session.world, table)


def mean_utilisation(table: pd.DataFrame) -> float | None:
    """Used hours by reserved hours of all days, ``None`` without any; daily shares are never averaged (D-1202)."""
    reserved = float(table["reserved_hours"].sum())
    return float(table["used_hours"].sum()) / reserved if reserved else None


def _of(holding: pd.Series[Any] | str) -> tuple[str, str, date | None, date | None]:
    """Reservation order, reservation ("" for all), first day and day of its end."""
    if isinstance(holding, str):
        return holding, "", None, None
    if not holding["reservation_order_id"]:
        raise MissingError(
            f"The reservation of order {holding['order_id']} is still being made.",
            "Look again when 15 minutes have passed.",
        )
    begins, expires = (
        None if pd.isna(holding[name]) else pd.Timestamp(holding[name]).date() for name in ("start", "expiry")
    )
    one = "" if pd.isna(holding["reservation_id"]) else str(holding["reservation_id"])
    return str(holding["reservation_order_id"]), one, begins, expires


def _row(day: datetime, used: float, reserved: float) -> dict[str, Any]:
    share = used / reserved if reserved else None
    return {"day": day, "used_hours": used, "reserved_hours": reserved, "utilisation": share}


def _properties(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = item.get("properties")
    if not isinstance(found, Mapping):
        raise UnreadableError("A row of the daily use has no properties.", "Ask again.")
    return found


def _day(told: Mapping[str, Any]) -> datetime:
    found = read_time(told.get("usageDate"))
    if found is None:
        raise UnreadableError(f"A row of the daily use has the day {told.get('usageDate')!r}.", "Ask again.")
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _hours(told: Mapping[str, Any], name: str) -> float:
    found = told.get(name)
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise UnreadableError(
            f"A row of the daily use has {name} {found!r}, which is no number.", "Ask again."
        )
    return float(found)
