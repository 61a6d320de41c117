"""Entitlements and the artifact of a reservation (Microsoft, *Get a collection of entitlements*)."""

from __future__ import annotations

from typing import Literal

from bespeak.sandbox.clock import bare, iso7
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import flag, listing, to
from bespeak.sandbox.http.shapes import entitlements as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.ownership import Owned, owned, state
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Reservation, Scope
from bespeak.sandbox.world import World

_NEW, _OLD = "reservedinstance", "virtualmachinereservedinstance"
#: What ``type`` members of the old contract hold.
_OLD_TYPE = "virtual_machine_reserved_instance"
_TYPES = frozenset({"", _NEW, _OLD, "software"})


def list_entitlements(ask: Ask, world: World) -> Answer:
    """What the customer owns: there is nothing before an order is fulfilled."""
    _needs_user(ask, world)
    customer = world.customer(ask.args["cid"])
    kind = ask.query.get("entitlementtype", "").replace("_", "").lower()
    if kind not in _TYPES:
        raise RefusalError(400, 2001, f"There is no entitlement type '{ask.query['entitlementtype']}'."[:300])
    # Software is none of this world's business: a customer owns none.
    found = owned(world.book, customer.id, world.now) if kind != "software" else ()
    expiry = flag(ask, "showexpiry")
    return item(listing([_entitlement(one, world, old=kind == _OLD, expiry=expiry) for one in found]))


def _needs_user(ask: Ask, world: World) -> None:
    if world.switches.entitlements_need_user and not ask.user:
        what = "This operation does not take an app-only token. Sign in with app and user."
        raise RefusalError(403, 900329, what)


def _entitlement(one: Owned, world: World, *, old: bool, expiry: bool) -> shapes.Entitlement:
    bought, offer, held = one.order, one.order.offer, one.quantity(world.now)
    reference: shapes.ReferenceOrder = {"id": bought.commerce_order_id, "lineItemId": str(bought.line_number)}
    if not old:
        order = world.shop.orders.find(bought.customer_id, bought.commerce_order_id)
        reference["alternateId"] = order.alternate_id
    shown: shapes.Entitlement = {
        "referenceOrder": reference,
        "productId": offer.product_id,
        "skuId": offer.sku_id,
        "quantity": held,
        "quantityDetails": _details(bought.quantity, held),
        "entitlementType": _OLD_TYPE if old else _NEW,
        "entitledArtifacts": [_reference(one, old=old)],
        "includedEntitlements": [],
        "fulfillmentState": "Fulfilled" if held else "Unfulfilled",
    }
    if expiry:
        shown["expiryDate"] = bare(one.expiry)
    return shown


def _details(bought: int, held: int) -> list[shapes.EntitledQuantity]:
    """How many are usable, and how many are not any more."""
    parts = (("Fulfilled", held), ("Unfulfilled", bought - held))
    return [{"quantity": quantity, "status": status} for status, quantity in parts if quantity > 0]


def _reference(one: Owned, *, old: bool) -> shapes.ArtifactReference:
    bought = one.order
    group = f"groups/{bought.commerce_order_id}/lineitems/{bought.line_number}/resource/{bought.id}"
    if old:
        uri = f"/customers/{bought.customer_id}/artifacts/{_OLD}/{group}"
        return {"link": to(uri), "resourceId": bought.id, "artifactType": _OLD_TYPE}
    # This link lacks its leading slash, as links of Partner Center sometimes do.
    return {
        "link": to(f"customers/{bought.customer_id}/artifacts/{_NEW}/{group}"),
        "resourceId": bought.id,
        "artifactType": _NEW,
        "dynamicAttributes": {"reservationType": "virtualmachines"},
    }


def artifact(ask: Ask, world: World) -> Answer:
    """The reservations of a reservation order; no size and no region is here, only product and SKU know them."""
    body: shapes.Artifact = {"type": _NEW}
    if world.switches.artifact_array == "virtualMachineReservations":
        body["virtualMachineReservations"] = _behind(ask, world)
    else:
        body["reservations"] = _behind(ask, world)
    return item(body)


def old_artifact(ask: Ask, world: World) -> Answer:
    """The same by the old contract."""
    body: shapes.Artifact = {"type": _OLD_TYPE, "virtualMachineReservations": _behind(ask, world)}
    return item(body)


def _behind(ask: Ask, world: World) -> list[shapes.HeldReservation]:
    _needs_user(ask, world)
    customer, wanted = world.customer(ask.args["cid"]), ask.args["resource"].lower()
    for one in owned(world.book, customer.id, world.now):
        named = (one.order.commerce_order_id.lower(), str(one.order.line_number))
        if one.order.id == wanted and named == (ask.args["group"].lower(), ask.args["line"]):
            return [_reservation(held, world) for held in one.reservations]
    raise RefusalError(404, 1000, f"The resource {ask.args['resource']} was not found."[:300])


def _reservation(held: Reservation, world: World) -> shapes.HeldReservation:
    shown: shapes.HeldReservation = {
        "reservationId": held.id,
        "displayName": held.name,
        "scopeType": _scope_type(held.scope),
        "quantity": held.quantity,
        "expiryDateTime": bare(held.expiry),
        "effectiveDateTime": iso7(held.starts),
        "provisioningState": state(held, world.now),
    }
    scope = held.scope
    if scope.kind == "ManagementGroup":
        shown["appliedScopes"] = [f"/providers/Microsoft.Management/managementGroups/{scope.id}"]
    elif scope.kind == "ResourceGroup":
        group = scope.id.partition("/")[2]
        shown["appliedScopes"] = [f"/subscriptions/{scope.subscription_id}/resourceGroups/{group}"]
    elif scope.kind == "Single":
        shown["appliedScopes"] = [f"/subscriptions/{scope.subscription_id}"]
    return shown


def _scope_type(scope: Scope) -> Literal["Shared", "Single", "ManagementGroup"]:
    return "Single" if scope.kind == "ResourceGroup" else scope.kind


_ALL = "/v1/customers/<cid>/artifacts"
_TAIL = "groups/<group>/lineitems/<line>/resource/<resource>"
_TESTS = "test_commerce_entitlements.py::"
_GONE = ((404, 60003), (403, 20002), (403, 900329))
_STATES = ("Created", "Pending", "Cancelled", "Expired")
ROUTES = (
    Route(
        "GET",
        "/v1/customers/<cid>/entitlements",
        list_entitlements,
        about=About(
            "Get a collection of entitlements",
            "D21 S23 R19",
            {200: Collection[shapes.Entitlement]},
            f"{_TESTS}test_a_return_lowers_the_quantity_and_shows_cancelled",
            query=(Query("entitlementType"), Query("showExpiry", bool)),
            errors=(*_GONE, (400, 2001)),
            states=("Fulfilled", "Unfulfilled"),
        ),
    ),
    *(
        Route(
            "GET",
            f"{_ALL}/{kind}/{_TAIL}",
            handler,
            about=About(
                title,
                sure,
                {200: shapes.Artifact},
                f"{_TESTS}{test}",
                errors=(*_GONE, (404, 1000)),
                states=_STATES,
            ),
        )
        for kind, handler, title, sure, test in (
            (
                _NEW,
                artifact,
                "Get artifact details of a reserved instance",
                "D21 S23",
                "test_a_return_lowers_the_quantity_and_shows_cancelled",
            ),
            (
                _OLD,
                old_artifact,
                "Get artifact details of a virtual machine reserved instance (old contract)",
                "D21 S23 R19",
                "test_the_old_contract",
            ),
        )
    ),
)
