"""Microsoft.Resources: the subscriptions that a token sees, and its tenant (*Subscriptions*, *Tenants*)."""

from __future__ import annotations

from bespeak.sandbox import rights
from bespeak.sandbox.http.arm.places import Place, page, place_of, places, tenant_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import resources as shapes
from bespeak.sandbox.world import World

#: Subscriptions a page.
PAGE = 200
_READ = "Microsoft.Resources/subscriptions/read"
_STATES = {"active": "Enabled", "suspended": "Disabled", "pending": "Enabled", "deleted": "Deleted"}


def list_subscriptions(ask: Ask, world: World) -> Answer:
    """The subscriptions in the tenant of the token in which the caller holds a role."""
    seen = [
        one
        for one in places(ask, world)
        if rights.can(world, ask.principal, _READ, one.path, one.customer.id)
    ]
    found, following = page(ask, seen, PAGE)
    body: shapes.AzureSubscriptions = {
        "value": [_subscription(one, world) for one in found],
        "count": {"type": "Total", "value": len(seen)},
    }
    if following:
        body["nextLink"] = following
    return plain(body)


def get_subscription(ask: Ask, world: World) -> Answer:
    """One subscription."""
    return plain(_subscription(place_of(ask, world, _READ), world))


def _subscription(place: Place, world: World) -> shapes.AzureSubscription:
    status = _STATES[world.commerce.subscriptions.status(place.held)]
    if world.commerce.subscriptions.azure_status(place.azure) != "active":
        status = "Disabled"
    return {
        "id": place.path,
        "authorizationSource": "RoleBased",
        "managedByTenants": [{"tenantId": world.partner_id}],
        "subscriptionId": place.azure.id,
        "tenantId": place.customer.id,
        "displayName": place.azure.name,
        "state": status,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "CSP_2015-05-01",
            "spendingLimit": "Off",
        },
    }


def list_tenants(ask: Ask, world: World) -> Answer:
    """The directory of the token."""
    tenant = tenant_of(ask, world)
    customer = world.directory.customers.get(tenant)
    name, domain, country = (
        (customer.name, customer.domain, customer.country)
        if customer
        else ("Partner", "partner.example.com", "US")
    )
    body: shapes.Tenants = {
        "value": [
            {
                "id": f"/tenants/{tenant}",
                "tenantId": tenant,
                "countryCode": country,
                "displayName": name,
                "domains": [domain],
                "tenantCategory": "Home",
            }
        ]
    }
    return plain(body)


_VERSION = Query("api-version", needed=True)
ROUTES = (
    Route(
        "GET",
        "/subscriptions",
        list_subscriptions,
        about=About(
            "Subscriptions - List",
            "S, K; page size INF",
            {200: shapes.AzureSubscriptions},
            "test_azure_resources.py::test_a_tenant_sees_its_own_subscriptions",
            query=(_VERSION, Query("$skiptoken")),
            errors=((400, "InvalidSkipToken"),),
        ),
    ),
    Route(
        "GET",
        "/subscriptions/<sub>",
        get_subscription,
        about=About(
            "Subscriptions - Get",
            "S, K",
            {200: shapes.AzureSubscription},
            "test_azure_resources.py::test_a_tenant_sees_its_own_subscriptions",
            query=(_VERSION,),
            errors=(
                (400, "InvalidSubscriptionId"),
                (403, "AuthorizationFailed"),
                (404, "SubscriptionNotFound"),
            ),
            states=("Enabled", "Disabled", "Deleted"),
        ),
    ),
    Route(
        "GET",
        "/tenants",
        list_tenants,
        about=About(
            "Tenants - List",
            "S, K",
            {200: shapes.Tenants},
            "test_azure_resources.py::test_the_tenant_of_the_token_is_listed",
            query=(_VERSION,),
        ),
    ),
)
