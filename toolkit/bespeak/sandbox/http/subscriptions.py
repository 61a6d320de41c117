"""Subscriptions, Azure subscriptions below a plan, registration (Microsoft, *Get a customer's subscriptions*)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.http.exchange import Answer, Ask, Route, collection, item, link
from bespeak.sandbox.ids import base36, guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.utilization import RECORDS_FROM
from bespeak.sandbox.world import World

PLAN_PRODUCT = "DZH318Z0BPS6"


def list_subscriptions(ask: Ask, world: World) -> Answer:
    """All subscriptions of a customer, or those of one order, on one page; reservations are not among them."""
    customer = world.customer(ask.args["cid"])
    shown = [_shown(held, world) for held in world.directory.subscriptions_of(customer.id)]
    order, reseller = ask.query.get("order_id", "").lower(), ask.query.get("mpn_id", "")
    # No subscription of this world was sold through a reseller.
    return item(collection([one for one in shown if order in ("", one["orderId"]) and not reseller]))


def get_subscription(ask: Ask, world: World) -> Answer:
    """One subscription."""
    return item(_shown(world.subscription(ask.args["cid"], ask.args["sid"]), world))


def _shown(held: Subscription, world: World) -> dict[str, Any]:
    country = world.customer(held.customer_id).country
    body: dict[str, Any] = {"id": held.shown_id}
    if held.kind == "legacy":
        body |= {
            "entitlementId": held.azure[0].id.upper(),
            "offerId": "MS-AZR-0145P",
            "offerName": "Microsoft Azure",
        }
        name, order = held.azure[0].name, guid("legacy order", held.id)
        offer = {"offer": link(f"/offers/MS-AZR-0145P?country={country}")}
    else:
        body |= {
            "offerId": f"{PLAN_PRODUCT}:0001:DZH318Z0{base36('plan', held.id)}",
            "offerName": "Azure plan",
        }
        name, order = "Azure plan", guid("plan order", held.id).replace("-", "")[:12]
        offer = {"product": link(f"/products/{PLAN_PRODUCT}?country={country}")}
    self_link = {"self": link(f"/customers/{held.customer_id}/subscriptions/{held.shown_id}")}
    return (
        body | {"friendlyName": name} | _ALIKE | {"orderId": order, "links": offer | self_link} | _ATTRIBUTES
    )


_ALIKE = {
    "quantity": 1,
    "unitType": "Usage-based",
    "hasPurchasableAddons": False,
    "creationDate": iso7(RECORDS_FROM),
    "effectiveStartDate": iso(RECORDS_FROM),
    "commitmentEndDate": "9999-12-31T00:00:00Z",
    "status": "active",
    "autoRenewEnabled": False,
    "isTrial": False,
    "billingType": "usage",
    "billingCycle": "one_time",
    "isMicrosoftProduct": True,
    "contractType": "subscription",
    "publisherName": "Microsoft",
}
_ATTRIBUTES = {"attributes": {"objectType": "Subscription"}}


def azure_entitlements(ask: Ask, world: World) -> Answer:
    """The Azure subscriptions of a plan; there are none below a legacy subscription."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    return item(collection(_azure(held) if held.kind == "azure_plan" else []))


def azure_entitlement(ask: Ask, world: World) -> Answer:
    """One Azure subscription of a plan."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    wanted = ask.args["eid"].lower()
    for shown in _azure(held) if held.kind == "azure_plan" else []:
        if shown["id"] == wanted:
            return item(shown)
    raise RefusalError(404, 800111, f"The Azure subscription {ask.args['eid']} was not found.")


def _azure(held: Subscription) -> list[dict[str, Any]]:
    shown = []
    for azure in held.azure:
        uri = f"/v1/customers/{held.customer_id}/subscriptions/{held.id}/azureEntitlements/{azure.id}"
        body = {"id": azure.id, "friendlyName": azure.name, "status": "active", "subscriptionId": held.id}
        shown.append(body | {"links": {"self": link(uri)}, "attributes": {"objectType": "AzureEntitlement"}})
    return shown


def register(ask: Ask, world: World) -> Answer:
    """Starts a registration: 202 with the address of its status."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    world.registrations.ask(held, world.now)
    where = f"/customers/{held.customer_id}/subscriptions/{held.shown_id}/registrationstatus"
    return Answer(b"", 202, {"Location": where})


def registration_status(ask: Ask, world: World) -> Answer:
    """How far the registration is."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    state = world.registrations.look(held, world.now)
    body = {"subscriptionId": held.shown_id, "status": state}
    return item(body | {"attributes": {"objectType": "SubscriptionRegistrationStatus"}})


_ALL = "/v1/customers/<cid>/subscriptions"
_ONE = f"{_ALL}/<sid>"
ROUTES = (
    Route("GET", _ALL, list_subscriptions),
    Route("GET", _ONE, get_subscription),
    Route("GET", f"{_ONE}/azureentitlements", azure_entitlements),
    Route("GET", f"{_ONE}/azureentitlements/<eid>", azure_entitlement),
    Route("POST", f"{_ONE}/registrations", register, needs="buy"),
    Route("GET", f"{_ONE}/registrationstatus", registration_status),
)
