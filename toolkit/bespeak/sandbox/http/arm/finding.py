"""Which orders and reservations a caller sees: those of the directory of its token, if it holds a role on them.

An id of another directory is as unknown as one that does not exist.
"""

from __future__ import annotations

from datetime import timedelta

from bespeak.sandbox.http.arm.common import RawAnswerError
from bespeak.sandbox.http.exchange import Answer, Ask
from bespeak.sandbox.members import GUID
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.rights import READ, may, sees
from bespeak.sandbox.world import World

_SCOPE = "/providers/Microsoft.Capacity/reservationOrders"
_GATEWAY = (
    b"The response from resource provider 'Microsoft.Capacity' does not contain sufficient information to enforce"
    b" access control policy."
)


def in_directory(ask: Ask, world: World, order: ReservationOrder) -> bool:
    """Whether an order lies in the directory of the token; a token of the partner's own sees its customers'."""
    tenant = ask.tenant.lower()
    if tenant == home_of(order):
        return True
    return tenant not in world.directory.customers and not world.switches.azure_needs_customer_tenant


def home_of(order: ReservationOrder) -> str:
    """The directory that an order lives in."""
    return order.tenant_id or order.customer_id


def orders_seen(ask: Ask, world: World) -> list[ReservationOrder]:
    """All orders that the caller may read, running, failed and cancelled ones too, oldest first."""
    return [
        order
        for order in world.book.orders()
        if _there(order, world)
        and in_directory(ask, world, order)
        and sees(world, ask.principal, order.id, home_of(order))
    ]


def find_order(ask: Ask, world: World, action: str = READ) -> ReservationOrder:
    """The order of the path, if the caller may do this with it."""
    order_id = _guid(ask.args["oid"], "InvalidReservationOrderId", "reservation order")
    order = world.book.order(order_id)
    if order is None or not _there(order, world) or not in_directory(ask, world, order):
        raise _unknown(order_id)
    _check(ask, world, order, action)
    return order


def find_reservation(ask: Ask, world: World, action: str = READ) -> Reservation:
    """The reservation of the path, if the caller may do this with its order."""
    reservation_id = _guid(ask.args["rid"], "InvalidReservationId", "reservation")
    order = find_order(ask, world, action)
    held = world.book.reservation(reservation_id)
    if held is None or held.order_id != order.id or not _can_be_read(held, order, world):
        what = f"Reservation {reservation_id} is not in reservation order {order.id}."
        raise RefusalError(404, "ReservationIdNotInReservationOrder", what)
    return held


def _there(order: ReservationOrder, world: World) -> bool:
    """Azure knows its own purchases at once, those of Partner Center when they are fulfilled."""
    hidden = timedelta(minutes=world.switches.new_order_hidden_minutes)
    own = order.channel in ("Azure", "Exchange") and order.requested + hidden <= world.now
    return own or order.visible <= world.now


def _can_be_read(held: Reservation, order: ReservationOrder, world: World) -> bool:
    shown = world.switches.running_reservation_shown or order.starts <= world.now
    return shown and bool(held.seen(world.now))


def _guid(text: str, code: str, what: str) -> str:
    if not GUID.fullmatch(text.lower()):
        raise RefusalError(400, code, f"'{text}' is not the id of a {what}."[:300])
    return text.lower()


def _unknown(order_id: str) -> RefusalError:
    return RefusalError(404, "ReservationOrderNotFound", f"Reservation order {order_id} was not found.")


def _check(ask: Ask, world: World, order: ReservationOrder, action: str) -> None:
    """Refuses as the world wants it: 403, 404, or a gateway that says so in plain text (all were reported)."""
    reads = sees(world, ask.principal, order.id, home_of(order))
    if not reads and world.switches.azure_no_role == "404":
        raise _unknown(order.id)
    if not reads and world.switches.azure_no_role == "502":
        raise RawAnswerError(Answer(_GATEWAY, 502, {}, "text/plain; charset=utf-8"))
    may(world, ask.principal, action, f"{_SCOPE}/{order.id}", home_of(order))
