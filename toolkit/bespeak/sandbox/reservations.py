"""How the reservations of a customer were used hour by hour, scope by scope, change by change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bespeak.sandbox.benefit import Array, Pool, apply_pools
from bespeak.sandbox.clock import hour_ceiling, hour_number
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.holdings_book import Applied, Reservation, Scope, ScopeKind

#: The order in which several reservations that match are applied (Microsoft, *Benefit application order*, 2026-07-17).
RANK: dict[ScopeKind, int] = {"ResourceGroup": 0, "Single": 1, "ManagementGroup": 2, "Shared": 3}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of hours in which a reservation was applied in one way."""

    reservation_id: str
    size: str
    region: str
    quantity: int
    scope: Scope
    flexible: bool
    first_hour: int
    end_hour: int


def segments(held: Reservation) -> Iterator[Segment]:
    """The stretches of a reservation, oldest first, without a gap and without an hour that is in two."""
    ends: list[Applied | None] = [*held.applied[1:], None]
    for applied, following in zip(held.applied, ends, strict=True):
        first = max(hour_ceiling(applied.since), held.first_hour)
        end = min(hour_ceiling(following.since), held.end_hour) if following else held.end_hour
        if first < end:
            offer = held.offer
            yield Segment(
                held.id, offer.size, offer.region, held.quantity, applied.scope, applied.flexible, first, end
            )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the reservations of one customer were applied from hour ``start`` up to hour ``end``.

    ``taken[i]`` holds the VM hours (hours x machines) that reservation ``i`` covered, ``used[i]`` the hours of
    the reserved size that this took in each hour.
    """

    start: int
    end: int
    machines: tuple[Machine, ...]
    reservations: tuple[Reservation, ...]
    taken: tuple[Array, ...]
    used: tuple[Array, ...]


class CoverageBook:
    """Coverage of each customer, kept until a change of its reservations or the clock makes it old."""

    def __init__(self, directory: Directory, facts: Facts, demand: Demand) -> None:
        self._directory = directory
        self._facts = facts
        self._demand = demand
        self._kept: dict[str, tuple[tuple[object, ...], Coverage]] = {}

    def of(self, customer_id: str, reservations: Sequence[Reservation], now: datetime) -> Coverage:
        """What these reservations covered in all whole hours that have passed."""
        end = hour_number(now)
        parts = tuple(
            sorted(
                (part for held in reservations for part in segments(held)), key=lambda p: RANK[p.scope.kind]
            )
        )
        key = (end, parts, self._directory.azure_ids(customer_id))
        kept = self._kept.get(customer_id)
        if kept is None or kept[0] != key:
            kept = (key, self._cover(customer_id, tuple(reservations), parts, end))
            self._kept[customer_id] = kept
        return kept[1]

    def _cover(
        self, customer_id: str, reservations: tuple[Reservation, ...], parts: tuple[Segment, ...], end: int
    ) -> Coverage:
        machines = self._directory.machines_of(customer_id)
        start = min([end, *(part.first_hour for part in parts)])
        ratios = np.array([self._facts.flexibility(machine.size)[1] for machine in machines])
        need = self._demand.running(machines, start, end) * ratios
        covers = apply_pools(need, [self._pool(customer_id, part, machines, start, end) for part in parts])
        taken, used = [], []
        for held in reservations:
            own = [cover for part, cover in zip(parts, covers, strict=True) if part.reservation_id == held.id]
            units = sum(own, np.zeros_like(need))
            taken.append(units / ratios if machines else units)
            used.append(units.sum(axis=1) / self._facts.flexibility(held.offer.size)[1])
        return Coverage(start, end, machines, reservations, tuple(taken), tuple(used))

    def _pool(
        self, customer_id: str, part: Segment, machines: tuple[Machine, ...], start: int, end: int
    ) -> Pool:
        hours = np.arange(start, end)
        lives = (hours >= part.first_hour) & (hours < part.end_hour)
        ratio = self._facts.flexibility(part.size)[1]
        eligible = [self._matches(customer_id, part, machine) for machine in machines]
        return Pool(np.where(lives, part.quantity * ratio, 0.0), np.array(eligible, dtype=np.bool_))

    def _matches(self, customer_id: str, part: Segment, machine: Machine) -> bool:
        if machine.region != part.region or not self._directory.covers(part.scope, customer_id, machine):
            return False
        if not part.flexible:
            return machine.size.lower() == part.size.lower()
        return self._facts.flexibility(machine.size)[0] == self._facts.flexibility(part.size)[0]


@dataclass(frozen=True, slots=True)
class DayUse:
    """One day of one reservation: hours of the reserved size, reserved and used, and the extremes of its hours."""

    day: datetime
    reserved: float
    used: float
    lowest: float
    highest: float


def daily_use(coverage: Coverage, held: Reservation) -> list[DayUse]:
    """The whole days since the purchase, oldest first; the day of the purchase counts its remaining hours only."""
    index = [one.id for one in coverage.reservations].index(held.id)
    days: list[DayUse] = []
    hour = held.first_hour
    while (midnight := hour - hour % 24 + 24) <= min(coverage.end, held.end_hour):
        used = coverage.used[index][hour - coverage.start : midnight - coverage.start]
        share = used / held.quantity * 100
        day = datetime.fromtimestamp((midnight - 24) * 3600, held.starts.tzinfo)
        days.append(
            DayUse(day, float(held.quantity * used.size), float(used.sum()), share.min(), share.max())
        )
        hour = midnight
    return days
