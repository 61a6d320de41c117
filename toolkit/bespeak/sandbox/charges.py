"""What a partner is charged for reservations and savings plans and what comes back, and the month that bills it.

Follows from what was bought alone, so that the charges of an order always add up to what was paid for it less what was
refunded. A refund is posted in the billing month of the payment that it gives back (D-812).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bespeak.sandbox.clock import plus_years
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.payments import CENT, Instalment, instalments, plus_months
from bespeak.sandbox.reservation_records import (
    YEARS,
    BillingPlan,
    Offer,
    Refund,
    Reservation,
    ReservationOrder,
)
from bespeak.sandbox.savings_plans import SavingsPlan

#: What ends without being a transaction: the instances live on in other reservations.
_GOES_ON = ("Split", "Merged", "Swapped")
#: Invented: which product and SKU a savings plan is.
_PLAN_PRODUCT, _PLAN_SKUS = "DZH318Z0HSVP", {"P1Y": "0001", "P3Y": "0002"}
_YEARS = {"P1Y": "1 Year", "P3Y": "3 Years"}


@dataclass(frozen=True, slots=True)
class Bought:
    """What a charge is for: an order of reservations, or a savings plan (then ``reservation_order`` is empty).

    ``order`` is the order of Partner Center, or that of Azure for what was bought there.
    """

    order: str
    reservation_order: str
    customer_id: str
    product_id: str
    sku_id: str
    title: str
    name: str
    term: str
    currency: str
    billing_plan: BillingPlan
    billing_subscription_id: str
    requested: datetime
    starts: datetime

    @property
    def ends(self) -> datetime:
        """The instant at which its term ends."""
        return plus_years(self.starts, YEARS[self.term])


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment for what was bought, or (``Cancel``, with a quantity below 0) money that comes back for it.

    ``at`` is the instant from which it is known, ``posted`` the one whose month it belongs to; it pays for the time
    from ``starts`` to ``ends``. ``number`` counts the instalments, or the refunds of the world.
    """

    kind: Literal["New", "Cancel"]
    bought: Bought
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
        return self.bought.currency

    @property
    def unit(self) -> Decimal:
        """The amount of one instance, not below 0."""
        return self.amount / self.quantity


def charges(book: Book, now: datetime, plans: Iterable[SavingsPlan] = ()) -> list[Charge]:
    """All charges that are known by now, oldest first."""
    known = [one for order in book.orders() if _is_billed(order, now) for one in _of_order(book, order, now)]
    known += [one for plan in plans for one in _of_plan(plan, now)]
    return sorted(known, key=lambda one: one.at)


def _is_billed(order: ReservationOrder, now: datetime) -> bool:
    return not order.failed and order.starts <= now and order.visible <= now


def _of_order(book: Book, order: ReservationOrder, now: datetime) -> Iterator[Charge]:
    bought = _reserved(order)
    paid = list(_payments(book, order, bought, now))
    yield from paid
    for refund in book.refunds(order_id=order.id):
        if refund.at <= now and refund.amount:
            yield _refund(bought, refund, [one for one in paid if one.at <= refund.at])


def _reserved(order: ReservationOrder) -> Bought:
    offer = order.offer
    return Bought(
        order=order.commerce_order_id or order.id,
        reservation_order=order.id,
        customer_id=order.customer_id,
        product_id=offer.product_id,
        sku_id=offer.sku_id,
        title=offer.title,
        name=order.name,
        term=offer.term,
        currency=offer.currency,
        billing_plan=order.billing_plan,
        billing_subscription_id=order.billing_subscription_id,
        requested=order.requested,
        starts=order.starts,
    )


def _of_plan(plan: SavingsPlan, now: datetime) -> Iterator[Charge]:
    """The payments of a savings plan: its commitment is owed whether it is used or not."""
    made, total = plan.promise, plan.total.quantize(CENT, ROUND_HALF_UP)
    title, sku = f"Compute savings plan, {_YEARS[made.term]}", _PLAN_SKUS[made.term]
    bought = Bought(
        order=plan.order_id,
        reservation_order="",
        customer_id=plan.customer_id,
        product_id=_PLAN_PRODUCT,
        sku_id=sku,
        title=title,
        name=plan.name,
        term=made.term,
        currency=made.currency,
        billing_plan=made.billing_plan,
        billing_subscription_id=made.billing_subscription_id,
        requested=plan.starts,
        starts=plan.starts,
    )
    offer = Offer(_PLAN_PRODUCT, sku, "", "", made.term, title, total, made.currency)
    for one in instalments(offer, made.billing_plan, plan.starts):
        if one.due <= now and one.amount:
            ends = _end(bought, one.number)
            yield Charge("New", bought, one.number, one.due, one.due, 1, one.amount, one.due, ends)


def _payments(book: Book, order: ReservationOrder, bought: Bought, now: datetime) -> Iterator[Charge]:
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
        yield Charge("New", bought, number, at, at, quantity, amount, at, _end(bought, number))


def _end(bought: Bought, number: int) -> datetime:
    """Until when a payment lasts: to the next instalment, or to the end of the term."""
    return plus_months(bought.starts, number + 1) if bought.billing_plan == "Monthly" else bought.ends


def _refund(bought: Bought, refund: Refund, paid: list[Charge]) -> Charge:
    posted, ends = (paid[-1].at, paid[-1].ends) if paid else (bought.starts, _end(bought, 0))
    number, at = refund.number, refund.at
    return Charge("Cancel", bought, number, at, posted, -refund.quantity, -refund.amount, at, ends)
