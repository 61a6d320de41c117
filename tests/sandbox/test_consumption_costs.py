"""Microsoft.CostManagement over HTTP: the cost query, recommended commitments, the use of savings plans."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from benefit_help import hold, promise
from test_consumption_plans import bought
from test_consumption_use import account, get, profile
from tiny_world import ADA_AZURE_ONE, ARM, BOB, BOB_AZURE_ONE, BOB_AZURE_TWO, BOB_PLAN, CYD_AZURE

from bespeak.sandbox.cost_rows import amortised_hour

DAY = 24 * 60
VERSION = "api-version=2023-11-01"
BELOW = "providers/Microsoft.CostManagement"
COST = {"totalCost": {"name": "PreTaxCost", "function": "Sum"}}


def ask(caller, scope, body, status=200):
    answer = caller.call("POST", f"{scope}/{BELOW}/query?{VERSION}", body, prefix="/arm", audience=ARM)
    assert answer.status_code == status, answer.text
    assert answer.headers["x-ms-ratelimit-remaining-microsoft.costmanagement-entity-requests"] == "29"
    return answer.get_json() if answer.data else None


def wish(view="ActualCost", *groups, frame="Custom", days=("2026-11-16", "2026-11-30"), **more):
    dataset = {"granularity": "Daily", "aggregation": COST} | more
    if groups:
        dataset["grouping"] = [{"type": "Dimension", "name": name} for name in groups]
    made = {"type": view, "timeframe": frame, "dataset": dataset}
    return made | {"timePeriod": {"from": f"{days[0]}T00:00:00Z", "to": f"{days[1]}T00:00:00Z"}}


def rows(caller, scope, body):
    return ask(caller, scope, body)["properties"]["rows"]


def test_the_actual_cost_of_a_month_is_that_of_its_lines(caller, world):
    """The partner pays 85 % of the list price; the columns are sum, date as a number, dimensions, currency."""
    body = wish("ActualCost", "ResourceGroup", days=("2026-11-02", "2026-11-03"))
    found = ask(caller, account(world), body)
    assert [one["name"] for one in found["properties"]["columns"]] == [
        "PreTaxCost",
        "UsageDate",
        "ResourceGroup",
        "Currency",
    ]
    day = [row for row in found["properties"]["rows"] if row[1] == 20261102]
    group_p = 0.85 * (24 * 0.1152 + 10 * 0.2072)
    assert [(row[2], row[3]) for row in day if row[2] in ("rg-p", "rg-q")] == [
        ("rg-p", "USD"),
        ("rg-q", "USD"),
    ]
    assert day[0][0] == pytest.approx(group_p, abs=1e-6)
    assert found["id"].startswith("providers/Microsoft.Billing/billingAccounts/")
    assert (found["eTag"], found["location"], found["sku"]) == (None, None, None)


def test_a_subscription_shows_list_prices_and_nothing_for_what_is_covered(caller, world):
    """D-1220, D-1221: covered usage is zero in both views; the licence of a covered Windows machine is not."""
    hold(world, BOB, quantity=2)
    caller.advance(3 * DAY)
    for view in ("ActualCost", "AmortizedCost"):
        found = rows(
            caller, f"/subscriptions/{BOB_AZURE_ONE}", wish(view, "PricingModel", days=("2026-11-16",) * 2)
        )
        assert found == [
            [pytest.approx(10 * 0.092), 20261116, "OnDemand", "USD"],
            [0, 20261116, "Reservation", "USD"],
        ]


def test_x04_a_reserved_day_is_used_or_unused_and_adds_up_to_its_share(caller, world):
    """X-04: 595 for 365 days are 1.6301 a day and instance, whatever of it is used; four instances here."""
    held = hold(world, BOB, quantity=4)
    caller.advance(3 * DAY)
    found = rows(
        caller, profile(world), wish("AmortizedCost", "ChargeType", "PricingModel", days=("2026-11-16",) * 2)
    )
    costs = {(row[2], row[3]): row[0] for row in found}
    used, unused = costs["Usage", "Reservation"], costs["UnusedReservation", "Reservation"]
    assert used + unused == pytest.approx(4 * 595 / 365, abs=1e-5)
    assert used == pytest.approx(82 * 595 / 8760, abs=1e-5)
    assert amortised_hour(held) * 24 * 365 == pytest.approx(595)


def test_x04_a_term_with_a_leap_day_has_366_days(world):
    """X-04: 12,016 over 366 days is 32.83 a day and 984.92 in November."""
    held = hold(world, BOB, at=datetime(2027, 10, 23, tzinfo=UTC))
    held.offer = replace(held.offer, unit_total=Decimal(12016))
    day = amortised_hour(held) * 24
    assert (round(day, 2), round(day * 30, 2)) == (Decimal("32.83"), Decimal("984.92"))


def test_x17_savings_follow_from_amortised_rows(caller, world):
    """X-17, D-1214: list price of what is covered less all that was reserved, over usage and what was not used."""
    hold(world, BOB, quantity=4)
    caller.advance(3 * DAY)
    quantity = {"n": {"name": "UsageQuantity", "function": "Sum"}, **COST}
    body = wish("AmortizedCost", "ServiceType", "ChargeType", days=("2026-11-16",) * 2, aggregation=quantity)
    covered = {"dimensions": {"name": "PricingModel", "operator": "In", "values": ["Reservation"]}}
    body["dataset"]["filter"] = covered
    found = {(row[3], row[4]): (row[0], row[1]) for row in rows(caller, profile(world), body)}
    list_price = {"Standard_D2s_v5": 0.1152, "Standard_D4s_v5": 0.2304}
    usage = sum(
        list_price[size] * hours - cost for (size, kind), (hours, cost) in found.items() if kind == "Usage"
    )
    hours, lost = found["", "UnusedReservation"]
    assert hours == 96 - 82
    assert usage - lost == pytest.approx(82 * 0.1152 - 96 * 595 / 8760, abs=1e-5)


def test_purchases_are_rows_of_the_actual_view_only(caller, world):
    hold(world, BOB, quantity=2)
    caller.advance(3 * DAY)
    body = wish("ActualCost", "ChargeType", days=("2026-11-16",) * 2)
    found = {row[2]: row[0] for row in rows(caller, profile(world), body)}
    assert found["Purchase"] == 2 * 595
    assert "Purchase" not in {
        row[2] for row in rows(caller, profile(world), body | {"type": "AmortizedCost"})
    }
    assert "Purchase" not in {row[2] for row in rows(caller, profile(world), body | {"type": "Usage"})}


def test_a_savings_plan_day_is_its_commitment_used_or_not(caller, world):
    promise(world, BOB, "0.5")
    caller.advance(3 * DAY)
    body = wish("AmortizedCost", "ChargeType", days=("2026-11-16",) * 2)
    body["dataset"]["filter"] = {
        "dimensions": {"name": "PricingModel", "operator": "In", "values": ["SavingsPlan"]}
    }
    found = {row[2]: row[0] for row in rows(caller, profile(world), body)}
    assert set(found) == {"Usage", "UnusedSavingsPlan"}
    assert sum(found.values()) == pytest.approx(12, abs=1e-5)


def test_a_customer_is_a_scope_of_the_partner(caller, world):
    body = wish("ActualCost", "CustomerTenantId", days=("2026-11-02",) * 2)
    assert {row[2] for row in rows(caller, f"{account(world)}/customers/{BOB}", body)} == {BOB}
    ask(caller, f"{account(world)}/customers/none", body, 404)


def test_a_resource_group_and_no_days(caller):
    body = wish("Usage", days=("2026-11-02", "2026-11-05"), granularity="None")
    (row,) = rows(caller, f"/subscriptions/{BOB_AZURE_TWO}/resourceGroups/rg-q", body)
    assert row == [pytest.approx(4 * 24 * 0.2304), "USD"]


def test_the_month_to_date_ends_with_what_is_rated(caller):
    body = wish(frame="MonthToDate")
    found = rows(caller, f"/subscriptions/{BOB_AZURE_ONE}", body)
    assert [row[1] for row in found] == list(range(20261101, 20261115))
    assert len(rows(caller, f"/subscriptions/{BOB_AZURE_ONE}", wish(frame="TheLastMonth"))) == 31


def test_nothing_is_204_and_legacy_azure_is_refused(caller):
    ask(caller, f"/subscriptions/{CYD_AZURE}", wish(days=("2030-01-01", "2030-01-02")), 204)
    error = ask(caller, f"/subscriptions/{ADA_AZURE_ONE}", wish(), 400)["error"]
    assert "Microsoft Customer Agreement" in error["message"]


BAD = [
    {"type": "Costs"},
    {"timeframe": "NextMonth"},
    {"timePeriod": None},
    {"timePeriod": {"from": "x", "to": "y"}},
    {"timePeriod": {"from": "2026-11-02", "to": "2026-11-01"}},
    {"timePeriod": {"from": "2020-11-02", "to": "2026-11-01"}},
    {"timePeriod": {"from": "0001-01-01T00:00:00+14:00", "to": "2026-11-01"}},
    {"dataset": 1},
    {"dataset": {"granularity": "Hourly"}},
    {"dataset": {"aggregation": {"a": {"name": "PreTaxCost", "function": "Avg"}}}},
    {"dataset": {"aggregation": {"a": {"name": "Colour", "function": "Sum"}}}},
    {"dataset": {"grouping": [{"type": "Dimension", "name": "Meter"}] * 3}},
    {"dataset": {"grouping": [{"type": "TagKey", "name": "env"}]}},
    {"dataset": {"grouping": [{"type": "Dimension", "name": 1}]}},
    {"dataset": {"filter": {"not": {}}}},
    {"dataset": {"filter": {"and": [{}]}}},
    {"dataset": {"filter": {"dimensions": {"name": "Meter", "operator": "Like", "values": []}}}},
]


@pytest.mark.parametrize("change", BAD)
def test_a_bad_query_is_400_and_changes_nothing(caller, world, change):
    before = world.snapshot()
    error = ask(caller, f"/subscriptions/{BOB_AZURE_ONE}", wish() | change, 400)["error"]
    assert error["code"] == "BadRequest"
    assert "member '" in error["message"]
    assert world.snapshot() == before


def advice(caller, scope, text="", more=""):
    path = f"{scope}/{BELOW}/benefitRecommendations?$filter={text}{more}&{VERSION}"
    return [row["properties"] for row in get(caller, path)["value"]]


def test_a_commitment_is_recommended_and_its_sums_agree(caller):
    """Shared by default: vm-p1 and vm-q1 burn 0.18 an hour at three years, by day vm-p2 another 0.06."""
    expand = "&$expand=properties/usage,properties/allRecommendationDetails"
    found = {row["term"]: row for row in advice(caller, f"/subscriptions/{BOB_AZURE_ONE}", more=expand)}
    row = found["P3Y"]
    best, hours = row["recommendationDetails"], row["totalHours"]
    assert (row["scope"], row["lookBackPeriod"], hours) == ("Shared", "Last60Days", 1440)
    # At 42 % of the time, 0.06 for what costs 0.1152 does not pay.
    assert best["commitmentAmount"] == 0.18
    assert best["benefitCost"] == pytest.approx(0.18 * hours)
    assert best["totalCost"] == pytest.approx(best["benefitCost"] + best["overageCost"])
    assert best["savingsAmount"] == pytest.approx(row["costWithoutBenefit"] - best["totalCost"])
    assert (best["averageUtilizationPercentage"], best["wastageCost"]) == (100, 0)
    assert sum(row["usage"]["charges"]) == pytest.approx(row["costWithoutBenefit"])
    tried = row["allRecommendationDetails"]["value"]
    assert max(one["savingsAmount"] for one in tried) == best["savingsAmount"]
    assert "usage" not in advice(caller, f"/subscriptions/{BOB_AZURE_ONE}")[0]


def test_what_reservations_cover_needs_no_commitment(caller, world):
    before = advice(caller, f"/subscriptions/{BOB_AZURE_ONE}", "properties/term eq 'P3Y'")
    hold(world, BOB, quantity=4)
    assert before
    assert advice(caller, f"/subscriptions/{BOB_AZURE_ONE}", "properties/term eq 'P3Y'") == []


@pytest.mark.parametrize(
    "query", ["$filter=properties/term eq 'P5Y'", "$filter=x eq y", "$expand=properties/colour"]
)
def test_a_bad_question_for_commitments_is_400(caller, query):
    get(caller, f"/subscriptions/{BOB_AZURE_ONE}/{BELOW}/benefitRecommendations?{query}&{VERSION}", 400)


def test_the_use_of_a_plan_by_hour_day_and_month(caller, world):
    """Of 0.36 an hour 0.18 finds usage by night and 0.24 by day."""
    plan = bought(world, "0.36")
    caller.advance(20 * DAY)
    order = f"/providers/Microsoft.BillingBenefits/savingsPlanOrders/{plan.order_id}"

    def use(scope, more):
        found = get(caller, f"{scope}/{BELOW}/benefitUtilizationSummaries?{more}&{VERSION}")
        return [row["properties"] for row in found["value"]]

    one_day = "$filter=properties/usageDate ge 2026-11-17 and properties/usageDate le 2026-11-17"
    hours = use(order, f"grainParameter=Hourly&{one_day}")
    assert [row["avgUtilizationPercentage"] for row in hours[:10]] == [50] * 8 + [66.67] * 2
    (day,) = use(f"{order}/savingsPlans/{plan.id}", f"grainParameter=Daily&{one_day}")
    assert (day["minUtilizationPercentage"], day["maxUtilizationPercentage"]) == (50, 66.67)
    months = use(profile(world), "grainParameter=Monthly")
    assert [row["usageDate"] for row in months] == [
        "2026-11-16T00:00:00Z"[:8] + "01T00:00:00Z",
        "2026-12-01T00:00:00Z",
    ]
    assert use(profile(world), f"$filter=properties/benefitId eq '{BOB_PLAN}'") == []


def test_a_customer_sees_no_costs_unless_the_partner_lets_it(caller, world):
    """D-1220: the cost visibility policy is off by default."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "world-token.as-customer-owner",
        "scope": f"{ARM}/.default",
    }
    answer = caller.client.post(f"/login/{BOB}/oauth2/v2.0/token", data=form)
    headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    path = f"/subscriptions/{BOB_AZURE_ONE}/{BELOW}/query?{VERSION}"
    refused = caller.call("POST", path, wish(frame="MonthToDate"), headers=headers, prefix="/arm")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "RBACAccessDenied")
    world.switches.set("customers_see_costs", True)
    assert (
        caller.call("POST", path, wish(frame="MonthToDate"), headers=headers, prefix="/arm").status_code
        == 200
    )


def test_a_customers_tenant_has_no_billing_account(caller, world):
    form = {"grant_type": "refresh_token", "refresh_token": "world-token", "scope": f"{ARM}/.default"}
    answer = caller.client.post(f"/login/{BOB}/oauth2/v2.0/token", data=form)
    headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    path = f"{profile(world)}/providers/Microsoft.Consumption/reservationSummaries?grain=monthly&api-version=2024-08-01"
    refused = caller.call("GET", path, headers=headers, prefix="/arm")
    assert refused.status_code == 404
    assert "no billing account of its own" in refused.get_json()["error"]["message"]


def begin_report(caller, scope, body=None, more="", what="generateBenefitUtilizationSummariesReport"):
    answer = caller.call("POST", f"{scope}/{BELOW}/{what}?{VERSION}{more}", body, prefix="/arm", audience=ARM)
    assert (answer.status_code, answer.data) == (202, b""), answer.text
    assert answer.headers["Retry-After"] == "60"
    return answer.headers["Location"].partition("/arm")[2]


def finished(caller, where):
    assert get(caller, where) == {"status": "Running"}
    done = get(caller, where)
    return done["status"], done["properties"]["reportUrl"]


def fetched(caller, url):
    answer = caller.client.get("/" + url.split("/", 3)[3])
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_report_runs_is_complete_and_is_a_file(caller, world):
    held, plan = hold(world, BOB, quantity=4), bought(world, "0.09")
    caller.advance(3 * DAY)
    body = {"grain": "Daily", "startDate": "2026-11-16", "endDate": "2026-11-17"}
    status, url = finished(caller, begin_report(caller, profile(world), body))
    assert status == "Complete"
    rows = fetched(caller, url)
    assert [(row["Kind"], row["BenefitId"]) for row in rows] == [
        ("Reservation", held.id),
        ("Reservation", held.id),
        ("SavingsPlan", plan.id),
        ("SavingsPlan", plan.id),
    ]
    assert rows[0]["AvgUtilizationPercentage"] == rows[0]["UtilizedPercentage"] == "85.42"
    order = f"/providers/Microsoft.Capacity/reservationOrders/{held.order_id}"
    hourly = body | {"grain": "Hourly", "endDate": "2026-11-16"}
    rows = fetched(caller, finished(caller, begin_report(caller, order, hourly))[1])
    assert [float(row["UtilizedPercentage"]) for row in rows] == [75] * 8 + [100] * 10 + [75] * 6
    caller.advance(61)
    assert caller.client.get("/" + url.split("/", 3)[3]).status_code == 403


def test_the_report_of_reservations_has_a_row_a_day_and_machine(caller, world):
    hold(world, BOB, quantity=4)
    caller.advance(3 * DAY)
    days = "&startDate=2026-11-16&endDate=2026-11-30"
    where = begin_report(caller, account(world), None, days, "generateReservationDetailsReport")
    status, url = finished(caller, where)
    assert status == "Completed"
    rows = fetched(caller, url)
    assert [(row["SkuName"], float(row["UsedHours"])) for row in rows[:3]] == [
        ("Standard_D2s_v5", 24),
        ("Standard_D2s_v5", 10),
        ("Standard_D4s_v5", 24),
    ]
    assert len(rows) == 9


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"grain": "Daily"},
        {"grain": "Daily", "startDate": "x", "endDate": "2026-11-17"},
        {"grain": "Daily", "startDate": "2026-11-18", "endDate": "2026-11-17"},
        {"grain": "Daily", "startDate": "2026-11-16", "endDate": "9999-11-17"},
        {"grain": "Daily", "startDate": "2026-11-16", "endDate": "2026-11-17", "kind": "Licence"},
        {"grain": "Weekly", "startDate": "2026-11-16", "endDate": "2026-11-17"},
    ],
)
def test_a_bad_report_is_400_and_none_begins(caller, world, body):
    before = world.snapshot()
    path = f"{profile(world)}/{BELOW}/generateBenefitUtilizationSummariesReport?{VERSION}"
    answer = caller.call("POST", path, body, prefix="/arm", audience=ARM)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BadRequest")
    assert world.snapshot() == before
