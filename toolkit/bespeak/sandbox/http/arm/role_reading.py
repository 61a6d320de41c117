"""Reads what a request about roles means: its scope, the role, and for whom it is."""

from __future__ import annotations

from typing import cast, get_args

from bespeak.sandbox.azure_roles import AzureRole
from bespeak.sandbox.grants import ADMIN_AGENTS, CAPACITY, GROUPS, Assignment, PrincipalType, object_id
from bespeak.sandbox.http.arm.places import GUID, found_place, read_body, tenant_of
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.members import object_at, text_at, wrong
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Principal
from bespeak.sandbox.world import World


def wanted_assignment(ask: Ask, world: World, scope: str, tenant: str) -> Assignment:
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


def is_known(role: AzureRole, world: World, tenant: str) -> bool:
    """Whether a role is built in or was made in this tenant."""
    own = {f"/subscriptions/{one}" for one in world.directory.azure_ids(tenant)}
    return not role.custom or any(scope in own for scope in role.scopes)
