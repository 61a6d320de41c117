"""Microsoft.Authorization: role assignments, role definitions, elevated access (D-211, D-225 to D-228)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast, get_args

from bespeak.sandbox import rights
from bespeak.sandbox.azure_roles import AzureRole, built_in, role_named
from bespeak.sandbox.clock import iso7
from bespeak.sandbox.grants import ADMIN_AGENTS, CAPACITY, GROUPS, Assignment, PrincipalType, object_id
from bespeak.sandbox.http.arm.places import GUID, found_place, read_body, tenant_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import authorization as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.members import object_at, text_at, texts_at, wrong
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Principal
from bespeak.sandbox.world import World

_AUTHORIZATION = "Microsoft.Authorization"
_KIND = f"{_AUTHORIZATION}/roleAssignments"
_ROLE = f"{_AUTHORIZATION}/roleDefinitions"
_FILTER = re.compile(r"(atscope\(\)|(principalid eq|assignedto\()\s*'([0-9a-f-]{36})'\)?)", re.IGNORECASE)
_ROLE_FILTER = re.compile(r"rolename eq '([^']{1,200})'", re.IGNORECASE)


def list_assignments(ask: Ask, world: World) -> Answer:
    """The assignments that count at a scope, and (without ``atScope()``) those below it."""
    scope, tenant = _scope(ask, world)
    rights.may(world, ask.principal, f"{_KIND}/read", scope, tenant)
    text = ask.query.get("$filter", "").strip()
    found = _FILTER.fullmatch(text)
    if text and found is None:
        what = f"The filter '{text[:80]}' is not supported. Use atScope(), principalId eq '...' or assignedTo('...')."
        raise RefusalError(400, "UnsupportedFilter", what)
    listed = list(world.grants.counting_at(scope, tenant))
    if not text.lower().startswith("atscope"):
        listed += _below(world, scope, tenant)
    wanted = found[3].lower() if found and found[3] else ""
    body: shapes.RoleAssignments = {
        "value": [_assignment(one) for one in listed if wanted in ("", one.principal_id)],
        "nextLink": None,
    }
    return plain(body)


def _below(world: World, scope: str, tenant: str) -> Iterator[Assignment]:
    """What is assigned below a scope: on the orders of a tenant, on resource groups."""
    within = scope.lower().rstrip("/") + "/"
    if within.startswith(CAPACITY.lower()):
        for order in world.book.orders(tenant):
            path = f"{CAPACITY}/reservationOrders/{order.id}".lower()
            if path.startswith(within):
                yield from world.grants.exactly_at(path, tenant)
        return
    for one in world.grants.state.added.values():
        if one.tenant == tenant and one.scope.lower().startswith(within):
            yield one


def get_assignment(ask: Ask, world: World) -> Answer:
    """One assignment made at this very scope."""
    scope, tenant = _scope(ask, world)
    rights.may(world, ask.principal, f"{_KIND}/read", scope, tenant)
    found = _find(ask, world, scope, tenant)
    if found is None:
        what = f"The role assignment '{ask.args['id'][:60]}' is not found."
        raise RefusalError(404, "RoleAssignmentNotFound", what)
    return plain(_assignment(found))


def put_assignment(ask: Ask, world: World) -> Answer:
    """Assigns a role; the same assignment again is answered with 200, under another id with 409."""
    scope, tenant = _scope(ask, world)
    rights.may(world, ask.principal, f"{_KIND}/write", scope, tenant)
    wanted = _wanted(ask, world, scope, tenant)
    for one in world.grants.exactly_at(scope.lower(), tenant):
        same = (one.role_id, one.principal_id) == (wanted.role_id, wanted.principal_id)
        if one.id == wanted.id and same:
            return plain(_assignment(one))
        if one.id == wanted.id:
            what = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
            raise RefusalError(400, "RoleAssignmentUpdateNotPermitted", what)
        if same:
            raise RefusalError(409, "RoleAssignmentExists", "The role assignment already exists.")
    if wanted.id in world.grants.state.added:
        raise RefusalError(
            409, "RoleAssignmentExists", "The id belongs to a role assignment at another scope."
        )
    world.grants.add(wanted, ask.principal)
    return plain(_assignment(wanted), 201)


def _wanted(ask: Ask, world: World, scope: str, tenant: str) -> Assignment:
    """The assignment that the request describes."""
    number = ask.args["id"].lower()
    if not GUID.fullmatch(number):
        what = f"The role assignment ID '{ask.args['id'][:60]}' is not valid. The role assignment ID must be a GUID."
        raise RefusalError(400, "InvalidRoleAssignmentId", what)
    properties = object_at(read_body(ask), "properties", needed=True)
    role = _role(text_at(properties, "roleDefinitionId"), world, scope, tenant)
    owner, kind = _principal(properties, tenant)
    made_by = object_id(ask.principal, tenant)
    return Assignment(number, tenant, scope, role.id, owner, kind, world.now, made_by)


def _role(text: str, world: World, scope: str, tenant: str) -> AzureRole:
    role = world.grants.role(text.rstrip("/").rpartition("/")[2])
    if role is None or not _is_known(role, world, tenant):
        what = f"The specified role definition with ID '{text[:120]}' does not exist."
        raise RefusalError(400, "RoleDefinitionDoesNotExist", what)
    above = [one.lower() for one in role.scopes]
    if not any(one == "/" or f"{scope.lower()}/".startswith(one.rstrip("/") + "/") for one in above):
        what = f"The role '{role.name}' cannot be assigned at scope '{scope}'. It is for {', '.join(role.scopes)}."
        raise RefusalError(400, "RoleDefinitionNotAssignableAtScope", what)
    return role


def _principal(properties: dict[str, object], tenant: str) -> tuple[str, PrincipalType]:
    """Whom a role is for. Without a type the directory is asked whether there is such a one."""
    owner = text_at(properties, "principalId").lower()
    if not GUID.fullmatch(owner):
        raise wrong("properties.principalId", "a GUID", owner)
    text = text_at(properties, "principalType", "")
    kinds = {one.lower(): one for one in get_args(PrincipalType)}
    if text and text.lower() not in kinds:
        raise wrong("properties.principalType", f"one of {', '.join(kinds.values())}", text)
    people = {object_id(one, tenant) for one in get_args(Principal)} | {ADMIN_AGENTS}
    if not text and owner not in people:
        what = f"Principal {owner} does not exist in the directory {tenant}."
        raise RefusalError(400, "PrincipalNotFound", what)
    return owner, cast("PrincipalType", kinds.get(text.lower(), "User"))


def delete_assignment(ask: Ask, world: World) -> Answer:
    """Takes a role away: 200 with what it was, 204 when there is none. So a customer ends access on behalf (D-211)."""
    scope, tenant = _scope(ask, world)
    rights.may(world, ask.principal, f"{_KIND}/delete", scope, tenant)
    found = _find(ask, world, scope, tenant)
    if found is None:
        return Answer(status=204)
    world.grants.remove(found, world.now, ask.principal)
    return plain(_assignment(found))


def _find(ask: Ask, world: World, scope: str, tenant: str) -> Assignment | None:
    number = ask.args["id"].lower()
    return next((one for one in world.grants.exactly_at(scope.lower(), tenant) if one.id == number), None)


def _scope(ask: Ask, world: World) -> tuple[str, str]:
    """The scope of the path as Azure spells it, and the tenant that it lies in."""
    if "sub" in ask.args:
        place = found_place(ask, world)
        group = f"/resourceGroups/{ask.args['rg']}" if "rg" in ask.args else ""
        return place.path + group, place.customer.id
    tenant = tenant_of(ask, world)
    if "mg" in ask.args:
        return f"{GROUPS}/{ask.args['mg']}", tenant
    if "oid" not in ask.args:
        return CAPACITY, tenant
    order = world.book.order(ask.args["oid"])
    if order is None or tenant not in (world.partner_id, order.customer_id):
        what = f"Reservation order {ask.args['oid'][:60]} was not found."
        raise RefusalError(404, "ReservationOrderNotFound", what)
    path = f"{CAPACITY}/reservationOrders/{order.id}"
    if "rid" not in ask.args:
        return path, order.customer_id
    held = world.book.reservation(ask.args["rid"])
    if held is None or held.order_id != order.id:
        what = f"Reservation {ask.args['rid'][:60]} is not in reservation order {order.id}."
        raise RefusalError(404, "ReservationIdNotInReservationOrder", what)
    return f"{path}/reservations/{held.id}", order.customer_id


def _assignment(one: Assignment) -> shapes.RoleAssignment:
    made = iso7(one.made)
    scope = one.scope.rstrip("/")
    return {
        "properties": {
            "roleDefinitionId": f"/providers/{_ROLE}/{one.role_id}",
            "principalId": one.principal_id,
            "principalType": one.principal_type,
            "scope": one.scope,
            "condition": None,
            "conditionVersion": None,
            "createdOn": made,
            "updatedOn": made,
            "createdBy": one.made_by,
            "updatedBy": one.made_by,
            "delegatedManagedIdentityResourceId": None,
            "description": None,
        },
        "id": f"{scope}/providers/{_KIND}/{one.id}",
        "type": _KIND,
        "name": one.id,
    }


def list_definitions(ask: Ask, world: World) -> Answer:
    """The roles that can be assigned at a scope."""
    _, tenant = _scope(ask, world)
    text = ask.query.get("$filter", "").strip()
    found = _ROLE_FILTER.fullmatch(text)
    if text and found is None:
        what = f"The filter '{text[:80]}' is not supported. Use roleName eq '...'."
        raise RefusalError(400, "UnsupportedFilter", what)
    wanted = found[1].lower() if found else ""
    roles = [*built_in().values(), *world.grants.state.custom.values()]
    shown = [one for one in roles if _is_known(one, world, tenant) and wanted in ("", one.name.lower())]
    body: shapes.RoleDefinitions = {"value": [_definition(one) for one in shown]}
    return plain(body)


def get_definition(ask: Ask, world: World) -> Answer:
    """One role."""
    _, tenant = _scope(ask, world)
    role = world.grants.role(ask.args["id"])
    if role is None or not _is_known(role, world, tenant):
        what = f"The specified role definition with ID '{ask.args['id'][:60]}' does not exist."
        raise RefusalError(404, "RoleDefinitionDoesNotExist", what)
    return plain(_definition(role))


def put_definition(ask: Ask, world: World) -> Answer:
    """A custom role at a subscription. However much it allows, it never buys a reservation (D-225)."""
    scope, tenant = _scope(ask, world)
    rights.may(world, ask.principal, f"{_ROLE}/write", scope, tenant)
    number = ask.args["id"].lower()
    if not GUID.fullmatch(number) or number in built_in():
        raise RefusalError(
            400, "InvalidRoleDefinitionId", f"'{ask.args['id'][:60]}' cannot be a custom role."
        )
    known = world.grants.state.custom.get(number)
    if known is not None and not _is_known(known, world, tenant):
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


def _is_known(role: AzureRole, world: World, tenant: str) -> bool:
    """Whether a role is built in or was made in this tenant."""
    own = {f"/subscriptions/{one}" for one in world.directory.azure_ids(tenant)}
    return not role.custom or any(scope in own for scope in role.scopes)


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


_SCOPES = {
    "/subscriptions/<sub>": "a subscription",
    "/subscriptions/<sub>/resourcegroups/<rg>": "a resource group",
    "/providers/microsoft.management/managementgroups/<mg>": "a management group",
    "/providers/microsoft.capacity": "all reservations of a tenant",
    "/providers/microsoft.capacity/reservationorders/<oid>": "a reservation order",
    "/providers/microsoft.capacity/reservationorders/<oid>/reservations/<rid>": "a reservation",
}
_VERSION = Query("api-version", needed=True)
_NOWHERE = ((404, "SubscriptionNotFound"), (404, "ReservationOrderNotFound"))
_REFUSED = ((403, "AuthorizationFailed"), *_NOWHERE)
_WRONG = ((400, "InvalidRequestContent"), (400, "RoleDefinitionDoesNotExist"), (400, "PrincipalNotFound"))
_TEST = "test_azure_roles.py::"


def _at(scope: str, where: str) -> Iterator[Route]:
    assignments = f"{scope}/providers/microsoft.authorization/roleassignments"
    one, sure = shapes.RoleAssignment, "D, K"
    yield Route(
        "GET",
        assignments,
        list_assignments,
        about=About(
            f"Role Assignments - List at {where}",
            f"{sure}; one page INF",
            {200: shapes.RoleAssignments},
            f"{_TEST}test_the_assignments_of_a_scope_are_listed",
            query=(_VERSION, Query("$filter")),
            errors=((400, "UnsupportedFilter"), *_REFUSED),
        ),
    )
    yield Route(
        "GET",
        f"{assignments}/<id>",
        get_assignment,
        about=About(
            f"Role Assignments - Get at {where}",
            sure,
            {200: one},
            f"{_TEST}test_an_assignment_can_be_read_and_removed",
            query=(_VERSION,),
            errors=(*_REFUSED, (404, "RoleAssignmentNotFound")),
        ),
    )
    yield Route(
        "PUT",
        f"{assignments}/<id>",
        put_assignment,
        about=About(
            f"Role Assignments - Create at {where}",
            sure,
            {200: one, 201: one},
            f"{_TEST}test_a_repeat_under_another_id_is_refused",
            takes=shapes.RoleAssignmentRequest,
            query=(_VERSION,),
            errors=(*_WRONG, (400, "InvalidRoleAssignmentId"), *_REFUSED, (409, "RoleAssignmentExists")),
        ),
    )
    yield Route(
        "DELETE",
        f"{assignments}/<id>",
        delete_assignment,
        about=About(
            f"Role Assignments - Delete at {where}",
            sure,
            {200: one, 204: None},
            f"{_TEST}test_an_assignment_can_be_read_and_removed",
            query=(_VERSION,),
            errors=_REFUSED,
        ),
    )


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
    *(route for scope, where in _SCOPES.items() for route in _at(scope, where)),
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
