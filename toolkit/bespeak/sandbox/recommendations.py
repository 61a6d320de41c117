"""Azure's published rule of reservation recommendations, size by size (Microsoft, *Reservation recommendations*).

For every quantity the hourly usage of the look-back window is replayed, after what is owned was taken out, and the
quantity with the largest saving wins; the same is asked of the last three days, and the lower of both is recommended
(D-1001 to D-1014). Prices are those of the hardware; all amounts are for the window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np

from bespeak.sandbox.benefit import Array
from bespeak.sandbox.clock import DAY_HOURS, hour_number, instant_of
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.reservation_records import YEARS, Scope
from bespeak.sandbox.scenes import Scene
from bespeak.sandbox.world import World

LookScope = Literal["Single", "Shared"]
TERM_HOURS = 8760
_GUARD_DAYS = 3
_DUST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Look:
    """The VMs of one customer in some Azure subscriptions (and one resource group), and how many days back."""

    customer_id: str
    scope: LookScope
    azure_ids: tuple[str, ...]
    days: int
    resource_group: str = ""

    def holds(self, machine: Machine) -> bool:
        """Whether a machine is looked at."""
        group = self.resource_group.lower()
        return machine.azure_subscription_id in self.azure_ids and group in (
            "",
            machine.resource_group.lower(),
        )


@dataclass(frozen=True, slots=True)
class SizeUse:
    """How many VMs of one size ran in each hour of the window, from hour ``start`` on, beyond what is owned."""

    region: str
    size: str
    start: int
    hourly: Array

    @property
    def hours(self) -> int:
        """Length of the window in hours."""
        return len(self.hourly)

    @property
    def begin(self) -> datetime:
        """The instant at which the window begins."""
        return instant_of(self.start)


@dataclass(frozen=True, slots=True)
class Point:
    """The window with ``quantity`` instances reserved."""

    quantity: int
    on_demand: Decimal
    overage: Decimal
    reservation: Decimal

    @property
    def total(self) -> Decimal:
        """What is paid with the reservation."""
        return self.overage + self.reservation

    @property
    def savings(self) -> Decimal:
        """What it saves; negative when it costs more."""
        return self.on_demand - self.total


@dataclass(frozen=True, slots=True)
class Advice:
    """What is recommended for one size, region and term."""

    use: SizeUse
    term: str
    rate: Decimal
    reserved_rate: Decimal
    point: Point


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of each machine (hours x machines) from hour ``start`` on that nothing owned covers."""

    start: int
    machines: tuple[Machine, ...]
    left: Array


def uncovered(world: World, look: Look) -> Window:
    """What is left of the usage of the last whole days after owned commitments were taken out."""
    end = hour_number(world.now)
    end -= end % DAY_HOURS
    start = max(world.demand.first_hour, end - look.days * DAY_HOURS)
    scene = _owned(world, look, start, end)
    left = world.demand.running(scene.machines, start, end)
    cells = world.coverage.cover(scene, start, end).cells
    np.subtract.at(left, (cells.hour - start, cells.item), cells.hours)
    places = [place for place, machine in enumerate(scene.machines) if look.holds(machine)]
    return Window(start, tuple(scene.machines[n] for n in places), np.maximum(left[:, places], 0.0))


def usage(world: World, look: Look) -> list[SizeUse]:
    """The hours of each size and region in the last whole days, after owned commitments were taken out."""
    window = uncovered(world, look)
    gathered: dict[tuple[str, str], Array] = {}
    for place, machine in enumerate(window.machines):
        key = (machine.region, machine.size)
        gathered[key] = gathered.get(key, np.zeros(len(window.left))) + window.left[:, place]
    return [SizeUse(*key, window.start, np.round(hourly, 6)) for key, hourly in sorted(gathered.items())]


def _owned(world: World, look: Look, start: int, end: int) -> Scene:
    """What is owned today, as if it had been all through the window.

    In the same scope a purchase counts on its day; in other scopes it takes up to 25 days (D-1006).
    """
    old = world.now - timedelta(days=world.switches.recommendation_lag_days)
    held = [
        one
        for one in world.book.started(look.customer_id, world.now)
        if one.alive(world.now) and (one.since <= old or _same(look, one.scope))
    ]
    plans = [
        one
        for one in world.savings_plans.started(look.customer_id, world.now)
        if one.alive(world.now) and (one.starts <= old or _same(look, one.promise.scope))
    ]
    scene = world.coverage.scene(look.customer_id, held, plans)
    newest = {part.reservation_id: part for part in sorted(scene.segments, key=lambda one: one.first_hour)}
    return replace(
        scene,
        segments=tuple(
            replace(part, first_hour=start, end_hour=end)
            for part in scene.segments
            if newest.get(part.reservation_id) is part
        ),
        plans=tuple(replace(plan, first_hour=start, end_hour=end) for plan in scene.plans),
    )


def _same(look: Look, scope: Scope) -> bool:
    """Whether a benefit has the scope that is looked at."""
    single = scope.kind in ("Single", "ResourceGroup")
    return single and scope.subscription_id in look.azure_ids if look.scope == "Single" else not single


def point(use: Array, quantity: int, rate: Decimal, reserved_rate: Decimal) -> Point:
    """The cost of these hours with so many instances reserved (formulas of the savings curve, X-14)."""
    whole = _exact(float(use.sum()))
    over = _exact(float(np.maximum(use - quantity, 0).sum()))
    return Point(quantity, rate * whole, rate * over, reserved_rate * quantity * len(use))


def _exact(hours: float) -> Decimal:
    return Decimal(repr(hours)).quantize(_DUST, ROUND_HALF_UP)


def curve(use: Array, rate: Decimal, reserved_rate: Decimal) -> list[Point]:
    """A point for every quantity that was used, from 1 up to the most that ran in an hour."""
    most = math.ceil(float(use.max(initial=0)) - 1e-9)
    return [point(use, quantity, rate, reserved_rate) for quantity in range(1, most + 1)]


def best(points: Sequence[Point]) -> Point | None:
    """The point with the largest saving, the smallest quantity among equals; None when nothing saves."""
    found = max(points, key=lambda one: (one.savings, -one.quantity), default=None)
    return found if found and found.savings > 0 else None


def advise(world: World, use: SizeUse, term: str) -> Advice | None:
    """The recommendation for a size; None when nothing saves, in the window or in the last three days (D-1014)."""
    rates = hourly_rates(world, use, term)
    if rates is None:
        return None
    found = best(curve(use.hourly, *rates))
    recent = best(curve(use.hourly[-_GUARD_DAYS * DAY_HOURS :], *rates))
    if found is None or recent is None:
        return None
    chosen = found if found.quantity <= recent.quantity else point(use.hourly, recent.quantity, *rates)
    return Advice(use, term, *rates, chosen) if chosen.savings > 0 else None


def hourly_rates(world: World, use: SizeUse, term: str) -> tuple[Decimal, Decimal] | None:
    """An hour of the hardware at pay-as-you-go and reserved, at today's prices; None when it is not sold."""
    price = world.facts.price_of.get((use.region, use.size, "Linux"))
    sku = world.catalogue.by_size(use.region, use.size).get(term)
    if price is None or sku is None:
        return None
    total = world.prices.reservation(sku, world.now, price.currency)
    return world.prices.hour(price, world.now), total / (TERM_HOURS * YEARS[term])


def recommend(world: World, look: Look) -> Iterator[Advice]:
    """All recommendations of what is looked at, by region, size and term."""
    for use in usage(world, look):
        for term in YEARS:
            advice = advise(world, use, term)
            if advice is not None:
                yield advice
