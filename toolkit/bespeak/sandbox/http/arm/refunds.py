"""Refunds over HTTP: the quote, and the return that uses it up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bespeak.sandbox.http.arm.changes import VERSION
from bespeak.sandbox.http.arm.common import address
from bespeak.sandbox.http.arm.holding import named_below, order_in
from bespeak.sandbox.http.arm.paths import reservation_path
from bespeak.sandbox.http.arm.places import read_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, plain
from bespeak.sandbox.http.shapes import capacity
from bespeak.sandbox.http.shapes import refunds as shapes
from bespeak.sandbox.members import object_at, text_at, whole_at, wrong
from bespeak.sandbox.refunds import quote, take_back
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.returns import Return, Violation, cancelled_commitment, violations
from bespeak.sandbox.rules import refund_pool
from bespeak.sandbox.world import World

_ACTION = "Microsoft.Capacity/reservationOrders"


def calculate_refund(ask: Ask, world: World) -> Answer:
    """What a return would bring now; the policy's objections are data."""
    order = order_in(ask, world, f"{_ACTION}/calculateRefund/action")
    body = read_body(ask)
    named = text_at(body, "id", "")
    if named and named.lower().rstrip("/").rpartition("/")[2] != order.id:
        raise wrong("id", f"the id of order {order.id}", named)
    held, quantity = _wanted(object_at(body, "properties", needed=True), order, world)
    session, given = quote(world, held, quantity)
    consumed = cancelled_commitment(world.book, held.customer_id, world.now)
    return plain(_body(world, session.id, given, consumed, violations(world, given)))


def return_order(ask: Ask, world: World) -> Answer:
    """Returns what was quoted; where to look is in ``Location``, or (as in 2022) nowhere."""
    order = order_in(ask, world, f"{_ACTION}/return/action")
    properties = object_at(read_body(ask), "properties", needed=True)
    session_id = text_at(properties, "sessionId")
    held, quantity = _wanted(properties, order, world)
    reason = text_at(properties, "returnReason", "")
    consumed = cancelled_commitment(world.book, held.customer_id, world.now)
    session, given = take_back(world, session_id, held, quantity, reason)
    body = _body(world, session.id, given, consumed, [])
    headers = {}
    if world.switches.return_location:
        path = f"/providers/Microsoft.Capacity/reservationOrders/{order.id}"
        headers["Location"] = address(ask, path)
    return plain(body, 202, headers)


def _wanted(properties: dict[str, Any], order: ReservationOrder, world: World) -> tuple[Reservation, int]:
    scope = text_at(properties, "scope", "Reservation")
    if scope.lower() != "reservation":
        raise wrong("scope", "Reservation", scope)
    item = object_at(properties, "reservationToReturn", needed=True)
    held = named_below(world, order, text_at(item, "reservationId"), "reservationId")
    return held, whole_at(item, "quantity")


def amount(value: Decimal, currency: str) -> capacity.Amount:
    """An amount of money as a body has it."""
    return {"currencyCode": currency, "amount": float(value)}


def _body(
    world: World, session_id: str, given: Return, consumed: Decimal, against: list[Violation]
) -> shapes.Refund:
    held, currency = given.held, given.held.offer.currency
    limit, _days = refund_pool()
    policy: shapes.RefundPolicy = {
        "properties": {
            "consumedRefundsTotal": amount(consumed, "USD"),
            "maxRefundLimit": amount(limit, "USD"),
            "policyErrors": [{"code": one.code, "message": one.message} for one in against],
        }
    }
    billing: shapes.RefundBilling = {
        "billingPlan": world.book.order_of(held).billing_plan,
        "completedTransactions": given.one.made,
        "totalTransactions": given.one.payments,
        "billingCurrencyTotalPaidAmount": amount(given.paid, currency),
        "billingCurrencyProratedAmount": amount(given.prorated, currency),
        "billingCurrencyRemainingCommitmentAmount": amount(given.dropped, currency),
    }
    return {
        "id": reservation_path(held).replace("microsoft.capacity", "Microsoft.Capacity"),
        "properties": {
            "sessionId": session_id,
            "quantity": given.quantity,
            "billingRefundAmount": amount(given.amount, currency),
            "pricingRefundAmount": amount(given.in_dollars, "USD"),
            "policyResult": policy,
            "billingInformation": billing,
        },
    }


_ERRORS = (
    (400, "InvalidReservationOrderId"),
    (404, "ReservationOrderNotFound"),
    (403, "AuthorizationFailed"),
    (400, "InvalidReservationId"),
    (400, "ReservationIdNotInReservationOrder"),
    (400, "InvalidRequestContent"),
    (400, "InvalidRefundQuantity"),
    (400, "OperationCannotBePerformedInCurrentState"),
)
_ORDER = "/providers/microsoft.capacity/reservationorders/<oid>"
_TEST = "test_refunds_http.py::"
ROUTES = (
    Route(
        "POST",
        f"{_ORDER}/calculaterefund",
        calculate_refund,
        about=About(
            "Calculate Refund - Post",
            "S W22 W23",
            {200: shapes.Refund},
            _TEST + "test_the_refund_is_counted_by_days",
            takes=shapes.RefundBody,
            query=VERSION,
            errors=_ERRORS,
        ),
    ),
    Route(
        "POST",
        f"{_ORDER}/return",
        return_order,
        about=About(
            "Return - Post",
            "S W22 W23",
            {202: shapes.Refund},
            _TEST + "test_a_return_runs_for_some_minutes_and_frees_nothing_else",
            takes=shapes.ReturnBody,
            query=VERSION,
            errors=(
                *_ERRORS,
                (400, "BadRequest"),
                (400, "RefundLimitExceeded"),
                (400, "SelfServiceRefundNotSupported"),
            ),
            states=("Pending", "Cancelled", "Succeeded"),
        ),
    ),
)
