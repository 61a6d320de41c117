"""What one more read would be worth, where daily records leave the hours open (D-353)."""

from datetime import date

import numpy as np
import pytest

from bespeak.advice import recommend, savings_curve, worth_knowing

ON = date(2026, 11, 16)
SIZE = "Standard_D2s_v5"
PRICES = {SIZE: (0.1, {"P1Y": 0.06, "P3Y": 0.04})}


@pytest.fixture
def open_demand(make_demand):
    """A day on which this many machine hours are open: at worst all in the first hours, at best spread evenly."""

    def made(certain, stacked):
        demand = make_demand({"sub": {SIZE: np.full(24, float(certain))}})
        mean = float(sum(stacked)) / 24
        for table, name in ((demand.groups, "units"), (demand.sizes, "instances")):
            table["unknown"] = mean
            table["overlap"] = table[name] + np.array([*stacked, *[0.0] * (24 - len(stacked))])
        demand.groups["upper"] = demand.groups["units"] + max(stacked, default=0.0)
        return demand

    return made


def test_known_hours_leave_nothing_to_know(make_demand, make_book, own):
    demand = make_demand({"sub": {SIZE: np.ones(24)}})
    assert worth_knowing(demand, make_book(PRICES), own(), ON).empty


def test_it_is_what_the_better_quantity_would_save_more(open_demand, make_book, own):
    """At worst 24 open hours lie in 12, two at a time, and nothing pays; at best one machine runs all day."""
    demand = open_demand(0, [2.0] * 12)
    row = worth_knowing(demand, make_book(PRICES), own(), ON).set_index("term").loc["P1Y"]
    assert row["worth"] == pytest.approx(24 * 0.04 * 30)
    assert row["read"].startswith("availability of 1 machine (Azure Monitor")


def test_the_advice_states_both_ends_and_counts_on_the_lower(open_demand, make_book, own):
    row = recommend(open_demand(1, [1.0] * 20), make_book(PRICES), own(), ON).set_index("term").loc["P3Y"]
    assert row["quantity"] == 2
    assert row["saving"] == row["saving_low"] == pytest.approx(44 * 0.1 - 48 * 0.04)
    assert row["saving_high"] == pytest.approx((24 + 20) * 0.1 - 48 * 0.04)
    assert row["utilisation_low"] == pytest.approx(44 / 48)


def test_the_range_is_said(open_demand, make_book, own):
    """At worst three machines run at once, of which two are reserved; spread evenly the two are used more."""
    row = recommend(open_demand(1, [2.0] * 17), make_book(PRICES), own(), ON).set_index("term").loc["P3Y"]
    assert row["saving_high"] > row["saving_low"]
    assert any("it saves at least USD" in reason and "at most USD" in reason for reason in row["reasons"])


def test_what_is_worth_most_comes_first(open_demand, make_book, own):
    worth = worth_knowing(open_demand(0, [2.0] * 12), make_book(PRICES), own(), ON)["worth"].tolist()
    assert worth == sorted(worth, reverse=True)


def test_what_is_owned_may_cover_all_that_a_purchase_was_for(open_demand, make_book, own):
    """Two machines ran 12 h each, one unit is owned: one after the other they need no more: nothing is certain."""
    held = own(own.row(1))
    demand = open_demand(0, [2.0] * 12)
    cheap = make_book({SIZE: (0.1, {"P1Y": 0.01})})
    row = recommend(demand, cheap, held, ON).set_index("term").loc["P1Y"]
    assert (row["quantity"], row["saving_low"]) == (0, 0.0)
    place = {"scope": "shared", "region": "polandcentral", "group": "Dsv5 Series"}
    curve = savings_curve(demand, cheap, held, **place, size=SIZE, term="P1Y").set_index("quantity").loc[1]
    assert curve["saving"] == pytest.approx(-24 * 0.01)
    assert curve["saving_high"] == pytest.approx(12 * 0.1 - 24 * 0.01)


@pytest.mark.parametrize("seed", range(40))
def test_the_truth_lies_between_both_ends_whatever_is_owned(make_demand, make_book, own, seed):
    """Hours are hidden by the day, some units are owned: what a purchase truly saves is within what is said."""
    rng = np.random.default_rng(seed)
    on = rng.random((4, 24)) < rng.random((4, 1))
    load, stacked = (
        on.sum(axis=0).astype(float),
        -np.sort(-(np.arange(24) < on.sum(axis=1).reshape(-1, 1)).sum(axis=0)),
    )
    demand = make_demand({"sub": {SIZE: np.zeros(24)}})
    for table in (demand.groups, demand.sizes):
        table["unknown"] = load.sum() / 24
        table["overlap"] = stacked.astype(float)
    demand.groups["upper"] = 4.0
    held = int(rng.integers(0, 4))
    owned = own(own.row(held)) if held else own()
    place = {"scope": "shared", "region": "polandcentral", "group": "Dsv5 Series"}
    for row in savings_curve(demand, make_book(PRICES), owned, **place, size=SIZE, term="P1Y").itertuples():
        more = np.minimum(load, held + row.quantity).sum() - np.minimum(load, held).sum()
        truth = more * 0.1 - row.quantity * 24 * 0.06
        assert row.saving - 1e-9 <= truth <= row.saving_high + 1e-9
