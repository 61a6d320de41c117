"""The law of money: what was paid for reservations is used up, can come back, or came back; nothing else.

Used up and refundable are computed each for itself, so that their sum says something.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_DOWN, Decimal

from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.payments import CENT
from bespeak.sandbox.reservation_records import Refund, Reservation, ReservationOrder
from bespeak.sandbox.residual import Residual, in_cents, residual
from bespeak.sandbox.returns import cancelled_commitment

#: Records whose instances go on in others.
_GONE_ON = ("Split", "Merged", "Swapped")


@dataclass(frozen=True, slots=True)
class Money:
    """Sums of one customer in one currency: ``paid == consumed + refundable + refunded``.

    ``consumed`` never falls. ``refundable`` is at the price paid, without a fee; a lower price of today or a fee turns
    part of it into ``consumed`` when the refund is made. ``cancelled`` is the commitment that counts against the
    yearly limit now, in USD.
    """

    paid: Decimal
    consumed: Decimal
    refundable: Decimal
    refunded: Decimal
    cancelled: Decimal

    def __add__(self, other: Money) -> Money:
        return Money(
            self.paid + other.paid,
            self.consumed + other.consumed,
            self.refundable + other.refundable,
            self.refunded + other.refunded,
            self.cancelled + other.cancelled,
        )


def money(book: Book, customer_id: str, now: datetime, *, whole_days: int = 0) -> Money:
    """Where the money of a customer is; ``whole_days``: days after a purchase in which nothing is deducted."""
    zero = Decimal(0)
    total = Money(zero, zero, zero, zero, cancelled_commitment(book, customer_id, now))
    for order in book.orders(customer_id):
        if not order.failed and order.starts <= now:
            total += _of_order(book, order, now, whole_days)
    return total


def _of_order(book: Book, order: ReservationOrder, now: datetime, whole_days: int) -> Money:
    """All instances of an order share price, plan and term, so their cents are rounded together."""
    refunds = book.refunds(order_id=order.id)
    returned = sum((one.weight for one in refunds), Decimal(0))
    fees = sum((one.fee for one in refunds), Decimal(0))
    left = used = paid = Decimal(0)
    scale = 1
    for held in book.below(order):
        if held.ended_as not in _GONE_ON:
            one = _worth(order, held, now, whole_days)
            scale = one.scale
            paid += one.paid * held.quantity
            left += one.left * held.quantity if held.until is None else 0
            used += one.used * held.quantity if held.until is None else 0
            used += one.paid * one.scale * held.quantity - _weight(refunds, held) if held.until else 0
    back = in_cents(returned, scale) - fees
    rest = in_cents(left + returned, scale) - in_cents(returned, scale)
    consumed = (used / scale).quantize(CENT, ROUND_HALF_DOWN) + fees
    return Money(paid, consumed, rest, back, Decimal(0))


def _worth(order: ReservationOrder, held: Reservation, now: datetime, whole_days: int) -> Residual:
    at = now if held.until is None else min(now, held.until)
    return residual(held.offer, order.billing_plan, held.starts, at, whole_days=whole_days)


def _weight(refunds: list[Refund], held: Reservation) -> Decimal:
    return sum((one.weight for one in refunds if one.reservation_id == held.id), Decimal(0))
