"""Azure's own rule, with its published examples."""

from datetime import date
from decimal import Decimal

import pytest

from bespeak.advice import azure_rule, recommend, savings_curve
from bespeak.errors import InputError

ON = date(2026, 11, 16)
SUB = "a0000000-0000-4000-8000-000000000001"
D2S, D4S = "Standard_D2s_v5", "Standard_D4s_v5"
SIMPLE = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.12"})}
DAY = 24


def only(advice, size=D2S, term="P1Y"):
    found = advice[(advice["size"] == size) & (advice["term"] == term)]
    assert len(found) == 1
    return found.iloc[0]


def test_x14_the_published_sample_of_the_recommendation_api(make_demand, make_book, own):
    """X-14 (D-1011, D-1012): DS13_v2, 709 hours, on-demand 0.519; one saves 152.4168, two lose 60.5338.

    The sample's on-demand cost of 368.4814 is 709.98 hours, of which 3 are beyond the first machine.
    """
    size, rate = "Standard_DS13_v2", Decimal("0.302549467275493")
    needed = Decimal("368.4814") / Decimal("0.519")
    ran = [2] * 3 + [1] * 703 + [float(needed - 709)] + [0] * 2
    demand, book = make_demand({SUB: {size: ran}}), make_book({size: ("0.519", {"P1Y": rate})})

    row = only(azure_rule(demand, book, own(), date(2026, 6, 30)), size)
    group = row["group"]
    curve = savings_curve(
        demand, book, own(), scope="shared", region="polandcentral", group=group, size=size, term="P1Y"
    )

    assert (row["quantity"], row["hours"]) == (1, 709)
    assert row["saving"] == pytest.approx(152.4168, abs=5e-5)
    assert curve["saving"][1:3].tolist() == pytest.approx([152.4168, -60.5338], abs=1e-4)
    assert curve["cost"][1] == pytest.approx(214.5076 + 1.557, abs=5e-5)


def test_each_size_is_judged_alone(make_demand, make_book, own):
    """D-1008: two sizes that take turns are worth nothing alone, and one reservation in their group."""
    turns = [1, 1, 0, 0] * 6 * 30
    other = [0, 0, 0.5, 0.5] * 6 * 30
    demand = make_demand({SUB: {D2S: turns, D4S: other}})

    advice = azure_rule(demand, make_book(SIMPLE), own(), ON)

    assert advice["quantity"].sum() == 0
    assert recommend(demand, make_book(SIMPLE), own(), ON)["quantity"].tolist() == [1, 0]
    assert any("must not be added up" in reason for reason in only(advice)["reasons"])


def test_only_the_last_days_are_looked_at(make_demand, make_book, own):
    demand = make_demand({SUB: {D2S: [9] * (23 * DAY) + [2] * (7 * DAY)}})

    row = only(azure_rule(demand, make_book(SIMPLE), own(), ON, days=7))

    assert (row["rule"], row["quantity"], row["hours"]) == ("azure-7", 2, 168)


def test_d1014_a_recent_drop_lowers_the_quantity(make_demand, make_book, own):
    """D-1014: the last three days are looked at as well, and the lower quantity counts."""
    demand = make_demand({SUB: {D2S: [9] * (27 * DAY) + [2] * (3 * DAY)}})

    row = only(azure_rule(demand, make_book(SIMPLE), own(), ON))

    assert row["quantity"] == 2
    assert "the last 3 days alone justify only 2" in row["reasons"][0]


def test_d1014_machines_that_were_just_shut_down_get_nothing(make_demand, make_book, own):
    demand = make_demand({SUB: {D2S: [9] * (27 * DAY) + [0] * (3 * DAY)}})

    assert only(azure_rule(demand, make_book(SIMPLE), own(), ON))["quantity"] == 0


def test_d1014_a_recent_rise_does_not_raise_it(make_demand, make_book, own):
    demand = make_demand({SUB: {D2S: [2] * (27 * DAY) + [9] * (3 * DAY)}})

    assert only(azure_rule(demand, make_book(SIMPLE), own(), ON))["quantity"] == 2


def test_d1003_a_regularly_stopped_machine_gets_nothing(make_demand, make_book, own):
    demand = make_demand({SUB: {D2S: ([1] * 10 + [0] * 14) * 30}})

    assert only(azure_rule(demand, make_book(SIMPLE), own(), ON))["quantity"] == 0


def test_owned_units_are_taken_out(make_demand, make_book, own):
    """D-1004: two of four owned units of the group leave half of each size's hours."""
    demand = make_demand({SUB: {D2S: [4] * (30 * DAY)}})

    assert only(azure_rule(demand, make_book(SIMPLE), own(own.row(3)), ON))["quantity"] == 1


def test_a_shorter_history_is_said(make_demand, make_book, own):
    demand = make_demand({SUB: {D2S: [1] * (10 * DAY)}})

    row = only(azure_rule(demand, make_book(SIMPLE), own(), ON, days=60))

    assert row["hours"] == 240
    assert "Only 10.0 of 60 days are known." in row["reasons"]


def test_a_size_without_a_price_is_said_and_not_counted_as_free(make_demand, make_book, own):
    book = make_book({D2S: (None, {"P1Y": "0.06"})})

    row = only(azure_rule(make_demand({SUB: {D2S: [1] * (30 * DAY)}}), book, own(), ON))

    assert row["quantity"] == 0
    assert any("not counted as free" in reason for reason in row["reasons"])


def test_a_term_without_a_price_is_said(make_demand, make_book, own):
    row = only(azure_rule(make_demand({SUB: {D2S: [1] * 24}}), make_book(SIMPLE), own(), ON), term="P3Y")

    assert row["quantity"] == 0
    assert "no reservation price" in row["reasons"][0]


def test_d1013_a_closed_series_is_part_of_the_rule_and_warned_of(make_demand, make_book, own):
    size = "Standard_D2s_v3"
    demand, book = make_demand({SUB: {size: [2] * 72}}), make_book({size: ("0.1", {"P1Y": "0.05"})})

    row = only(azure_rule(demand, book, own(), ON), size)

    assert row["quantity"] == 2
    assert "closed since 2026-07-01" in row["warnings"][0]


@pytest.mark.parametrize("days", [0, 14, 90])
def test_other_look_backs_are_refused(make_demand, make_book, own, days):
    with pytest.raises(InputError, match=f"does not look back {days} days"):
        azure_rule(make_demand({SUB: {D2S: [1]}}), make_book(SIMPLE), own(), ON, days=days)
