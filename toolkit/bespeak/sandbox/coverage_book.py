"""How the benefits of a customer were used hour by hour, worked out month by month when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Protocol

import numpy as np

from bespeak.sandbox.benefit import Array, Budget, Mask, Pool, apply_budgets, apply_pools
from bespeak.sandbox.clock import hour_number, instant_of
from bespeak.sandbox.coverage import Cells, Stretch, StretchBook, cells_of, months
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.facts import Facts, Price
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.savings_plans import SavingsPlan
from bespeak.sandbox.scenes import (
    RANK,
    Promised,
    Scene,
    Segment,
    Timed,
    in_order,
    promised,
    segments,
)


class Prices(Protocol):
    """The prices of a world: what an hour costs at an instant, and a key that changes with them."""

    def hour(self, price: Price, at: datetime) -> Decimal:
        """An hour at pay-as-you-go."""

    def key(self, at: datetime) -> int:
        """The same key, the same prices."""


class Coverage:
    """How the benefits of one customer were applied from hour ``start`` up to hour ``end``, read month by month.

    ``benefits`` are the ids of ``reservations`` and then of ``plans``; cells refer to their places.
    """

    def __init__(
        self,
        scene: Scene,
        end: int,
        reservations: tuple[Reservation, ...],
        plans: tuple[SavingsPlan, ...],
        read: Callable[[Scene, int, int], Stretch],
    ) -> None:
        begins = [part.first_hour for part in scene.segments] + [plan.first_hour for plan in scene.plans]
        self._scene = scene
        self._read = read
        self._parts: dict[int, Scene] = {}
        self.start = min([end, *begins])
        self.end = end
        self.machines = scene.machines
        self.reservations = reservations
        self.plans = plans

    @cached_property
    def benefits(self) -> tuple[str, ...]:
        """The ids of all benefits, in the order of their places."""
        return (*(held.id for held in self.reservations), *(plan.id for plan in self.plans))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {benefit: place for place, benefit in enumerate(self.benefits)}

    def stretches(self, first: int, end: int) -> Iterator[Stretch]:
        """The coverage of the months that hold these hours; the first may begin sooner and the last may end later."""
        for begin, close in months(max(first, self.start), min(end, self.end)):
            stop = min(close, self.end)
            if begin not in self._parts:
                self._parts[begin] = self._scene.within(begin, stop)
            yield self._read(self._parts[begin], begin, stop)

    def cells(self, first: int, end: int) -> Cells:
        """What was covered in these hours; ``benefit`` is a place in ``benefits``."""
        parts = []
        for stretch in self.stretches(first, end):
            places = np.array([self._places[one] for one in stretch.benefits], np.int16)
            cells = stretch.cells
            if stretch.start < first or stretch.end > end:
                cells = cells.where((cells.hour >= first) & (cells.hour < end))
            parts.append(cells.renumbered(places))
        return Cells.joined(parts)

    def drawn(self, benefit_id: str, first: int, end: int) -> Array:
        """What a benefit gave in each of these hours: hours of the reserved size, or money of a savings plan."""
        found = np.zeros(max(0, end - first))
        for stretch in self.stretches(first, end):
            if benefit_id in stretch.benefits:
                low, high = max(first, stretch.start), min(end, stretch.end)
                given = stretch.drawn[stretch.benefits.index(benefit_id)]
                found[low - first : high - first] = given[low - stretch.start : high - stretch.start]
        return found


class CoverageBook:
    """Coverage of each customer; months are worked out when they are first read."""

    def __init__(
        self, directory: Directory, facts: Facts, demand: Demand, prices: Prices | None = None
    ) -> None:
        self._directory = directory
        self._facts = facts
        self._demand = demand
        self._prices = prices
        self._stretches = StretchBook()
        self._kept: dict[str, tuple[tuple[object, ...], Coverage]] = {}

    def of(
        self,
        customer_id: str,
        reservations: Sequence[Reservation],
        now: datetime,
        plans: Sequence[SavingsPlan] = (),
    ) -> Coverage:
        """What these benefits covered in all whole hours that have passed."""
        end = hour_number(now)
        scene = self.scene(customer_id, reservations, plans)
        key = (end, scene)
        kept = self._kept.get(customer_id)
        if kept is None or kept[0] != key:
            coverage = Coverage(scene, end, tuple(reservations), tuple(plans), self._stretch)
            kept = (key, coverage)
            self._kept[customer_id] = kept
        return kept[1]

    def scene(
        self, customer_id: str, reservations: Sequence[Reservation], plans: Sequence[SavingsPlan]
    ) -> Scene:
        """The benefits of a customer in the order in which they are applied, with its machines."""
        parts = sorted(
            (part for held in reservations for part in segments(held)), key=lambda p: RANK[p.scope.kind]
        )
        return Scene(
            customer_id, self._groups(customer_id), self._directory.machines_of(customer_id), tuple(parts),
            in_order([promised(plan) for plan in plans]),
        )  # fmt: skip

    def _groups(self, customer_id: str) -> object:
        return tuple((name, tuple(held)) for name, held in self._directory.groups_of(customer_id).items())

    def _stretch(self, scene: Scene, start: int, end: int) -> Stretch:
        changes = self._prices.key(instant_of(start)) if self._prices and scene.plans else 0
        name, made_from = (scene.customer_id, start), (scene, end, changes)
        kept = self._stretches.get(name, made_from)
        return kept or self._stretches.put(name, made_from, self.cover(scene, start, end))

    def cover(self, scene: Scene, start: int, end: int) -> Stretch:
        """Applies the benefits to these hours: all reservations first, then the savings plans (D-450)."""
        machines = scene.machines
        ratios = np.array([self._facts.flexibility(machine.size)[1] for machine in machines])
        need = self._demand.running(machines, start, end) * ratios
        units = apply_pools(need, [self._pool(scene, part, start, end) for part in scene.segments])
        left = (need - sum(units, np.zeros_like(need))) / (ratios if machines else 1)
        budgets = [self._budget(scene, plan, start, end) for plan in scene.plans]
        bought = apply_budgets(np.maximum(left, 0.0), budgets)
        held = list(dict.fromkeys(part.reservation_id for part in scene.segments))
        own = [self._own(one, scene.segments, units, need) for one in held]
        sizes = {part.reservation_id: self._facts.flexibility(part.size)[1] for part in scene.segments}
        drawn = [total.sum(axis=1) / sizes[one] for one, total in zip(held, own, strict=True)]
        drawn += [(part * budget.rates).sum(axis=1) for part, budget in zip(bought, budgets, strict=True)]
        covers = [total / ratios for total in own] + bought if machines else []
        names = (*held, *(plan.plan_id for plan in scene.plans))
        table = np.array(drawn) if drawn else np.zeros((0, end - start))
        return Stretch(start, end, names, cells_of(start, covers), table)

    @staticmethod
    def _own(one: str, parts: Sequence[Segment], units: Sequence[Array], need: Array) -> Array:
        own = [cover for part, cover in zip(parts, units, strict=True) if part.reservation_id == one]
        return own[0] if len(own) == 1 else sum(own, np.zeros_like(need))

    def _pool(self, scene: Scene, part: Segment, start: int, end: int) -> Pool:
        ratio = self._facts.flexibility(part.size)[1]
        eligible = [self._matches(scene.customer_id, part, machine) for machine in scene.machines]
        return Pool(
            np.where(_lives(part, start, end), part.quantity * ratio, 0.0), np.array(eligible, dtype=np.bool_)
        )

    def _matches(self, customer_id: str, part: Segment, machine: Machine) -> bool:
        if machine.region != part.region or not self._directory.covers(part.scope, customer_id, machine):
            return False
        if not part.flexible:
            return machine.size.lower() == part.size.lower()
        return self._facts.flexibility(machine.size)[0] == self._facts.flexibility(part.size)[0]

    def _budget(self, scene: Scene, plan: Promised, start: int, end: int) -> Budget:
        """Compute only: a licence in the price of a machine is not covered (D-1114)."""
        at = instant_of(start)
        found = [self.plan_rates(machine, plan.term, at) for machine in scene.machines]
        covered = [self._directory.covers(plan.scope, scene.customer_id, m) for m in scene.machines]
        places = [n for n, rates in enumerate(found) if rates and covered[n]]
        # Sorting is stable: among equal discounts the machines keep their order.
        places.sort(key=lambda n: _share(found[n]))
        rates = np.array([float(min(pair)) if pair else 0.0 for pair in found])
        money = np.where(_lives(plan, start, end), float(plan.commitment), 0.0)
        return Budget(money, rates, np.array(places, dtype=np.int64))

    def plan_rates(self, machine: Machine, term: str, at: datetime) -> tuple[Decimal, Decimal] | None:
        """An hour of the compute of a machine at pay-as-you-go and under a plan; None when no plan covers it.

        Both move with the prices of the month, also for plans that run (D-1105).
        """
        price = self._facts.price_of.get((machine.region, machine.size, "Linux"))
        plan = price and price.plan_hour(term)
        if not (price and plan):
            return None
        hour = self._prices.hour(price, at) if self._prices else price.hour
        return hour, plan if hour == price.hour else plan * hour / price.hour


def _share(rates: tuple[Decimal, Decimal] | None) -> Decimal:
    """What remains to pay of the pay-as-you-go price under the plan; never more than all of it (D-1106)."""
    hour, plan = rates or (Decimal(1), Decimal(1))
    return min(plan / hour, Decimal(1))


def _lives(part: Timed, start: int, end: int) -> Mask:
    hours = np.arange(start, end)
    lives: Mask = (hours >= part.first_hour) & (hours < part.end_hour)
    return lives
