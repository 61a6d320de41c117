"""Refunds: a quote with a session, then the return (D-811 to D-813); what it comes to is in ``returns``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bespeak.sandbox.order_records import order_text
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Refund, Reservation, ReservationOrder
from bespeak.sandbox.returns import Return, value, violations
from bespeak.sandbox.sessions import RefundSession
from bespeak.sandbox.splitting import check_idle, forget_renewal, split
from bespeak.sandbox.world import World


def quote(world: World, held: Reservation, quantity: int) -> tuple[RefundSession, Return]:
    """A quote, valid for some minutes; what the policy says against it is no refusal here."""
    check_idle(world.book, held, world.now)
    given = value(world, held, quantity)
    until = world.now + timedelta(minutes=world.switches.session_minutes)
    session = RefundSession(world.ids.guid("refund session"), held.id, quantity, until)
    kept = world.state.sessions.refunds
    for old in [key for key, one in kept.items() if one.until < world.now]:
        del kept[old]
    kept[session.id] = session
    return session, given


def take_back(
    world: World, session_id: str, held: Reservation, quantity: int, reason: str
) -> tuple[RefundSession, Return]:
    """Returns what was quoted in a session, which is used up by it; refuses what the policy is against."""
    session = world.state.sessions.refunds.get(session_id.lower())
    if session is None or session.until < world.now:
        what = (
            "Member 'sessionId': the session is unknown, was used or timed out. Call CalculateRefund again."
        )
        raise RefusalError(400, "BadRequest", what)
    if (session.reservation_id, session.quantity) != (held.id, quantity):
        what = (
            "Member 'reservationToReturn' is not what the session was quoted for. Call CalculateRefund again."
        )
        raise RefusalError(400, "BadRequest", what)
    check_idle(world.book, held, world.now)
    given = value(world, held, quantity)
    against = violations(world, given)
    if against:
        raise RefusalError(400, against[0].code, against[0].message)
    del world.state.sessions.refunds[session.id]
    done = world.now + timedelta(minutes=world.switches.refund_minutes)
    settle(world, given, "Return", reason, done)
    order = world.book.order_of(held)
    order.pending_until = done
    _tell(world, order)
    return session, given


def _tell(world: World, order: ReservationOrder) -> None:
    """Partner Center writes down that an order was changed."""
    for kept in world.shop.orders.of(order.customer_id):
        if kept.id == order.commerce_order_id:
            world.audit.add(world.now, "order", "update_order", order.customer_id, order_text(kept))


def settle(
    world: World, given: Return, kind: Literal["Return", "Exchange", "TradeIn"], reason: str, done: datetime
) -> Reservation:
    """Ends the returned instances now, of a part in a reservation of its own, and writes down the money."""
    held, now = given.held, world.now
    if given.quantity < held.quantity:
        held = split(world, held, (given.quantity, held.quantity - given.quantity))[0]
    held.until, held.ended_as = now, "Returned" if kind == "Return" else "Exchanged"
    held.refunded = given.amount
    forget_renewal(held)
    held.revise(now, "Cancelled")
    held.revisions[-1] = replace(held.revisions[-1], at=done)
    world.book.refund(
        Refund(
            number=len(world.book.refunds()) + 1,
            at=now,
            customer_id=held.customer_id,
            order_id=held.order_id,
            reservation_id=held.id,
            quantity=given.quantity,
            kind=kind,
            amount=given.amount,
            fee=given.fee,
            dropped=given.dropped,
            commitment=given.commitment,
            currency=held.offer.currency,
            weight=given.weight,
            scale=given.one.scale,
            reason=reason,
        )
    )
    return held
