"""Estimates of the current month at every level, and budgets."""

from decimal import Decimal

import pytest
from test_billing_invoices import DAY
from test_billing_lines import UNBILLED, USAGE, read, total
from test_sandbox_purchase import buy, line
from tiny_world import ADA, ADA_ONE, ADA_TWO, BOB, BOB_AZURE_ONE, BOB_PLAN, CYD, DOT

from bespeak.sandbox.estate import Subscription

BUDGET = f"/v1/customers/{BOB}/usagebudget"


def items(caller, path):
    found = caller.get(f"/v1/{path}")
    assert found["totalCount"] == len(found["items"])
    return found["items"]


def rated(caller):
    return total(read(caller, f"{UNBILLED}/{USAGE}&currencycode=usd&period=current"), "billingPreTaxTotal")


def test_every_level_adds_up_to_the_rated_lines(caller):
    """To the cent, also with covered hours among them."""
    buy(caller, line(caller, quantity=1))
    caller.advance(3 * DAY)
    wanted = rated(caller)
    plan = f"customers/{BOB}/subscriptions/{BOB_PLAN}"
    by_customer = {one["id"]: one for one in items(caller, "customers/usagerecords")}
    assert set(by_customer) == {ADA, BOB, CYD}
    assert Decimal(str(by_customer[BOB]["totalCost"])) == wanted
    assert caller.get(f"/v1/customers/{BOB}/usagesummary")["totalCost"] == float(wanted)
    assert total(items(caller, f"customers/{BOB}/subscriptions/usagerecords"), "totalCost") == wanted
    assert caller.get(f"/v1/{plan}/usagesummary")["totalCost"] == float(wanted)
    assert total(items(caller, f"{plan}/resourceusagerecords"), "totalCost") == wanted
    assert total(items(caller, f"{plan}/meterusagerecords"), "totalCost") == wanted
    everything = caller.get("/v1/usagesummary")
    assert Decimal(str(everything["totalCost"])) == total(by_customer.values(), "totalCost")
    assert Decimal(str(everything["usdTotalCost"])) == wanted


def test_a_record_of_a_plan_and_one_of_legacy_azure(caller):
    by_customer = {one["id"]: one for one in items(caller, "customers/usagerecords")}
    plan, legacy = by_customer[BOB], by_customer[ADA]
    assert (plan["isUpgraded"], plan["currencyCode"], "currencyLocale" in plan) == (True, "USD", False)
    assert (legacy["isUpgraded"], legacy["currencyLocale"], "currencyCode" in legacy) == (
        False,
        "en-US",
        False,
    )
    assert plan["usdTotalCost"] == plan["totalCost"] > 0
    assert legacy["usdTotalCost"] == 0 < legacy["totalCost"]
    assert plan["resourceId"] == plan["id"]
    assert plan["budget"] == {"usageSpendingBudget": False, "attributes": {"objectType": "SpendingBudget"}}


def test_legacy_usage_is_at_list_price(caller):
    """14 whole days: D2s and D4s all day, a Windows D2s from 8 to 18 o'clock, without the partner's credit."""
    day = Decimal("2.76") + Decimal("5.52") + Decimal("2.07")
    path = f"customers/{ADA}/subscriptions/{ADA_ONE}"
    assert caller.get(f"/v1/{path}/usagesummary")["totalCost"] == float(14 * day)
    meters = items(caller, f"{path}/meterusagerecords")
    assert {one["attributes"]["objectType"] for one in meters} == {"SubscriptionMonthlyUsageRecord"}
    assert (
        total(meters, "totalCost")
        == total(items(caller, f"{path}/usagerecords/resources"), "totalCost")
        == 14 * day
    )


def test_a_size_without_a_price_costs_nothing_and_is_there(caller):
    meters = items(caller, f"customers/{ADA}/subscriptions/{ADA_TWO}/meterusagerecords")
    assert {one["meterName"]: one["totalCost"] > 0 for one in meters} == {"D2s v5": True, "X1 v9": False}


def test_a_resource_names_its_provider_and_its_azure_subscription(caller):
    found = items(caller, f"customers/{BOB}/subscriptions/{BOB_PLAN}/resourceusagerecords")
    one = next(record for record in found if record["name"] == "vm-p1")
    assert (one["resourceType"], one["entitlementId"], one["resourceGroupName"]) == (
        "Microsoft.Compute",
        BOB_AZURE_ONE,
        "rg-p",
    )
    assert one["resourceUri"].endswith("/providers/Microsoft.Compute/virtualMachines/vm-p1")


def test_a_meter_of_a_plan_has_an_id_of_its_own_form(caller):
    found = items(caller, f"customers/{BOB}/subscriptions/{BOB_PLAN}/meterusagerecords")
    assert {one["meterId"] for one in found} == {"DZH318Z0BPS6-005J-D2s v5", "DZH318Z0BPS6-005J-D4s v5"}


def test_a_period_ends_on_the_first_day_of_the_next_month(caller):
    found = caller.get(f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}/usagesummary")
    assert (found["billingStartDate"], found["billingEndDate"]) == (
        "2026-11-01T00:00:00Z",
        "2026-12-01T00:00:00Z",
    )


def test_nothing_is_estimated_on_the_first_day_of_a_month(caller):
    caller.advance(15 * DAY)
    assert caller.get("/v1/usagesummary")["totalCost"] == 0


def test_a_budget_is_set_and_removed(caller):
    assert caller.get(BUDGET)["usageSpendingBudget"] is False
    body = caller.call("PATCH", BUDGET, {"Amount": 250.5, "attributes": {"objectType": "SpendingBudget"}})
    assert body.status_code == 200
    assert caller.get(BUDGET)["amount"] == 250.5
    record = next(one for one in items(caller, "customers/usagerecords") if one["id"] == BOB)
    assert record["budget"]["amount"] == 250.5
    assert record["percentUsed"] == pytest.approx(record["totalCost"] / 2.505, abs=0.01)
    caller.call("PATCH", BUDGET, {"amount": None})
    assert "amount" not in caller.get(BUDGET)


@pytest.mark.parametrize(
    "body", [{}, {"amount": "12"}, {"amount": True}, {"amount": -1}, {"amount": 1e300}, [], {"amount": [1]}]
)
def test_a_wrong_budget_changes_nothing(caller, body):
    before = caller.world.snapshot()
    assert caller.error("PATCH", BUDGET, body)[0] == 400
    assert caller.world.snapshot() == before


def test_a_budget_that_is_not_a_number(caller):
    bearer = {"Authorization": f"Bearer {caller.token()}"}
    for text in (b'{"amount":NaN}', b'{"amount":Infinity}', b'{"amount":1e999}', b'{"amount":'):
        answer = caller.client.patch(f"/partner_center{BUDGET}", data=text, headers=bearer)
        assert answer.status_code == 400, text


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (f"customers/{DOT}/subscriptions/{BOB_PLAN}/usagesummary", (404, 20003)),
        (f"customers/{BOB}/subscriptions/none/meterusagerecords", (404, 20003)),
        (f"customers/{ADA}/subscriptions/{ADA_ONE}/resourceusagerecords", (400, 900127)),
        (f"customers/{BOB}/subscriptions/{BOB_PLAN}/usagerecords/resources", (400, 900127)),
    ],
)
def test_a_wrong_question_about_usage(caller, path, error):
    assert caller.error("GET", f"/v1/{path}") == error


def test_estimates_are_for_users_and_budgets_for_both(caller):
    assert caller.error("GET", "/v1/customers/usagerecords", user=False) == (403, 900329)
    assert caller.get(BUDGET, user=False)["usageSpendingBudget"] is False


def test_a_subscription_without_machines_costs_nothing(caller):
    empty = Subscription("eeeeeeee-1111-4000-8000-000000000001", DOT, "legacy", registered=True, azure=())
    caller.world.directory.put_subscription(empty)
    path = f"customers/{DOT}/subscriptions"
    assert [one["totalCost"] for one in items(caller, f"{path}/usagerecords")] == [0]
    assert items(caller, f"{path}/{empty.id}/meterusagerecords") == []
