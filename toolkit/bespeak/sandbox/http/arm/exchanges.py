"""Exchanges over HTTP: two operations that are polled, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.exchange_terms import Wanted
from bespeak.sandbox.exchanges import exchange, phase, quote, session_of
from bespeak.sandbox.grants import CAPACITY
from bespeak.sandbox.holdings_book import Reservation
from bespeak.sandbox.http.arm.changes import VERSION
from bespeak.sandbox.http.arm.common import address
from bespeak.sandbox.http.arm.exchange_bodies import made_properties, quoted_properties
from bespeak.sandbox.http.arm.finding import home_of
from bespeak.sandbox.http.arm.holding import find_below, ids_in, order_named
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, plain
from bespeak.sandbox.http.shapes import refunds as shapes
from bespeak.sandbox.members import object_at, subscription_in, text_at, whole_at, wrong
from bespeak.sandbox.purchase import BUY
from bespeak.sandbox.purchase_request import PurchaseRequest, read_request
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rights import may
from bespeak.sandbox.rules import exchange_family
from bespeak.sandbox.scopes import scope_in
from bespeak.sandbox.sessions import Exchange, PlanRequest
from bespeak.sandbox.world import World

_QUOTE = "Microsoft.Capacity/calculateExchange/action"
_EXCHANGE = "Microsoft.Capacity/exchange/action"
_MOST = 1000
_PLAN = "compute_savings_plan"
_STRUCK = timedelta(seconds=1)


def calculate_exchange(ask: Ask, world: World) -> Answer:
    """Begins to quote an exchange; the answer is empty and says where to look."""
    properties = object_at(read_body(ask), "properties", needed=True)
    given = [_given(ask, world, one) for one in _objects(properties, "reservationsToExchange")]
    customer = _customer(world, given)
    wanted = Wanted(
        tuple(given),
        tuple(_purchase(ask, world, one, customer) for one in _objects(properties, "reservationsToPurchase")),
        tuple(_plan(ask, world, one, customer) for one in _objects(properties, "savingsPlansToPurchase")),
    )
    made = quote(world, customer, wanted)
    return Answer(status=202, headers=_running(ask, made.quote_id))


def _objects(properties: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = properties.get(name.lower())
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MOST or not all(isinstance(one, dict) for one in value):
        raise wrong(name, f"a list of at most {_MOST} objects")
    return value


def _given(ask: Ask, world: World, item: dict[str, Any]) -> tuple[Reservation, int]:
    """A reservation that is given back, if the caller may exchange its order (D-226)."""
    order_id, key = ids_in(text_at(item, "reservationId"), "reservationId")
    quantity = whole_at(item, "quantity")
    order = order_named(ask, world, order_id, _QUOTE)
    return find_below(world, order, key), quantity


def _customer(world: World, given: list[tuple[Reservation, int]]) -> Customer:
    owners = {held.customer_id for held, _ in given}
    if len(owners) != 1:
        what = "Member 'reservationsToExchange' must name reservations of one customer, at least one."
        raise RefusalError(400, "BadRequest", what)
    return world.directory.customers[owners.pop()]


def _purchase(ask: Ask, world: World, raw: dict[str, Any], customer: Customer) -> PurchaseRequest:
    kind = text_at(object_at(raw, "properties", needed=True), "reservedResourceType")
    if exchange_family(kind) != exchange_family("VirtualMachines"):
        what = f"Reservations of VirtualMachines are not exchanged for '{kind}': it is of another product family."
        raise RefusalError(400, "BadRequest", what[:300])
    request = read_request(raw, customer, world.directory)
    may(world, ask.principal, BUY, f"/subscriptions/{request.billing_id}", customer.id)
    return request


def _plan(ask: Ask, world: World, raw: dict[str, Any], customer: Customer) -> PlanRequest:
    """A savings plan; for VMs it must be one of compute (D-840)."""
    sku = text_at(object_at(raw, "sku", needed=True), "name")
    if sku.lower() != _PLAN:
        what = f"Reservations of VirtualMachines are traded in for Compute_Savings_Plan, not for '{sku}'."
        raise RefusalError(400, "BadRequest", what[:300])
    properties = object_at(raw, "properties", needed=True)
    commitment = object_at(properties, "commitment", needed=True)
    grain = text_at(commitment, "grain", "Hourly")
    if grain.lower() != "hourly":
        raise wrong("grain", "Hourly", grain)
    billing = subscription_in(text_at(properties, "billingScopeId"))
    may(world, ask.principal, BUY, f"/subscriptions/{billing or 'none'}", customer.id)
    return PlanRequest(
        term=text_at(properties, "term").upper(),
        commitment=_money(commitment),
        currency=text_at(commitment, "currencyCode").upper(),
        billing_subscription_id=billing,
        name=text_at(properties, "displayName", ""),
        scope=scope_in(properties, customer.id, world.directory),
    )


def _money(commitment: dict[str, Any]) -> Decimal:
    value = commitment.get("amount")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("amount", "a number", value)
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise wrong("amount", "a number", value) from error
    if not found.is_finite() or not 0 < found < Decimal(10) ** 9:
        raise wrong("amount", "more than 0 and less than 1,000,000,000", value)
    return found


def post_exchange(ask: Ask, world: World) -> Answer:
    """Does what was quoted; the operation has the id of the session."""
    properties = object_at(read_body(ask), "properties", needed=True)
    found = session_of(world, text_at(properties, "sessionId"))
    _check_rights(ask, world, found)
    exchange(world, found, ask.principal)
    return Answer(status=202, headers=_running(ask, found.session_id))


def _check_rights(ask: Ask, world: World, found: Exchange) -> None:
    """A session of another tenant is answered like one that does not exist."""
    if not _sees(ask, world, found):
        session_of(world, "")
    for one in found.given:
        held = world.book.reservation(one.reservation_id)
        assert held is not None
        order = world.book.order_of(held)
        may(world, ask.principal, _EXCHANGE, f"{CAPACITY}/reservationOrders/{order.id}", home_of(order))


def _sees(ask: Ask, world: World, found: Exchange) -> bool:
    tenant = ask.tenant.lower()
    at_home = tenant not in world.directory.customers and not world.switches.azure_needs_customer_tenant
    return at_home or tenant == found.customer_id


def _running(ask: Ask, operation_id: str) -> dict[str, str]:
    """Both addresses are the same one."""
    place = address(ask, f"{CAPACITY}/operationResults/{operation_id}")
    return {"Azure-AsyncOperation": place, "Location": place, "Retry-After": "5"}


def operation(ask: Ask, world: World) -> Answer | None:
    """How far the quote of an exchange or an exchange is; None for an operation that is neither."""
    key = ask.args["id"].lower()
    for found in world.state.sessions.exchanges.values():
        if key in (found.quote_id, found.session_id) and _sees(ask, world, found):
            if key == found.quote_id:
                return _quote_state(ask, world, found)
            if found.begun is not None:
                return _exchange_state(ask, world, found)
    return None


def _quote_state(ask: Ask, world: World, found: Exchange) -> Answer:
    body: shapes.QuoteOperation = {
        "id": f"{CAPACITY}/operationResults/{found.quote_id}",
        "name": found.quote_id,
        "status": "Pending",
    }
    if world.now < found.quoted:
        return plain(body, headers=_running(ask, found.quote_id))
    if found.against and world.switches.exchange_policy_fails:
        code, message = found.against[0]
        body["status"], body["error"] = "Failed", {"code": code, "message": message}
    else:
        body["status"], body["properties"] = "Succeeded", quoted_properties(found)
    return plain(body)


def _exchange_state(ask: Ask, world: World, found: Exchange) -> Answer:
    assert found.begun is not None
    status = phase(found, world.now)
    body: shapes.ExchangeOperation = {
        "id": f"{CAPACITY}/operationResults/{found.session_id}",
        "name": found.session_id,
        "status": status,
    }
    if status == "Succeeded" or world.now - found.begun >= _STRUCK:
        body["properties"] = made_properties(found, world.now)
    return plain(body, headers={} if status == "Succeeded" else _running(ask, found.session_id))


_ERRORS = (
    (400, "InvalidRequestContent"),
    (400, "BadRequest"),
    (403, "AuthorizationFailed"),
    (400, "InvalidReservationOrderId"),
    (404, "ReservationOrderNotFound"),
    (400, "InvalidReservationId"),
    (404, "ReservationIdNotInReservationOrder"),
    (400, "InvalidRefundQuantity"),
    (400, "OperationCannotBePerformedInCurrentState"),
)
_BUYING = (
    (400, "InvalidLocationId"),
    (400, "UnsupportedReservationTerm"),
    (400, "InvalidSubscriptionId"),
    (400, "SubscriptionNotRegistered"),
    (400, "AppliedScopesNotAssociatedWithCommerceAccount"),
    (400, "FulfillmentOutOfStockError"),
)
_TEST = "test_exchanges_http.py::"
ROUTES = (
    Route(
        "POST",
        "/providers/microsoft.capacity/calculateexchange",
        calculate_exchange,
        about=About(
            "Calculate Exchange - Post",
            "S W22 W23",
            {202: None},
            _TEST + "test_an_exchange_costs_the_difference",
            takes=shapes.CalculateExchangeBody,
            query=VERSION,
            errors=(*_ERRORS, *_BUYING),
            states=("Pending", "Succeeded", "Failed"),
        ),
    ),
    Route(
        "POST",
        "/providers/microsoft.capacity/exchange",
        post_exchange,
        about=About(
            "Exchange - Post",
            "S W22 W23",
            {202: None},
            _TEST + "test_an_exchange_runs_through_its_states",
            takes=shapes.ExchangeBody,
            query=VERSION,
            errors=(*_ERRORS, *_BUYING, (400, "SelfServiceRefundNotSupported")),
            states=("PendingRefunds", "PendingPurchases", "Succeeded"),
        ),
    ),
)
