"""Microsoft.Authorization: role assignments (D-211, D-225 to D-228)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bespeak.sandbox import rights
from bespeak.sandbox.clock import iso7
from bespeak.sandbox.grants import CAPACITY, Assignment
from bespeak.sandbox.http.arm.role_reading import scope_of, wanted_assignment
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import authorization as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_AUTHORIZATION = "Microsoft.Authorization"
_KIND = f"{_AUTHORIZATION}/roleAssignments"
_ROLE = f"{_AUTHORIZATION}/roleDefinitions"
_FILTER = re.compile(r"(atscope\(\)|(principalid eq|assignedto\()\s*'([0-9a-f-]{36})'\)?)", re.IGNORECASE)


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
    wanted = wanted_assignment(ask, world, scope, tenant)
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
_BELOW = "/providers/microsoft.authorization/roleassignments"


def _reads_at(scope: str, where: str) -> Iterator[Route]:
    assignments = f"{scope}{_BELOW}"
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


def _changes_at(scope: str, where: str) -> Iterator[Route]:
    path, one, sure = f"{scope}{_BELOW}/<id>", shapes.RoleAssignment, "D, K"
    yield Route(
        "PUT",
        path,
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
        path,
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


ROUTES = tuple(
    route for scope, where in _SCOPES.items() for at in (_reads_at, _changes_at) for route in at(scope, where)
)
