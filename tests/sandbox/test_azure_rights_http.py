"""Roles of Azure at every door: orders, refund, exchange, changes, use, purchase (D-210 to D-228, D-813, D-906)."""

import pytest
from azure_caller import wish as purchase
from test_azure_roles import ASSIGNMENTS, ONE, ask, code, wish
from test_rights import assign, buy
from tiny_world import ADA, ADA_AZURE_ONE

from bespeak.sandbox.azure_roles import role_named
from bespeak.sandbox.http.arm.billing_scope import account_id
from bespeak.sandbox.rights import ORDER

V = "2022-11-01"
C = "/providers/Microsoft.Capacity"
SUB = f"/subscriptions/{ADA_AZURE_ONE}"
FORBIDDEN = (403, "AuthorizationFailed")
USE = "providers/Microsoft.Consumption/reservationSummaries?grain=daily&$filter=properties/usageDate ge 2026-11-01"
USE += " and properties/usageDate le 2026-12-01"


@pytest.fixture
def order(caller, world):
    """An order of Ada's that the partner bought, some hours ago."""
    _, path = buy(world)
    caller.advance(26 * 60)
    return path


def held(world, order):
    one = next(iter(world.book.reservations(ADA)))
    return f"{order}/reservations/{one.id}"


def refund(world, order):
    returned = {"reservationId": held(world, order), "quantity": 1}
    return {"id": order, "properties": {"scope": "Reservation", "reservationToReturn": returned}}


def exchange(world, order):
    path = held(world, order)
    return {
        "properties": {
            "reservationsToExchange": [{"reservationId": path, "quantity": 1}],
            "reservationsToPurchase": [purchase(billing=ADA_AZURE_ONE, size="Standard_D4s_v5", quantity=1)],
        }
    }


def test_lists_leave_out_what_the_caller_may_not_read(caller, world, order):
    """D-210, D-213."""
    seen = {
        who: len(ask(caller, who, "GET", f"{C}/reservationOrders", version=V).get_json()["value"])
        for who in ("admin-agent", "customer-owner", "guest", "sales-agent", "billing-admin", "customer-user")
    }
    assert seen == {
        "admin-agent": 1,
        "customer-owner": 1,
        "guest": 1,
        "sales-agent": 0,
        "billing-admin": 0,
        "customer-user": 0,
    }
    assign(world, "sales-agent", "Reservations Reader", order)
    assert len(ask(caller, "sales-agent", "GET", f"{C}/reservations", version=V).get_json()["value"]) == 1


@pytest.mark.parametrize("who", ["sales-agent", "billing-admin", "global-admin", "customer-user"])
def test_who_holds_no_role_reads_no_order(caller, world, order, who):
    """D-210, D-214."""
    one = held(world, order)
    for path, version in ((order, V), (one, V), (f"{one}/revisions", V), (f"{order}/{USE}", "2023-11-01")):
        assert ask(caller, who, "GET", path, version=version).status_code in (403, 404), path
    assert code(ask(caller, who, "POST", f"{order}/calculateRefund", refund(world, order), version=V))[0] in (
        403,
        404,
    )


@pytest.mark.parametrize("who", ["guest", "customer-owner"])
def test_guests_and_customers_return_and_exchange_nothing(caller, world, order, who):
    """D-213, D-813: although both can read the order, and the customer is its Owner."""
    assert ask(caller, who, "GET", order, version=V).status_code == 200
    for action, body in (("calculateRefund", refund), ("return", refund)):
        assert code(ask(caller, who, "POST", f"{order}/{action}", body(world, order), version=V)) == FORBIDDEN
    for action in ("calculateExchange", "exchange"):
        made = exchange(world, order) if action == "calculateExchange" else {"properties": {"sessionId": ONE}}
        assert ask(caller, who, "POST", f"{C}/{action}", made, version=V).status_code in (400, 403, 404)
    assert (
        code(ask(caller, who, "POST", f"{C}/calculateExchange", exchange(world, order), version=V))
        == FORBIDDEN
    )


def test_an_admin_agent_quotes_a_refund_and_a_contributor_does_not(caller, world, order):
    """D-226."""
    assign(world, "sales-agent", "Reservations Contributor", order)
    quote = ask(caller, "admin-agent", "POST", f"{order}/calculateRefund", refund(world, order), version=V)
    assert quote.status_code == 200, quote.text
    again = ask(caller, "sales-agent", "POST", f"{order}/calculateRefund", refund(world, order), version=V)
    assert code(again) == FORBIDDEN
    one = held(world, order)
    renamed = ask(caller, "sales-agent", "PATCH", one, {"properties": {"name": "mine"}}, version=V)
    assert renamed.status_code in (200, 202)


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"name": "ours"}, True),
        ({"appliedScopeType": "Single", "appliedScopes": [SUB]}, False),
        ({"renew": True}, False),
    ],
)
def test_a_customer_renames_but_neither_rescopes_nor_renews(caller, world, order, change, allowed):
    """D-906."""
    one = held(world, order)
    answer = ask(caller, "customer-owner", "PATCH", one, {"properties": change}, version=V)
    assert answer.status_code in ((200, 202) if allowed else (403,)), answer.text


def test_a_reader_changes_nothing(caller, world, order):
    """D-224."""
    assign(world, "sales-agent", "Reservations Reader", order)
    one = held(world, order)
    assert ask(caller, "sales-agent", "GET", f"{order}/{USE}", version="2023-11-01").status_code == 200
    assert (
        code(ask(caller, "sales-agent", "PATCH", one, {"properties": {"name": "x"}}, version=V)) == FORBIDDEN
    )
    split = {"properties": {"quantities": [1, 1], "reservationId": one}}
    assert code(ask(caller, "sales-agent", "POST", f"{order}/split", split, version=V)) == FORBIDDEN
    assert code(ask(caller, "sales-agent", "POST", f"{one}/archive", version=V)) == FORBIDDEN


def test_buying_needs_owner_and_the_buyer_owns_the_order(caller, world):
    """D-220, D-221, D-227, D-633."""
    body = purchase(billing=ADA_AZURE_ONE)
    for who in ("sales-agent", "guest"):
        assert code(ask(caller, who, "POST", f"{C}/calculatePrice", body, version=V)) == FORBIDDEN
    given = wish("sales-agent", role_named("Reservation Purchaser").id)
    assert ask(caller, "customer-owner", "PUT", f"{SUB}/{ASSIGNMENTS}/{ONE}", given).status_code == 201
    assert code(ask(caller, "sales-agent", "POST", f"{C}/calculatePrice", body, version=V)) == FORBIDDEN
    world.switches.purchaser_in_two_steps = True
    quoted = ask(caller, "sales-agent", "POST", f"{C}/calculatePrice", body, version=V)
    assert quoted.status_code == 200, quoted.text
    number = quoted.get_json()["properties"]["reservationOrderId"]
    bought = ask(caller, "sales-agent", "PUT", f"{ORDER}/{number}", body, version=V)
    assert bought.status_code == 202, bought.text
    caller.advance(60)
    assert ask(caller, "sales-agent", "GET", f"{ORDER}/{number}", version=V).status_code == 200


def test_a_customer_buys_only_while_the_partner_permits_it(caller, world):
    """D-901, D-902: Owner is not enough."""
    body = purchase(billing=ADA_AZURE_ONE)
    refused = ask(caller, "customer-owner", "POST", f"{C}/calculatePrice", body, version=V)
    assert refused.status_code == 403
    entity = {"selfServeEntityType": "customer", "tenantID": ADA}
    policy = {
        "selfServeEntity": entity,
        "grantor": {"grantorType": "billToPartner", "tenantID": world.partner_id},
        "permissions": [{"resource": "AzureReservedInstances", "action": "Purchase"}],
    }
    caller.post("/v1/SelfServePolicy", policy)
    quoted = ask(caller, "customer-owner", "POST", f"{C}/calculatePrice", body, version=V)
    assert quoted.status_code == 200, quoted.text


def test_the_partners_billing_scopes_are_for_admin_agents_and_billing_admins(caller, world):
    """D-207: here the roles of Partner Center count, unlike anywhere else in Azure (D-214)."""
    path = (
        f"/providers/Microsoft.Billing/billingAccounts/{account_id(world)}/providers/Microsoft.CostManagement"
    )
    path += "/benefitUtilizationSummaries?grainParameter=Daily&$filter=properties/usageDate ge 2026-11-01"
    path += " and properties/usageDate le 2026-11-10"
    found = {
        who: ask(caller, who, "GET", path, tenant="t", version="2023-11-01").status_code
        for who in ("admin-agent", "billing-admin", "sales-agent", "helpdesk-agent", "guest")
    }
    assert {who for who, status in found.items() if status == 403} == {
        "sales-agent",
        "helpdesk-agent",
        "guest",
    }
    assert found["billing-admin"] == found["admin-agent"] == 200
