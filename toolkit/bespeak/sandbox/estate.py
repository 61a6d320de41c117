"""Who the customers are, what they subscribed to, and which VMs they have: facts of the world that never change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bespeak.sandbox.ids import guid
from bespeak.sandbox.sample import rows

Kind = Literal["legacy", "azure_plan", "none"]


@dataclass(frozen=True, slots=True)
class Customer:
    """A company that the partner sells to; ``id`` is its tenant, in lower case."""

    id: str
    name: str
    domain: str
    country: str
    kind: Kind
    agreed: bool


@dataclass(frozen=True, slots=True)
class AzureSubscription:
    """What VMs run in; ``id`` in lower case."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of Partner Center: one legacy Azure subscription, or an Azure plan with several below it."""

    id: str
    customer_id: str
    kind: Kind
    registered: bool
    azure: tuple[AzureSubscription, ...]

    @property
    def shown_id(self) -> str:
        """The id as Partner Center prints it: of legacy Azure in capitals, of a plan in lower case."""
        return self.id.upper() if self.kind == "legacy" else self.id


@dataclass(frozen=True, slots=True)
class Machine:
    """One VM. It runs in an hour when the count of its series in that hour is at least its rank."""

    azure_subscription_id: str
    series: str
    rank: int
    name: str
    resource_group: str
    size: str
    os: str
    region: str


@dataclass(frozen=True, slots=True)
class Estate:
    """All customers, subscriptions and machines of a world, by lower-case ids."""

    customers: Mapping[str, Customer]
    subscriptions: Mapping[str, Subscription]
    by_customer: Mapping[str, tuple[Subscription, ...]]
    machines: Mapping[str, tuple[Machine, ...]]

    def machines_of(self, customer_id: str) -> tuple[Machine, ...]:
        """All VMs of a customer, in the order in which a reservation is applied to them."""
        owned = (azure.id for held in self.by_customer.get(customer_id, ()) for azure in held.azure)
        return tuple(machine for azure_id in owned for machine in self.machines.get(azure_id, ()))


def load_estate(folder: Path, extra_customers: int = 0) -> Estate:
    """The estate of the sample data, with so many more light customers, generated and always the same."""
    customers = {c.id: c for c in _customers(folder)}
    customers.update((c.id, c) for c in _extra(extra_customers))
    subscriptions = _subscriptions(folder, customers)
    by_customer: dict[str, list[Subscription]] = defaultdict(list)
    for held in subscriptions.values():
        by_customer[held.customer_id].append(held)
    return Estate(customers, subscriptions, {k: tuple(v) for k, v in by_customer.items()}, _machines(folder))


def _customers(folder: Path) -> Iterator[Customer]:
    for row in rows(folder / "demo" / "customers.csv"):
        kind: Kind = row["kind"] if row["kind"] in ("legacy", "azure_plan") else "none"  # type: ignore[assignment]
        agreed = row["agreement"] == "yes"
        yield Customer(row["customer_id"].lower(), row["name"], row["domain"], row["country"], kind, agreed)


def _extra(count: int) -> Iterator[Customer]:
    for number in range(1, count + 1):
        name = f"Generated Customer {number:05d}"
        yield Customer(
            guid("extra", number), name, f"generated{number:05d}.example.com", "US", "none", agreed=False
        )


def _subscriptions(folder: Path, customers: Mapping[str, Customer]) -> dict[str, Subscription]:
    gathered: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(folder / "demo" / "subscriptions.csv"):
        gathered[row["subscription_id"].lower()].append(row)
    return {key: _subscription(key, below, customers) for key, below in gathered.items()}


def _subscription(key: str, below: list[dict[str, str]], customers: Mapping[str, Customer]) -> Subscription:
    customer = customers[below[0]["customer_id"].lower()]
    azure = tuple(AzureSubscription(row["azure_subscription_id"].lower(), row["name"]) for row in below)
    return Subscription(key, customer.id, customer.kind, below[0]["registered"] == "yes", azure)


def _machines(folder: Path) -> dict[str, tuple[Machine, ...]]:
    gathered: dict[str, list[Machine]] = defaultdict(list)
    for row in rows(folder / "demo" / "machines.csv"):
        owner = row["azure_subscription_id"].lower()
        machine = Machine(
            owner,
            row["series_id"],
            int(row["rank"]),
            row["vm"],
            row["resource_group"],
            row["size"],
            row["os"],
            row["region"],
        )
        gathered[owner].append(machine)
    return {owner: tuple(machines) for owner, machines in gathered.items()}
