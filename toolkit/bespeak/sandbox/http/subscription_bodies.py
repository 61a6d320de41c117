"""Subscriptions as Partner Center prints them."""

from __future__ import annotations

from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.http.partner import is_a, to
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.offers import AZURE_OFFERS, AZURE_PLAN, LEGACY_AZURE
from bespeak.sandbox.resellers import reseller_of
from bespeak.sandbox.subscription_book import first_item
from bespeak.sandbox.world import World

#: The end of what does not end.
NEVER = "9999-12-31T00:00:00Z"


def subscription_body(held: Subscription, world: World) -> shapes.Subscription:
    """A subscription, with the etag of its present version."""
    record = world.commerce.subscriptions.read(held)
    legacy = held.kind == "legacy"
    offer = LEGACY_AZURE if legacy else AZURE_PLAN
    own = f"/customers/{held.customer_id}/subscriptions/{held.shown_id}"
    shown: shapes.Subscription = {
        "id": held.shown_id,
        "offerId": offer.product_id if legacy else f"{offer.product_id}:{offer.sku_id}:{first_item(held)}",
        "offerName": offer.name,
        "friendlyName": record.name,
        "quantity": 1,
        "unitType": "Usage-based",
        "hasPurchasableAddons": False,
        "creationDate": iso7(record.created),
        "effectiveStartDate": iso(record.created.replace(hour=0, minute=0, second=0, microsecond=0)),
        "commitmentEndDate": NEVER,
        "status": record.status,
        "autoRenewEnabled": False,
        "isTrial": False,
        "billingType": "usage",
        "billingCycle": "one_time",
        "isMicrosoftProduct": True,
        "contractType": "subscription",
        "publisherName": "Microsoft",
        "actions": ["edit", "cancel"],
        "orderId": record.order_id,
        "links": {_offer_link(held): to(_offer_uri(held, world)), "self": to(own)},
        "attributes": is_a("Subscription", world.commerce.subscriptions.etag(held)),
    }
    if legacy and held.azure:
        shown["entitlementId"] = held.azure[0].id.upper()
    if record.reasons:
        shown["suspensionReasons"] = list(record.reasons)
    if world.switches.indirect:
        shown["partnerId"] = record.partner_on_record or reseller_of(held.customer_id).mpn_id
    if record.migrated_from:
        shown["migratedFromSubscriptionId"] = record.migrated_from.upper()
    return shown


def _offer_link(held: Subscription) -> str:
    return "offer" if held.kind == "legacy" else "product"


def _offer_uri(held: Subscription, world: World) -> str:
    country = world.customer(held.customer_id).country
    offer = AZURE_OFFERS["legacy" if held.kind == "legacy" else "azure_plan"]
    return f"/{_offer_link(held)}s/{offer.product_id}?country={country}"
