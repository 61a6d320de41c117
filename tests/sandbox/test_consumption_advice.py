"""reservationRecommendations and the savings curve over HTTP, and Azure's rule behind them."""

from decimal import Decimal

import numpy as np
import pytest
from benefit_help import hold
from hypothesis import given
from hypothesis import strategies as st
from test_consumption_use import VERSION, account, get, profile
from tiny_world import ADA, ADA_AZURE_ONE, ADA_AZURE_TWO, BOB_AZURE_ONE, CYD_AZURE

from bespeak.sandbox.recommendations import best, curve, point
from bespeak.sandbox.reservation_records import Scope

DAY = 24 * 60
LIST = "providers/Microsoft.Consumption/reservationRecommendations"
DETAILS = "providers/Microsoft.Consumption/reservationRecommendationDetails"
D2S = "region=polandcentral&product=Standard_D2s_v5&term=P1Y&lookBackPeriod=Last7Days"


def advice(caller, scope, text=""):
    found = get(caller, f"{scope}/{LIST}?$filter={text}&{VERSION}")
    return {(row["sku"], row["properties"]["term"]): row["properties"] for row in found["value"]}


def nothing(caller, path):
    answer = get(caller, path, 204)
    assert answer is None


ADA_SCOPE = f"/subscriptions/{ADA_AZURE_ONE}"


def test_a_steady_machine_is_recommended(caller):
    """Ada one: a D2s and a D4s always on, a Windows D2s ten hours a day.

    Ten of 24 hours (42 %) pay at 1150 / 26280 of 0.1152 (38 %), not at 595 / 8760 (59 %).
    """
    found = advice(caller, ADA_SCOPE)
    assert {key: one["recommendedQuantity"] for key, one in found.items()} == {
        ("Standard_D2s_v5", "P1Y"): 1,
        ("Standard_D2s_v5", "P3Y"): 2,
        ("Standard_D4s_v5", "P1Y"): 1,
        ("Standard_D4s_v5", "P3Y"): 1,
    }
    one = found["Standard_D4s_v5", "P1Y"]
    assert one["costWithNoReservedInstances"] == round(168 * 0.2304, 6)
    assert one["totalCostWithReservedInstances"] == round(168 * 1190 / 8760, 6)
    assert one["netSavings"] == pytest.approx(
        one["costWithNoReservedInstances"] - one["totalCostWithReservedInstances"], abs=2e-6
    )
    assert (one["scope"], one["subscriptionId"], one["lookBackPeriod"]) == (
        "Single",
        ADA_AZURE_ONE,
        "Last7Days",
    )
    assert (one["totalHours"], one["firstUsageDate"]) == (168, "2026-11-09T00:00:00Z")
    assert (one["instanceFlexibilityGroup"], one["instanceFlexibilityRatio"]) == ("DSv5 Series", 2)
    assert (one["normalizedSize"], one["recommendedQuantityNormalized"]) == ("Standard_D2s_v5", 2)


def test_shared_scope_looks_at_all_subscriptions_of_the_customer(caller):
    found = advice(
        caller, ADA_SCOPE, "properties/scope eq 'Shared' AND properties/lookBackPeriod eq 'Last30Days'"
    )
    one = found["Standard_D2s_v5", "P1Y"]
    assert (one["recommendedQuantity"], one["totalHours"]) == (2, 720)
    assert "subscriptionId" not in one


def test_a_resource_group_is_looked_at_alone(caller):
    assert set(advice(caller, f"/subscriptions/{ADA_AZURE_TWO}/resourceGroups/RG-B")) == {
        ("Standard_D2s_v5", "P1Y"),
        ("Standard_D2s_v5", "P3Y"),
    }


def test_other_resources_and_empty_scopes_have_no_body(caller):
    nothing(caller, f"{ADA_SCOPE}/{LIST}?$filter=properties/resourceType eq 'SQLDatabases'&{VERSION}")
    nothing(caller, f"/subscriptions/{CYD_AZURE}/{LIST}?{VERSION}")
    nothing(caller, f"/subscriptions/{ADA_AZURE_ONE}/resourceGroups/none/{LIST}?{VERSION}")


def test_d1006_the_same_scope_knows_a_purchase_at_once_another_after_25_days(caller, world):
    hold(world, ADA, scope=Scope("Single", ADA_AZURE_TWO))
    nothing(caller, f"/subscriptions/{ADA_AZURE_TWO}/{LIST}?{VERSION}")
    shared = "properties/scope eq 'Shared'"
    assert advice(caller, ADA_SCOPE, shared)["Standard_D2s_v5", "P1Y"]["recommendedQuantity"] == 2
    caller.advance(25 * DAY)
    assert advice(caller, ADA_SCOPE, shared)["Standard_D2s_v5", "P1Y"]["recommendedQuantity"] == 1


def test_the_billing_profile_has_the_modern_shape(caller, world):
    found = get(caller, f"{profile(world)}/{LIST}?{VERSION}")["value"]
    one = next(row for row in found if row["properties"].get("subscriptionId") == BOB_AZURE_ONE)
    assert one["kind"] == "modern"
    assert "sku" not in one
    properties = one["properties"]
    assert (properties["skuName"], properties["location"]) == ("Standard_D2s_v5", "polandcentral")
    assert properties["lookBackPeriod"] == 7
    assert properties["netSavings"]["currency"] == "USD"
    assert get(caller, f"{account(world)}/{LIST}?{VERSION}")["value"][0]["kind"] == "legacy"


@pytest.mark.parametrize(
    "text",
    [
        "properties/scope eq 'All'",
        "properties/lookBackPeriod eq 'Last5Days'",
        "properties/scope ne 'Single'",
        "size eq 'x'",
        "properties/scope eq",
    ],
)
def test_a_bad_filter_is_400(caller, world, text):
    before = world.snapshot()
    assert get(caller, f"{ADA_SCOPE}/{LIST}?$filter={text}&{VERSION}", 400)["error"]["code"] == "BadRequest"
    assert world.snapshot() == before


def test_the_curve_follows_from_its_own_usage(caller):
    """X-14: the four formulas of the sheet hold for every quantity, with the answer's own rates and usage."""
    found = get(caller, f"{ADA_SCOPE}/{DETAILS}?scope=Shared&{D2S}&{VERSION}")["properties"]
    rate, reserved = found["resource"]["onDemandRate"], found["resource"]["reservationRate"]
    hourly = np.array(found["usage"]["usageData"])
    assert (len(hourly), sorted(set(hourly))) == (168, [2, 3])
    points = found["savings"]["calculatedSavings"]
    assert [one["quantity"] for one in points] == [1, 2, 3]
    for one in points:
        assert one["reservationCost"] == pytest.approx(reserved * one["quantity"] * 168, abs=1e-5)
        assert one["overageCost"] == pytest.approx(
            rate * np.maximum(hourly - one["quantity"], 0).sum(), abs=1e-5
        )
        assert one["totalReservationCost"] == pytest.approx(
            one["reservationCost"] + one["overageCost"], abs=2e-6
        )
        assert one["onDemandCost"] == pytest.approx(rate * hourly.sum(), abs=1e-5)
        assert one["savings"] == pytest.approx(one["onDemandCost"] - one["totalReservationCost"], abs=2e-6)
    assert points[2]["savings"] < points[1]["savings"]
    assert found["savings"]["recommendedQuantity"] == 2
    assert found["usage"]["firstConsumptionDate"] == "2026-11-09T00:00:00"


@pytest.mark.parametrize("missing", ["scope", "region", "product", "term", "lookBackPeriod"])
def test_the_curve_needs_all_its_parameters(caller, missing):
    query = {
        "scope": "Shared",
        "region": "polandcentral",
        "product": "Standard_D2s_v5",
        "term": "P1Y",
        "lookBackPeriod": "Last7Days",
    }
    text = "&".join(f"{name}={value}" for name, value in query.items() if name != missing)
    error = get(caller, f"{ADA_SCOPE}/{DETAILS}?{text}&{VERSION}", 400)["error"]
    assert missing in error["message"]


def test_the_curve_of_what_did_not_run_has_no_body(caller):
    nothing(caller, f"{ADA_SCOPE}/{DETAILS}?scope=Single&{D2S.replace('D2s', 'D96s')}&{VERSION}")


def test_x14_the_published_sample():
    """X-14: 709 hours, 3 of them with two machines; 0.519 an hour, reserved 0.302549467275493."""
    use = np.array([2.0] * 3 + [1.0] * 703 + [0.98337, 0.0, 0.0])
    rate, reserved = Decimal("0.519"), Decimal("0.302549467275493")
    one, two = point(use, 1, rate, reserved), point(use, 2, rate, reserved)
    assert (round(one.reservation, 4), one.overage) == (Decimal("214.5076"), Decimal("1.557"))
    assert (round(one.on_demand, 4), round(one.savings, 4)) == (Decimal("368.4814"), Decimal("152.4168"))
    assert round(two.savings, 4) == Decimal("-60.5338")


def test_x13_c_the_best_quantity_is_five():
    """X-13 c: 5 VMs for 120 h, 8 for 48 h at 0.10 and 0.06: five save 33.60, six 28.32."""
    use = np.array([5.0] * 120 + [8.0] * 48)
    points = curve(use, Decimal("0.10"), Decimal("0.06"))
    assert {one.quantity: one.savings for one in points if one.quantity in (4, 5, 6, 8)} == {
        4: Decimal("26.88"),
        5: Decimal("33.60"),
        6: Decimal("28.32"),
        8: Decimal("17.76"),
    }
    assert best(points).quantity == 5


def test_x13_e_an_office_machine_is_not_recommended():
    """X-13 e: 50 of 168 hours save -5.08."""
    use = np.array([1.0] * 50 + [0.0] * 118)
    (one,) = curve(use, Decimal("0.10"), Decimal("0.06"))
    assert one.savings == Decimal("-5.08")
    assert best([one]) is None


def test_d1014_machines_that_were_shut_down_are_not_recommended(caller, world, monkeypatch):
    """The last three days count too: the lower of both quantities is recommended."""
    running = world.demand.running

    def stopped(machines, start, end):
        found = running(machines, start, end)
        cut = max(0, found.shape[0] - 3 * 24)
        found[cut:, [n for n, one in enumerate(machines) if one.name == "vm-a2"]] = 0
        return found

    monkeypatch.setattr(world.demand, "running", stopped)
    assert {size for size, _ in advice(caller, ADA_SCOPE)} == {"Standard_D2s_v5"}


@given(
    st.lists(st.integers(0, 6), min_size=24, max_size=96),
    st.decimals("0.01", "1", places=3),
    st.decimals("0.01", "1", places=3),
)
def test_d1022_the_best_quantity_is_what_the_marginal_rule_says(hours, rate, reserved):
    """D-1022: unit k pays if the share of hours with a load of at least k exceeds reserved / rate."""
    use = np.array(hours, dtype=float)
    found = best(curve(use, rate, reserved))
    paying = [k for k in range(1, max(hours) + 1) if rate * int((use >= k).sum()) > reserved * len(use)]
    assert (found.quantity if found else 0) == max(paying, default=0)
