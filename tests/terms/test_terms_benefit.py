"""How units are applied hour by hour: worked examples X-01, X-02, X-05, X-18."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.errors import InputError
from bespeak.terms import Bounds, Holding, Machine, apply_units, daily_bounds, fill_by_scope

#: Ratios of the DSv2 group and of the first burstable generation (D-425, D-423).
DS1, DS2, DS3, DS4, DS5 = 1.0, 2.0, 4.0, 8.0, 16.0
B1LS, B1S, B2S = 0.25, 0.5, 2.0


@pytest.mark.parametrize(
    ("reserved", "demand", "covered", "coverage", "utilisation"),
    [
        (DS4, 8 * DS1, 8, 1.0, 1.0),
        (DS4, 2 * DS2 + DS3, 8, 1.0, 1.0),
        (DS4, DS5, 8, 0.5, 1.0),
        (2 * DS4, DS5, 16, 1.0, 1.0),
        (5 * DS2, 3 * DS1 + 2 * DS3 + DS4, 10, 0.5263, 1.0),
        (B2S, 4 * B1S, 2, 1.0, 1.0),
        (B2S, 8 * B1LS, 2, 1.0, 1.0),
        (0.75 * B2S, 3 * B1S, 1.5, 1.0, 1.0),
    ],
)
def test_x01_size_flexibility(reserved, demand, covered, coverage, utilisation):
    """X-01 (D-421): units are quantity times ratio, covered is the lesser of reserved and demand."""
    benefit = apply_units(reserved, np.array([demand]))
    assert benefit.covered.sum() == covered
    assert (round(benefit.coverage, 4), benefit.utilisation) == (coverage, utilisation)


def test_x02_hour_filling():
    """X-02 (D-401, D-402): several machines fill one reserved hour, and nothing is carried over."""
    machines = np.array([[0.75, 0.5], [1, 1], [1, 1], [0.5, 1]])
    benefit = apply_units(1.0, machines.sum(axis=1))
    assert benefit.covered.tolist() == [1, 1, 1, 1]
    assert benefit.on_demand.tolist() == [0.25, 1, 1, 0.5]
    assert (benefit.covered.sum(), benefit.on_demand.sum()) == (4, 2.75)
    assert (benefit.utilisation, round(benefit.coverage, 4)) == (1.0, 0.5926)


def test_an_unused_hour_is_lost():
    """D-402: two units in the second hour do not use the first hour's idle one."""
    benefit = apply_units(1.0, np.array([0.0, 2.0]))
    assert benefit.unused.tolist() == [1, 0]
    assert benefit.on_demand.tolist() == [0, 1]


def test_reserved_units_may_change_by_the_hour():
    benefit = apply_units(np.array([0.0, 3.0]), np.array([2.0, 2.0]))
    assert benefit.covered.tolist() == [0, 2]
    assert benefit.unused.tolist() == [0, 1]


def test_nothing_reserved_has_no_utilisation_and_nothing_running_no_coverage():
    assert apply_units(0.0, np.array([1.0])).utilisation is None
    assert apply_units(1.0, np.array([0.0])).coverage is None


@pytest.mark.parametrize(("reserved", "demand"), [(-1.0, [1.0]), (1.0, [-1.0])])
def test_negative_units_are_refused(reserved, demand):
    with pytest.raises(InputError, match="cannot be negative"):
        apply_units(reserved, np.array(demand))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=48))
def test_what_is_covered_left_over_and_lost_adds_up(hours):
    reserved, demand = (np.array(column, dtype="float64") for column in zip(*hours, strict=True))
    benefit = apply_units(reserved, demand)
    assert (benefit.covered + benefit.on_demand == demand).all()
    assert (benefit.covered + benefit.unused == reserved).all()
    assert ((benefit.unused == 0) | (benefit.on_demand == 0)).all()


def test_x05_two_equal_machines_of_half_a_day():
    """X-05 (D-353): 12 h each under one reservation cover between 12 and 24 h."""
    assert daily_bounds(1, [(1, 12), (1, 12)]) == Bounds(12, 24)


def test_x05_machines_of_unequal_weight():
    """X-05 (D-353)."""
    assert daily_bounds(3, [(2, 24), (1, 10), (1, 10)]) == Bounds(58, 68)


def test_a_day_of_more_than_24_hours_is_refused():
    with pytest.raises(InputError, match="between 0 and 24 hours"):
        daily_bounds(1, [(1, 25)])


@st.composite
def days(draw):
    """Machines with the hours in which each ran, and reserved units."""
    masks = draw(st.lists(st.lists(st.booleans(), min_size=24, max_size=24), min_size=1, max_size=6))
    weights = draw(st.lists(st.integers(1, 8), min_size=len(masks), max_size=len(masks)))
    return draw(st.integers(0, 20)), weights, np.array(masks, dtype="float64")


@given(days())
def test_x05_no_real_day_leaves_the_bounds(day):
    """X-05: what the hours really cover lies between the bounds that daily sums give."""
    units, weights, ran = day
    bounds = daily_bounds(units, list(zip(weights, ran.sum(axis=1), strict=True)))
    covered = apply_units(float(units), (np.array(weights)[:, None] * ran).sum(axis=0)).covered.sum()
    assert bounds.least <= covered <= bounds.most


A1 = Machine("a1", 1, resource_group="RG-a", subscription="Sub-1")
B1 = Machine("b1", 1, resource_group="RG-b", subscription="Sub-1")
C1 = Machine("c1", 1, resource_group="RG-a", subscription="Sub-2")


def test_x18_scope_order():
    """X-18 (D-441): the narrow scopes are used first, so that nothing is left on pay-as-you-go."""
    holdings = [
        Holding("shared", 1, "shared"),
        Holding("sub", 1, "subscription", "Sub-1"),
        Holding("group", 1, "resource group", "Sub-1/RG-a"),
    ]
    assert fill_by_scope(holdings, [A1, B1, C1]) == {
        ("group", "a1"): 1,
        ("sub", "b1"): 1,
        ("shared", "c1"): 1,
    }


def test_a_holding_never_reaches_outside_its_scope():
    """D-440: a resource group of the same name in another subscription is another group."""
    assert fill_by_scope([Holding("group", 2, "resource group", "Sub-1/RG-a")], [C1]) == {}


def test_a_large_machine_is_covered_in_part_by_several_holdings():
    """D-421."""
    large = Machine("large", 4, resource_group="RG-a", subscription="Sub-1")
    holdings = [Holding("sub", 1, "subscription", "Sub-1"), Holding("shared", 2, "shared")]
    assert fill_by_scope(holdings, [large]) == {("sub", "large"): 1, ("shared", "large"): 2}
