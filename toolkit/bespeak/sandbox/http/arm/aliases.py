"""Buys a reservation by a name (*Microsoft.BillingBenefits, reservation order alias*, 2022-11-01)."""

from __future__ import annotations

import re

from bespeak.sandbox.aliases import ACTION, buy_by_name, kept_alias
from bespeak.sandbox.http.arm.common import OPERATION_RESULTS, address, azure_answer, azure_body
from bespeak.sandbox.http.arm.purchases import REFUSED, paying
from bespeak.sandbox.http.arm.reservation_parts import scope_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity_purchase as shapes
from bespeak.sandbox.http.shapes.capacity import PurchaseRequest
from bespeak.sandbox.purchase_request import read_request
from bespeak.sandbox.quotes import Alias
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import ReservationOrder
from bespeak.sandbox.rights import READ, may, sees
from bespeak.sandbox.world import World

PATH = "/providers/Microsoft.BillingBenefits/reservationOrderAliases"
_ORDERS = "/providers/Microsoft.Capacity/reservationOrders"
_RESULTS = "/providers/Microsoft.Capacity/operationResults"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
#: Seconds between two looks at the operation.
_WAIT = "30"


def put_alias(ask: Ask, world: World) -> Answer:
    """Buys without a quote; the operation tells when it is done, the alias itself never does."""
    name = ask.args["name"]
    if not _NAME.fullmatch(name):
        what = f"An alias is 1 to 64 letters, digits, '_', '-' and '.', not '{name}'."
        raise RefusalError(400, "BadRequest", what[:300])
    raw = azure_body(ask)
    customer, held = paying(ask, world, raw, ACTION)
    request = read_request(raw, customer, world.directory)
    made, fresh = buy_by_name(
        world, name, request, customer, held, tenant=ask.tenant, principal=ask.principal
    )
    return azure_answer(
        alias_body(made, world), ask, world, status=201 if fresh else 200, headers=_running(ask, made)
    )


def get_alias(ask: Ask, world: World) -> Answer:
    """An alias; it says Created for ever."""
    found = kept_alias(world, ask.tenant, ask.args["name"])
    if found is None:
        what = f"Reservation order alias '{ask.args['name']}' was not found."
        raise RefusalError(404, "NotFound", what[:300])
    order = _order(found, world)
    may(world, ask.principal, READ, f"{_ORDERS}/{order.id}", order.customer_id)
    return azure_answer(alias_body(found, world), ask, world)


def operation(ask: Ask, world: World) -> Answer | None:
    """How far the purchase of an alias is; None when this is no operation of one."""
    for one in world.state.purchases.aliases.values():
        order = _order(one, world)
        known = one.operation_id == ask.args["id"].lower() and one.tenant == ask.tenant.lower()
        if known and sees(world, ask.principal, order.id, order.customer_id):
            headers = _running(ask, one) if world.now < order.starts else {}
            return azure_answer(operation_body(one, order, world), ask, world, headers=headers)
    return None


def _order(one: Alias, world: World) -> ReservationOrder:
    return world.state.book.orders[one.order_id]


def _running(ask: Ask, one: Alias) -> dict[str, str]:
    where = address(ask, f"{_RESULTS}/{one.operation_id}", {"api-version": OPERATION_RESULTS})
    return {"Azure-AsyncOperation": where, "Location": where, "Retry-After": _WAIT}


def operation_body(one: Alias, order: ReservationOrder, world: World) -> shapes.AliasOperation:
    """The operation: pending, then done with the id of the order, or failed with a reason."""
    body: shapes.AliasOperation = {
        "id": f"{_RESULTS}/{one.operation_id}",
        "name": one.operation_id,
        "status": "Pending",
    }
    if world.now < order.starts:
        return body
    body["status"] = "Failed" if order.failed else "Succeeded"
    body["properties"] = {"reservationOrderId": f"{_ORDERS}/{order.id}"}
    if order.failed:
        body["error"] = {"code": "PurchaseError", "message": "The purchase of the reservation failed."}
    return body


def alias_body(one: Alias, world: World) -> shapes.Alias:
    """An alias: the request as it was understood, and the order."""
    order, request = _order(one, world), one.request
    kind = "Single" if request.scope.kind == "ResourceGroup" else request.scope.kind
    shared = request.scope.kind == "Shared"
    properties: shapes.AliasProperties = {
        "displayName": order.name,
        "reservationOrderId": f"{_ORDERS}/{order.id}",
        "provisioningState": "Created",
        "billingScopeId": f"/subscriptions/{request.billing_id}",
        "term": request.term,
        "appliedScopeType": kind,
        "appliedScopeProperties": None if shared else scope_body(request.scope, order.customer_id, world),
        "quantity": request.quantity,
        "renew": request.renew,
        "reservedResourceType": "VirtualMachines",
        "reservedResourceProperties": {"instanceFlexibility": "On" if request.flexible else "Off"},
    }
    if request.plan == "Monthly":
        properties["billingPlan"] = "P1M"
    return {
        "id": f"{PATH}/{one.name}",
        "name": one.name,
        "type": "Microsoft.BillingBenefits/reservationOrderAliases",
        "location": request.region,
        "sku": {"name": request.size},
        "properties": properties,
    }


_VERSION = Query("api-version", str, needed=True)
ROUTES = (
    Route(
        "PUT",
        f"{PATH.lower()}/<name>",
        put_alias,
        about=About(
            title="Reservation Order Alias - Create",
            sure="S W22; repeats INF",
            returns={200: shapes.Alias, 201: shapes.Alias},
            test="test_capacity_alias.py::test_an_alias_buys_without_a_quote_and_is_followed_by_its_operation",
            takes=PurchaseRequest,
            query=(_VERSION,),
            errors=(*REFUSED, (409, "Conflict")),
            states=("Created",),
        ),
    ),
    Route(
        "GET",
        f"{PATH.lower()}/<name>",
        get_alias,
        about=About(
            title="Reservation Order Alias - Get",
            sure="S W22",
            returns={200: shapes.Alias},
            test="test_capacity_alias.py::test_an_alias_says_created_for_ever",
            query=(_VERSION,),
            errors=((403, "AuthorizationFailed"), (404, "NotFound")),
            states=("Created",),
        ),
    ),
)
