"""The permission of a customer to buy reservations itself (Microsoft, *Create a SelfServePolicy*, D-901 to D-911)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.partner import bad, inside, is_a, listing, rows, text
from bespeak.sandbox.http.shapes import self_serve as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.self_serve import RESERVATIONS, Policy
from bespeak.sandbox.world import World


def list_policies(ask: Ask, world: World) -> Answer:
    """The policy of a customer; an empty list when there is none."""
    customer = world.customer(ask.need("entity_id"))
    return item(listing([_shown(one) for one in world.self_serve.of(customer.id)]))


def get_policy(ask: Ask, world: World) -> Answer:
    """One policy."""
    return item(_shown(world.self_serve.find(ask.args["pid"])))


def create_policy(ask: Ask, world: World) -> Answer:
    """Lets a customer buy reservations at the cost of this partner (D-905)."""
    entity, permissions = _read(ask.body(), world)
    return item(_shown(world.self_serve.create(entity, permissions, world.now)), 201)


def replace_policy(ask: Ask, world: World) -> Answer:
    """The policy with other permissions, when its etag is the one of now."""
    policy = world.self_serve.find(ask.args["pid"])
    body = ask.body()
    _check_etag(ask, policy, inside(body, "attributes"))
    entity, permissions = _read(body, world)
    if entity != policy.entity:
        raise bad("selfServeEntity.tenantID", "must stay as it is")
    return item(_shown(world.self_serve.replace(policy, permissions, world.now)))


def delete_policy(ask: Ask, world: World) -> Answer:
    """Ends a policy: no new purchases; what was bought runs on (D-910)."""
    world.self_serve.delete(world.self_serve.find(ask.args["pid"]), world.now)
    return Answer(b"", 204)


def _check_etag(ask: Ask, policy: Policy, attributes: dict[str, Any]) -> None:
    """400 / 2055 for another etag, in the header or in the body, however its quotes are written."""
    sent = ask.headers.get("if-match") or text(attributes, "etag")
    if sent.replace("\\", "").strip('" ') != policy.etag:
        what = "The etag is missing or not the one of now. Read the policy again."
        raise RefusalError(400, 2055, what)


def _read(body: dict[str, Any], world: World) -> tuple[str, list[tuple[str, str]]]:
    """The customer and the permissions of a body."""
    entity, grantor = inside(body, "selfserveentity", needed=True), inside(body, "grantor", needed=True)
    if text(entity, "selfserveentitytype", needed=True).lower() != "customer":
        raise bad("selfServeEntity.selfServeEntityType", "must be customer")
    if text(grantor, "grantortype", needed=True).lower() != "billtopartner":
        raise bad("grantor.grantorType", "must be billToPartner")
    if text(grantor, "tenantid", needed=True).lower() != world.partner_id:
        raise bad("grantor.tenantID", f"must be this partner, {world.partner_id}")
    customer = world.customer(text(entity, "tenantid", needed=True))
    return customer.id, _permissions(body)


def _permissions(body: dict[str, Any]) -> list[tuple[str, str]]:
    found = rows(body, "permissions")
    resource, action = RESERVATIONS
    for one in found:
        asked = (text(one, "resource", needed=True).lower(), text(one, "action", needed=True).lower())
        if asked != (resource.lower(), action.lower()):
            raise bad("permissions", f"can hold {action} of {resource} only")
    if not found:
        raise bad("permissions", "must hold at least one permission")
    return [RESERVATIONS]


def _shown(policy: Policy) -> shapes.Policy:
    return {
        "id": policy.id,
        "selfServeEntity": {"selfServeEntityType": "customer", "tenantID": policy.entity},
        "grantor": {"grantorType": "billToPartner", "tenantID": policy.grantor},
        "permissions": [{"resource": resource, "action": action} for resource, action in policy.permissions],
        "attributes": is_a("SelfServePolicy", f'"{policy.etag}"'),
    }


_ALL = "/v1/selfservepolicy"
_ONE = f"{_ALL}/<pid>"
_TESTS = "test_commerce_self_serve.py::"
_NONE = ((404, 600039), (404, 600040))
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_policies,
        user=True,
        about=About(
            "Get a list of SelfServePolicies",
            "D21 3P",
            {200: Collection[shapes.Policy]},
            f"{_TESTS}test_d909_a_policy_is_made_read_changed_and_deleted",
            query=(Query("entity_id", needed=True),),
            errors=((400, 2001), (404, 60003), (403, 20002)),
        ),
    ),
    Route(
        "POST",
        _ALL,
        create_policy,
        user=True,
        once=True,
        needs="permission",
        about=About(
            "Create a SelfServePolicy",
            "D21 3P",
            {201: shapes.Policy},
            f"{_TESTS}test_d909_a_policy_is_made_read_changed_and_deleted",
            takes=shapes.PolicyWish,
            errors=((400, 3000), (404, 60003), (403, 20002), (403, 900150), (409, 600041)),
        ),
    ),
    Route(
        "GET",
        _ONE,
        get_policy,
        user=True,
        about=About(
            "Get a SelfServePolicy by ID",
            "D21 3P",
            {200: shapes.Policy},
            f"{_TESTS}test_d909_ids_that_are_none",
            errors=_NONE,
        ),
    ),
    Route(
        "PUT",
        _ONE,
        replace_policy,
        user=True,
        needs="permission",
        about=About(
            "Update a SelfServePolicy",
            "D21 3P",
            {200: shapes.Policy},
            f"{_TESTS}test_d909_a_stale_etag_changes_nothing",
            takes=shapes.PolicyWish,
            errors=(*_NONE, (400, 2055), (400, 3000), (404, 60003), (403, 20002), (403, 900150)),
        ),
    ),
    Route(
        "DELETE",
        _ONE,
        delete_policy,
        user=True,
        needs="permission",
        about=About(
            "Delete a SelfServePolicy",
            "D21 3P",
            {204: None},
            f"{_TESTS}test_d909_a_policy_is_made_read_changed_and_deleted",
            errors=(*_NONE, (403, 900150)),
        ),
    ),
)
