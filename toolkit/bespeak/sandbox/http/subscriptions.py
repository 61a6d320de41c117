"""Subscriptions: list, one, change, support (Microsoft, *Get a customer's subscriptions*, *Suspend a subscription*)."""

from __future__ import annotations

from bespeak.sandbox.http import azure_entitlements, registrations, subscription_support, upgrades
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import bad, check_etag, listing, text, whole
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.http.subscription_bodies import subscription_body
from bespeak.sandbox.subscription_changes import Change, change
from bespeak.sandbox.world import World


def list_subscriptions(ask: Ask, world: World) -> Answer:
    """All subscriptions of a customer, or those of one order or reseller; reservations are not among them."""
    customer = world.customer(ask.args["cid"])
    shown = [subscription_body(held, world) for held in world.directory.subscriptions_of(customer.id)]
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
    return item(subscription_body(world.subscription(ask.args["cid"], ask.args["sid"]), world))


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
    return item(subscription_body(held, world))


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
    *subscription_support.ROUTES,
    *azure_entitlements.ROUTES,
    *registrations.ROUTES,
    *upgrades.ROUTES,
)
