"""Savings plans as Azure shows them: orders, plans, the check of a purchase, how well they are used."""

import pytest
from benefit_help import promise
from test_consumption_use import get
from tiny_world import ADA_AZURE_ONE, ARM, BOB, BOB_AZURE_ONE, BOB_AZURE_TWO

from bespeak.sandbox.reservation_records import Scope

DAY = 24 * 60
ROOT = "/providers/Microsoft.BillingBenefits"
VERSION = "api-version=2022-11-01"


def bought(world, commitment="0.09", **more):
    plan = promise(world, BOB, commitment, **more)
    object.__setattr__(plan.promise, "billing_subscription_id", BOB_AZURE_ONE)
    return plan


def test_a_plan_is_read_as_order_and_as_plan(caller, world):
    plan = bought(world)
    caller.advance(DAY)
    order = get(caller, f"{ROOT}/savingsPlanOrders/{plan.order_id}?{VERSION}")
    assert order["properties"]["savingsPlans"] == [
        f"/providers/Microsoft.BillingBenefits/savingsPlanOrders/{plan.order_id}/savingsPlans/{plan.id}"
    ]
    shown = get(caller, f"{ROOT}/savingsPlanOrders/{plan.order_id}/savingsPlans/{plan.id}?{VERSION}")
    properties = shown["properties"]
    assert properties["commitment"] == {"currencyCode": "USD", "amount": 0.09, "grain": "Hourly"}
    assert (properties["term"], properties["billingPlan"]) == ("P3Y", "P1M")
    assert (properties["appliedScopeType"], properties["appliedScopeProperties"]) == ("Shared", None)
    assert properties["renew"] is False
    assert get(caller, f"{ROOT}/savingsPlanOrders?{VERSION}")["value"] == [order]
    assert get(caller, f"{ROOT}/savingsPlans?{VERSION}")["value"] == [shown]
    assert get(caller, f"{ROOT}/savingsPlanOrders/{plan.order_id}/savingsPlans?{VERSION}")["value"] == [shown]


def test_its_use_is_the_share_of_money_that_found_usage(caller, world):
    """All three of Bob's machines need 0.06 + 0.12 an hour, by day another 0.06: of 0.36 that is 50 % and 66.67 %."""
    plan = bought(world, "0.36")
    caller.advance(DAY)
    shown = get(caller, f"{ROOT}/savingsPlanOrders/{plan.order_id}/savingsPlans/{plan.id}?{VERSION}")
    (one, *_) = shown["properties"]["utilization"]["aggregates"]
    assert (one["grain"], one["value"]) == (1, round((14 * 50 + 10 * 200 / 3) / 24, 2))


def test_a_resource_group_reads_back_as_single(caller, world):
    plan = bought(world, scope=Scope("ResourceGroup", f"{BOB_AZURE_TWO}/rg-q"))
    properties = get(caller, f"{ROOT}/savingsPlanOrders/{plan.order_id}/savingsPlans/{plan.id}?{VERSION}")[
        "properties"
    ]
    assert (properties["appliedScopeType"], properties["userFriendlyAppliedScopeType"]) == (
        "Single",
        "ResourceGroup",
    )


def test_a_plan_whose_term_is_over_has_expired(caller, world):
    plan = bought(world, term="P1Y")
    caller.advance(366 * DAY)
    assert (
        get(caller, f"{ROOT}/savingsPlanOrders/{plan.order_id}?{VERSION}")["properties"]["provisioningState"]
        == "Expired"
    )


@pytest.mark.parametrize("path", ["savingsPlanOrders/{}", "savingsPlanOrders/{}/savingsPlans/none"])
def test_what_is_not_there_is_404(caller, world, path):
    plan = bought(world)
    place = path.format(plan.order_id if "none" in path else "none")
    assert get(caller, f"{ROOT}/{place}?{VERSION}", 404)["error"]["code"] == "NotFound"


def wish(**change):
    made = {
        "displayName": "plan",
        "billingScopeId": f"/subscriptions/{BOB_AZURE_ONE}",
        "term": "P3Y",
        "billingPlan": "P1M",
        "appliedScopeType": "Shared",
        "commitment": {"currencyCode": "USD", "amount": 0.5, "grain": "Hourly"},
    }
    return {"sku": {"name": "Compute_Savings_Plan"}, "properties": made | change}


def judged(caller, *wishes, status=200):
    answer = caller.call(
        "POST", f"{ROOT}/validate?{VERSION}", {"benefits": list(wishes)}, prefix="/arm", audience=ARM
    )
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_a_purchase_is_judged_and_nothing_is_bought(caller, world):
    before = world.snapshot()
    assert judged(caller, wish())["benefits"] == [{"valid": True}]
    assert world.snapshot() == before


@pytest.mark.parametrize(
    "change",
    [
        {"term": "P5Y"},
        {"billingPlan": "P1Y"},
        {"appliedScopeType": "All"},
        {"billingScopeId": f"/subscriptions/{ADA_AZURE_ONE}"},
        {"billingScopeId": None},
        {"commitment": {"currencyCode": "USD", "amount": 0, "grain": "Hourly"}},
        {"commitment": {"currencyCode": "EUR", "amount": 1, "grain": "Hourly"}},
        {"commitment": {"currencyCode": "USD", "amount": "1", "grain": "Hourly"}},
        {"commitment": {"currencyCode": "USD", "amount": 1, "grain": "Daily"}},
        {"commitment": None},
    ],
)
def test_what_is_wrong_with_a_purchase_is_data(caller, change):
    good, bad = judged(caller, wish(), wish(**change))["benefits"]
    assert good == {"valid": True}
    assert bad["valid"] is False
    assert bad["reason"]


@pytest.mark.parametrize("body", [{}, {"benefits": []}, {"benefits": [1]}, {"benefits": "x"}])
def test_a_check_needs_purchases(caller, body):
    answer = caller.call("POST", f"{ROOT}/validate?{VERSION}", body, prefix="/arm", audience=ARM)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BadRequest")
