"""Entitlements and the artifact of a reservation (Microsoft, *Get a collection of entitlements*)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bespeak.sandbox.clock import bare, iso7, plus_years
from bespeak.sandbox.holdings_book import YEARS, Reservation, ReservationOrder
from bespeak.sandbox.http.exchange import Answer, Ask, Route, collection, item, link
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_RESERVED = frozenset({"", "reservedinstance", "virtualmachinereservedinstance"})


def list_entitlements(ask: Ask, world: World) -> Answer:
    """What the customer owns: there is nothing before an order is fulfilled."""
    _needs_user(ask, world)
    customer = world.customer(ask.args["cid"])
    wanted = ask.query.get("entitlementtype", "").lower() in _RESERVED
    owned = _fulfilled(world, customer.id) if wanted else []
    expiry = ask.query.get("showexpiry", "").lower() == "true"
    return item(collection([_entitlement(order, held, expiry=expiry) for order, held in owned]))


def _fulfilled(world: World, customer_id: str) -> list[tuple[ReservationOrder, list[Reservation]]]:
    """Each purchase that is fulfilled by now, with the reservations of it that still hold instances."""
    started = world.book.started(customer_id, world.now)
    orders = {held.order_id: world.book.order_of(held) for held in started}
    return [
        (order, [held for held in started if held.order_id == order.id and held.until is None])
        for order in orders.values()
    ]


def _needs_user(ask: Ask, world: World) -> None:
    if world.switches.entitlements_need_user and not ask.user:
        raise RefusalError(
            403, 900329, "This operation does not take an app-only token. Sign in with app and user."
        )


def _entitlement(
    bought: ReservationOrder, reservations: list[Reservation], *, expiry: bool
) -> dict[str, Any]:
    order = {
        "id": bought.commerce_order_id,
        "lineItemId": str(bought.line_number),
        "alternateId": bought.commerce_order_id,
    }
    quantity = sum(held.quantity for held in reservations)
    group = f"groups/{bought.commerce_order_id}/lineitems/{bought.line_number}/resource/{bought.id}"
    # This link lacks its leading slash, as links of Partner Center sometimes do.
    artifact = {
        "link": link(f"customers/{bought.customer_id}/artifacts/reservedinstance/{group}"),
        "resourceId": bought.id,
        "artifactType": "reservedinstance",
        "dynamicAttributes": {"reservationType": "virtualmachines"},
    }
    offer = bought.offer
    shown: dict[str, Any] = {"referenceOrder": order, "productId": offer.product_id, "skuId": offer.sku_id}
    shown |= {"quantity": quantity, "quantityDetails": [{"quantity": quantity, "status": "Fulfilled"}]}
    shown |= {
        "entitlementType": "reservedinstance",
        "entitledArtifacts": [artifact],
        "includedEntitlements": [],
    }
    return (
        shown | ({"expiryDate": bare(_expiry(bought))} if expiry else {}) | {"fulfillmentState": "Fulfilled"}
    )


def _expiry(bought: ReservationOrder) -> datetime:
    return plus_years(bought.starts, YEARS[bought.offer.term])


def artifact(ask: Ask, world: World) -> Answer:
    """The reservations of a reservation order; no size and no region is here, only product and SKU know them."""
    _needs_user(ask, world)
    customer = world.customer(ask.args["cid"])
    for order, reservations in _fulfilled(world, customer.id):
        if order.id == ask.args["resource"].lower() and order.commerce_order_id == ask.args["group"].lower():
            shown = [_reservation(held) for held in reservations]
            return item({"type": "reservedinstance", world.switches.artifact_array: shown})
    raise RefusalError(404, 1000, f"The resource {ask.args['resource']} was not found.")


def _reservation(held: Reservation) -> dict[str, Any]:
    shown: dict[str, Any] = {"reservationId": held.id, "displayName": held.name}
    shown["scopeType"] = "Shared" if held.scope.kind == "Shared" else "Single"
    if held.scope.subscription_id:
        shown["appliedScopes"] = [f"/subscriptions/{held.scope.subscription_id}"]
    shown |= {"quantity": held.quantity, "expiryDateTime": bare(held.expiry)}
    return shown | {"effectiveDateTime": iso7(held.starts), "provisioningState": "Created"}


_ONE = "/v1/customers/<cid>/artifacts/reservedinstance/groups/<group>/lineitems/<line>/resource/<resource>"
ROUTES = (
    Route("GET", "/v1/customers/<cid>/entitlements", list_entitlements),
    Route("GET", _ONE, artifact),
)
