"""Microsoft.Authorization: the roles themselves, custom ones too, and elevated access (D-225, D-228)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bespeak.sandbox import rights
from bespeak.sandbox.azure_roles import AzureRole, built_in, role_named
from bespeak.sandbox.grants import Assignment, object_id
from bespeak.sandbox.http.arm.places import GUID, read_body, tenant_of
from bespeak.sandbox.http.arm.role_reading import is_known, scope_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import authorization as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.members import object_at, text_at, texts_at, wrong
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_AUTHORIZATION = "Microsoft.Authorization"
_ROLE = f"{_AUTHORIZATION}/roleDefinitions"
_ROLE_FILTER = re.compile(r"rolename eq '([^']{1,200})'", re.IGNORECASE)


def list_definitions(ask: Ask, world: World) -> Answer:
    """The roles that can be assigned at a scope."""
    _, tenant = scope_of(ask, world)
    text = ask.query.get("$filter", "").strip()
    found = _ROLE_FILTER.fullmatch(text)
    if text and found is None:
        what = f"The filter '{text[:80]}' is not supported. Use roleName eq '...'."
        raise RefusalError(400, "UnsupportedFilter", what)
    wanted = found[1].lower() if found else ""
    roles = [*built_in().values(), *world.grants.state.custom.values()]
    shown = [one for one in roles if is_known(one, world, tenant) and wanted in ("", one.name.lower())]
    body: shapes.RoleDefinitions = {"value": [_definition(one) for one in shown]}
    return plain(body)


def get_definition(ask: Ask, world: World) -> Answer:
    """One role."""
    _, tenant = scope_of(ask, world)
    role = world.grants.role(ask.args["id"])
    if role is None or not is_known(role, world, tenant):
        what = f"The specified role definition with ID '{ask.args['id'][:60]}' does not exist."
        raise RefusalError(404, "RoleDefinitionDoesNotExist", what)
    return plain(_definition(role))


def put_definition(ask: Ask, world: World) -> Answer:
    """A custom role at a subscription. However much it allows, it never buys a reservation (D-225)."""
    scope, tenant = scope_of(ask, world)
    rights.may(world, ask.principal, f"{_ROLE}/write", scope, tenant)
    number = ask.args["id"].lower()
    if not GUID.fullmatch(number) or number in built_in():
        raise RefusalError(
            400, "InvalidRoleDefinitionId", f"'{ask.args['id'][:60]}' cannot be a custom role."
        )
    known = world.grants.state.custom.get(number)
    if known is not None and not is_known(known, world, tenant):
        raise RefusalError(409, "RoleDefinitionWithSameIdExists", "The id belongs to another role.")
    role = _custom(number, object_at(read_body(ask), "properties", needed=True), scope)
    world.grants.state.custom[number] = role
    return plain(_definition(role), 201)


def _custom(number: str, properties: dict[str, object], scope: str) -> AzureRole:
    scopes = texts_at(properties, "assignableScopes")
    if [one.rstrip("/").lower() for one in scopes] != [scope.lower()]:
        raise wrong("properties.assignableScopes", f"the scope of the path, {scope}", scopes)
    granted = properties.get("permissions")
    if not isinstance(granted, list) or len(granted) != 1 or not isinstance(granted[0], dict):
        raise wrong("properties.permissions", "a list with one object")
    actions, left_out = texts_at(granted[0], "actions"), texts_at(granted[0], "notActions")
    name, said = text_at(properties, "roleName"), text_at(properties, "description", "")
    return AzureRole(number, name, said, tuple(actions), tuple(left_out), (scope,), custom=True)


def _definition(role: AzureRole) -> shapes.RoleDefinition:
    return {
        "properties": {
            "roleName": role.name,
            "type": "CustomRole" if role.custom else "BuiltInRole",
            "description": role.description,
            "assignableScopes": list(role.scopes),
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": [],
                    "notDataActions": [],
                }
            ],
        },
        "id": f"/providers/{_ROLE}/{role.id}",
        "type": _ROLE,
        "name": role.id,
    }


def elevate(ask: Ask, world: World) -> Answer:
    """Makes a global administrator User Access Administrator of everything in its tenant (D-228)."""
    tenant = tenant_of(ask, world)
    if ask.principal != "global-admin":
        action = f"{_AUTHORIZATION}/elevateAccess/action"
        raise rights.refusal(world, ask.principal, action, "/", tenant)
    role, owner = role_named("User Access Administrator").id, object_id(ask.principal, tenant)
    made = Assignment(guid("elevated", tenant, owner), tenant, "/", role, owner, "User", world.now, owner)
    if made.id not in world.grants.state.added:
        world.grants.add(made, ask.principal)
    return Answer()


_VERSION = Query("api-version", needed=True)
_NOWHERE = ((404, "SubscriptionNotFound"), (404, "ReservationOrderNotFound"))
_REFUSED = ((403, "AuthorizationFailed"), *_NOWHERE)
_TEST = "test_azure_roles.py::"


def _definitions(scope: str, where: str) -> Iterator[Route]:
    definitions = f"{scope}/providers/microsoft.authorization/roledefinitions"
    yield Route(
        "GET",
        definitions,
        list_definitions,
        about=About(
            f"Role Definitions - List at {where}",
            "D; the id of Reservations Contributor is invented",
            {200: shapes.RoleDefinitions},
            f"{_TEST}test_the_roles_have_their_published_ids",
            query=(_VERSION, Query("$filter")),
            errors=((400, "UnsupportedFilter"), *_NOWHERE),
        ),
    )
    yield Route(
        "GET",
        f"{definitions}/<id>",
        get_definition,
        about=About(
            f"Role Definitions - Get at {where}",
            "D",
            {200: shapes.RoleDefinition},
            f"{_TEST}test_the_roles_have_their_published_ids",
            query=(_VERSION,),
            errors=(*_NOWHERE, (404, "RoleDefinitionDoesNotExist")),
        ),
    )


ROUTES = (
    *_definitions("/subscriptions/<sub>", "a subscription"),
    *_definitions("/providers/microsoft.capacity", "all reservations of a tenant"),
    Route(
        "PUT",
        "/subscriptions/<sub>/providers/microsoft.authorization/roledefinitions/<id>",
        put_definition,
        about=About(
            "Role Definitions - Create Or Update",
            "K; only at a subscription INF",
            {201: shapes.RoleDefinition},
            f"{_TEST}test_a_custom_role_does_not_buy",
            takes=shapes.RoleDefinitionRequest,
            query=(_VERSION,),
            errors=((400, "InvalidRequestContent"), (400, "InvalidRoleDefinitionId"), *_REFUSED),
        ),
    ),
    Route(
        "POST",
        "/providers/microsoft.authorization/elevateaccess",
        elevate,
        about=About(
            "Global Administrator - Elevate Access",
            "D, K",
            {200: None},
            f"{_TEST}test_a_tenant_wide_grant_needs_elevated_access",
            query=(_VERSION,),
            errors=((403, "AuthorizationFailed"),),
        ),
    ),
)
