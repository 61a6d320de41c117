"""Buying a reservation in Azure: what may be bought, the quote, and the purchase that runs for minutes or an hour.

Two steps (*Calculate price*, *Purchase*, 2022-11-01): a quote gives the id of an order and a price; who sends the same
request to that order buys it. Nothing is reserved before, and a repeat buys nothing twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bespeak.sandbox.catalogue import Sku
from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.ids import guid
from bespeak.sandbox.payments import instalments
from bespeak.sandbox.purchase_checks import checked, in_dollars
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.quotes import Quote
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import MONTHS, Applied, Reservation, ReservationOrder, Revision
from bespeak.sandbox.rights import may
from bespeak.sandbox.rules import purchase_run, quote_lives
from bespeak.sandbox.world import World

QUOTE = "Microsoft.Capacity/calculatePrice/action"
BUY = "Microsoft.Capacity/reservationOrders/purchase/action"

#: Revision for revision: state and status code of a purchase that succeeds. Three states are in no published list.
STEPS = (
    ("Creating", ""),
    ("Creating", ""),
    ("Creating", ""),
    ("PendingCapacity", "Pending"),
    ("ConfirmedCapacity", ""),
    ("PendingBilling", "Pending"),
    ("ConfirmedBilling", "Pending"),
    ("Succeeded", ""),
    ("Succeeded", ""),
)
#: The revision with which each kind of purchase ends, and its status code.
_ENDS = {"Succeeded": (8, ""), "Failed": (5, "PurchaseError"), "BillingFailed": (7, "PaymentInstrumentError")}
#: People whom the customer pays; they see list prices.
CUSTOMERS = ("customer-owner", "customer-user")


def allowed(world: World, principal: str, action: str, billing_id: str, customer_id: str) -> None:
    """Refuses who has no right to buy with a subscription: no role, or a customer without permission (D-901)."""
    scope = f"/subscriptions/{billing_id}"
    may(world, principal, action, scope, customer_id)
    if principal in CUSTOMERS and not world.self_serve.allows(customer_id):
        what = f"The client has no authorization to perform action '{action}' over scope '{scope}': the partner of"
        raise RefusalError(
            403, "AuthorizationFailed", f"{what} this customer does not let it buy reservations."
        )


def quote(
    world: World,
    request: PurchaseRequest,
    customer: Customer,
    held: Subscription,
    *,
    tenant: str,
    principal: str,
) -> Quote:
    """A price, and the id of the order that it may become; quotes that nobody bought are forgotten in time."""
    allowed(world, principal, QUOTE, request.billing_id, customer.id)
    sku, offer = checked(world, request, customer, held)
    shown = offer.unit_total
    if principal in CUSTOMERS:
        shown = world.prices.list_price(sku, world.now, offer.currency)
    made = Quote(
        world.ids.guid("reservation order"), tenant.lower(), customer.id, world.now, request, offer, shown
    )
    kept = world.state.purchases.quotes
    for old in [one.id for one in kept.values() if _stale(one, world) and world.book.order(one.id) is None]:
        del kept[old]
    kept[made.id] = made
    return made


def _stale(one: Quote, world: World) -> bool:
    return world.now - one.at > quote_lives()


def lost_session() -> RefusalError:
    """The refusal of an order id that no quote gave, or not to this tenant, or too long ago: one for all of them."""
    what = (
        "The purchase session has timed out. Call CalculatePrice again and use the new reservation order id."
    )
    return RefusalError(400, "BadRequest", what)


def kept_quote(world: World, order_id: str, tenant: str) -> Quote:
    """The quote of an order id that can still be bought, or was."""
    found = world.state.purchases.quotes.get(order_id.lower())
    if found is None or found.tenant != tenant.lower():
        raise lost_session()
    if _stale(found, world) and world.book.order(order_id) is None:
        raise lost_session()
    return found


def buy(
    world: World, found: Quote, request: PurchaseRequest, held: Subscription, principal: str
) -> ReservationOrder:
    """Begins the purchase of a quote, or finds the one that it became: the same request buys once."""
    customer = world.directory.customers[found.customer_id]
    if not found.request.same_as(request):
        what = "The request differs from the one that was quoted. Call CalculatePrice again after any change."
        raise RefusalError(400, "BadRequest", what)
    allowed(world, principal, BUY, request.billing_id, customer.id)
    bought = world.book.order(found.id)
    if bought is not None:
        return bought
    sku, _ = checked(world, request, customer, held)
    return place(world, found, sku, principal)


def place(world: World, found: Quote, sku: Sku, principal: str) -> ReservationOrder:
    """Writes down a purchase that runs from now on and is known to end well or not, as the world wants it."""
    outcome = outcome_of(world, found, sku)
    revisions = run_of(world.now, world.switches.purchase_pace, outcome, found.request)
    order = ReservationOrder(
        id=found.id,
        customer_id=found.customer_id,
        offer=found.offer,
        name=found.request.name or f"VM_RI_{world.now:%m-%d-%Y_%H-%M}",
        quantity=found.request.quantity,
        billing_plan=found.request.plan,
        billing_subscription_id=found.request.billing_id,
        requested=world.now,
        starts=_end(revisions),
        visible=_end(revisions),
        channel="Azure",
        buyer="customer" if principal in CUSTOMERS else "partner",
        failed=outcome != "Succeeded",
    )
    held = _first(world, order, found.request, revisions)
    world.book.add(order, held)
    world.grants.bought(order, principal)
    world.state.purchases.running.append(order.id)
    return order


def _end(revisions: list[Revision]) -> datetime:
    """When it is decided: at the revision that stays as it is from then on."""
    return next(one.at for one in revisions if one.state == revisions[-1].state)


def _first(
    world: World, order: ReservationOrder, request: PurchaseRequest, revisions: list[Revision]
) -> Reservation:
    flexible = not world.facts.flexibility(order.offer.size)[0].startswith("size:")
    return Reservation(
        id=guid("reservation", order.id),
        order_id=order.id,
        customer_id=order.customer_id,
        offer=order.offer,
        name=order.name,
        quantity=order.quantity,
        starts=order.starts,
        since=order.starts,
        applied=[Applied(order.starts, request.scope, request.flexible and flexible)],
        until=order.starts if order.failed else None,
        renew=request.renew,
        revisions=[replace(one, quantity=order.quantity, name=order.name) for one in revisions],
    )


def outcome_of(world: World, found: Quote, sku: Sku) -> str:
    """How a purchase of now ends.

    Without capacity it fails. What Partner Center would refuse (no agreement, no relationship, no credit) becomes
    known when the purchase is billed (INF: nobody recorded such a purchase).
    """
    if world.switches.purchase_outcome != "Succeeded":
        return "BillingFailed" if world.switches.purchase_outcome == "BillingFailed" else "Failed"
    if world.commerce.standing.restriction(sku, found.customer_id) is not None:
        return "Failed"
    try:
        world.shop.placing.check(world.directory.customers[found.customer_id], world.now)
        _check_credit(world, found)
    except RefusalError:
        return "BillingFailed"
    return "Succeeded"


def _check_credit(world: World, found: Quote) -> None:
    """Refuses a first payment beyond the credit line of the partner (D-604)."""
    first = instalments(found.offer, found.request.plan, world.now)[0].amount * found.request.quantity
    spent = (
        in_dollars(
            world, line.total / (MONTHS[line.term] if line.billing_cycle == "monthly" else 1), order.currency
        )
        for kept in world.shop.orders.kept.values()
        for order in kept
        if order.transaction_type == "UserPurchase" and order.cancelled is None
        for line in order.lines
    )
    world.commerce.standing.check_credit(in_dollars(world, first, found.offer.currency), spent, world.now)


def run_of(now: datetime, pace: str, outcome: str, request: PurchaseRequest) -> list[Revision]:
    """The revisions of a purchase of this instant; those of the time to come are not seen yet."""
    count, code = _ENDS[outcome]
    times = purchase_run(pace)
    steps = [*STEPS] if outcome == "Succeeded" else [*STEPS[: count - 1], (outcome, code)]
    return [
        Revision(number, now + at, state, status, request.quantity, request.name, renew=request.renew)
        for number, (at, (state, status)) in enumerate(zip(times, steps, strict=False), 1)
    ]
