"""Entitlements and the artifact of a reservation (Microsoft, *Get a collection of entitlements*)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.clock import bare, iso7
from bespeak.sandbox.http.exchange import Answer, Ask, Route, collection, item, link
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservations import SHARED, Reservation
from bespeak.sandbox.world import World

_RESERVED = frozenset({"", "reservedinstance", "virtualmachinereservedinstance"})


def list_entitlements(ask: Ask, world: World) -> Answer:
    """What the customer owns: there is nothing before an order is fulfilled."""
    _needs_user(ask, world)
    customer = world.customer(ask.args["cid"])
    wanted = ask.query.get("entitlementtype", "").lower() in _RESERVED
    owned = world.shop.reservations(customer.id, world.now) if wanted else []
    expiry = ask.query.get("showexpiry", "").lower() == "true"
    return item(collection([_entitlement(held, expiry=expiry) for held in owned]))


def _needs_user(ask: Ask, world: World) -> None:
    if world.switches.entitlements_need_user and not ask.user:
        raise RefusalError(
            403, 900329, "This operation does not take an app-only token. Sign in with app and user."
        )


def _entitlement(held: Reservation, *, expiry: bool) -> dict[str, Any]:
    order = {
        "id": held.commerce_order_id,
        "lineItemId": str(held.line_number),
        "alternateId": held.commerce_order_id,
    }
    group = f"groups/{held.commerce_order_id}/lineitems/{held.line_number}/resource/{held.order_id}"
    # This link lacks its leading slash, as links of Partner Center sometimes do.
    artifact = {
        "link": link(f"customers/{held.customer_id}/artifacts/reservedinstance/{group}"),
        "resourceId": held.order_id,
        "artifactType": "reservedinstance",
        "dynamicAttributes": {"reservationType": "virtualmachines"},
    }
    shown: dict[str, Any] = {"referenceOrder": order, "productId": held.product_id, "skuId": held.sku_id}
    shown |= {
        "quantity": held.quantity,
        "quantityDetails": [{"quantity": held.quantity, "status": "Fulfilled"}],
    }
    shown |= {
        "entitlementType": "reservedinstance",
        "entitledArtifacts": [artifact],
        "includedEntitlements": [],
    }
    return shown | ({"expiryDate": bare(held.expiry)} if expiry else {}) | {"fulfillmentState": "Fulfilled"}


def artifact(ask: Ask, world: World) -> Answer:
    """The reservations of a reservation order; no size and no region is here, only product and SKU know them."""
    _needs_user(ask, world)
    customer = world.customer(ask.args["cid"])
    for held in world.shop.reservations(customer.id, world.now):
        if (
            held.order_id == ask.args["resource"].lower()
            and held.commerce_order_id == ask.args["group"].lower()
        ):
            body = {"type": "reservedinstance", world.switches.artifact_array: [_reservation(held)]}
            return item(body)
    raise RefusalError(404, 1000, f"The resource {ask.args['resource']} was not found.")


def _reservation(held: Reservation) -> dict[str, Any]:
    single = held.scope != SHARED
    shown: dict[str, Any] = {"reservationId": held.id, "displayName": held.name}
    shown["scopeType"] = "Single" if single else "Shared"
    if single:
        shown["appliedScopes"] = [f"/subscriptions/{held.scope}"]
    shown |= {"quantity": held.quantity, "expiryDateTime": bare(held.expiry)}
    return shown | {"effectiveDateTime": iso7(held.purchased), "provisioningState": "Created"}


_ONE = "/v1/customers/<cid>/artifacts/reservedinstance/groups/<group>/lineitems/<line>/resource/<resource>"
ROUTES = (
    Route("GET", "/v1/customers/<cid>/entitlements", list_entitlements),
    Route("GET", _ONE, artifact),
)
