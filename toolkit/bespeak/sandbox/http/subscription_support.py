"""Whether a subscription is there and who supports it (Microsoft, *Get the support contact of a subscription*)."""

from __future__ import annotations

from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import bad, is_a, text, to
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.http.subscription_bodies import NEVER
from bespeak.sandbox.offers import AZURE_OFFERS
from bespeak.sandbox.resellers import RESELLERS
from bespeak.sandbox.world import World


def provisioning(ask: Ask, world: World) -> Answer:
    """Whether a subscription is there."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    body: shapes.Provisioning = {
        "skuId": AZURE_OFFERS["legacy" if held.kind == "legacy" else "azure_plan"].sku_id,
        "status": "success",
        "quantity": 1,
        "endDate": NEVER,
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


_ONE = "/v1/customers/<cid>/subscriptions/<sid>"
_GONE = ((404, 60003), (403, 20002), (404, 20003))
_TESTS = "test_commerce_subscriptions.py::"
ROUTES = (
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
)
