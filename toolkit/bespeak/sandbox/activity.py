"""The activity log: what was done to VMs, reservations and role assignments (Microsoft, *Azure Monitor activity log*).

Starts and stops follow from the demand, purchases and changes from the book of reservations, so the log needs no state
of its own. A purchase by a customer is here while nobody tells the partner of it (D-905).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from bespeak.sandbox.clock import hour_number, instant_of
from bespeak.sandbox.estate import Customer, Machine
from bespeak.sandbox.fleet import PROVIDER, machine_path
from bespeak.sandbox.grants import CAPACITY, GrantEvent
from bespeak.sandbox.ids import guid
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.rights import client_of
from bespeak.sandbox.world import World

_AUTHORIZATION = "Microsoft.Authorization/roleAssignments"
#: Seconds between the begin and the end of an operation, at least and at most.
_QUICKEST, _SLOWEST = 20, 110


@dataclass(frozen=True, slots=True)
class Event:
    """One event: which action on which resource, by whom, and how it ended (or ``Started``)."""

    at: datetime
    action: str
    resource: str
    caller: str
    status: str
    operation: str

    @property
    def id(self) -> str:
        """A GUID of its own."""
        return guid("event", self.operation, self.status)

    @property
    def group(self) -> str:
        """The resource group of the resource, or nothing."""
        parts = self.resource.split("/")
        return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""  # noqa: PLR2004  (an ARM id)

    @property
    def provider(self) -> str:
        """The provider of the action."""
        return self.action.partition("/")[0]

    @property
    def kind(self) -> str:
        """The type of the resource: what stands between the provider and the last words of the action."""
        words = self.action.split("/")
        return "/".join(words[: -2 if words[-1] == "action" else -1])


def machine_events(
    world: World, customer: Customer, machines: list[Machine], first: datetime, last: datetime
) -> Iterator[Event]:
    """Starts and deallocations between two instants: where the demand of a VM changes from one hour to the next."""
    start = max(hour_number(first), world.demand.first_hour + 1)
    end = hour_number(last) + 1
    if not machines or start >= end:
        return
    running = world.demand.running(machines, start - 1, end)
    rows, columns = np.nonzero(np.diff(running, axis=0))
    caller = guid("automation", customer.id)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        what = "start" if running[row + 1, column] else "deallocate"
        path, at = machine_path(machines[column]), instant_of(start + row)
        yield from _pair(at, f"{PROVIDER}/{what}/action", path, caller)
    begun = {(machine_path(one).lower(), one.first_hour) for one in machines}
    for one in machines:
        ends = (machine_path(one).lower(), one.end_hour) not in begun
        yield from _life(one, start, end, caller, ends=ends)


def _life(machine: Machine, start: int, end: int, caller: str, *, ends: bool) -> Iterator[Event]:
    """That a VM was made or changed its size, and (``ends``) that it was removed."""
    if start <= machine.first_hour < end:
        yield from _pair(instant_of(machine.first_hour), f"{PROVIDER}/write", machine_path(machine), caller)
    if ends and start <= machine.end_hour < end:
        yield from _pair(instant_of(machine.end_hour), f"{PROVIDER}/delete", machine_path(machine), caller)


def _pair(
    at: datetime, action: str, resource: str, caller: str, ending: str = "Succeeded"
) -> Iterator[Event]:
    """The begin and the end of one operation."""
    operation = guid("operation", at.isoformat(), action, resource)
    seconds = _QUICKEST + int(operation[:4], 16) % (_SLOWEST - _QUICKEST)
    yield Event(at, action, resource, caller, "Started", operation)
    yield Event(at + timedelta(seconds=seconds), action, resource, caller, ending, operation)


def reservation_events(world: World, customer: Customer, azure_id: str = "") -> Iterator[Event]:
    """Purchases and later changes of reservations, of one paying subscription or of all."""
    for order in world.book.orders(customer.id):
        if azure_id not in ("", order.billing_subscription_id):
            continue
        yield from _purchase(world, order)
        for held in world.book.below(order):
            yield from _changes(world, held)


def _purchase(world: World, order: ReservationOrder) -> Iterator[Event]:
    buyer = "customer-owner" if order.buyer == "customer" else "admin-agent"
    path = f"{CAPACITY}/reservationOrders/{order.id}"
    operation = guid("operation", order.id)
    caller = client_of(world, buyer, order.customer_id)[0]
    action = "Microsoft.Capacity/reservationOrders/write"
    yield Event(order.requested, action, path, caller, "Started", operation)
    ended = max(order.starts, order.visible)
    yield Event(ended, action, path, caller, "Failed" if order.failed else "Succeeded", operation)


def _changes(world: World, held: Reservation) -> Iterator[Event]:
    path = f"{CAPACITY}/reservationOrders/{held.order_id}/reservations/{held.id}"
    caller = client_of(world, "admin-agent", held.customer_id)[0]
    for one in held.revisions:
        if one.at > held.starts and one.state not in ("Pending", "Creating"):
            operation = guid("operation", held.id, one.etag)
            action = "Microsoft.Capacity/reservationOrders/reservations/write"
            yield Event(one.at, action, path, caller, "Succeeded", operation)


def grant_events(world: World, customer: Customer, within: str) -> Iterator[Event]:
    """Role assignments made and removed at a scope and below it."""
    edge = within.lower().rstrip("/") + "/"
    for number, one in enumerate(world.grants.state.events):
        scope = one.assignment.scope.lower().rstrip("/") + "/"
        if one.assignment.tenant == customer.id and scope.startswith(edge):
            yield _grant(world, one, number)


def _grant(world: World, one: GrantEvent, number: int) -> Event:
    made = one.assignment
    path = f"{made.scope.rstrip('/')}/providers/{_AUTHORIZATION}/{made.id}"
    caller = client_of(world, one.by, made.tenant)[0] if one.by else made.made_by
    operation = guid("operation", path, number)
    return Event(one.at, f"{_AUTHORIZATION}/{one.what}", path, caller, "Succeeded", operation)
