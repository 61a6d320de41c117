"""The customers of a world as they are now: those of the estate, and what was added, changed or removed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bespeak.sandbox.estate import NEVER, Customer, Estate, Machine, Subscription
from bespeak.sandbox.reservation_records import Scope


@dataclass(slots=True)
class DirectoryState:
    """What differs from the estate."""

    customers: dict[str, Customer] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    #: Azure subscriptions of each management group of a tenant: tenant -> group -> subscriptions.
    management_groups: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    #: Hours, from and up to, in which an Azure subscription was cancelled.
    pauses: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


class Directory:
    """Customers and subscriptions by lower-case id, with the changes of this world laid over the estate."""

    def __init__(self, estate: Estate, state: DirectoryState) -> None:
        self._estate = estate
        self._state = state
        self._customers: Mapping[str, Customer] | None = None
        self._by_customer: Mapping[str, tuple[Subscription, ...]] | None = None

    @property
    def customers(self) -> Mapping[str, Customer]:
        """Every customer of the partner, in the order in which they came."""
        if self._customers is None:
            gone = set(self._state.removed)
            everyone = {**self._estate.customers, **self._state.customers}
            self._customers = (
                {key: one for key, one in everyone.items() if key not in gone} if gone else everyone
            )
        return self._customers

    @property
    def changed(self) -> Iterable[Subscription]:
        """The subscriptions that came or changed since the beginning."""
        return self._state.subscriptions.values()

    def subscription(self, subscription_id: str) -> Subscription | None:
        """A subscription of Partner Center by its id in any case."""
        key = subscription_id.lower()
        return self._state.subscriptions.get(key) or self._estate.subscriptions.get(key)

    def subscriptions_of(self, customer_id: str) -> tuple[Subscription, ...]:
        """The subscriptions of a customer."""
        if not self._state.subscriptions:
            return self._estate.by_customer.get(customer_id, ())
        if self._by_customer is None:
            self._by_customer = self._joined()
        return self._by_customer.get(customer_id, self._estate.by_customer.get(customer_id, ()))

    def _joined(self) -> Mapping[str, tuple[Subscription, ...]]:
        joined: dict[str, dict[str, Subscription]] = defaultdict(dict)
        for changed in self._state.subscriptions.values():
            owned = self._estate.by_customer.get(changed.customer_id, ())
            joined[changed.customer_id] = {one.id: one for one in owned} | joined[changed.customer_id]
            joined[changed.customer_id][changed.id] = changed
        return {owner: tuple(owned.values()) for owner, owned in joined.items()}

    def put_customer(self, customer: Customer) -> None:
        """Adds or changes a customer."""
        self._state.customers[customer.id] = customer
        self._customers = None

    def remove_customer(self, customer_id: str) -> None:
        """Ends the relationship with a customer."""
        self._state.removed.append(customer_id)
        self._customers = None

    def put_subscription(self, subscription: Subscription) -> None:
        """Adds or changes a subscription."""
        self._state.subscriptions[subscription.id] = subscription
        self._by_customer = None

    def azure_ids(self, customer_id: str) -> tuple[str, ...]:
        """The Azure subscriptions of a customer."""
        return tuple(azure.id for held in self.subscriptions_of(customer_id) for azure in held.azure)

    def machines_of(self, customer_id: str) -> tuple[Machine, ...]:
        """All VMs of a customer, in the order in which a reservation is applied to them."""
        return tuple(one for key in self.azure_ids(customer_id) for one in self._machines(key))

    def _machines(self, azure_id: str) -> tuple[Machine, ...]:
        machines = self._estate.machines.get(azure_id, ())
        pauses = tuple(self._state.pauses.get(azure_id, ()))
        return tuple(replace(one, pauses=pauses) for one in machines) if pauses else machines

    def pause(self, azure_id: str, hour: int) -> None:
        """From this hour on nothing runs in an Azure subscription that was cancelled: VMs are deallocated (D-1256)."""
        pauses = self._state.pauses.setdefault(azure_id, [])
        if not pauses or pauses[-1][1] != NEVER:
            pauses.append((hour, NEVER))

    def resume(self, azure_id: str, hour: int) -> None:
        """From this hour on its VMs run again as their demand says."""
        pauses = self._state.pauses.get(azure_id, [])
        if pauses and pauses[-1][1] == NEVER:
            first, _ = pauses.pop()
            if hour > first:
                pauses.append((first, hour))

    def owner_of(self, azure_subscription_id: str) -> tuple[Customer, Subscription] | None:
        """The customer and the subscription of Partner Center above an Azure subscription."""
        key = azure_subscription_id.lower()
        for customer in self.customers.values():
            for held in self.subscriptions_of(customer.id):
                if any(azure.id == key for azure in held.azure):
                    return customer, held
        return None

    def groups_of(self, customer_id: str) -> Mapping[str, list[str]]:
        """The Azure subscriptions in each management group; the root group has the id of the tenant and holds all."""
        return {customer_id: list(self.azure_ids(customer_id))} | self._state.management_groups.get(
            customer_id, {}
        )

    def grouped(self) -> list[str]:
        """The customers for whom management groups were made."""
        return list(self._state.management_groups)

    def covers(self, scope: Scope, customer_id: str, machine: Machine) -> bool:
        """Whether a machine of the customer lies in a scope."""
        if scope.kind == "Single":
            return machine.azure_subscription_id == scope.id
        if scope.kind == "ResourceGroup":
            return f"{machine.azure_subscription_id}/{machine.resource_group.lower()}" == scope.id
        if scope.kind == "ManagementGroup":
            return machine.azure_subscription_id in self.groups_of(customer_id).get(scope.id, ())
        return True
