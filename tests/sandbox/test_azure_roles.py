"""Role assignments over HTTP: azure-reservation-apis.md section 6; D-210 to D-213, D-225 to D-228."""

import pytest
from azure_caller import azure
from test_rights import buy
from tiny_world import ADA, ADA_AZURE_ONE, ARM, BOB, TOKEN

from bespeak.sandbox.azure_roles import role_named
from bespeak.sandbox.grants import ADMIN_AGENTS, object_id
from bespeak.sandbox.ids import guid
from bespeak.sandbox.rights import can

SUB = f"/subscriptions/{ADA_AZURE_ONE}"
CAPACITY = "/providers/Microsoft.Capacity"
ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"
BUY = "Microsoft.Capacity/reservationOrders/purchase/action"
ONE, TWO = guid("assignment", 1), guid("assignment", 2)
OWNER = role_named("Owner").id


def ask(caller, principal, method, path, body=None, tenant=ADA, version="2022-04-01"):
    """One call as somebody in a tenant; a refusal leaves the world as it was."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": f"{TOKEN}.as-{principal}",
        "scope": f"{ARM}/.default",
    }
    token = caller.client.post(f"/login/{tenant}/oauth2/v2.0/token", data=form).get_json()["access_token"]
    before = caller.world.snapshot()
    answer = azure(caller, method, path, body, version=version, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code >= 400:
        assert caller.world.snapshot() == before
    return answer


def wish(principal="sales-agent", role=OWNER, tenant=ADA, **more):
    return {
        "properties": {
            "roleDefinitionId": f"/{DEFINITIONS}/{role}",
            "principalId": object_id(principal, tenant),
        }
        | more
    }


def code(answer):
    return answer.status_code, answer.get_json()["error"]["code"]


def test_a_role_given_by_the_customer_lets_a_sales_agent_buy(caller, world):
    """D-210."""
    answer = ask(caller, "customer-owner", "PUT", f"{SUB}/{ASSIGNMENTS}/{ONE}", wish())
    assert answer.status_code == 201
    shown = answer.get_json()
    assert shown["id"] == f"{SUB}/{ASSIGNMENTS}/{ONE}"
    assert shown["properties"]["principalId"] == object_id("sales-agent", ADA)
    assert can(world, "sales-agent", BUY, SUB, ADA)


def test_a_repeat_under_another_id_is_refused(caller):
    path = f"{SUB}/{ASSIGNMENTS}"
    assert ask(caller, "admin-agent", "PUT", f"{path}/{ONE}", wish()).status_code == 201
    assert code(ask(caller, "admin-agent", "PUT", f"{path}/{TWO}", wish())) == (409, "RoleAssignmentExists")
    assert ask(caller, "admin-agent", "PUT", f"{path}/{ONE}", wish()).status_code == 200
    other = wish(role=role_named("Reader").id)
    assert code(ask(caller, "admin-agent", "PUT", f"{path}/{ONE}", other)) == (
        400,
        "RoleAssignmentUpdateNotPermitted",
    )


def test_an_assignment_can_be_read_and_removed(caller, world):
    path = f"{SUB}/{ASSIGNMENTS}/{ONE}"
    ask(caller, "admin-agent", "PUT", path, wish())
    assert ask(caller, "admin-agent", "GET", path).get_json()["name"] == ONE
    assert ask(caller, "admin-agent", "DELETE", path).get_json()["name"] == ONE
    assert not can(world, "sales-agent", BUY, SUB, ADA)
    assert ask(caller, "admin-agent", "DELETE", path).status_code == 204
    assert code(ask(caller, "admin-agent", "GET", path)) == (404, "RoleAssignmentNotFound")


def test_a_customer_ends_the_access_on_behalf(caller):
    """D-211."""
    listed = ask(
        caller, "customer-owner", "GET", f"{SUB}/{ASSIGNMENTS}?$filter=principalId eq '{ADMIN_AGENTS}'"
    )
    (given,) = listed.get_json()["value"]
    assert (given["properties"]["principalType"], given["properties"]["scope"]) == ("ForeignGroup", SUB)
    assert ask(caller, "customer-owner", "DELETE", given["id"]).status_code == 200
    assert code(ask(caller, "admin-agent", "GET", f"{SUB}/{ASSIGNMENTS}")) == (403, "AuthorizationFailed")


def test_the_assignments_of_a_scope_are_listed(caller, world):
    _, order = buy(world)
    roles = ask(caller, "admin-agent", "GET", f"{order}/{ASSIGNMENTS}").get_json()["value"]
    owners = {one["properties"]["principalId"] for one in roles if one["properties"]["scope"] == order}
    assert owners == {ADMIN_AGENTS, object_id("customer-owner", ADA)}
    assert all(one["id"].startswith(one["properties"]["scope"]) for one in roles)


def test_a_guest_is_added_to_the_order_by_an_owner(caller, world):
    """D-213: the way out for a guest."""
    _, order = buy(world)
    action = "Microsoft.Capacity/reservationOrders/return/action"
    assert code(ask(caller, "guest", "PUT", f"{order}/{ASSIGNMENTS}/{ONE}", wish("guest"))) == (
        403,
        "AuthorizationFailed",
    )
    assert (
        ask(caller, "customer-owner", "PUT", f"{order}/{ASSIGNMENTS}/{ONE}", wish("guest")).status_code == 201
    )
    assert can(world, "guest", action, order, ADA)


def test_a_contributor_manages_but_does_not_delegate(caller, world):
    """D-222, D-223."""
    _, order = buy(world)
    path = f"{order}/{ASSIGNMENTS}"
    for number, (principal, role) in enumerate(
        [("sales-agent", "Reservations Contributor"), ("helpdesk-agent", "Reservations Administrator")]
    ):
        given = wish(principal, role_named(role).id)
        assert ask(caller, "admin-agent", "PUT", f"{path}/{guid('given', number)}", given).status_code == 201
    given = wish("billing-admin", role_named("Reservations Reader").id)
    assert code(ask(caller, "sales-agent", "PUT", f"{path}/{ONE}", given)) == (403, "AuthorizationFailed")
    assert ask(caller, "helpdesk-agent", "PUT", f"{path}/{ONE}", given).status_code == 201


def test_a_tenant_wide_grant_needs_elevated_access(caller, world):
    """D-228."""
    path = f"{CAPACITY}/{ASSIGNMENTS}/{ONE}"
    given = wish("sales-agent", role_named("Reservations Administrator").id)
    for principal in ("admin-agent", "customer-owner", "global-admin"):
        assert code(ask(caller, principal, "PUT", path, given)) == (403, "AuthorizationFailed")
    elevate = "/providers/Microsoft.Authorization/elevateAccess"
    assert code(ask(caller, "admin-agent", "POST", elevate)) == (403, "AuthorizationFailed")
    assert ask(caller, "global-admin", "POST", elevate).status_code == 200
    assert ask(caller, "global-admin", "PUT", path, given).status_code == 201
    _, order = buy(world)
    assert can(world, "sales-agent", "Microsoft.Capacity/reservationOrders/return/action", order, ADA)
    assert code(ask(caller, "global-admin", "PUT", path, given, tenant=BOB)) == (403, "AuthorizationFailed")


def test_a_custom_role_does_not_buy(caller, world):
    """D-225."""
    made = {
        "properties": {
            "roleName": "Like Owner",
            "assignableScopes": [SUB],
            "permissions": [{"actions": ["*"], "notActions": []}],
        }
    }
    path = f"{SUB}/{DEFINITIONS}/{ONE}"
    answer = ask(caller, "customer-owner", "PUT", path, made)
    assert (answer.status_code, answer.get_json()["properties"]["type"]) == (201, "CustomRole")
    assert (
        ask(caller, "customer-owner", "PUT", f"{SUB}/{ASSIGNMENTS}/{TWO}", wish(role=ONE)).status_code == 201
    )
    assert can(world, "sales-agent", "Microsoft.Compute/virtualMachines/read", SUB, ADA)
    assert not can(world, "sales-agent", BUY, SUB, ADA)
    bob = "/subscriptions/bbbbbbbb-2222-4000-8000-000000000001"
    assert ONE not in [
        one["name"]
        for one in ask(caller, "admin-agent", "GET", f"{bob}/{DEFINITIONS}", tenant=BOB).get_json()["value"]
    ]


def test_the_roles_have_their_published_ids(caller):
    listed = ask(caller, "admin-agent", "GET", f"{CAPACITY}/{DEFINITIONS}").get_json()["value"]
    ids = {one["properties"]["roleName"]: one["name"] for one in listed}
    assert ids["Owner"] == "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
    assert ids["Reservation Purchaser"] == "f7b75c60-3036-4b75-91c3-6b41c27c1689"
    assert ids["Reservations Administrator"] == "a8889054-8d42-49c9-bc1c-52486c10e7cd"
    assert ids["Reservations Reader"] == "582fc458-8989-419f-a480-75249bc5db7e"
    found = ask(
        caller, "admin-agent", "GET", f"{SUB}/{DEFINITIONS}?$filter=roleName eq 'Reservation Purchaser'"
    )
    (purchaser,) = found.get_json()["value"]
    actions = purchaser["properties"]["permissions"][0]["actions"]
    assert "Microsoft.Capacity/catalogs/read" in actions
    assert not [one for one in actions if "purchase" in one or "calculatePrice" in one]
    one = ask(caller, "admin-agent", "GET", f"{SUB}/{DEFINITIONS}/{ids['Owner']}").get_json()
    assert one["properties"]["permissions"][0]["actions"] == ["*"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (None, 400, "InvalidRequestContent"),
        ([], 400, "InvalidRequestContent"),
        ({}, 400, "InvalidRequestContent"),
        ({"properties": {"principalId": ONE}}, 400, "InvalidRequestContent"),
        (wish(role=ONE), 400, "RoleDefinitionDoesNotExist"),
        (wish(principalId="me"), 400, "InvalidRequestContent"),
        (wish(principalId=ONE), 400, "PrincipalNotFound"),
        (wish(principalType="Robot"), 400, "InvalidRequestContent"),
        (wish(role=role_named("Reservations Reader").id), 400, "RoleDefinitionNotAssignableAtScope"),
    ],
)
def test_a_wrong_request_is_refused(caller, body, status, word):
    assert code(ask(caller, "admin-agent", "PUT", f"{SUB}/{ASSIGNMENTS}/{ONE}", body)) == (status, word)


def test_wrong_ids_and_scopes_are_refused(caller, world):
    _, order = buy(world)
    assert code(ask(caller, "admin-agent", "PUT", f"{SUB}/{ASSIGNMENTS}/x", wish())) == (
        400,
        "InvalidRoleAssignmentId",
    )
    nowhere = f"{CAPACITY}/reservationOrders/{ONE}/{ASSIGNMENTS}"
    assert code(ask(caller, "admin-agent", "GET", nowhere)) == (404, "ReservationOrderNotFound")
    assert code(ask(caller, "admin-agent", "GET", f"{order}/{ASSIGNMENTS}", tenant=BOB)) == (
        404,
        "ReservationOrderNotFound",
    )
    one = f"{order}/reservations/{ONE}/{ASSIGNMENTS}"
    assert code(ask(caller, "admin-agent", "GET", one)) == (404, "ReservationIdNotInReservationOrder")
    assert code(ask(caller, "admin-agent", "GET", f"{SUB}/{ASSIGNMENTS}?$filter=x eq 1")) == (
        400,
        "UnsupportedFilter",
    )
    assert code(ask(caller, "admin-agent", "GET", f"{SUB}/{DEFINITIONS}/{ONE}")) == (
        404,
        "RoleDefinitionDoesNotExist",
    )


def test_a_principal_with_a_type_is_taken_on_trust(caller):
    given = wish(principalId=ONE, principalType="ServicePrincipal")
    answer = ask(caller, "admin-agent", "PUT", f"{SUB}/{ASSIGNMENTS}/{ONE}", given)
    assert (answer.status_code, answer.get_json()["properties"]["principalType"]) == (201, "ServicePrincipal")
