"""Quotes a reservation and buys it (*Calculate price*, *Reservation Order - Purchase*, 2022-11-01)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bespeak.sandbox.estate import Customer, Subscription
from bespeak.sandbox.http.arm.common import address, azure_answer, azure_body
from bespeak.sandbox.http.arm.finding import find_order
from bespeak.sandbox.http.arm.order_body import order_body
from bespeak.sandbox.http.arm.orders import PATH, STATES
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity_purchase as shapes
from bespeak.sandbox.http.shapes.capacity import Order, PurchaseRequest
from bespeak.sandbox.members import GUID
from bespeak.sandbox.payments import instalments
from bespeak.sandbox.purchase import QUOTE, buy, kept_quote, quote
from bespeak.sandbox.purchase_checks import in_dollars, payer
from bespeak.sandbox.purchase_request import billing_subscription, read_request
from bespeak.sandbox.quotes import Quote
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import ReservationOrder
from bespeak.sandbox.rights import may
from bespeak.sandbox.world import World

#: Seconds after which to look at a purchase for the first time.
WAIT = "120"
#: Countries in which prices include tax (*Sell reservations to customers*).
_TAXED = ("BR",)


def calculate_price(ask: Ask, world: World) -> Answer:
    """The price of a purchase and the id of the order that it may become; nothing is bought or kept free."""
    raw = azure_body(ask)
    customer, held = paying(ask, world, raw, QUOTE)
    request = read_request(raw, customer, world.directory)
    made = quote(world, request, customer, held, tenant=ask.tenant, principal=ask.principal)
    return azure_answer(quote_body(made, customer, world), ask, world)


def purchase(ask: Ask, world: World) -> Answer:
    """Buys what was quoted; the same request again finds the order that it became."""
    order_id = ask.args["oid"].lower()
    if not GUID.fullmatch(order_id):
        what = f"'{order_id}' is not the id of a reservation order."
        raise RefusalError(400, "InvalidReservationOrderId", what[:300])
    raw = azure_body(ask)
    if world.book.order(order_id) is not None and order_id not in world.state.purchases.quotes:
        taken = find_order(ask, world)
        raise _taken(taken)
    found = kept_quote(world, order_id, ask.tenant)
    customer, held = paying(ask, world, raw, QUOTE)
    request = read_request(raw, customer, world.directory)
    fresh = world.book.order(order_id) is None
    bought = buy(world, found, request, held, ask.principal)
    return purchase_answer(bought, ask, world, fresh=fresh)


def purchase_answer(bought: ReservationOrder, ask: Ask, world: World, *, fresh: bool) -> Answer:
    """202 while a purchase runs, with the order as it is; once it is done 200, or a refusal if the world wants it."""
    body = order_body(bought, world)
    if world.now < bought.starts:
        headers = {"Location": address(ask, f"{PATH}/{bought.id}"), "Retry-After": WAIT}
        return azure_answer(body, ask, world, status=202, headers=headers)
    if world.switches.repeated_purchase == "refuse" and not fresh:
        raise _taken(bought)
    return azure_answer(body, ask, world)


def _taken(bought: ReservationOrder) -> RefusalError:
    what = f"Reservation order {bought.id} exists already. Read it to see how it is."
    return RefusalError(400, "ReservationOrderIdAlreadyExists", what)


def paying(ask: Ask, world: World, raw: dict[str, Any], action: str) -> tuple[Customer, Subscription]:
    """The customer and the subscription that are to pay; what the token cannot see is as forbidden as what is not."""
    azure_id = billing_subscription(raw)
    found = payer(world, ask.tenant, azure_id)
    if found is None:
        may(world, ask.principal, action, f"/subscriptions/{azure_id}", "")
        raise RefusalError(403, "AuthorizationFailed", f"The subscription '{azure_id}' cannot be used.")
    return found


def quote_body(made: Quote, customer: Customer, world: World) -> shapes.Quote:
    """A quote; only a monthly one has its payments."""
    currency, quantity = made.offer.currency, made.request.quantity
    total = made.shown * quantity
    properties: shapes.QuoteProperties = {
        "billingCurrencyTotal": {"currencyCode": currency, "amount": float(total)},
        "netTotal": 0.0,
        "taxTotal": 0.0,
        "grandTotal": 0.0,
        "isTaxIncluded": customer.country in _TAXED,
        "isBillingPartnerManaged": True,
        "reservationOrderId": made.id,
        "skuTitle": made.offer.title,
        "skuDescription": made.request.size,
        "pricingCurrencyTotal": {"currencyCode": "USD", "amount": float(in_dollars(world, total, currency))},
    }
    if made.request.plan == "Monthly":
        properties["paymentSchedule"] = _schedule(made, world)
    return {"properties": properties}


def _schedule(made: Quote, world: World) -> list[shapes.QuoteRow]:
    """One row a month, the first due today; the rows are what will be paid, and add up in both currencies."""
    unit, currency = replace(made.offer, unit_total=made.shown), made.offer.currency
    rows: list[shapes.QuoteRow] = []
    billed = dollars = Decimal(0)
    for one in instalments(unit, "Monthly", made.at):
        amount = one.amount * made.request.quantity
        billed += amount
        priced = in_dollars(world, billed, currency) - dollars
        dollars += priced
        row: shapes.QuoteRow = {
            "dueDate": one.due.date().isoformat(),
            "pricingCurrencyTotal": {"currencyCode": "USD", "amount": float(priced)},
            "status": "Scheduled",
        }
        if not rows:
            row["billingCurrencyTotal"] = {"currencyCode": currency, "amount": float(amount)}
        rows.append(row)
    return rows


_VERSION = Query("api-version", str, needed=True)
#: What a purchase request can be refused for.
REFUSED: tuple[tuple[int, int | str], ...] = (
    (400, "InvalidRequestContent"),
    (400, "BadRequest"),
    (400, "InvalidSubscriptionId"),
    (400, "InvalidLocationId"),
    (400, "UnsupportedReservationTerm"),
    (400, "NotSupportedCountry"),
    (400, "MissingAppliedScopesForSingle"),
    (400, "InvalidSingleAppliedScopesCount"),
    (400, "AppliedScopesNotAssociatedWithCommerceAccount"),
    (400, "SubscriptionNotRegistered"),
    (403, "AuthorizationFailed"),
    (409, "ReadOnlyDisabledSubscription"),
)
ROUTES = (
    Route(
        "POST",
        "/providers/microsoft.capacity/calculateprice",
        calculate_price,
        about=About(
            title="Reservation Order - Calculate",
            sure="S W23; for a partner's customers INF",
            returns={200: shapes.Quote},
            test="test_capacity_purchase.py::test_a_quote_has_the_price_of_the_whole_purchase_and_an_order_id",
            takes=PurchaseRequest,
            query=(_VERSION,),
            errors=REFUSED,
        ),
    ),
    Route(
        "PUT",
        f"{PATH.lower()}/<oid>",
        purchase,
        about=About(
            title="Reservation Order - Purchase",
            sure="S W23; repeats INF",
            returns={200: Order, 202: Order},
            test="test_capacity_purchase.py::test_d632_a_purchase_runs_through_its_recorded_states",
            takes=PurchaseRequest,
            query=(_VERSION,),
            errors=(
                *REFUSED,
                (400, "InvalidReservationOrderId"),
                (400, "ReservationOrderIdAlreadyExists"),
                (404, "ReservationOrderNotFound"),
            ),
            states=STATES,
        ),
    ),
)
