"""Who the customers are, what they subscribed to, and which VMs they have: facts of the world that never change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bespeak.sandbox.sample import rows

Kind = Literal["legacy", "azure_plan", "none"]
#: An hour that no world reaches.
NEVER = 10**9


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
    """One VM. It runs in an hour when the count of its series in that hour is at least its rank.

    It exists from ``first_hour`` up to ``end_hour``. A machine that changed its size is two of these with one name.
    ``pauses``: hours, from and up to, in which its subscription was cancelled and it could not run.
    """

    azure_subscription_id: str
    series: str
    rank: int
    name: str
    resource_group: str
    size: str
    os: str
    region: str
    first_hour: int = 0
    end_hour: int = NEVER
    pauses: tuple[tuple[int, int], ...] = ()

    def exists(self, hour: int) -> bool:
        """Whether it exists in the hour of this number, running or not."""
        return self.first_hour <= hour < self.end_hour


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


def load_estate(folder: Path) -> Estate:
    """The estate of the sample data."""
    customers = {c.id: c for c in _customers(folder)}
    subscriptions = _subscriptions(folder, customers)
    return Estate(customers, subscriptions, grouped(subscriptions.values()), _machines(folder))


def grouped(subscriptions: Iterable[Subscription]) -> dict[str, tuple[Subscription, ...]]:
    """Subscriptions by customer, in their order."""
    by_customer: dict[str, list[Subscription]] = defaultdict(list)
    for held in subscriptions:
        by_customer[held.customer_id].append(held)
    return {owner: tuple(owned) for owner, owned in by_customer.items()}


def _customers(folder: Path) -> Iterator[Customer]:
    for row in rows(folder / "demo" / "customers.csv"):
        kind: Kind = row["kind"] if row["kind"] in ("legacy", "azure_plan") else "none"  # type: ignore[assignment]
        agreed = row["agreement"] == "yes"
        yield Customer(row["customer_id"].lower(), row["name"], row["domain"], row["country"], kind, agreed)


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
