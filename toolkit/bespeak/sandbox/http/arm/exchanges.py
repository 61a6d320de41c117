"""Exchanges over HTTP: two operations that are polled, and what they answer."""

from __future__ import annotations

from datetime import timedelta

from bespeak.sandbox.exchanges import exchange, phase, quote, session_of
from bespeak.sandbox.grants import CAPACITY
from bespeak.sandbox.http.arm.changes import VERSION
from bespeak.sandbox.http.arm.common import address
from bespeak.sandbox.http.arm.exchange_bodies import made_properties, quoted_properties
from bespeak.sandbox.http.arm.exchange_reading import read_wanted
from bespeak.sandbox.http.arm.finding import home_of
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, plain
from bespeak.sandbox.http.shapes import refunds as shapes
from bespeak.sandbox.members import object_at, text_at
from bespeak.sandbox.rights import may
from bespeak.sandbox.sessions import Exchange
from bespeak.sandbox.world import World

_EXCHANGE = "Microsoft.Capacity/exchange/action"
_STRUCK = timedelta(seconds=1)


def calculate_exchange(ask: Ask, world: World) -> Answer:
    """Begins to quote an exchange; the answer is empty and says where to look."""
    properties = object_at(read_body(ask), "properties", needed=True)
    customer, wanted = read_wanted(ask, world, properties)
    made = quote(world, customer, wanted)
    return Answer(status=202, headers=_running(ask, made.quote_id))


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
