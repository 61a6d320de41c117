"""What an exchange comes to and whether the policy allows it (D-820 to D-844)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.purchase_checks import checked
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import YEARS, Offer, Reservation
from bespeak.sandbox.returns import Return, Violation, text_day, value
from bespeak.sandbox.rules import exchange_closes, most_traded_in
from bespeak.sandbox.savings_plans import check
from bespeak.sandbox.sessions import GivenBack, PlanRequest, Taken, TakenPlan
from bespeak.sandbox.splitting import check_idle
from bespeak.sandbox.world import World

#: A commitment an hour is given with five decimals; X-12 takes the nearest one as enough.
_STEP = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to give back, and to buy for it."""

    given: tuple[tuple[Reservation, int], ...]
    taken: tuple[PurchaseRequest, ...]
    plans: tuple[PlanRequest, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The figures of an exchange at an instant, and what the policy says against it."""

    returns: tuple[Return, ...]
    taken: tuple[Taken, ...]
    plans: tuple[TakenPlan, ...]
    against: tuple[Violation, ...]
    currency: str


def terms(world: World, customer: Customer, wanted: Wanted) -> Terms:
    """The figures of an exchange; refuses what is no exchange at all, with the name of the member."""
    _check_given(world, wanted)
    currency = wanted.given[0][0].offer.currency
    returns = _returns(world, wanted)
    swaps = _swaps(world, wanted)
    taken = tuple(
        _taken(world, customer, request, returns, swaps.get(number), currency)
        for number, request in enumerate(wanted.taken)
    )
    plans = tuple(_plan(world, customer, request, currency) for request in wanted.plans)
    against = tuple(_against(world, returns, taken, plans))
    return Terms(returns, taken, plans, against, currency)


def _check_given(world: World, wanted: Wanted) -> None:
    if not wanted.given:
        raise RefusalError(
            400, "BadRequest", "Member 'reservationsToExchange' needs at least one reservation."
        )
    if not wanted.taken and not wanted.plans:
        what = "Members 'reservationsToPurchase' and 'savingsPlansToPurchase' are both empty."
        raise RefusalError(400, "BadRequest", what)
    if len({held.id for held, _ in wanted.given}) < len(wanted.given):
        raise RefusalError(400, "BadRequest", "Member 'reservationsToExchange' names a reservation twice.")
    if len({held.offer.currency for held, _ in wanted.given}) > 1:
        raise RefusalError(400, "BadRequest", "The reservations to exchange were paid in several currencies.")
    for held, _ in wanted.given:
        check_idle(world.book, held, world.now)


def _returns(world: World, wanted: Wanted) -> tuple[Return, ...]:
    """The value of each item; items of one order are rounded together."""
    made: list[Return] = []
    for held, quantity in wanted.given:
        before = sum((one.weight for one in made if one.held.order_id == held.order_id), Decimal(0))
        made.append(value(world, held, quantity, exchange=True, before=before))
    return tuple(made)


def _swaps(world: World, wanted: Wanted) -> dict[int, int]:
    """Which purchase is the twin of which returned item: place to place (D-824)."""
    found: dict[int, int] = {}
    for number, request in enumerate(wanted.taken):
        for place, (held, quantity) in enumerate(wanted.given):
            fits = quantity == request.quantity and _is_twin(world, held, request)
            if fits and place not in found.values() and number not in found:
                found[number] = place
    return found


def _is_twin(world: World, held: Reservation, request: PurchaseRequest) -> bool:
    same = (held.offer.region, held.offer.term, world.book.order_of(held).billing_plan)
    sizes = held.offer.size.lower(), request.size.lower()
    return (
        same == (request.region, request.term, request.plan)
        and sizes[0] != sizes[1]
        and plain_size(sizes[0]) == plain_size(sizes[1])
    )


def plain_size(size: str) -> str:
    """The name of a size without the letter of premium storage: of F1s and F1, of DS1_v2 and D1_v2 the same."""
    older = re.sub(r"^standard_([dg])s(?=\d)", r"standard_\1", size.lower())
    return re.sub(r"^(standard_[a-z]+\d+(?:-\d+)?[a-z]*)s(?=_|$)", r"\1", older)


def _taken(
    world: World,
    customer: Customer,
    request: PurchaseRequest,
    returns: Sequence[Return],
    swap: int | None,
    currency: str,
) -> Taken:
    if swap is not None:
        back = returns[swap]
        return Taken(request, _twin_offer(world, back.held, request), back.remaining, swap_of=back.held.id)
    found = world.directory.owner_of(request.billing_id)
    if found is None or found[0].id != customer.id:
        what = f"Member 'billingScopeId': subscription {request.billing_id} is not one of this customer's."
        raise RefusalError(400, "InvalidSubscriptionId", what)
    sku, offer = checked(world, request, customer, found[1])
    if sku.restricted:
        what = f"There is no capacity left for {sku.size.name} in {sku.region}."
        raise RefusalError(400, "FulfillmentOutOfStockError", what)
    if offer.currency != currency:
        what = f"The reservations were paid in {currency}; this customer buys in {offer.currency}."
        raise RefusalError(400, "BadRequest", what)
    return Taken(request, offer, offer.unit_total * request.quantity)


def _twin_offer(world: World, held: Reservation, request: PurchaseRequest) -> Offer:
    """The twin at the price that was paid; it must be known in the region."""
    sku = world.catalogue.by_size(request.region, request.size).get(request.term)
    if sku is None:
        raise RefusalError(
            400, "BadRequest", f"'{request.size}' in {request.region} cannot be reserved."[:300]
        )
    old = held.offer
    return sku.offer(old.unit_total, old.currency)


def _plan(world: World, customer: Customer, request: PlanRequest, currency: str) -> TakenPlan:
    check(request.term, request.commitment)
    if request.billing_subscription_id not in world.directory.azure_ids(customer.id):
        what = "Member 'billingScopeId' names a subscription that is not one of this customer's."
        raise RefusalError(400, "InvalidSubscriptionId", what)
    if request.currency != currency:
        what = f"Member 'currencyCode' must be {currency}, as the reservations were paid."
        raise RefusalError(400, "BadRequest", what)
    return TakenPlan(request, request.commitment * _hours(request))


def _hours(request: PlanRequest) -> int:
    return 8760 * YEARS[request.term]


def _against(
    world: World, returns: Sequence[Return], taken: Sequence[Taken], plans: Sequence[TakenPlan]
) -> list[Violation]:
    found = []
    swapped = {one.swap_of for one in taken if one.swap_of}
    bought = [one for one in taken if not one.swap_of]
    for back in returns if bought else ():
        if back.held.id not in swapped and not exchangeable(world, back.held):
            what = f"Reservation {back.held.id} was bought on or after the day from which on none can be exchanged."
            found.append(Violation("SelfServiceRefundNotSupported", what))
    if plans and len(returns) > most_traded_in():
        what = f"At most {most_traded_in()} reservations are traded in at a time, not {len(returns)}."
        found.append(Violation("BadRequest", what))
    given = sum((one.remaining for one in returns), Decimal(0))
    total = sum((one.total for one in taken), Decimal(0)) + sum((one.total for one in plans), Decimal(0))
    slack = sum((_STEP / 2 * _hours(one.request) for one in plans), Decimal(0))
    if total + slack < given:
        what = f"The new commitment of {total:,.2f} is below the remaining commitment of {given:,.2f}."
        found.append(Violation("BadRequest", what))
    return found


def exchangeable(world: World, held: Reservation) -> bool:
    """Whether instances can be exchanged now: only the day counts on which they were bought (D-830 to D-835).

    What comes of an exchange or a renewal is bought anew, so that a right is used up by each quantity for itself.
    """
    closes = exchange_closes(text_day(world, world.switches.exchange_text_of))
    return closes is None or world.book.order_of(held).requested.date() < closes


def figures(back: Return) -> GivenBack:
    """The figures of a returned item as a session keeps them."""
    cents = Decimal("0.01")
    prorated = back.prorated.quantize(cents, ROUND_HALF_UP)
    return GivenBack(
        back.held.order_id, back.held.id, back.quantity, back.amount, back.paid, prorated, back.dropped
    )
