"""What the exact rule advises, why, and with which figures."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from bespeak.advice import recommend
from bespeak.errors import MissingError, TableError
from bespeak.tables import ADVICE

ON = date(2026, 11, 16)
A, B = "a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"
D2S, D4S, D8S = "Standard_D2s_v5", "Standard_D4s_v5", "Standard_D8s_v5"
SIMPLE = {D2S: ("0.10", {"P1Y": "0.06"})}


def only(advice, **where):
    for column, value in ({"term": "P1Y", "scope": "shared"} | where).items():
        advice = advice[advice[column] == value]
    assert len(advice) == 1
    return advice.iloc[0]


def test_x13c_the_base_load_is_bought(make_demand, make_book, own):
    """X-13 c: 168 h, 5 machines for 120 h, 8 for 48 h, p 0.10, r 0.06."""
    row = only(recommend(make_demand({A: {D2S: [5] * 120 + [8] * 48}}), make_book(SIMPLE), own(), ON))

    assert (row["quantity"], row["hours"]) == (5, 168)
    assert (row["payg_cost"], row["cost"], row["saving"]) == pytest.approx((98.40, 64.80, 33.60))
    assert (row["utilisation"], row["coverage"]) == pytest.approx((1.0, 840 / 984))
    assert row["break_even"] == pytest.approx(0.6)


def test_x13d_a_short_peak_is_not_bought(make_demand, make_book, own):
    """X-13 d: 500 machines for 150 h, 700 for 18 h."""
    row = only(recommend(make_demand({A: {D2S: [500] * 150 + [700] * 18}}), make_book(SIMPLE), own(), ON))

    assert row["quantity"] == 500
    assert "One more would be used 10.7% of the hours" in row["reasons"][2]


def test_x13e_a_machine_of_office_hours_gets_no_reservation(make_demand, make_book, own):
    """X-13 e: 50 of 168 h (29.8 %) is below the break-even of 60 %."""
    row = only(recommend(make_demand({A: {D2S: [1] * 50 + [0] * 118}}), make_book(SIMPLE), own(), ON))

    assert (row["quantity"], row["total"], row["saving"], row["vms"]) == (0, 0, 0.0, ())
    assert row["reasons"][0].startswith(
        "Buy nothing: one Standard_D2s_v5 would be used 29.8% of the 168 hours"
    )
    assert np.isnan(row["utilisation"])


def test_x13a_the_break_even_is_that_of_the_bought_size(make_demand, make_book, own):
    """X-13 a: p 0.096, 496 a year: 58.98 %."""
    book = make_book({D2S: ("0.096", {"P1Y": "0.05662100456621004566210045662"})})

    row = only(recommend(make_demand({A: {D2S: [1] * 24}}), book, own(), ON))

    assert f"{row['break_even']:.2%}" == "58.98%"
    assert "break-even" in row["reasons"][1]
    assert f"{row['total']:.2f}" == "496.00"


def test_the_total_is_the_price_of_the_term_times_the_quantity(make_demand, make_book, own):
    row = only(recommend(make_demand({A: {D2S: [3] * 24}}), make_book(SIMPLE), own(), ON))

    assert str(row["total"]) == "1576.80"
    assert row["currency"] == "USD"


def test_sizes_of_a_group_are_covered_together(make_demand, make_book, own):
    """D-421: 1 x D4s and 2 x D2s are 4 units, whichever size is bought."""
    prices = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {})}

    row = only(recommend(make_demand({A: {D2S: [2] * 24, D4S: [1] * 24}}), make_book(prices), own(), ON))

    assert (row["size"], row["quantity"], row["units"]) == (D2S, 4, 4.0)
    assert row["payg_cost"] == pytest.approx(24 * 0.40)


def test_the_cheapest_size_of_the_group_is_taken(make_demand, make_book, own):
    prices = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.11"})}

    row = only(recommend(make_demand({A: {D2S: [4] * 24}}), make_book(prices), own(), ON))

    assert (row["size"], row["quantity"]) == (D4S, 2)


def test_among_equals_the_size_that_ran_most_is_taken(make_demand, make_book, own):
    prices = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.12"}), D8S: ("0.40", {"P1Y": "0.24"})}

    row = only(recommend(make_demand({A: {D2S: [2] * 24, D4S: [3] * 24}}), make_book(prices), own(), ON))

    assert (row["size"], row["quantity"]) == (D4S, 4)


def test_among_equals_that_did_not_run_the_smallest_is_taken(make_demand, make_book, own):
    prices = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.12"}), D8S: ("0.40", {})}

    row = only(recommend(make_demand({A: {D8S: [1] * 24}}), make_book(prices), own(), ON))

    assert (row["size"], row["quantity"]) == (D2S, 4)
    assert any(
        "No Standard_D2s_v5 ran: a reservation covers all sizes of the Dsv5 Series" in r
        for r in row["reasons"]
    )


def test_each_term_has_its_own_row(make_demand, make_book, own):
    prices = {D2S: ("0.10", {"P1Y": "0.06", "P3Y": "0.03"})}
    demand = make_demand({A: {D2S: [1] * 12 + [0] * 12}})

    advice = recommend(demand, make_book(prices), own(), ON)

    assert advice[["term", "quantity"]].values.tolist() == [["P1Y", 0], ["P3Y", 1]]


def test_a_size_without_flexibility_covers_only_itself(make_demand, make_book, own):
    """E5: a size with no ratio is its own group."""
    size = "Standard_D2s_v7"

    row = only(
        recommend(make_demand({A: {size: [2] * 24}}), make_book({size: ("0.1", {"P1Y": "0.05"})}), own(), ON)
    )

    assert (row["group"], row["size"], row["quantity"], row["units"]) == (f"size:{size}", size, 2, 2.0)


def test_the_machines_that_ran_longest_are_named(make_demand, make_book, own):
    prices = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {})}
    demand = make_demand({A: {D2S: [1] * 24, D4S: [1] * 6 + [0] * 18}})

    row = only(recommend(demand, make_book(prices), own(), ON))

    assert (row["quantity"], row["vms"]) == (1, ("vm-D2s_v5",))
    assert any("vm-D2s_v5" in reason for reason in row["reasons"])


def test_a_size_without_a_payg_price_is_set_aside_and_said(make_demand, make_book, own):
    """Never counted as free: with D4s as free units the D2s would look worth less."""
    prices = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: (None, {})}

    row = only(recommend(make_demand({A: {D2S: [2] * 24, D4S: [5] * 24}}), make_book(prices), own(), ON))

    assert (row["quantity"], row["utilisation"], row["coverage"]) == (2, 1.0, 1.0)
    assert any("Standard_D4s_v5 has no pay-as-you-go price in the test book" in r for r in row["reasons"])
    assert any("120 machine hours" in r for r in row["reasons"])


def test_without_any_payg_price_nothing_is_bought(make_demand, make_book, own):
    row = only(
        recommend(make_demand({A: {D2S: [2] * 24}}), make_book({D2S: (None, {"P1Y": "0.06"})}), own(), ON)
    )

    assert (row["quantity"], row["payg_cost"]) == (0, 0.0)
    assert any("set aside, not counted as free" in reason for reason in row["reasons"])


def test_without_a_reservation_price_the_row_says_so(make_demand, make_book, own):
    row = only(recommend(make_demand({A: {D2S: [2] * 24}}), make_book(SIMPLE), own(), ON), term="P3Y")

    assert (row["size"], row["quantity"], row["payg_cost"]) == (D2S, 0, pytest.approx(4.8))
    assert "no reservation price for the Dsv5 Series in polandcentral for 3 years" in row["reasons"][0]


def test_x23_a_closed_series_is_never_advised(make_demand, make_book, own):
    """X-23, D-520: DSv3 is closed for one and three years since 2026-07-01."""
    size = "Standard_D2s_v3"
    demand, book = make_demand({A: {size: [2] * 24}}), make_book({size: ("0.1", {"P1Y": "0.05"})})

    row = only(recommend(demand, book, own(), ON))
    before = only(recommend(demand, book, own(), date(2026, 6, 30)))

    assert row["quantity"] == 0
    assert "can be bought for 1 year" in row["reasons"][0]
    assert len(row["warnings"]) == 1
    assert "closed since 2026-07-01" in row["warnings"][0]
    assert before["quantity"] == 2


def test_policy_warnings_of_the_date_stand_beside_the_advice(make_demand, make_book, own):
    """D-830: exchange of compute ends for what is bought from 2027-02-01."""
    demand = make_demand({A: {D2S: [2] * 24}})

    row = only(recommend(demand, make_book(SIMPLE), own(), ON))

    assert any("exchange" in warning for warning in row["warnings"])


def test_hours_nobody_knows_are_said_and_not_counted(make_demand, make_book, own):
    row = only(recommend(make_demand({A: {D2S: [1] * 24}}, unknown=2.5), make_book(SIMPLE), own(), ON))

    assert row["quantity"] == 1
    assert any(
        "On average 2.5 units ran at hours that daily records do not tell" in r for r in row["reasons"]
    )


def test_a_moment_stands_for_its_day(make_demand, make_book, own):
    demand, moment = make_demand({A: {D2S: [1] * 24}}), datetime(2026, 11, 16, 13, tzinfo=UTC)

    assert recommend(demand, make_book(SIMPLE), own(), moment).equals(
        recommend(demand, make_book(SIMPLE), own(), ON)
    )


def test_scopes_can_be_chosen(make_demand, make_book, own):
    demand = make_demand({A: {D2S: [1] * 24}, B: {D2S: [3] * 24}})

    advice = recommend(demand, make_book(SIMPLE), own(), ON, scopes=[B])

    assert set(advice["scope"]) == {B}
    assert only(advice, scope=B)["quantity"] == 3


def test_an_unknown_scope_is_refused(make_demand, make_book, own):
    with pytest.raises(MissingError, match=f"no demand in the scope '{B}'"):
        recommend(make_demand({A: {D2S: [1]}}), make_book(SIMPLE), own(), ON, scopes=[B])


def test_the_table_keeps_its_contract(make_demand, make_book, own):
    advice = recommend(make_demand({A: {D2S: [1] * 24}}), make_book(SIMPLE), own(), ON)

    assert list(ADVICE.check(advice).columns) == [column.name for column in ADVICE.columns]
    assert set(advice["rule"]) == {"exact"}


def test_holdings_that_break_their_contract_are_refused(make_demand, make_book, own):
    with pytest.raises(TableError, match="column 'quantity'"):
        recommend(make_demand({A: {D2S: [1]}}), make_book(SIMPLE), own().drop(columns="quantity"), ON)
