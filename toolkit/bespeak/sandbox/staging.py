"""A world of a scenario: what its customers own when it begins, and the events that fall due as time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from bespeak.sandbox.catalogue import Catalogue, Sku
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.purchase_checks import currency_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import ReservationOrder, Scope, first_reservation
from bespeak.sandbox.sample import sample_folder
from bespeak.sandbox.savings_plans import Promise
from bespeak.sandbox.scenario import Event, Scenario, find, load
from bespeak.sandbox.scenario_estate import Names, build
from bespeak.sandbox.scenario_events import ACTIONS, try_fault, try_switch
from bespeak.sandbox.self_serve import RESERVATIONS
from bespeak.sandbox.strict_toml import Place, suggestion
from bespeak.sandbox.world import Base, World


def scenario_world(name_or_path: str | Path, *, seed: int = 1, instance: str = "") -> World:
    """The world of a scenario, by its name or its file; ``ScenarioError`` says what is wrong with it."""
    scenario = load(find(str(name_or_path)))
    return staged(Base(sample_folder(), seed=seed), scenario, instance)


def staged(base: Base, scenario: Scenario, instance: str) -> World:
    """A world of a scenario on a base, with which it shares tables, trace and catalogue."""
    estate, names = build(scenario, base.estate, base.facts, base.demand)
    stage = Stage(scenario, names, base.catalogue)
    return World(base.with_stage(estate, stage, scenario.mark), start=scenario.start, instance=instance)


class Stage:
    """What a scenario does to its world; everything in it was checked before."""

    def __init__(self, scenario: Scenario, names: Names, catalogue: Catalogue) -> None:
        self.scenario = scenario
        self._names = names
        self._catalogue = catalogue
        for table in ("reservations", "savings_plans"):
            for number, row in enumerate(scenario.tables[table]):
                self._check_owned(row, scenario.place(table, number))
        for event in scenario.events:
            self._check(event, scenario.place("events", event.number))

    def open(self, world: World) -> None:
        """Lets customers own what they own at the start."""
        for row in self.scenario.tables["customers"]:
            if row["may_buy"]:
                customer = self._names.customers[row["name"]]
                world.self_serve.create(customer.id, [RESERVATIONS], world.now)
        for row in self.scenario.tables["reservations"]:
            self._reserve(world, row)
        for row in self.scenario.tables["savings_plans"]:
            self._promise(world, row)

    def dues(self, world: World) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """The events that have not happened yet."""
        for event in self.scenario.events:
            if str(event.number) not in world.state.events.done:
                yield event.at, partial(self._happen, world, event)

    def told(self, world: World) -> list[tuple[datetime, str, str | None]]:
        """All events: when, what, and what became of each (None: it has not happened yet)."""
        done = world.state.events.done
        return [(event.at, event.what, done.get(str(event.number))) for event in self.scenario.events]

    def _happen(self, world: World, event: Event) -> None:
        """Lets one event happen; what the laws of the world refuse is noted and changes nothing."""
        note = ""
        try:
            ACTIONS[event.what](self._names, world, event)
        except RefusalError as refusal:
            note = refusal.description
        world.state.events.done[str(event.number)] = note

    def customer(self, row: Mapping[str, Any], place: Place) -> Customer:
        """The customer that a table names."""
        return self._names.customer(row["customer"], place)

    def azure(self, row: Mapping[str, Any], place: Place) -> str:
        """The Azure subscription that a table names, else the first of its customer."""
        return self._names.subscription(self.customer(row, place), row["subscription"], place)

    def _check_owned(self, row: Mapping[str, Any], place: Place) -> None:
        self.azure(row, place)
        if row["bought"] > self.scenario.start:
            raise place.wrong(
                f"key 'bought' must not come after the start at {self.scenario.start:%Y-%m-%d}."
            )
        if "size" in row:
            self.sku(row, place)
        elif row["per_hour"] <= 0:
            raise place.wrong(f"key 'per_hour' must be above 0, not {row['per_hour']}.")

    def _check(self, event: Event, place: Place) -> None:
        row = event.values
        if "customer" in row:
            self.customer(row, place)
        if event.what == "customer_buys":
            self.azure(row, place)
            self.sku(row, place)
        if event.what == "prices_change" and row["percent"] <= Decimal(-100):
            raise place.wrong(f"key 'percent' must be above -100, not {row['percent']}.")
        trial = {"fault": try_fault, "switch": try_switch}.get(event.what)
        if trial:
            trial(row, place)

    def sku(self, row: Mapping[str, Any], place: Place) -> Sku:
        """What the catalogue sells under this size, region and term."""
        offered = self._catalogue.by_size(row["region"], row["size"])
        if row["term"] not in offered:
            sold = (
                f" It has {', '.join(offered)}."
                if offered
                else suggestion(row["size"], self._sizes(row["region"]))
            )
            raise place.wrong(
                f"there is no reservation of {row['size']} in {row['region']} for {row['term']}.{sold}"
            )
        return offered[row["term"]]

    def _sizes(self, region: str) -> list[str]:
        skus = (sku for product in self._catalogue.products.values() for sku in product.skus.values())
        return sorted({sku.size.name for sku in skus if sku.region == region})

    def _reserve(self, world: World, row: Mapping[str, Any]) -> None:
        place = Place("", "")
        customer, azure, sku = self.customer(row, place), self.azure(row, place), self.sku(row, place)
        currency = currency_of(world, customer)
        total = world.prices.reservation(sku, world.now, currency)
        bought = row["bought"]
        order = ReservationOrder(
            id=world.ids.guid("reservation order"),
            customer_id=customer.id,
            offer=sku.offer(total, currency),
            name=row["name"] or f"VM_RI_{bought:%m-%d-%Y_%H-%M}",
            quantity=row["quantity"],
            billing_plan=row["billing"],
            billing_subscription_id=azure,
            requested=bought,
            starts=bought,
            visible=bought,
            channel="Azure",
        )
        alone = world.facts.flexibility(sku.size.name)[0].startswith("size:")
        scope = Scope("Single", azure) if row["scope"] == "single" else Scope()
        held = first_reservation(
            order,
            world.ids.guid("reservation"),
            scope,
            row["flexible"] and not alone,
            renew=row["renew"],
        )
        world.book.add(order, held)
        world.grants.bought(order, "admin-agent")
        world.shop.adopt(order, bought)

    def _promise(self, world: World, row: Mapping[str, Any]) -> None:
        place = Place("", "")
        azure = self.azure(row, place)
        scope = Scope("Single", azure) if row["scope"] == "single" else Scope()
        promise = Promise(
            term=row["term"],
            commitment=row["per_hour"],
            starts=row["bought"],
            billing_subscription_id=azure,
            scope=scope,
        )
        world.savings_plans.add(self.customer(row, place).id, promise)
