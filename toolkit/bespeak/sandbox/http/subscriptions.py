"""Subscriptions: list, one, change, support (Microsoft, *Get a customer's subscriptions*, *Suspend a subscription*)."""

from __future__ import annotations

from bespeak.sandbox.clock import iso, iso7
from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.http import azure_entitlements, registrations, upgrades
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import bad, check_etag, is_a, listing, text, to, whole
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.offers import AZURE_OFFERS, AZURE_PLAN, LEGACY_AZURE
from bespeak.sandbox.resellers import RESELLERS, reseller_of
from bespeak.sandbox.subscription_book import first_item
from bespeak.sandbox.subscription_changes import Change, change
from bespeak.sandbox.world import World

_NEVER = "9999-12-31T00:00:00Z"


def list_subscriptions(ask: Ask, world: World) -> Answer:
    """All subscriptions of a customer, or those of one order or reseller; reservations are not among them."""
    customer = world.customer(ask.args["cid"])
    shown = [_shown(held, world) for held in world.directory.subscriptions_of(customer.id)]
    order, reseller = ask.query.get("order_id", "").lower(), ask.query.get("mpn_id", "")
    return item(
        listing(
            [
                one
                for one in shown
                if order in ("", one["orderId"].lower()) and reseller in ("", one.get("partnerId", "-"))
            ]
        )
    )


def get_subscription(ask: Ask, world: World) -> Answer:
    """One subscription."""
    return item(_shown(world.subscription(ask.args["cid"], ask.args["sid"]), world))


def _shown(held: Subscription, world: World) -> shapes.Subscription:
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
        "commitmentEndDate": _NEVER,
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


def change_subscription(ask: Ask, world: World) -> Answer:
    """Suspends, takes up again or renames; 202 when the change takes a while."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    check_etag(ask, world.commerce.subscriptions.etag(held))
    body = ask.body()
    if text(body, "id").lower() not in ("", held.id):
        raise bad("id", "is not the id of this subscription")
    quantity = 1 if body.get("quantity") is None else whole(body, "quantity")
    wish = Change(text(body, "status").lower(), text(body, "friendlyname"), quantity)
    if change(world, held, wish, world.now):
        where = f"/customers/{held.customer_id}/subscriptions/{held.shown_id}"
        return Answer(b"", 202, {"Location": where})
    return item(_shown(held, world))


def provisioning(ask: Ask, world: World) -> Answer:
    """Whether a subscription is there."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    body: shapes.Provisioning = {
        "skuId": AZURE_OFFERS["legacy" if held.kind == "legacy" else "azure_plan"].sku_id,
        "status": "success",
        "quantity": 1,
        "endDate": _NEVER,
        "attributes": is_a("SubscriptionProvisioningStatus"),
    }
    return item(body)


def support_contact(ask: Ask, world: World) -> Answer:
    """Who supports the customer: the partner itself, until it is changed."""
    return item(_support(world.subscription(ask.args["cid"], ask.args["sid"]), world))


def replace_support_contact(ask: Ask, world: World) -> Answer:
    """Lets a reseller support the customer, or the partner itself again."""
    held, body = world.subscription(ask.args["cid"], ask.args["sid"]), ask.body()
    tenant = text(body, "supporttenantid", needed=True).lower()
    mpn_id, name = text(body, "supportmpnid"), text(body, "name")
    known = {one.id for one in RESELLERS} if world.switches.indirect else set()
    if tenant not in known | {world.partner_id}:
        raise bad("supportTenantId", "is neither this partner nor one of its resellers")
    world.commerce.subscriptions.change(held).support = [tenant, mpn_id, name]
    return item(_support(held, world))


def _support(held: Subscription, world: World) -> shapes.SupportContact:
    kept = world.commerce.subscriptions.read(held).support or [world.partner_id, "5010001", "This partner"]
    where = f"/customers/{held.customer_id}/subscriptions/{held.shown_id}/supportcontact"
    return {
        "supportTenantId": kept[0],
        "supportMpnId": kept[1],
        "name": kept[2],
        "links": {"self": to(where)},
        "attributes": is_a("SupportContact"),
    }


_ALL = "/v1/customers/<cid>/subscriptions"
_ONE = f"{_ALL}/<sid>"
_GONE = ((404, 60003), (403, 20002), (404, 20003))
_STATES = ("active", "suspended", "deleted")
_TESTS = "test_commerce_subscriptions.py::"
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_subscriptions,
        about=About(
            "Get a customer's subscriptions; by order; by partner",
            "D21 D26 R19",
            {200: Collection[shapes.Subscription]},
            f"{_TESTS}test_subscriptions_by_order_and_by_reseller",
            query=(Query("order_id"), Query("mpn_id")),
            errors=_GONE[:2],
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        _ONE,
        get_subscription,
        about=About(
            "Get a subscription by ID",
            "D21",
            {200: shapes.Subscription},
            "test_sandbox_customers.py::test_a_plan_is_one_subscription_with_azure_subscriptions_below",
            errors=_GONE,
            states=_STATES,
        ),
    ),
    Route(
        "PATCH",
        _ONE,
        change_subscription,
        needs="buy",
        about=About(
            "Suspend a subscription; Change the name of a subscription; Reactivate a suspended subscription",
            "D21 3P",
            {200: shapes.Subscription, 202: None},
            f"{_TESTS}test_a_plan_in_use_cannot_be_suspended",
            takes=shapes.SubscriptionChange,
            errors=(*_GONE, (400, 2055), (400, 3000), (403, 900115), (409, 900278)),
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/provisioningstatus",
        provisioning,
        user=True,
        about=About(
            "Get subscription provisioning status",
            "D21",
            {200: shapes.Provisioning},
            f"{_TESTS}test_small_reads_of_a_subscription",
            errors=_GONE,
            states=("success",),
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/supportcontact",
        support_contact,
        user=True,
        about=About(
            "Get the support contact of a subscription",
            "D21",
            {200: shapes.SupportContact},
            f"{_TESTS}test_small_reads_of_a_subscription",
            errors=_GONE,
        ),
    ),
    Route(
        "PUT",
        f"{_ONE}/supportcontact",
        replace_support_contact,
        user=True,
        needs="edit",
        about=About(
            "Update a subscription support contact",
            "D21",
            {200: shapes.SupportContact},
            f"{_TESTS}test_small_reads_of_a_subscription",
            takes=shapes.SupportContactWish,
            errors=(*_GONE, (400, 3000)),
        ),
    ),
    *azure_entitlements.ROUTES,
    *registrations.ROUTES,
    *upgrades.ROUTES,
)
