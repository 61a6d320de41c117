"""What is owned is taken out hour by hour before anything is advised."""

from datetime import UTC, date, datetime

import pytest

from bespeak.advice import recommend, savings_curve

ON = date(2026, 11, 16)
A, B = "a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"
D2S, D4S = "Standard_D2s_v5", "Standard_D4s_v5"
BOOK = {D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.20", {"P1Y": "0.12"})}


def row(advice, scope="shared"):
    return advice[(advice["term"] == "P1Y") & (advice["scope"] == scope)].iloc[0]


def test_owned_units_are_taken_out_of_every_hour(make_demand, make_book, own):
    demand = make_demand({A: {D2S: [5] * 120 + [8] * 48}})

    found = row(recommend(demand, make_book(BOOK), own(own.row(3)), ON))

    assert (found["quantity"], found["payg_cost"]) == (2, pytest.approx(98.40 - 3 * 168 * 0.10))
    assert any("3.0 units are covered by what is owned" in reason for reason in found["reasons"])


def test_unused_owned_hours_do_not_carry_over(make_demand, make_book, own):
    """D-402: 4 owned units in hours of 2 and of 6 leave 2 units in the second hours only."""
    demand = make_demand({A: {D2S: [2] * 12 + [6] * 12}})

    assert row(recommend(demand, make_book(BOOK), own(own.row(4)), ON))["payg_cost"] == pytest.approx(
        2 * 12 * 0.10
    )


def test_a_reservation_of_another_size_of_the_group_counts_in_units(make_demand, make_book, own):
    demand = make_demand({A: {D2S: [5] * 24}})

    assert row(recommend(demand, make_book(BOOK), own(own.row(2, D4S)), ON))["quantity"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "westeurope"},
        {"group": "Easv5 Series"},
        {"state": "Cancelled"},
        {"state": "Expired"},
        {"expiry": datetime(2026, 11, 16, tzinfo=UTC)},
        {"scope": B},
    ],
)
def test_what_does_not_match_or_has_ended_is_not_taken_out(make_demand, make_book, own, changes):
    demand = make_demand({A: {D2S: [5] * 24}})

    assert row(recommend(demand, make_book(BOOK), own(own.row(3, **changes)), ON))["quantity"] == 5


def test_a_young_order_counts_as_owned(make_demand, make_book, own):
    """What is known only as an order has no dates yet; it must not be bought a second time."""
    young = own.row(3, state="Pending", source="order", start=None, expiry=None, reservation_id=None)

    assert row(recommend(make_demand({A: {D2S: [5] * 24}}), make_book(BOOK), own(young), ON))["quantity"] == 2


def test_the_only_subscriptions_own_reservation_counts_in_the_shared_scope(make_demand, make_book, own):
    demand = make_demand({A: {D2S: [5] * 24}})

    assert row(recommend(demand, make_book(BOOK), own(own.row(3, scope=A.upper())), ON))["quantity"] == 2


def test_a_single_scope_reservation_is_used_first_and_only_in_its_subscription(make_demand, make_book, own):
    """D-441: A needs 1 and owns 5 of its own; B needs 3. The four spare units do not reach B."""
    demand = make_demand({A: {D2S: [1] * 24}, B: {D2S: [3] * 24}})

    advice = recommend(demand, make_book(BOOK), own(own.row(5, scope=A)), ON)

    assert [row(advice, scope)["quantity"] for scope in ("shared", A, B)] == [3, 0, 3]


def test_x18_shared_units_are_left_for_who_has_none_of_its_own(make_demand, make_book, own):
    """X-18: A's own reservation covers A, so the shared one covers B and nothing is left."""
    demand = make_demand({A: {D2S: [1] * 24}, B: {D2S: [1] * 24}})

    advice = recommend(demand, make_book(BOOK), own(own.row(1, scope=A), own.row(1)), ON)

    assert advice["payg_cost"].tolist() == pytest.approx([0.0] * len(advice))
    assert set(advice["quantity"]) == {0}


def test_shared_units_are_divided_in_proportion(make_demand, make_book, own):
    """A needs 3 and owns 2, B needs 3; 2 shared units over 1 + 3 leave half of each."""
    demand = make_demand({A: {D2S: [3] * 24}, B: {D2S: [3] * 24}})

    advice = recommend(demand, make_book(BOOK), own(own.row(2, scope=A), own.row(2)), ON)

    costs = [row(advice, scope)["payg_cost"] for scope in ("shared", A, B)]
    assert costs == pytest.approx([2 * 2.4, 0.5 * 2.4, 1.5 * 2.4])


def test_owned_units_cover_dear_and_cheap_subscriptions_at_their_own_price(make_demand, make_book, own):
    """The rest is worth what actually remains: A's D2s at 0.10 a unit, B's D4s at 0.15 a unit."""
    book = make_book({D2S: ("0.10", {"P1Y": "0.06"}), D4S: ("0.30", {"P1Y": "0.12"})})
    demand = make_demand({A: {D2S: [2] * 24}, B: {D4S: [1] * 24}})

    assert row(recommend(demand, book, own(own.row(2, scope=B)), ON))["payg_cost"] == pytest.approx(
        2 * 24 * 0.10
    )


@pytest.mark.parametrize("scope", ["shared", A, B])
def test_asked_again_after_buying_the_advice_is_to_buy_nothing(make_demand, make_book, own, scope):
    demand = make_demand({A: {D2S: [5] * 100 + [9] * 68}, B: {D4S: [2] * 90 + [3] * 78}})
    book = make_book(BOOK)
    first = row(recommend(demand, book, own(), ON), scope)
    bought = own(own.row(int(first["quantity"]), first["size"], scope))

    again = row(recommend(demand, book, bought, ON), scope)

    assert first["quantity"] > 0
    assert (again["quantity"], again["saving"]) == (0, 0.0)


def test_when_all_is_owned_the_row_says_that_nothing_is_left(make_demand, make_book, own):
    found = row(recommend(make_demand({A: {D2S: [5] * 24}}), make_book(BOOK), own(own.row(9)), ON))

    assert (
        found["reasons"][0] == "Buy nothing: nothing is left that a reservation could cover in these hours."
    )


def test_the_curve_starts_from_what_is_left(make_demand, make_book, own):
    demand = make_demand({A: {D2S: [5] * 24}})
    where = {"scope": "shared", "region": "polandcentral", "group": "Dsv5 Series", "size": D2S, "term": "P1Y"}

    curve = savings_curve(demand, make_book(BOOK), own(own.row(3)), **where)

    assert curve["saving"].idxmax() == 2
