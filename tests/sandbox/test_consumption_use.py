"""reservationSummaries and reservationDetails over HTTP."""

import json

import pytest
from benefit_help import hold
from tiny_world import ADA, ADA_AZURE_ONE, ARM, BOB, BOB_AZURE_ONE

from bespeak.sandbox.ids import guid

DAY = 24 * 60
VERSION = "api-version=2024-08-01"
BELOW = "providers/Microsoft.Consumption"
NOVEMBER = "properties/usageDate ge 2026-11-01 AND properties/usageDate le 2026-11-30"


def get(caller, path, status=200):
    answer = caller.call("GET", path, prefix="/arm", audience=ARM)
    assert answer.status_code == status, answer.text
    return answer.get_json() if answer.data else None


def order(held):
    return f"/providers/Microsoft.Capacity/reservationorders/{held.order_id}"


def account(world):
    return f"/providers/Microsoft.Billing/billingAccounts/{guid(world.partner_id, 'billing')}"


def profile(world):
    return f"{account(world)}/billingProfiles/{guid(world.partner_id, 'billing profile')}"


def rows(caller, scope, grain="daily", text=NOVEMBER):
    found = get(caller, f"{scope}/{BELOW}/reservationSummaries?grain={grain}&$filter={text}&{VERSION}")
    return [row["properties"] for row in found["value"]]


def test_x15_a_month_is_the_sum_of_its_days(caller, world):
    """X-15: three bought at 13:00 have 33 hours that day, 72 a day then, 2,121 in a month of 30 days."""
    caller.advance(14 * DAY + 13 * 60)  # 30 November
    held = hold(world, BOB, quantity=3)
    caller.advance(32 * DAY)
    days = rows(caller, order(held), text=NOVEMBER.replace("2026-11-30", "2026-12-31"))
    assert [day["reservedHours"] for day in days[:3]] == [33, 72, 72]
    months = rows(caller, order(held), "monthly", "")
    assert [(one["usageDate"], one["reservedHours"]) for one in months] == [
        ("2026-11-01T00:00:00Z", 33),
        ("2026-12-01T00:00:00Z", 31 * 72),
    ]
    december = days[1:]
    assert months[1]["usedHours"] == sum(day["usedHours"] for day in december)
    # D-1202: the average of a month is of its hours, not of the averages of its days.
    assert months[1]["avgUtilizationPercentage"] == round(months[1]["usedHours"] / (31 * 72) * 100, 2)
    assert months[1]["minUtilizationPercentage"] == min(day["minUtilizationPercentage"] for day in december)


def test_x15_thirty_days_from_one_o_clock_are_2121_hours(caller, world):
    caller.advance(13 * 60)
    held = hold(world, BOB, quantity=3)
    caller.advance(31 * DAY)
    days = rows(caller, order(held), text=NOVEMBER.replace("2026-11-30", "2026-12-15"))
    assert (len(days), sum(day["reservedHours"] for day in days)) == (30, 2121)


@pytest.mark.parametrize(
    "text",
    [
        "properties/usageDate ge 2026-11-17 AND properties/usageDate le 2026-11-18",
        "properties/UsageDate ge 2026-11-17T00:00:00Z and properties/UsageDate le 2026-11-18T00:00:00Z",
        "properties/usageDate ge '2026-11-17' AND properties/usageDate le '2026-11-18'",
    ],
)
def test_a_filter_may_be_written_in_many_ways(caller, world, text):
    held = hold(world, BOB)
    caller.advance(5 * DAY)
    assert [day["usageDate"][:10] for day in rows(caller, order(held), text=text)] == [
        "2026-11-17",
        "2026-11-18",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "grain=hourly",
        "",
        "grain=daily",
        "grain=daily&$filter=properties/usageDate ge 2026-11-17",
        "grain=daily&$filter=properties/usageDate gt 2026-11-17",
        "grain=daily&$filter=nonsense",
        "grain=daily&$filter=properties/usageDate ge 2026-11-31 and properties/usageDate le 2026-12-01",
        "grain=daily&$filter=properties/usageDate ge 2026-12-31 and properties/usageDate le 2026-12-01",
    ],
)
def test_a_bad_question_is_400_and_changes_nothing(caller, world, query):
    held = hold(world, BOB)
    before = world.snapshot()
    error = get(caller, f"{order(held)}/{BELOW}/reservationSummaries?{query}&{VERSION}", 400)["error"]
    assert error["code"] == "BadRequest"
    assert world.snapshot() == before


def test_a_row_names_itself_as_recorded_and_counts_quantities(caller, world):
    held = hold(world, BOB, quantity=4)
    caller.advance(DAY)
    (row,) = get(
        caller,
        f"{order(held)}/reservations/{held.id}/{BELOW}/reservationSummaries?grain=daily&$filter={NOVEMBER}&{VERSION}",
    )["value"]
    assert row["name"] == f"{held.order_id}_{held.id}_20261116"
    assert row["id"].startswith("providers/Microsoft.Capacity/reservationOrders/")
    found = row["properties"]
    assert (found["purchasedQuantity"], found["usedQuantity"], found["remainingQuantity"]) == (4, 3.42, 0.58)
    assert found["utilizedPercentage"] == found["avgUtilizationPercentage"] == 85.42
    world.switches.set("summaries_count_quantities", False)
    assert "usedQuantity" not in rows(caller, order(held))[0]


def test_an_answer_of_more_than_the_limit_asks_for_shorter_dates(caller, world):
    """D-1201: above 12 MB the answer is 400."""
    held = hold(world, BOB)
    caller.advance(10 * DAY)
    assert rows(caller, order(held))
    world.switches.set("arm_answer_bytes", 2000)
    path = f"{order(held)}/{BELOW}/reservationSummaries?grain=daily&$filter={NOVEMBER}&{VERSION}"
    assert "Shorten the date range" in get(caller, path, 400)["error"]["message"]
    assert len(rows(caller, order(held), text=NOVEMBER.replace("2026-11-30", "2026-11-17"))) == 2


def test_the_details_name_each_machine_of_each_day(caller, world):
    """Four D2s: vm-p1 24 hours, vm-p2 its ten, vm-q1 as a D4s of ratio 2 all day."""
    held = hold(world, BOB, quantity=4)
    caller.advance(2 * DAY)
    path = f"{order(held)}/{BELOW}/reservationDetails?$filter={NOVEMBER}&{VERSION}"
    found = [row["properties"] for row in get(caller, path)["value"]]
    first = [one for one in found if one["usageDate"] == "2026-11-16T00:00:00Z"]
    assert [
        (one["instanceId"].split("/")[-1], one["usedHours"], one["instanceFlexibilityRatio"]) for one in first
    ] == [
        ("vm-p1", 24, "1"),
        ("vm-p2", 10, "1"),
        ("vm-q1", 24, "2"),
    ]
    assert first[0]["instanceId"].startswith(f"/subscriptions/{BOB_AZURE_ONE}/resourcegroups/rg-p/")
    assert {one["reservedHours"] for one in found} == {96}
    used = sum(one["usedHours"] * float(one["instanceFlexibilityRatio"]) for one in first)
    assert used == rows(caller, order(held))[0]["usedHours"]


def test_the_details_need_dates(caller, world):
    held = hold(world, BOB)
    get(caller, f"{order(held)}/{BELOW}/reservationDetails?{VERSION}", 400)


def test_the_partner_sees_all_at_its_billing_profile(caller, world):
    one, two = hold(world, BOB), hold(world, ADA)
    caller.advance(2 * DAY)
    text = "startDate=2026-11-16&endDate=2026-11-16"
    path = f"{profile(world)}/{BELOW}/reservationSummaries?grain=daily&{text}&{VERSION}"
    found = [row["properties"]["reservationId"] for row in get(caller, path)["value"]]
    assert found == [two.id, one.id]
    narrow = f"{path}&reservationOrderId={one.order_id}&reservationId={one.id}"
    assert [row["properties"]["reservationId"] for row in get(caller, narrow)["value"]] == [one.id]
    assert get(caller, f"{path}&reservationId={one.id}", 400)["error"]["code"] == "BadRequest"
    assert len(rows(caller, account(world))) == 4
    get(caller, path.replace(profile(world), f"{account(world)}/billingProfiles/other"), 404)
    get(caller, path.replace(guid(world.partner_id, "billing"), "other"), 404)


def test_an_unknown_reservation_is_404(caller, world):
    held = hold(world, BOB)
    path = f"{order(held)}/reservations/{ADA_AZURE_ONE}/{BELOW}/reservationSummaries?grain=monthly&{VERSION}"
    assert get(caller, path, 404)["error"]["code"] == "ReservationNotFound"
    path = path.replace(held.order_id, ADA_AZURE_ONE)
    assert get(caller, path, 404)["error"]["code"] == "ReservationOrderNotFound"


def test_transactions_are_payments_and_refunds(caller, world):
    """Two instances at 595; with a markup of ten percent they would be 1,309."""
    held = hold(world, BOB, quantity=2)
    path = f"{profile(world)}/{BELOW}/reservationTransactions?{VERSION}"
    (row,) = get(caller, path)["value"]
    found = row["properties"]
    assert (found["eventType"], found["amount"], found["quantity"]) == ("Purchase", 1190, 2)
    assert (found["armSkuName"], found["region"], found["term"]) == (
        "Standard_D2s_v5",
        "polandcentral",
        "P1Y",
    )
    assert found["reservationOrderId"] == held.order_id
    raised = get(caller, f"{path}&useMarkupIfPartner=true&previewMarkupPercentage=10")["value"]
    assert raised[0]["properties"]["amount"] == 1309
    other = "$filter=properties/eventDate ge 2026-10-01 AND properties/eventDate le 2026-10-31"
    assert get(caller, f"{path}&{other}")["value"] == []
    get(caller, f"{path}&useMarkupIfPartner=true&previewMarkupPercentage=x", 400)


def usage(caller, text, more=""):
    path = f"/subscriptions/{BOB_AZURE_ONE}/{BELOW}/usageDetails?$filter={text}{more}&{VERSION}"
    return get(caller, path)


def test_usage_details_name_the_size_in_a_json_text(caller):
    found = usage(caller, "usageEnd ge 2026-11-02 and usageEnd le 2026-11-02", "&$expand=meterDetails")[
        "value"
    ]
    assert [row["properties"]["usageQuantity"] for row in found] == [24, 10]
    properties = found[0]["properties"]
    assert json.loads(properties["additionalProperties"])["ServiceType"] == "Standard_D2s_v5"
    assert properties["pretaxCost"] == pytest.approx(24 * 0.1152)
    assert found[0]["id"].startswith("subscriptions/")
    assert "additionalProperties" not in usage(caller, "")["value"][0]["properties"]


def test_usage_details_come_page_by_page(caller):
    whole = usage(caller, "")
    assert (len(whole["value"]), "nextLink" in whole) == (28, False)
    first = usage(caller, "", "&$top=20")
    rest = get(caller, first["nextLink"].partition("/arm")[2])
    assert first["value"] + rest["value"] == whole["value"]


@pytest.mark.parametrize(
    "more",
    [
        "&$top=0",
        "&$top=x",
        "&$expand=colour",
        "&$filter=usageEnd ge 1999-01-01",
        "&$filter=usageEnd ge 0001-01-01",
    ],
)
def test_a_bad_question_for_usage_is_400(caller, more):
    path = f"/subscriptions/{BOB_AZURE_ONE}/{BELOW}/usageDetails?{VERSION}{more}"
    assert get(caller, path, 400)["error"]["code"] == "BadRequest"
    get(caller, f"/subscriptions/{ADA_AZURE_ONE}/{BELOW}/usageDetails?{VERSION}", 400)
