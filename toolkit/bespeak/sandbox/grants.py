"""Who holds which role of Azure where: what the world begins with, what was assigned or removed since.

Reservations are objects of the tenant with roles of their own: who buys one, and who is Owner of the paying
subscription at that moment, becomes Owner of the order; nothing is inherited afterwards (Microsoft, *Permissions to
view and manage Azure reservations*, 2026-01-15, D-227).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bespeak.sandbox.azure_roles import AzureRole, built_in, role_named
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.ids import guid
from bespeak.sandbox.reservation_records import ReservationOrder

PrincipalType = Literal["User", "Group", "ServicePrincipal", "ForeignGroup"]

CAPACITY = "/providers/Microsoft.Capacity"
GROUPS = "/providers/Microsoft.Management/managementGroups"
#: The group of the partner's admin agents: one id in the tenants of all customers (D-211).
ADMIN_AGENTS = guid("principal", "admin agents")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role at a scope for one principal (its object id); ``id`` is a GUID, ``tenant`` the directory it lives in."""

    id: str
    tenant: str
    scope: str
    role_id: str
    principal_id: str
    principal_type: PrincipalType
    made: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class GrantEvent:
    """That a role was assigned or removed, when and by whom (a principal of the sandbox)."""

    at: datetime
    what: Literal["write", "delete"]
    by: str
    assignment: Assignment


@dataclass(slots=True)
class GrantState:
    """What was assigned and removed, custom roles, and the Owners of orders as they were at the purchase."""

    added: dict[str, Assignment] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    custom: dict[str, AzureRole] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)
    events: list[GrantEvent] = field(default_factory=list)


def object_id(principal: str, tenant: str) -> str:
    """The object id of a principal in a tenant; people of the partner keep theirs in every tenant but as guests."""
    home = tenant if principal in ("guest", "customer-owner", "customer-user") else "partner"
    return guid("principal", home, principal)


class Grants:
    """The role assignments of all tenants."""

    def __init__(self, state: GrantState, directory: Directory, book: Book, begun: datetime) -> None:
        self.state = state
        self._directory = directory
        self._book = book
        self._begun = begun

    def role(self, role_id: str) -> AzureRole | None:
        """A built-in or custom role by its id."""
        return built_in().get(role_id.lower()) or self.state.custom.get(role_id.lower())

    def counting_at(self, scope: str, tenant: str) -> Iterator[Assignment]:
        """The assignments that count at a scope: those at it and at everything above it."""
        for place in self.above(scope, tenant):
            yield from self.exactly_at(place, tenant)

    def above(self, scope: str, tenant: str) -> list[str]:
        """The scope, in lower case, and all scopes above it, the widest first."""
        parts = scope.strip("/").lower().split("/")
        places = ["/", *("/" + "/".join(parts[:count]) for count in range(1, len(parts) + 1))]
        if parts[0] == "subscriptions" and len(parts) > 1:
            groups = self._directory.groups_of(tenant)
            above = [f"{GROUPS}/{name}".lower() for name, below in groups.items() if parts[1] in below]
            places[1:1] = above
        return list(dict.fromkeys(places))

    def exactly_at(self, scope: str, tenant: str) -> Iterator[Assignment]:
        """The assignments made at this scope itself (in lower case)."""
        gone = self.state.removed
        yield from (one for one in self._given(scope, tenant) if one.id not in gone)
        for one in self.state.added.values():
            if one.tenant == tenant and one.scope.lower() == scope:
                yield one

    def _given(self, scope: str, tenant: str) -> Iterator[Assignment]:
        """What nobody assigned by hand."""
        first, _, rest = scope.strip("/").partition("/")
        if first == "subscriptions" and rest in self._directory.azure_ids(tenant):
            yield self._made("Owner", scope, tenant, ADMIN_AGENTS, self._begun)
            yield self._made("Owner", scope, tenant, object_id("customer-owner", tenant), self._begun)
            yield self._made("Reader", scope, tenant, object_id("guest", tenant), self._begun)
        if scope == CAPACITY.lower():
            yield self._made("Reservations Reader", scope, tenant, object_id("guest", tenant), self._begun)
        order = self._book.order(scope.rpartition("/")[2]) if "/reservationorders/" in scope else None
        if order is not None and order.customer_id == tenant:
            for owner in self.owners(order):
                yield self._made(
                    "Owner", f"{CAPACITY}/reservationOrders/{order.id}", tenant, owner, order.requested
                )

    def _made(self, role: str, scope: str, tenant: str, owner: str, at: datetime) -> Assignment:
        kind: PrincipalType = "ForeignGroup" if owner == ADMIN_AGENTS else "User"
        known = role_named(role)
        return Assignment(guid(scope, known.id, owner), tenant, scope, known.id, owner, kind, at, owner)

    def owners(self, order: ReservationOrder) -> list[str]:
        """The object ids that became Owner of an order at its purchase."""
        if order.tenant_id and order.tenant_id != order.customer_id:
            return []  # After a change of directory access must be granted anew.
        kept = self.state.owners.get(order.id)
        return self._owners_now(order, _buyer(order)) if kept is None else kept

    def _owners_now(self, order: ReservationOrder, buyer: str) -> list[str]:
        owner = role_named("Owner").id
        paying = self.counting_at(f"/subscriptions/{order.billing_subscription_id}", order.customer_id)
        return list(dict.fromkeys([buyer, *(one.principal_id for one in paying if one.role_id == owner)]))

    def bought(self, order: ReservationOrder, principal: str) -> None:
        """Keeps who owns an order from its purchase on: the principal that bought it, and the Owners of now."""
        buyer = ADMIN_AGENTS if principal == "admin-agent" else object_id(principal, order.customer_id)
        self.state.owners[order.id] = self._owners_now(order, buyer)

    def settle(self) -> None:
        """Keeps the Owners of all orders so far: what is assigned from now on does not reach them (D-227)."""
        for order in self._book.orders():
            self.state.owners.setdefault(order.id, self._owners_now(order, _buyer(order)))

    def add(self, assignment: Assignment, by: str = "") -> None:
        """Assigns a role."""
        self.settle()
        self.state.added[assignment.id] = assignment
        self.state.events.append(GrantEvent(assignment.made, "write", by, assignment))

    def remove(self, assignment: Assignment, at: datetime, by: str = "") -> None:
        """Takes a role away."""
        self.settle()
        if self.state.added.pop(assignment.id, None) is None:
            self.state.removed.append(assignment.id)
        self.state.events.append(GrantEvent(at, "delete", by, assignment))


def _buyer(order: ReservationOrder) -> str:
    return object_id("customer-owner", order.customer_id) if order.buyer == "customer" else ADMIN_AGENTS
