"""The sorted hours of a demand: every quantity priced at once, and the best one found without trying them."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bespeak.advice.load import Load

HOUR = st.tuples(st.integers(0, 40), st.integers(1, 30))


def exact_cost(hours, ratio: Fraction, price: Fraction, quantity: int) -> Fraction:
    """The cost by its definition, hour by hour, without any float."""
    paid = sum(
        (Fraction(rate) * max(Fraction(quarters, 4) - quantity * ratio, 0) for quarters, rate in hours),
        Fraction(0),
    )
    return paid + quantity * price


@settings(max_examples=1500, deadline=None)
@given(
    hours=st.lists(HOUR, min_size=1, max_size=40),
    ratio=st.sampled_from(
        [Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(7, 2), Fraction(8)]
    ),
    price=st.integers(0, 120).map(lambda tenths: Fraction(tenths, 4)),
)
def test_the_best_quantity_equals_trying_all_of_them(hours, ratio, price):
    """D-1001, D-1022: hours of zero use, parts of units and ties (the smallest quantity) included."""
    units = np.array([quarters / 4 for quarters, _ in hours])
    load = Load.of(units, units * np.array([float(rate) for _, rate in hours]))
    most = ceil(Fraction(max(quarters for quarters, _ in hours), 4) / ratio) + 1

    best = min(range(most + 1), key=lambda quantity: (exact_cost(hours, ratio, price, quantity), quantity))

    assert load.best_quantity(float(ratio), float(price)) == best


@settings(max_examples=200, deadline=None)
@given(hours=st.lists(HOUR, min_size=1, max_size=40), reserved=st.integers(0, 60))
def test_covered_units_and_their_worth_equal_the_sum_over_the_hours(hours, reserved):
    units = np.array([quarters / 4 for quarters, _ in hours])
    rate = np.array([float(rate) for _, rate in hours])
    load = Load.of(units, units * rate)

    covered = np.minimum(reserved / 4, units)

    assert load.covered_units(np.array([reserved / 4]))[0] == pytest.approx(covered.sum())
    assert load.covered_payg(np.array([reserved / 4]))[0] == pytest.approx((covered * rate).sum())


def test_a_tie_buys_the_smaller_quantity():
    """One hour in two is needed and the price is half: buying and not buying cost the same."""
    load = Load.of(np.array([0.0, 1.0]), np.array([0.0, 1.0]))

    assert load.best_quantity(1.0, 1.0) == 0
    assert load.best_quantity(1.0, 0.999) == 1


def test_floats_that_only_nearly_tie_count_as_a_tie():
    """0.1 summed ten times is not 1.0 in floats; the amounts are equal all the same."""
    load = Load.of(np.ones(10), np.full(10, 0.1))

    assert load.best_quantity(1.0, 1.0) == 0


def test_no_use_at_all_buys_nothing():
    load = Load.of(np.zeros(5), np.zeros(5))

    assert (load.best_quantity(1.0, 1.0), load.most, load.demand, load.payg) == (0, 0.0, 0.0, 0.0)
