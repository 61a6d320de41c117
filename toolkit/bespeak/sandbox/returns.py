"""What a return of instances comes to, and what the policy says to it (D-801 to D-808)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.payments import CENT
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.residual import Residual, cheaper, in_cents, residual
from bespeak.sandbox.rules import refund_fee, refund_pool
from bespeak.sandbox.world import World

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Violation:
    """Why the policy speaks against a refund or an exchange: data in a quote, a refusal when it is to be done."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Return:
    """What the return of some instances comes to at an instant.

    ``paid`` is for the whole reservation; ``amount`` is what is paid out after ``fee``, ``prorated`` the rest of what
    was paid: used up, or of instances that stay. ``commitment`` counts against the limit, in USD.
    """

    held: Reservation
    quantity: int
    at: datetime
    one: Residual
    paid: Decimal
    amount: Decimal
    fee: Decimal
    dropped: Decimal
    commitment: Decimal
    in_dollars: Decimal
    weight: Decimal

    @property
    def prorated(self) -> Decimal:
        """What of the paid sum does not come back."""
        return self.paid - self.amount

    @property
    def remaining(self) -> Decimal:
        """The remaining commitment: what comes back and what need not be paid any more."""
        return self.amount + self.dropped


def check_quantity(held: Reservation, quantity: int) -> None:
    """Refuses to take back fewer than one or more than there are."""
    if not 1 <= quantity <= held.quantity:
        what = f"Member 'quantity' must be from 1 to {held.quantity}, not {quantity}."
        raise RefusalError(400, "InvalidRefundQuantity", what[:300])


def whole_days(world: World, held: Reservation) -> int:
    """How many days after the purchase a refund is of the whole price."""
    _fee, free = refund_fee(text_day(world, world.switches.refund_text_of))
    unused = free if free and not _was_used(world, held) else 0
    return max(world.switches.refund_whole_days, unused)


def text_day(world: World, asked: str) -> date:
    """The day whose text of a rule counts: the one asked for by a switch, else the day of the world."""
    try:
        return date.fromisoformat(asked) if asked else world.now.date()
    except ValueError:
        return world.now.date()


def _was_used(world: World, held: Reservation) -> bool:
    """Whether any hour of the order was applied to a machine."""
    coverage = world.covered(held.customer_id)
    order = world.book.order_of(held)
    known = [one for one in world.book.below(order) if one.id in coverage.benefits]
    return any(float(coverage.drawn(one.id, one.first_hour, coverage.end).sum()) > 0 for one in known)


def value(
    world: World,
    held: Reservation,
    quantity: int,
    *,
    exchange: bool = False,
    before: Decimal = _NOTHING,
) -> Return:
    """What some instances of a reservation are worth now; the fee is of refunds only (D-820).

    ``before``: the weight of what else of the same order is given back at once.
    """
    check_quantity(held, quantity)
    now, order = world.now, world.book.order_of(held)
    whole = whole_days(world, held)
    own = residual(held.offer, order.billing_plan, held.starts, now, whole_days=whole)
    offer = cheaper(held.offer, _price_now(world, held))
    left = residual(offer, order.billing_plan, held.starts, now, whole_days=whole).left
    weight = min(left, own.left) * quantity
    gross = _rounded(world.book, order, weight, own.scale, before)
    fee = Decimal(0) if exchange else _fee(world, held, gross)
    amount, dropped = gross - fee, own.dropped * quantity
    rate = world.prices.rate(held.offer.currency)
    counted = dropped
    if order.billing_plan == "Upfront" or world.switches.pool_counts_instalment:
        counted += gross
    return Return(
        held=held,
        quantity=quantity,
        at=now,
        one=own,
        paid=own.paid * held.quantity,
        amount=amount,
        fee=fee,
        dropped=dropped,
        commitment=Decimal(0) if exchange else _dollars(counted, rate),
        in_dollars=_dollars(amount, rate),
        weight=weight,
    )


def _price_now(world: World, held: Reservation) -> Decimal | None:
    offer = held.offer
    return world.prices.of_offer(offer.product_id, offer.sku_id, world.now, offer.currency)


def _rounded(book: Book, order: ReservationOrder, weight: Decimal, scale: int, before: Decimal) -> Decimal:
    """This refund in cents, so that all refunds of the order together are right to the cent."""
    before += sum((one.weight for one in book.refunds(order_id=order.id)), Decimal(0))
    return in_cents(before + weight, scale) - in_cents(before, scale)


def _fee(world: World, held: Reservation, gross: Decimal) -> Decimal:
    share, free = refund_fee(text_day(world, world.switches.refund_text_of))
    days = (world.now.date() - held.starts.date()).days
    return Decimal(0) if days <= free else (gross * share).quantize(CENT, ROUND_HALF_UP)


def _dollars(amount: Decimal, rate: Decimal) -> Decimal:
    return (amount / rate).quantize(CENT, ROUND_HALF_UP)


def cancelled_commitment(book: Book, customer_id: str, now: datetime) -> Decimal:
    """What counts against a customer's limit now: each amount for 365 days from the day of its refund (D-805)."""
    _limit, days = refund_pool()
    counted = (
        one.commitment
        for one in book.refunds(customer_id)
        if now.date() < one.at.date() + timedelta(days=days)
    )
    return sum(counted, Decimal(0))


def violations(world: World, given: Return) -> list[Violation]:
    """What the policy has against a refund."""
    found = []
    limit, days = refund_pool()
    total = cancelled_commitment(world.book, given.held.customer_id, world.now) + given.commitment
    if total > limit:
        what = f"USD {total:,.2f} of commitment would be cancelled within {days} days; the limit is USD {limit:,.0f}."
        found.append(Violation("RefundLimitExceeded", what))
    if not world.switches.self_service_refunds:
        what = "Refunds are not made by self-service here. Open a support request."
        found.append(Violation("SelfServiceRefundNotSupported", what))
    return found
