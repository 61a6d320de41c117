"""The exchange right by date: the table X-22, row by row."""

from __future__ import annotations

from datetime import date

import pytest

from bespeak.terms import exchange_right, may_trade_in, next_exchange_right, refund_fee, refund_pool

NOVEMBER = date(2026, 11, 1)


def test_x22_an_exchange_before_the_change_gives_a_product_with_one_final_exchange():
    """X-22 row 1 (D-830, D-831)."""
    done = date(2027, 1, 15)
    assert exchange_right(NOVEMBER, done).exchanges == "unlimited"
    assert exchange_right(done, date(2027, 3, 1)).exchanges == "one"


def test_x22_the_final_exchange_gives_a_product_without_right():
    """X-22 row 2 (D-831)."""
    done = date(2027, 3, 1)
    assert exchange_right(NOVEMBER, done).exchanges == "one"
    assert exchange_right(done, date(2027, 6, 1)).exchanges == "none"


@pytest.mark.parametrize("on", [date(2027, 2, 2), date(2028, 1, 1), date(2029, 12, 31)])
def test_x22_bought_after_the_change_it_cannot_be_exchanged(on):
    """X-22 row 3 (D-830)."""
    assert exchange_right(date(2027, 2, 2), on).exchanges == "none"


def test_x22_the_instances_that_stay_keep_their_exchange():
    """X-22 row 4 (D-832): after 2 of 10 are exchanged, the 8 still count as bought before."""
    later = date(2027, 9, 1)
    right_of_the_eight, right_of_the_two = (
        exchange_right(NOVEMBER, later),
        exchange_right(date(2027, 3, 1), later),
    )
    assert (right_of_the_eight.exchanges, right_of_the_two.exchanges) == ("one", "none")


def test_x22_a_renewal_counts_as_bought_on_its_day():
    """X-22 row 5 (D-833): bought 2026-03-01, renewed by itself 2027-03-01."""
    renewed = date(2027, 3, 1)
    assert exchange_right(renewed, date(2027, 4, 1)).exchanges == "none"


@pytest.mark.parametrize("on", [date(2026, 11, 16), date(2027, 2, 1), date(2030, 1, 1)])
def test_x22_a_trade_in_stays_possible(on):
    """X-22 row 6 (D-844)."""
    assert may_trade_in(on)


def test_the_boundary_day_belongs_to_the_new_regime():
    """D-835."""
    assert exchange_right(date(2027, 1, 31), date(2027, 1, 31)).exchanges == "unlimited"
    assert exchange_right(date(2027, 2, 1), date(2027, 2, 1)).exchanges == "none"


def test_refund_rules_of_the_day():
    """D-803, D-808."""
    on = date(2026, 11, 16)
    assert (refund_pool(on).limit, refund_fee(on).rate) == (50000, 0)


@pytest.mark.parametrize(
    ("on", "starts"),
    [(date(2027, 1, 31), date(2027, 2, 1)), (date(2027, 2, 1), None), (date(2027, 2, 2), None)],
)
def test_what_a_right_becomes_is_known_until_the_boundary_day(on, starts):
    """D-830, D-835: on the boundary day the new right holds already."""
    later = next_exchange_right(date(2026, 3, 1), on)
    assert (later.starts if later else None) == starts
    assert later is None or later.exchanges == "one"
