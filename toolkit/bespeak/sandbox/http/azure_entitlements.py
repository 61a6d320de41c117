"""The Azure subscriptions of a plan (Microsoft, *Get a list of Azure entitlements for a subscription*)."""

from __future__ import annotations

from bespeak.sandbox.clock import hour_ceiling
from bespeak.sandbox.estate import AzureSubscription, Subscription
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import bad, is_a, listing, text, to
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


def azure_entitlements(ask: Ask, world: World) -> Answer:
    """The Azure subscriptions of a plan; there are none below a legacy subscription."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    below = held.azure if held.kind == "azure_plan" else ()
    return item(listing([_shown(held, azure, world) for azure in below]))


def azure_entitlement(ask: Ask, world: World) -> Answer:
    """One Azure subscription of a plan."""
    held, azure = _find(ask, world)
    return item(_shown(held, azure, world))


def cancel_entitlement(ask: Ask, world: World) -> Answer:
    """Ends an Azure subscription of a plan; the one reason that is known to be accepted is ``compromise``."""
    held, azure = _find(ask, world)
    if text(ask.body(), "cancellationreason", needed=True).lower() != "compromise":
        raise bad("cancellationReason", "must be compromise")
    world.commerce.subscriptions.cancel_azure(azure)
    world.directory.pause(azure.id, hour_ceiling(world.now))
    where = f'{{"Id":"{azure.id}","Status":"Disabled"}}'
    world.audit.add(world.now, "subscription", "cancel_azure_entitlement", held.customer_id, where)
    return item(_shown(held, azure, world))


def _find(ask: Ask, world: World) -> tuple[Subscription, AzureSubscription]:
    held, wanted = world.subscription(ask.args["cid"], ask.args["sid"]), ask.args["eid"].lower()
    for azure in held.azure if held.kind == "azure_plan" else ():
        if azure.id == wanted:
            return held, azure
    raise RefusalError(404, 800111, f"The Azure subscription {ask.args['eid']} was not found."[:300])


def _shown(held: Subscription, azure: AzureSubscription, world: World) -> shapes.AzureEntitlement:
    uri = f"/v1/customers/{held.customer_id}/subscriptions/{held.id}/azureEntitlements/{azure.id}"
    return {
        "id": azure.id,
        "friendlyName": azure.name,
        "status": world.commerce.subscriptions.azure_status(azure),
        "subscriptionId": held.id,
        "links": {"self": to(uri)},
        "attributes": is_a("AzureEntitlement"),
    }


_ALL = "/v1/customers/<cid>/subscriptions/<sid>/azureentitlements"
_GONE = ((404, 60003), (403, 20002), (404, 20003))
_STATES = ("active", "disabled")
_TESTS = "test_commerce_subscriptions.py::"
ROUTES = (
    Route(
        "GET",
        _ALL,
        azure_entitlements,
        about=About(
            "Get a list of Azure entitlements for a subscription",
            "D21 S23",
            {200: Collection[shapes.AzureEntitlement]},
            "test_sandbox_customers.py::test_a_plan_is_one_subscription_with_azure_subscriptions_below",
            errors=_GONE,
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ALL}/<eid>",
        azure_entitlement,
        about=About(
            "Get an Azure entitlement for a subscription",
            "D21 S23",
            {200: shapes.AzureEntitlement},
            f"{_TESTS}test_an_azure_subscription_can_be_cancelled",
            errors=(*_GONE, (404, 800111)),
            states=_STATES,
        ),
    ),
    Route(
        "POST",
        f"{_ALL}/<eid>/cancel",
        cancel_entitlement,
        user=True,
        needs="buy",
        about=About(
            "Cancel an Azure entitlement",
            "S23 INF",
            {200: shapes.AzureEntitlement},
            f"{_TESTS}test_an_azure_subscription_can_be_cancelled",
            takes=shapes.Cancellation,
            errors=(*_GONE, (404, 800111), (400, 3000)),
            states=_STATES,
        ),
    ),
)
