"""Microsoft.Authorization: role assignments, role definitions, elevated access (D-211, D-225 to D-228)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast, get_args

from bespeak.sandbox import rights
from bespeak.sandbox.azure_roles import AzureRole
from bespeak.sandbox.clock import iso7
from bespeak.sandbox.grants import ADMIN_AGENTS, CAPACITY, GROUPS, Assignment, PrincipalType, object_id
from bespeak.sandbox.http.arm.places import GUID, found_place, read_body, tenant_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import authorization as shapes
from bespeak.sandbox.members import object_at, text_at, wrong
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
    scope, tenant = scope_of(ask, world)
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
    scope, tenant = scope_of(ask, world)
    rights.may(world, ask.principal, f"{_KIND}/read", scope, tenant)
    found = _find(ask, world, scope, tenant)
    if found is None:
        what = f"The role assignment '{ask.args['id'][:60]}' is not found."
        raise RefusalError(404, "RoleAssignmentNotFound", what)
    return plain(_assignment(found))


def put_assignment(ask: Ask, world: World) -> Answer:
    """Assigns a role; the same assignment again is answered with 200, under another id with 409."""
    scope, tenant = scope_of(ask, world)
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
    if role is None or not is_known(role, world, tenant):
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
    scope, tenant = scope_of(ask, world)
    rights.may(world, ask.principal, f"{_KIND}/delete", scope, tenant)
    found = _find(ask, world, scope, tenant)
    if found is None:
        return Answer(status=204)
    world.grants.remove(found, world.now, ask.principal)
    return plain(_assignment(found))


def _find(ask: Ask, world: World, scope: str, tenant: str) -> Assignment | None:
    number = ask.args["id"].lower()
    return next((one for one in world.grants.exactly_at(scope.lower(), tenant) if one.id == number), None)


def scope_of(ask: Ask, world: World) -> tuple[str, str]:
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


def is_known(role: AzureRole, world: World, tenant: str) -> bool:
    """Whether a role is built in or was made in this tenant."""
    own = {f"/subscriptions/{one}" for one in world.directory.azure_ids(tenant)}
    return not role.custom or any(scope in own for scope in role.scopes)


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


ROUTES = tuple(route for scope, where in _SCOPES.items() for route in _at(scope, where))
