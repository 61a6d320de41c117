"""Finds the order and the reservation that a request is about, and asks whether the caller may do this with it.

What lies in another tenant is answered like what does not exist: an id tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bespeak.sandbox.grants import CAPACITY
from bespeak.sandbox.http.arm import finding
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.members import GUID
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.rights import may
from bespeak.sandbox.world import World

_PATH = re.compile(
    r"/?providers/microsoft\.capacity/reservationorders/([^/]+)/reservations/([^/]+)/?", re.IGNORECASE
)


def order_in(ask: Ask, world: World, action: str) -> ReservationOrder:
    """The order of the path, if the caller may do this with it."""
    return finding.find_order(ask, world, action)


def order_named(ask: Ask, world: World, key: str, action: str) -> ReservationOrder:
    """The order of an id that a body names, if the caller may do this with it."""
    return finding.find_order(replace(ask, args={"oid": key}), world, action)


def reservation_in(ask: Ask, world: World, action: str, *, touches: Collection[str] = ()) -> Reservation:
    """The reservation of the path, if the caller may do this with it."""
    held = finding.find_reservation(ask, world)
    order = world.book.order_of(held)
    scope = f"{CAPACITY}/reservationOrders/{order.id}/reservations/{held.id}"
    may(world, ask.principal, action, scope, finding.home_of(order), touches=touches)
    return held


def find_below(world: World, order: ReservationOrder, key: str) -> Reservation:
    """The reservation of this id in an order."""
    if not GUID.fullmatch(key.lower()):
        raise RefusalError(400, "InvalidReservationId", f"'{key[:60]}' is no id of a reservation.")
    held = world.book.reservation(key)
    if held is None or held.order_id != order.id:
        what = f"Reservation {key} is not in reservation order {order.id}."
        raise RefusalError(404, "ReservationIdNotInReservationOrder", what)
    return held


def ids_in(text: str, member: str) -> tuple[str, str]:
    """The order and the reservation that a path names; 400 with the name of the member for any other text."""
    found = _PATH.fullmatch(text)
    if found is None:
        form = f"{CAPACITY}/reservationOrders/{{order}}/reservations/{{reservation}}"
        what = f"Member '{member}' must be the id of a reservation, {form}, not '{text[:80]}'."
        raise RefusalError(400, "InvalidReservationId", what)
    return found[1], found[2]


def named_below(world: World, order: ReservationOrder, text: str, member: str) -> Reservation:
    """The reservation of an order that a member names by its path."""
    order_id, key = ids_in(text, member)
    if order_id.lower() != order.id:
        what = f"Member '{member}' names a reservation of another order than {order.id}."
        raise RefusalError(400, "ReservationIdNotInReservationOrder", what)
    return find_below(world, order, key)
