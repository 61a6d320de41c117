"""A bought reservation, and how it was used hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from bespeak.sandbox.benefit import Array, Pool, apply_pools
from bespeak.sandbox.clock import hour_ceiling, hour_number, plus_years
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import Estate, Machine
from bespeak.sandbox.facts import Facts

YEARS = {"P1Y": 1, "P3Y": 3}
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Reservation:
    """One fulfilled order line. ``scope`` is ``shared`` or the Azure subscription it is bound to."""

    id: str
    order_id: str
    commerce_order_id: str
    line_number: int
    customer_id: str
    product_id: str
    sku_id: str
    name: str
    size: str
    region: str
    term: str
    quantity: int
    scope: str
    billing_subscription_id: str
    purchased: datetime
    title: str
    total: Decimal
    currency: str

    @property
    def first_hour(self) -> int:
        """The number of the first clock hour that it covers: the one that begins at or after the purchase."""
        return hour_ceiling(self.purchased)

    @property
    def expiry(self) -> datetime:
        """The instant at which its term ends."""
        return plus_years(self.purchased, YEARS[self.term])

    @property
    def end_hour(self) -> int:
        """The number of the first hour that it does not cover any more."""
        return hour_ceiling(self.expiry)


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
    """Coverage of each customer, kept until a purchase or the clock changes it."""

    def __init__(self, estate: Estate, facts: Facts, demand: Demand) -> None:
        self._estate = estate
        self._facts = facts
        self._demand = demand
        self._kept: dict[str, tuple[tuple[object, ...], Coverage]] = {}

    def of(self, customer_id: str, reservations: Sequence[Reservation], now: datetime) -> Coverage:
        """What these reservations covered in all whole hours that have passed."""
        end = min(hour_number(now), self._demand.end_hour)
        ordered = tuple(sorted(reservations, key=lambda held: held.scope == SHARED))
        key = (end, tuple(held.id for held in ordered))
        kept = self._kept.get(customer_id)
        if kept is None or kept[0] != key:
            kept = (key, self._cover(customer_id, ordered, end))
            self._kept[customer_id] = kept
        return kept[1]

    def _cover(self, customer_id: str, reservations: tuple[Reservation, ...], end: int) -> Coverage:
        machines = self._estate.machines_of(customer_id)
        start = min((held.first_hour for held in reservations), default=end)
        start = min(start, end)
        ratios = np.array([self._facts.flexibility(machine.size)[1] for machine in machines])
        need = self._demand.running(machines, start, end) * ratios
        pools = [self._pool(held, machines, start, end) for held in reservations]
        taken = apply_pools(need, pools)
        own = [self._facts.flexibility(held.size)[1] for held in reservations]
        hours = tuple(cover / ratios if machines else cover for cover in taken)
        used = tuple(cover.sum(axis=1) / ratio for cover, ratio in zip(taken, own, strict=True))
        return Coverage(start, end, machines, reservations, hours, used)

    def _pool(self, held: Reservation, machines: tuple[Machine, ...], start: int, end: int) -> Pool:
        hours = np.arange(start, end)
        lives = (hours >= held.first_hour) & (hours < held.end_hour)
        group, ratio = self._facts.flexibility(held.size)
        eligible = [self._covers(held, group, machine) for machine in machines]
        units = np.where(lives, held.quantity * ratio, 0.0)
        return Pool(units, np.array(eligible, dtype=np.bool_))

    def _covers(self, held: Reservation, group: str, machine: Machine) -> bool:
        in_scope = held.scope in (SHARED, machine.azure_subscription_id)
        return (
            in_scope and machine.region == held.region and self._facts.flexibility(machine.size)[0] == group
        )


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
    index = coverage.reservations.index(held)
    days: list[DayUse] = []
    hour = held.first_hour
    while (midnight := hour - hour % 24 + 24) <= min(coverage.end, held.end_hour):
        used = coverage.used[index][hour - coverage.start : midnight - coverage.start]
        share = used / held.quantity * 100
        day = datetime.fromtimestamp((midnight - 24) * 3600, held.purchased.tzinfo)
        days.append(
            DayUse(day, float(held.quantity * used.size), float(used.sum()), share.min(), share.max())
        )
        hour = midnight
    return days
