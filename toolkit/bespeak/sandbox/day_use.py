"""How well reservations were used: by day, by month, and which machine used which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bespeak.sandbox.clock import DAY_HOURS, instant_of
from bespeak.sandbox.coverage_book import Coverage
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.reservation_records import Reservation


@dataclass(frozen=True, slots=True)
class DayUse:
    """One day of one reservation: hours of the reserved size, reserved and used, and the extremes of its hours."""

    day: datetime
    reserved: float
    used: float
    lowest: float
    highest: float


def daily_use(coverage: Coverage, held: Reservation) -> list[DayUse]:
    """The days that have passed since the purchase, oldest first; the first and the last count their hours only."""
    stop = min(coverage.end - coverage.end % DAY_HOURS, held.end_hour)
    if held.first_hour >= stop:
        return []
    midnights = np.arange(held.first_hour - held.first_hour % DAY_HOURS, stop, DAY_HOURS)
    starts = np.maximum(midnights, held.first_hour) - held.first_hour
    lengths = np.diff(np.append(starts, stop - held.first_hour)).tolist()
    used = coverage.drawn(held.id, held.first_hour, stop)
    sums = np.add.reduceat(used, starts).tolist()
    low, high = (by.reduceat(used / held.quantity * 100, starts).tolist() for by in (np.minimum, np.maximum))
    days = map(instant_of, midnights.tolist())
    rows = zip(days, lengths, sums, low, high, strict=True)
    return [DayUse(day, float(held.quantity * hours), *use) for day, hours, *use in rows]


def monthly_use(days: Sequence[DayUse]) -> list[DayUse]:
    """The same by calendar month: hours added up, the extremes of all hours; ``day`` is the first of the month."""
    gathered: dict[datetime, list[DayUse]] = {}
    for one in days:
        gathered.setdefault(one.day.replace(day=1), []).append(one)
    return [
        DayUse(
            month,
            sum(one.reserved for one in held),
            sum(one.used for one in held),
            min(one.lowest for one in held),
            max(one.highest for one in held),
        )
        for month, held in gathered.items()
    ]


@dataclass(frozen=True, slots=True)
class InstanceUse:
    """Hours that a machine ran on a reservation in one day, and the hours that the reservation held in it."""

    day: datetime
    machine: Machine
    hours: float
    reserved: float


def instance_use(coverage: Coverage, held: Reservation, first: int, end: int) -> list[InstanceUse]:
    """Which machine used a reservation on which day of these hours, by day, then machine."""
    if first >= end:
        return []
    cells = coverage.cells(first, end)
    mine = cells.where(cells.benefit == coverage.benefits.index(held.id))
    count = max(1, len(coverage.machines))
    names, which = np.unique(mine.hour // DAY_HOURS * count + mine.item, return_inverse=True)
    hours = np.bincount(which, mine.hours, len(names)).tolist()
    found = []
    for name, amount in zip(names.tolist(), hours, strict=True):
        day, item = divmod(name, count)
        low, high = max(held.first_hour, day * DAY_HOURS), min(held.end_hour, (day + 1) * DAY_HOURS)
        reserved = float(held.quantity * (high - low))
        found.append(InstanceUse(instant_of(day * DAY_HOURS), coverage.machines[item], amount, reserved))
    return found
