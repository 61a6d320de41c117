"""The purchase that will follow a reservation, as ``$expand=renewProperties`` shows it."""

from __future__ import annotations

import json

from bespeak.sandbox.http.arm.reservation_parts import scope_body
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.purchase_checks import in_dollars
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.world import World


def renewal_body(held: Reservation, world: World) -> shapes.RenewParts:
    """The purchase that follows: what was asked for, or the same again; with its price once that is fixed."""
    asked: shapes.PurchaseRequest = (
        json.loads(held.renew_wish) if held.renew_wish else same_again(held, world)
    )
    shown: shapes.RenewParts = {"purchaseProperties": asked}
    if held.locked_total is not None:
        currency = held.offer.currency
        shown["billingCurrencyTotal"] = {"currencyCode": currency, "amount": float(held.locked_total)}
        dollars = in_dollars(world, held.locked_total, currency)
        shown["pricingCurrencyTotal"] = {"currencyCode": "USD", "amount": float(dollars)}
    return shown


def same_again(held: Reservation, world: World) -> shapes.PurchaseRequest:
    """The purchase request for the same reservation once more."""
    order = world.book.order_of(held)
    scope = held.scope
    wanted: shapes.Wanted = {
        "reservedResourceType": "VirtualMachines",
        "billingScopeId": f"/subscriptions/{order.billing_subscription_id}",
        "term": held.offer.term,
        "billingPlan": order.billing_plan,
        "quantity": held.quantity,
        "displayName": f"{held.name}_renewed"[:64],
        "appliedScopeType": "Single" if scope.kind == "ResourceGroup" else scope.kind,
        "renew": False,
        "reservedResourceProperties": {"instanceFlexibility": "On" if held.now_applied.flexible else "Off"},
    }
    if scope.kind != "Shared":
        wanted["appliedScopeProperties"] = scope_body(scope, held.customer_id, world)
    return {"sku": {"name": held.offer.size}, "location": held.offer.region, "properties": wanted}
