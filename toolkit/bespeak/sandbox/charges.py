"""What a partner is charged for reservations and what comes back, charge by charge, and the month that bills it.

Follows from the book alone, so that the charges of an order always add up to what was paid for it less what was
refunded. A refund is posted in the billing month of the payment that it gives back (D-812).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.clock import plus_years
from bespeak.sandbox.holdings_book import YEARS, Book, Refund, Reservation, ReservationOrder
from bespeak.sandbox.payments import Instalment, instalments, plus_months

#: What ends without being a transaction: the instances live on in other reservations.
_GOES_ON = ("Split", "Merged", "Swapped")


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment for a reservation order, or (``Cancel``, with a quantity below 0) money that comes back for it.

    ``at`` is the instant from which it is known, ``posted`` the one whose month it belongs to; it pays for the time
    from ``starts`` to ``ends``. ``number`` counts the instalments, or the refunds of the world.
    """

    kind: Literal["New", "Cancel"]
    order: ReservationOrder
    number: int
    at: datetime
    posted: datetime
    quantity: int
    amount: Decimal
    starts: datetime
    ends: datetime

    @property
    def currency(self) -> str:
        """The currency of the purchase."""
        return self.order.offer.currency

    @property
    def unit(self) -> Decimal:
        """The amount of one instance, not below 0."""
        return self.amount / self.quantity


def charges(book: Book, now: datetime) -> list[Charge]:
    """All charges that are known by now, oldest first."""
    known = [one for order in book.orders() if _is_billed(order, now) for one in _of_order(book, order, now)]
    return sorted(known, key=lambda one: one.at)


def _is_billed(order: ReservationOrder, now: datetime) -> bool:
    return not order.failed and order.starts <= now and order.visible <= now


def _of_order(book: Book, order: ReservationOrder, now: datetime) -> Iterator[Charge]:
    paid = list(_payments(book, order, now))
    yield from paid
    for refund in book.refunds(order_id=order.id):
        if refund.at <= now and refund.amount:
            yield _refund(order, refund, [one for one in paid if one.at <= refund.at])


def _payments(book: Book, order: ReservationOrder, now: datetime) -> Iterator[Charge]:
    """The instalments that were due while the instances were held, those of all holders of the order together."""
    due: dict[int, list[tuple[Reservation, Instalment]]] = {}
    for held in book.below(order):
        last = now if held.until is None else min(now, held.until)
        for one in (
            () if held.ended_as in _GOES_ON else instalments(held.offer, order.billing_plan, held.starts)
        ):
            if one.due <= last and one.amount:
                due.setdefault(one.number, []).append((held, one))
    for number, parts in sorted(due.items()):
        quantity = sum(held.quantity for held, _ in parts)
        amount = sum((one.amount * held.quantity for held, one in parts), Decimal(0))
        at = parts[0][1].due
        yield Charge("New", order, number, at, at, quantity, amount, at, _end(order, number))


def _end(order: ReservationOrder, number: int) -> datetime:
    """Until when a payment lasts: to the next instalment, or to the end of the term."""
    if order.billing_plan == "Monthly":
        return plus_months(order.starts, number + 1)
    return plus_years(order.starts, YEARS[order.offer.term])


def _refund(order: ReservationOrder, refund: Refund, paid: list[Charge]) -> Charge:
    posted, ends = (paid[-1].at, paid[-1].ends) if paid else (order.starts, _end(order, 0))
    number, at = refund.number, refund.at
    return Charge("Cancel", order, number, at, posted, -refund.quantity, -refund.amount, at, ends)
