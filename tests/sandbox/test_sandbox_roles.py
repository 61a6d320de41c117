"""Who may do what: roles of Partner Center (D-201 to D-208, D-215), and who a refresh token signs in."""

import pytest
from tiny_world import ADA, ADA_ONE, ARM, PARTNER, PRICES, TOKEN

ROLES = ("admin-agent", "sales-agent", "helpdesk-agent", "global-admin", "user-admin", "billing-admin")
CUSTOMERS = ("guest", "customer-owner", "customer-user")
USAGE = (
    f"/v1/customers/{ADA}/subscriptions/{ADA_ONE}/utilizations/azure"
    "?start_time=2026-11-01T00:00:00Z&end_time=2026-11-02T00:00:00Z"
)
SHEET = "/v1.0/sales/pricesheets(Market='US',PricesheetView='azure_reservations')/$value"


def sign_in(caller, ending, audience=PARTNER):
    form = {"grant_type": "refresh_token", "refresh_token": TOKEN + ending, "scope": f"{audience}/.default"}
    return caller.client.post("/login/t/oauth2/v2.0/token", data=form)


def ask(caller, role, method, path, body=None, *, audience=PARTNER, prefix="/partner_center"):
    token = sign_in(caller, f".as-{role}", audience).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return caller.client.open(prefix + path, method=method, json=body, headers=headers)


def refused(answer):
    return answer.status_code == 403 and answer.get_json()["code"] == 900150


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/v1/customers", {"admin-agent", "sales-agent", "helpdesk-agent", "global-admin"}),
        (
            USAGE,
            {"admin-agent", "sales-agent", "helpdesk-agent", "billing-admin"},
        ),
    ],
)
def test_each_role_reads_what_it_may(caller, path, may):
    """D-208, D-215."""
    assert {role for role in ROLES + CUSTOMERS if not refused(ask(caller, role, "GET", path))} == may


def test_only_admin_and_sales_agents_buy_and_a_refusal_changes_nothing(caller):
    """D-201 as of 2026."""
    for role in ROLES + CUSTOMERS:
        before = caller.world.snapshot()
        answer = ask(caller, role, "POST", f"/v1/customers/{ADA}/carts", {"lineItems": []})
        assert refused(answer) is (role not in {"admin-agent", "sales-agent"})
        if refused(answer):
            assert caller.world.snapshot() == before


def test_prices_are_for_admin_and_sales_agents(caller):
    seen = {
        role
        for role in ROLES
        if not refused(ask(caller, role, "GET", SHEET, audience=PRICES, prefix="/price_sheets"))
    }
    assert seen == {"admin-agent", "sales-agent"}


def test_a_role_of_partner_center_says_nothing_in_azure(caller):
    """D-214: only role assignments count there, so this guard lets everybody through to that law."""
    path = "/providers/Microsoft.Capacity/reservationOrders?api-version=2022-11-01"
    assert not refused(ask(caller, "billing-admin", "GET", path, audience=ARM, prefix="/arm"))


def test_an_unknown_principal_is_named_and_a_near_one_proposed(caller):
    answer = sign_in(caller, ".as-sale-agent")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
    assert "Did you mean 'sales-agent'?" in answer.get_json()["error_description"]


@pytest.mark.parametrize("ending", [".as-sales-agent.without-mfa", ".without-mfa.as-sales-agent"])
def test_a_principal_can_sign_in_without_a_second_factor(caller, ending):
    token = sign_in(caller, ending).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "ValidateMfa": "true"}
    answer = caller.client.get("/partner_center/v1/customers", headers=headers)
    assert (answer.status_code, answer.headers["isMfaCompliant"]) == (200, "false")


def test_a_secret_of_another_world_signs_nobody_in(caller):
    form = {"grant_type": "refresh_token", "refresh_token": "other.as-sales-agent", "scope": PARTNER}
    answer = caller.client.post("/login/t/oauth2/v2.0/token", data=form)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


def test_graph_has_tokens_of_its_own(caller):
    token = sign_in(caller, "", "https://graph.microsoft.com").get_json()["access_token"]
    answer = caller.client.get("/partner_center/v1/customers", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, 900420)
