"""The customers, subscriptions and machines that a scenario tells of; its migrations are lives of machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bespeak.sandbox.clock import hour_ceiling
from bespeak.sandbox.demand import PATTERN, Demand
from bespeak.sandbox.estate import AzureSubscription, Customer, Estate, Machine, Subscription
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.ids import guid
from bespeak.sandbox.scenario import DEMANDS, Scenario
from bespeak.sandbox.strict_toml import Place, suggestion


@dataclass(frozen=True, slots=True)
class Names:
    """Finds customers and their Azure subscriptions by the names that the file uses."""

    customers: Mapping[str, Customer]
    azure: Mapping[str, Mapping[str, str]]

    def customer(self, name: str, place: Place) -> Customer:
        """The customer of this name."""
        if name not in self.customers:
            raise place.wrong(f"there is no customer '{name}'.{suggestion(name, self.customers)}")
        return self.customers[name]

    def subscription(self, customer: Customer, name: str, place: Place) -> str:
        """The id of an Azure subscription of a customer; its first one without a name."""
        owned = self.azure[customer.name]
        if not owned:
            raise place.wrong(
                f"customer '{customer.name}' has no Azure subscription. Its kind is '{customer.kind}'."
            )
        if name and name not in owned:
            raise place.wrong(f"'{customer.name}' has no subscription '{name}'.{suggestion(name, owned)}")
        return owned[name] if name else next(iter(owned.values()))


def build(scenario: Scenario, sample: Estate, facts: Facts, demand: Demand) -> tuple[Estate, Names]:
    """The estate of a scenario, before or instead of the one of the sample data."""
    base = sample if scenario.sample_customers else Estate({}, {}, {}, {})
    own = dict(_customers(scenario, facts))
    subscriptions = {held.id: held for held in _subscriptions(scenario, own)}
    customers = {one.id: one for one in own.values()} | dict(base.customers)
    by_customer: dict[str, tuple[Subscription, ...]] = dict(base.by_customer)
    for owner in own.values():
        by_customer[owner.id] = tuple(one for one in subscriptions.values() if one.customer_id == owner.id)
    names = _names(customers, by_customer)
    machines: dict[str, tuple[Machine, ...]] = dict(base.machines)
    for machine in _machines(scenario, names, facts, demand):
        machines[machine.azure_subscription_id] = (*machines.get(machine.azure_subscription_id, ()), machine)
    _migrate(scenario, names, machines, facts)
    return Estate(customers, {**subscriptions, **base.subscriptions}, by_customer, machines), names


def _customers(scenario: Scenario, facts: Facts) -> Iterator[tuple[str, Customer]]:
    seen: set[str] = set()
    for number, row in enumerate(scenario.tables["customers"]):
        place, name = scenario.place("customers", number), row["name"]
        if name in seen:
            raise place.wrong(f"there is a customer '{name}' already.")
        if row["country"] not in facts.currencies:
            raise place.wrong(
                f"key 'country' is '{row['country']}', which is no market of a partner, such as US."
            )
        seen.add(name)
        domain = "".join(letter for letter in name.lower() if letter.isalnum()) or "customer"
        yield (
            name,
            Customer(
                guid("scenario customer", name),
                name,
                f"{domain}.example.com",
                row["country"],
                row["kind"],
                row["agreement"],
            ),
        )


def _subscriptions(scenario: Scenario, own: Mapping[str, Customer]) -> Iterator[Subscription]:
    for row in scenario.tables["customers"]:
        customer, named = own[row["name"]], row["subscriptions"] or [f"{row['name']} subscription"]
        azure = tuple(AzureSubscription(guid("scenario azure", customer.id, name), name) for name in named)
        if customer.kind == "azure_plan":
            plan = guid("scenario plan", customer.id)
            yield Subscription(plan, customer.id, customer.kind, row["registered"], azure)
        elif customer.kind == "legacy":
            for one in azure:
                held = guid("scenario subscription", one.id)
                yield Subscription(held, customer.id, customer.kind, row["registered"], (one,))


def _names(customers: Mapping[str, Customer], held: Mapping[str, tuple[Subscription, ...]]) -> Names:
    azure: dict[str, dict[str, str]] = defaultdict(dict)
    for customer in customers.values():
        azure[customer.name] = {one.name: one.id for sub in held.get(customer.id, ()) for one in sub.azure}
    return Names({one.name: one for one in customers.values()}, azure)


def _machines(scenario: Scenario, names: Names, facts: Facts, demand: Demand) -> Iterator[Machine]:
    for number, row in enumerate(scenario.tables["machines"]):
        place = scenario.place("machines", number)
        azure = names.subscription(names.customer(row["customer"], place), row["subscription"], place)
        check_size(facts, row["region"], row["size"], row["os"], place)
        if row["demand"] not in DEMANDS and not demand.knows(row["demand"]):
            raise place.wrong(f"key 'demand' is '{row['demand']}'.{suggestion(row['demand'], DEMANDS)}")
        for rank in range(1, row["count"] + 1):
            yield _machine(scenario, row, azure, rank)


def _machine(scenario: Scenario, row: Mapping[str, Any], azure: str, rank: int) -> Machine:
    wish = row["demand"]
    grows = {"growth": rank - 1, "decline": row["count"] - rank + 1}.get(wish)
    series = f"{PATTERN}always" if grows is not None else f"{PATTERN}{wish}" if wish in DEMANDS else wish
    machine = Machine(
        azure,
        series,
        rank,
        f"{row['name']}-{rank:02d}",
        row["resource_group"],
        row["size"],
        row["os"],
        row["region"],
    )
    if grows is None:
        return machine
    turn = hour_ceiling(scenario.start) + grows * row["every_days"] * 24
    return replace(machine, first_hour=turn) if wish == "growth" and grows else _ends(machine, wish, turn)


def _ends(machine: Machine, wish: str, turn: int) -> Machine:
    return replace(machine, end_hour=turn) if wish == "decline" else machine


def check_size(facts: Facts, region: str, size: str, os: str, place: Place) -> None:
    """Refuses a size that has no price there: what it costs could not be told."""
    if (region, size, os) in facts.price_of:
        return
    regions = {key[0] for key in facts.price_of}
    if region not in regions:
        raise place.wrong(f"key 'region' is '{region}'.{suggestion(region, sorted(regions))}")
    sizes = sorted({key[1] for key in facts.price_of if key[0] == region and key[2] == os})
    raise place.wrong(f"size '{size}' with {os} has no price in {region}.{suggestion(size, sizes)}")


def _migrate(
    scenario: Scenario, names: Names, machines: dict[str, tuple[Machine, ...]], facts: Facts
) -> None:
    """A migration ends machines of one size at an hour and begins as many of another one, under the same names."""
    for event in scenario.events:
        if event.what != "migrate":
            continue
        place, wish = scenario.place("events", event.number), event.values
        customer, turn = names.customer(wish["customer"], place), hour_ceiling(event.at)
        left = wish["count"]
        for azure in names.azure[customer.name].values():
            kept: list[Machine] = []
            for machine in machines.get(azure, ()):
                moves = left > 0 and machine.size == wish["from_size"] and machine.end_hour > turn
                kept.append(replace(machine, end_hour=turn) if moves else machine)
                if moves:
                    check_size(facts, machine.region, wish["to_size"], machine.os, place)
                    first = max(turn, machine.first_hour)
                    kept.append(
                        replace(machine, size=wish["to_size"], first_hour=first, end_hour=machine.end_hour)
                    )
                    left -= 1
            machines[azure] = tuple(kept)
        if left == wish["count"]:
            raise place.wrong(f"'{customer.name}' has no machine of size '{wish['from_size']}' to migrate.")
