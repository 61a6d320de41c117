"""Subscriptions, resource groups, resources, providers and management groups of Azure Resource Manager."""

import pytest
from azure_caller import azure, get, refused
from test_azure_roles import ASSIGNMENTS, BUY, ONE, ask, code, wish
from tiny_world import ADA, ADA_AZURE_ONE, ADA_AZURE_TWO, BOB_AZURE_ONE, BOB_AZURE_TWO, CYD, CYD_AZURE

from bespeak.sandbox.rights import can

SUB = f"/subscriptions/{ADA_AZURE_ONE}"
GROUPS = "/providers/Microsoft.Management/managementGroups"
NOWHERE = "99999999-2222-4000-8000-000000000001"


def test_a_tenant_sees_its_own_subscriptions(caller):
    listed = ask(caller, "admin-agent", "GET", "/subscriptions").get_json()
    assert [one["subscriptionId"] for one in listed["value"]] == [ADA_AZURE_ONE, ADA_AZURE_TWO]
    assert listed["count"] == {"type": "Total", "value": 2}
    one = ask(caller, "admin-agent", "GET", SUB).get_json()
    assert (one["displayName"], one["tenantId"], one["state"]) == ("Ada one", ADA, "Enabled")
    assert code(ask(caller, "admin-agent", "GET", f"/subscriptions/{CYD_AZURE}")) == (
        404,
        "SubscriptionNotFound",
    )


def test_who_holds_no_role_sees_no_subscription(caller):
    """D-210: a sales agent of the partner has none before it is given one."""
    assert ask(caller, "sales-agent", "GET", "/subscriptions").get_json()["value"] == []
    assert code(ask(caller, "sales-agent", "GET", SUB)) == (403, "AuthorizationFailed")
    assert len(ask(caller, "guest", "GET", "/subscriptions").get_json()["value"]) == 2


def test_an_admin_agent_at_home_sees_all_customers_unless_a_switch_forbids_it(caller, world):
    listed = get(caller, "/subscriptions")["value"]
    assert {one["subscriptionId"] for one in listed} >= {ADA_AZURE_ONE, BOB_AZURE_ONE, CYD_AZURE}
    world.switches.azure_needs_customer_tenant = True
    assert get(caller, "/subscriptions")["value"] == []
    assert refused(caller, "GET", SUB) == (404, "SubscriptionNotFound")


def test_the_tenant_of_the_token_is_listed(caller):
    (tenant,) = ask(caller, "admin-agent", "GET", "/tenants").get_json()["value"]
    assert (tenant["tenantId"], tenant["domains"]) == (ADA, ["ada.example.com"])
    (home,) = get(caller, "/tenants")["value"]
    assert home["tenantId"] == caller.world.partner_id


def test_resource_groups_and_resources_are_those_of_the_vms(caller):
    assert [one["name"] for one in get(caller, f"{SUB}/resourceGroups")["value"]] == ["rg-a"]
    one = get(caller, f"{SUB}/resourceGroups/RG-A")
    assert (one["id"], one["location"]) == (f"{SUB}/resourceGroups/rg-a", "polandcentral")
    assert refused(caller, "GET", f"{SUB}/resourceGroups/rg-b") == (404, "ResourceGroupNotFound")
    text = "resourceType eq 'Microsoft.Compute/virtualMachines' and resourceGroup eq 'rg-a'"
    machines = get(caller, f"{SUB}/resources?$filter={text}")["value"]
    assert [one["name"] for one in machines] == ["vm-a1", "vm-a2", "vm-w1"]
    assert get(caller, f"{SUB}/resources?$filter=resourceType eq 'Microsoft.Web/sites'")["value"] == []
    wrong = f"{SUB}/resources?$filter=name eq 'x'"
    assert refused(caller, "GET", wrong) == (400, "InvalidFilterInQueryString")


@pytest.mark.parametrize(
    "path", ["", "/resourceGroups", "/resources", "/providers", "/providers/Microsoft.Capacity"]
)
def test_an_unknown_subscription_is_not_found(caller, path):
    assert refused(caller, "GET", f"/subscriptions/{NOWHERE}{path}") == (404, "SubscriptionNotFound")
    assert refused(caller, "GET", f"/subscriptions/me{path}") == (400, "InvalidSubscriptionId")


def test_a_subscription_is_registered_some_minutes_after_it_is_asked_for(caller, world):
    """Microsoft.Capacity is the registration that a purchase asks for, in Partner Center too."""
    path = f"/subscriptions/{CYD_AZURE}/providers/Microsoft.Capacity"
    assert get(caller, path)["registrationState"] == "NotRegistered"
    asked = azure(caller, "POST", f"{path}/register", version="2021-04-01").get_json()
    assert (asked["namespace"], asked["registrationState"]) == ("Microsoft.Capacity", "Registering")
    caller.advance(5)
    assert get(caller, path)["registrationState"] == "Registered"
    held = world.directory.subscriptions_of(CYD)[0]
    assert world.registrations.is_registered(held, world.now)


def test_other_providers_register_too(caller):
    path = f"{SUB}/providers/microsoft.consumption"
    assert get(caller, path)["registrationState"] == "NotRegistered"
    azure(caller, "POST", f"{path}/register")
    assert get(caller, path)["registrationState"] == "Registering"
    caller.advance(5)
    states = {one["namespace"]: one["registrationState"] for one in get(caller, f"{SUB}/providers")["value"]}
    assert (states["Microsoft.Consumption"], states["Microsoft.Compute"]) == ("Registered", "Registered")
    assert states["Microsoft.BillingBenefits"] == "NotRegistered"
    assert refused(caller, "GET", f"{SUB}/providers/Microsoft.Nothing") == (404, "InvalidResourceNamespace")
    assert refused(caller, "POST", f"{SUB}/providers/Nothing/register") == (404, "InvalidResourceNamespace")


def test_registering_needs_a_role(caller):
    path = f"{SUB}/providers/Microsoft.Capacity/register"
    assert code(ask(caller, "guest", "POST", path)) == (403, "AuthorizationFailed")


def test_a_subscription_moves_into_a_management_group_and_back(caller, world):
    made = ask(caller, "customer-owner", "PUT", f"{GROUPS}/production", {"properties": {"displayName": "x"}})
    assert (made.status_code, made.get_json()["name"]) == (200, "production")
    moved = ask(caller, "customer-owner", "PUT", f"{GROUPS}/Production/subscriptions/{ADA_AZURE_ONE}")
    assert moved.get_json()["properties"]["parent"]["id"] == f"{GROUPS}/production"
    assert world.directory.groups_of(ADA)["production"] == [ADA_AZURE_ONE]
    names = [one["name"] for one in ask(caller, "admin-agent", "GET", GROUPS).get_json()["value"]]
    assert names == [ADA, "production"]
    root = ask(caller, "customer-owner", "GET", f"{GROUPS}/{ADA}?$expand=children").get_json()["properties"]
    assert [one["name"] for one in root["children"]] == ["production", ADA_AZURE_TWO]
    one = ask(caller, "customer-owner", "GET", f"{GROUPS}/production?$expand=children").get_json()[
        "properties"
    ]
    assert [child["name"] for child in one["children"]] == [ADA_AZURE_ONE]
    assert one["details"]["parent"]["name"] == ADA
    path = f"{GROUPS}/production/subscriptions/{ADA_AZURE_ONE}"
    assert [ask(caller, "customer-owner", "DELETE", path).status_code for _ in range(2)] == [200, 204]
    assert world.directory.groups_of(ADA)["production"] == []


def test_a_role_on_a_management_group_reaches_its_subscriptions(caller, world):
    ask(caller, "customer-owner", "PUT", f"{GROUPS}/production")
    ask(caller, "customer-owner", "PUT", f"{GROUPS}/production/subscriptions/{ADA_AZURE_ONE}")
    given = ask(caller, "customer-owner", "PUT", f"{GROUPS}/production/{ASSIGNMENTS}/{ONE}", wish())
    assert given.status_code == 201
    assert can(world, "sales-agent", BUY, SUB, ADA)
    assert not can(world, "sales-agent", BUY, f"/subscriptions/{ADA_AZURE_TWO}", ADA)


def test_management_groups_refuse_what_they_must(caller):
    assert code(ask(caller, "guest", "PUT", f"{GROUPS}/mine")) == (403, "AuthorizationFailed")
    assert code(ask(caller, "customer-owner", "PUT", f"{GROUPS}/no spaces")) == (400, "InvalidGroupId")
    assert code(ask(caller, "customer-owner", "GET", f"{GROUPS}/none")) == (404, "NotFound")
    path = f"{GROUPS}/{ADA}/subscriptions/{BOB_AZURE_TWO}"
    assert code(ask(caller, "customer-owner", "PUT", path)) == (404, "SubscriptionNotFound")
    assert refused(caller, "GET", GROUPS) == (403, "AuthorizationFailed")
    wrong = ask(caller, "customer-owner", "PUT", f"{GROUPS}/one", {"properties": 5})
    assert code(wrong) == (400, "InvalidRequestContent")
