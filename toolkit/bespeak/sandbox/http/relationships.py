"""Resellers, managed services, the invitation (Microsoft, *Retrieve a list of indirect resellers* and neighbours)."""

from __future__ import annotations

from collections.abc import Iterable

from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import is_a, listing, to
from bespeak.sandbox.http.shapes import relations as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.resellers import RESELLERS, Reseller, reseller_of
from bespeak.sandbox.world import World

_PROVIDER, _RESELLER = "isindirectcloudsolutionproviderof", "isindirectresellerof"


def resellers_of_customer(ask: Ask, world: World) -> Answer:
    """Whom the customer buys from, when the partner is an indirect provider."""
    customer = world.customer(ask.args["cid"])
    found = [reseller_of(customer.id)] if world.switches.indirect else []
    return item(listing(_shown(found)))


def relationships(ask: Ask, world: World) -> Answer:
    """Whom this partner sells through; it is nobody's reseller itself."""
    asked = ask.need("relationship_type").replace("_", "").lower()
    if asked not in (_PROVIDER, _RESELLER):
        what = f"There is no relationship type '{ask.query['relationship_type']}'."
        raise RefusalError(400, 2001, what[:300])
    found = RESELLERS if world.switches.indirect and asked == _PROVIDER else ()
    return item(listing(_shown(found)))


def _shown(found: Iterable[Reseller]) -> list[shapes.Relationship]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "relationshipType": "is_indirect_cloud_solution_provider_of",
            "state": "Active",
            "mpnId": one.mpn_id,
            "location": one.location,
            "attributes": is_a("PartnerRelationship"),
        }
        for one in found
    ]


def managed_services(ask: Ask, world: World) -> Answer:
    """What the partner may manage: Azure, for a customer with an Azure subscription."""
    customer = world.customer(ask.args["cid"])
    shown: list[shapes.ManagedService] = []
    if world.directory.subscriptions_of(customer.id):
        links = {
            "adminService": to(f"https://portal.azure.example/{customer.domain}"),
            "serviceHealth": to("https://portal.azure.example/health"),
            "serviceTicket": to("https://portal.azure.example/support"),
        }
        shown.append(
            {"id": "azure", "name": "Microsoft Azure", "links": links, "attributes": is_a("ManagedService")}
        )
    return item(listing(shown))


def invitation(_ask: Ask, world: World) -> Answer:
    """Where a customer accepts the relationship; the address leads nowhere."""
    body: shapes.Invitation = {
        "url": f"https://admin.example/partners/invitation/{guid('invitation', world.partner_id)}",
        "attributes": is_a("CustomerRelationshipRequest"),
    }
    return item(body)


_TESTS = "test_commerce_customers.py::"
ROUTES = (
    Route(
        "GET",
        "/v1/customers/<cid>/relationships",
        resellers_of_customer,
        user=True,
        about=About(
            "Get indirect resellers of a customer",
            "D21",
            {200: Collection[shapes.Relationship]},
            f"{_TESTS}test_an_indirect_provider_has_resellers",
            errors=((404, 60003), (403, 20002)),
            states=("Active",),
        ),
    ),
    Route(
        "GET",
        "/v1/relationships",
        relationships,
        user=True,
        about=About(
            "Retrieve a list of indirect resellers",
            "D21 R19",
            {200: Collection[shapes.Relationship]},
            f"{_TESTS}test_an_indirect_provider_has_resellers",
            query=(Query("relationship_type", needed=True),),
            errors=((400, 2001),),
            states=("Active",),
        ),
    ),
    Route(
        "GET",
        "/v1/customers/<cid>/managedservices",
        managed_services,
        user=True,
        about=About(
            "Get the managed services for a customer by ID",
            "D21 S23",
            {200: Collection[shapes.ManagedService]},
            f"{_TESTS}test_small_reads_of_a_customer",
            errors=((404, 60003), (403, 20002)),
        ),
    ),
    Route(
        "GET",
        "/v1/customers/relationshiprequests",
        invitation,
        user=True,
        about=About(
            "Request a reseller relationship with a customer",
            "D21 S23",
            {200: shapes.Invitation},
            f"{_TESTS}test_small_reads_of_a_customer",
        ),
    ),
)
