"""Which usage is rated when: that of plans from their beginning on, that of legacy Azure up to its move to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import datetime
from functools import cached_property
from typing import Protocol

from bespeak.sandbox.clock import DAY_HOURS, hour_ceiling, instant_of
from bespeak.sandbox.commerce import Commerce
from bespeak.sandbox.coverage_book import Coverage
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer, Estate, Subscription
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.price_list import PriceList
from bespeak.sandbox.rated import Plan, Rater, month_of, plans_of
from bespeak.sandbox.rated_month import RatedMonth
from bespeak.sandbox.scenes import Scene
from bespeak.sandbox.switches import Switches

#: No usage ends before this hour.
_NEVER = 2**31
#: Stretches of rated lines that are kept.
_KEPT = 4


class Place(Protocol):
    """What of a world bears on its rated usage."""

    facts: Facts
    demand: Demand
    prices: PriceList
    switches: Switches
    directory: Directory
    commerce: Commerce

    @property
    def now(self) -> datetime:
        """The sandbox instant."""
        ...

    @property
    def estate(self) -> Estate:
        """Who there was at the beginning."""
        ...

    @property
    def all_customers(self) -> Mapping[str, Customer]:
        """Everybody that ever was a customer."""
        ...

    def covered(self, customer_id: str) -> Coverage:
        """How the benefits of a customer were applied."""
        ...

    def scene(self, customer_id: str) -> Scene:
        """The benefits of a customer, as far as they decide what was covered."""
        ...


class Rating:
    """The rated usage of one world."""

    def __init__(self, world: Place) -> None:
        self._world = world
        self._kept: dict[tuple[int, int], tuple[object, RatedMonth, list[Plan]]] = {}

    def between(self, start: int, end: int) -> RatedMonth:
        """The lines of all plans from the midnight of hour number ``start`` up to that of ``end``."""
        world = self._world
        plans = [
            Plan(customer, held, world.covered(customer.id), since) for customer, held, since in self._plans()
        ]
        key = (self._prices(start, end), astuple(world.switches), *(id(plan.coverage) for plan in plans))
        kept = self._kept.get((start, end))
        if kept is None or kept[0] != key:
            kept = (key, RatedMonth(plans, self._rater(), world.demand, start, end), plans)
            self._kept = dict([*self._kept.items()][1 - _KEPT :]) | {(start, end): kept}
        return kept[1]

    def facts(self, start: int, end: int) -> object:
        """All that these lines depend on: the same facts, the same lines."""
        owners = [customer.id for customer, _, since in self._plans() if since < end]
        return self._facts_of(owners, start, end)

    def legacy(self, held: Subscription) -> RatedMonth:
        """The usage of a legacy subscription in this month so far."""
        world = self._world
        plan = Plan(world.all_customers[held.customer_id], held, world.covered(held.customer_id))
        return RatedMonth([plan], self._rater(), world.demand, *month_of(world.now, "current"))

    def legacy_between(self, start: int, end: int) -> RatedMonth:
        """The usage of all legacy subscriptions, also of those that moved to a plan, up to their move."""
        world = self._world
        plans = [
            Plan(world.all_customers[held.customer_id], held, world.covered(held.customer_id), until=until)
            for held, until in self._legacy_held()
        ]
        return RatedMonth(plans, self._rater(), world.demand, start, end)

    def legacy_facts(self, start: int, end: int) -> object:
        """All that this usage depends on."""
        held = self._legacy_held()
        ends = tuple(min(until, end) for _, until in held)
        return (ends, self._facts_of([one.customer_id for one, _ in held], start, end))

    def _rater(self) -> Rater:
        world, switches = self._world, self._world.switches
        no_credit = switches.no_earned_credit_for
        return Rater(world.facts, world.prices, info_case=switches.info_case, no_credit=no_credit)

    def _prices(self, start: int, end: int) -> tuple[int, int]:
        prices = self._world.prices
        return (prices.key(instant_of(start)), prices.key(instant_of(end)))

    def _facts_of(self, owners: Iterable[str], start: int, end: int) -> object:
        scenes = tuple(self._world.scene(owner).within(start, end) for owner in owners)
        return (self._prices(start, end), self._world.switches.no_earned_credit_for, scenes)

    def _plans(self) -> list[tuple[Customer, Subscription, int]]:
        """Every plan with machines and the first hour that counts: those of the estate, and those that came since."""
        world = self._world
        found = [(customer, held, 0) for customer, held in self._first_plans]
        for held in world.directory.changed:
            new = held.kind == "azure_plan" and held.id not in world.estate.subscriptions
            if new and world.directory.machines_of(held.customer_id):
                created = world.commerce.subscriptions.read(held).created
                midnight = -(-hour_ceiling(created) // DAY_HOURS) * DAY_HOURS
                found.append((world.all_customers[held.customer_id], held, midnight))
        return found

    def _legacy_held(self) -> list[tuple[Subscription, int]]:
        """Every legacy subscription with machines, and the hour before which its usage counts."""
        moved = {customer.id: since for customer, _, since in self._plans() if since}
        return [(held, moved.get(held.customer_id, _NEVER)) for held in self._first_legacy]

    @cached_property
    def _first_plans(self) -> list[tuple[Customer, Subscription]]:
        return plans_of(self._world.estate)

    @cached_property
    def _first_legacy(self) -> list[Subscription]:
        estate = self._world.estate
        held = (one for owned in estate.by_customer.values() for one in owned)
        return [one for one in held if one.kind == "legacy" and estate.machines_of(one.customer_id)]
