"""Management groups of a tenant, which the scope of a reservation may name (D-441)."""

from __future__ import annotations

import re

from bespeak.sandbox import rights
from bespeak.sandbox.azure_roles import role_named
from bespeak.sandbox.grants import GROUPS, Assignment, object_id
from bespeak.sandbox.http.arm.places import Place, found_place, read_body, tenant_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import resources as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.members import object_at, text_at
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_KIND = "Microsoft.Management/managementGroups"
_NAME = re.compile(r"[A-Za-z0-9_.()-]{1,90}")
_READ = f"{_KIND}/read"
#: Who may make management groups below the root: by default everybody who lives in the tenant, and who acts for it.
_MAKERS = ("admin-agent", "global-admin", "customer-owner", "customer-user")


def list_groups(ask: Ask, world: World) -> Answer:
    """The management groups of the tenant; the root is called like the tenant."""
    tenant = _tenant(ask, world)
    body: shapes.ManagementGroups = {
        "value": [_group(name, tenant) for name in world.directory.groups_of(tenant)]
    }
    return plain(body)


def get_group(ask: Ask, world: World) -> Answer:
    """One management group; its subscriptions with ``$expand=children``."""
    tenant = _tenant(ask, world)
    name = _known(ask, world, tenant)
    shown = _group(name, tenant)
    shown["properties"]["details"] = {"version": 1}
    if name != tenant:
        shown["properties"]["details"]["parent"] = {
            "id": f"{GROUPS}/{tenant}",
            "name": tenant,
            "displayName": "Tenant Root Group",
        }
    if ask.query.get("$expand", "").lower() == "children":
        shown["properties"]["children"] = _children(name, tenant, world)
    return plain(shown)


def put_group(ask: Ask, world: World) -> Answer:
    """Makes a management group below the root; whoever makes it is its Owner."""
    tenant, name = _tenant(ask, world), ask.args["mg"]
    if not _NAME.fullmatch(name):
        raise RefusalError(
            400, "InvalidGroupId", f"'{name[:90]}' is not a name that a management group can have."
        )
    if ask.principal not in _MAKERS:
        raise rights.refusal(world, ask.principal, f"{_KIND}/write", f"{GROUPS}/{name}", tenant)
    properties = object_at(read_body(ask), "properties") if ask.raw.strip() else {}
    text_at(properties, "displayName", "")
    if any(one.lower() == name.lower() for one in world.directory.groups_of(tenant)):
        return plain(_group(_known(ask, world, tenant), tenant))
    world.state.directory.management_groups.setdefault(tenant, {})[name] = []
    owner, role = object_id(ask.principal, tenant), role_named("Owner").id
    scope = f"{GROUPS}/{name}"
    made = Assignment(guid(scope, tenant, owner), tenant, scope, role, owner, "User", world.now, owner)
    world.grants.add(made, ask.principal)
    return plain(_group(name, tenant))


def put_subscription(ask: Ask, world: World) -> Answer:
    """Moves a subscription into a management group, out of the one it was in."""
    tenant, name, place = _move(ask, world)
    world.grants.settle()
    _leave(world, tenant, place.azure.id)
    if name != tenant:
        world.state.directory.management_groups[tenant][name].append(place.azure.id)
    shown: shapes.GroupSubscription = {
        "id": f"{GROUPS}/{name}/subscriptions/{place.azure.id}",
        "type": f"{_KIND}/subscriptions",
        "name": place.azure.id,
        "properties": {
            "tenant": tenant,
            "displayName": place.azure.name,
            "parent": {"id": f"{GROUPS}/{name}"},
            "state": "Active",
        },
    }
    return plain(shown)


def delete_subscription(ask: Ask, world: World) -> Answer:
    """Takes a subscription out of a management group, back below the root."""
    tenant, name, place = _move(ask, world)
    if place.azure.id not in world.directory.groups_of(tenant)[name] or name == tenant:
        return Answer(status=204)
    world.grants.settle()
    _leave(world, tenant, place.azure.id)
    return Answer()


def _move(ask: Ask, world: World) -> tuple[str, str, Place]:
    """Tenant, group and subscription of a move that the caller may make."""
    tenant = _tenant(ask, world)
    name = _known(ask, world, tenant)
    place = found_place(ask, world)
    if place.customer.id != tenant:
        what = f"The subscription '{place.azure.id}' could not be found."
        raise RefusalError(404, "SubscriptionNotFound", what)
    rights.may(world, ask.principal, f"{_KIND}/subscriptions/write", place.path, tenant)
    return tenant, name, place


def _leave(world: World, tenant: str, azure_id: str) -> None:
    for members in world.state.directory.management_groups.get(tenant, {}).values():
        if azure_id in members:
            members.remove(azure_id)


def _tenant(ask: Ask, world: World) -> str:
    """The tenant of the token; the partner's own one has no management groups here."""
    tenant = tenant_of(ask, world)
    if tenant == world.partner_id:
        raise rights.refusal(world, ask.principal, _READ, GROUPS, tenant)
    return tenant


def _known(ask: Ask, world: World, tenant: str) -> str:
    """The group of the path as it is spelt; 404 for one that the tenant has not."""
    for name in world.directory.groups_of(tenant):
        if name.lower() == ask.args["mg"].lower():
            return name
    what = f"The management group '{ask.args['mg'][:90]}' cannot be found."
    raise RefusalError(404, "NotFound", what)


def _group(name: str, tenant: str) -> shapes.ManagementGroup:
    return {
        "id": f"{GROUPS}/{name}",
        "type": _KIND,
        "name": name,
        "properties": {"tenantId": tenant, "displayName": "Tenant Root Group" if name == tenant else name},
    }


def _children(name: str, tenant: str, world: World) -> list[shapes.GroupChild]:
    groups = world.directory.groups_of(tenant)
    inner = [other for other in groups if name == tenant != other]
    below: list[shapes.GroupChild] = [
        {"id": f"{GROUPS}/{other}", "type": _KIND, "name": other, "displayName": other} for other in inner
    ]
    taken = {one for other, members in groups.items() if other not in (name, tenant) for one in members}
    for held in world.directory.subscriptions_of(tenant):
        for azure in held.azure:
            if azure.id in groups[name] and (name != tenant or azure.id not in taken):
                path = f"/subscriptions/{azure.id}"
                below.append(
                    {"id": path, "type": "/subscriptions", "name": azure.id, "displayName": azure.name}
                )
    return below


_ALL = "/providers/microsoft.management/managementgroups"
_ONE = f"{_ALL}/<mg>"
_VERSION = Query("api-version", needed=True)
_FORBIDDEN = (403, "AuthorizationFailed")
_UNKNOWN = (404, "NotFound")
_TEST = "test_azure_resources.py::test_a_subscription_moves_into_a_management_group_and_back"
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_groups,
        about=About(
            "Management Groups - List",
            "S, K",
            {200: shapes.ManagementGroups},
            _TEST,
            query=(_VERSION,),
            errors=(_FORBIDDEN,),
        ),
    ),
    Route(
        "GET",
        _ONE,
        get_group,
        about=About(
            "Management Groups - Get",
            "S, K",
            {200: shapes.ManagementGroup},
            _TEST,
            query=(_VERSION, Query("$expand")),
            errors=(_FORBIDDEN, _UNKNOWN),
        ),
    ),
    Route(
        "PUT",
        _ONE,
        put_group,
        about=About(
            "Management Groups - Create Or Update",
            "K; at once instead of 202 INF; one level INF",
            {200: shapes.ManagementGroup},
            _TEST,
            takes=shapes.GroupRequest,
            query=(_VERSION,),
            errors=((400, "InvalidGroupId"), (400, "InvalidRequestContent"), _FORBIDDEN),
        ),
    ),
    Route(
        "PUT",
        f"{_ONE}/subscriptions/<sub>",
        put_subscription,
        about=About(
            "Management Group Subscriptions - Create",
            "K",
            {200: shapes.GroupSubscription},
            _TEST,
            query=(_VERSION,),
            errors=(_FORBIDDEN, _UNKNOWN, (404, "SubscriptionNotFound")),
        ),
    ),
    Route(
        "DELETE",
        f"{_ONE}/subscriptions/<sub>",
        delete_subscription,
        about=About(
            "Management Group Subscriptions - Delete",
            "K",
            {200: None, 204: None},
            _TEST,
            query=(_VERSION,),
            errors=(_FORBIDDEN, _UNKNOWN, (404, "SubscriptionNotFound")),
        ),
    ),
)
