"""Spreading a total over the days of its term (D-1211), and over what used it (D-1212, D-1216)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.errors import InputError
from bespeak.money import Money
from bespeak.terms import Amortisation, CoveredUse, split_by_hours


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_x04_the_term_of_the_published_example_has_366_days():
    """X-04: 12,016 from 2019-10-23 to 2020-10-23, a leap day inside: 32.83060109... a day."""
    year = Amortisation(usd("12016"), date(2019, 10, 23), date(2020, 10, 23))
    assert year.days == 366
    assert str(year.a_day) == "USD 32.83"
    assert str(year.a_day.amount).startswith("32.83060109")


def test_x04_a_month_is_rounded_once():
    """X-04: November is 984.92; Microsoft's page shows about 984.90, because it multiplies the rounded day."""
    year = Amortisation(usd("12016"), date(2019, 10, 23), date(2020, 10, 23))
    november = year.between(date(2019, 11, 1), date(2019, 12, 1))
    assert november.rounded() == usd("984.92")
    assert (year.a_day.rounded() * 30).rounded() == usd("984.90")


def test_x04_a_dollar_a_day_is_split_over_two_machines_or_over_use_and_waste():
    """X-04: 365 upfront on 1 January of a year without a leap day."""
    day = Amortisation(usd("365"), date(2026, 1, 1), date(2027, 1, 1)).a_day
    twelve, whole = Decimal(12), Decimal(24)
    assert day == usd("1")
    assert split_by_hours(day, [twelve, twelve], whole) == ((usd("0.5"), usd("0.5")), usd("0"))
    assert split_by_hours(day, [twelve], whole) == ((usd("0.5"),), usd("0.5"))


def test_days_outside_the_term_cost_nothing():
    year = Amortisation(usd("365"), date(2026, 1, 1), date(2027, 1, 1))
    assert year.between(date(2025, 12, 1), date(2026, 1, 3)) == usd("2")
    assert year.between(date(2027, 1, 1), date(2027, 2, 1)) == usd("0")


@given(
    cents=st.integers(1, 10**9),
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 1100),
    cut=st.integers(0, 1100),
)
def test_the_parts_of_a_term_are_its_total(cents, start, days, cut):
    total = Money(Decimal(cents) / 100, "USD")
    end, middle = start + timedelta(days=days), start + timedelta(days=min(cut, days))
    term = Amortisation(total, start, end)
    assert (term.between(start, middle) + term.between(middle, end)).rounded() == total


def test_a_term_without_a_day_is_refused():
    with pytest.raises(InputError, match="has no day"):
        Amortisation(usd("1"), date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize("used", [[Decimal(25)], [Decimal(-1)], [Decimal(13), Decimal(12)]])
def test_more_than_was_reserved_cannot_have_been_used(used):
    with pytest.raises(InputError, match="cannot have been used"):
        split_by_hours(usd("1"), used, Decimal(24))


def test_x03_the_money_of_a_real_covered_record():
    """X-03 (D-426, D-1213): 8 h of a DS2_v2 under a DS1_v2 reservation; the price is not multiplied by the ratio."""
    use = CoveredUse(Decimal(8), Decimal("2.0"), payg=usd("0.146"), effective=usd("0.061644"))
    assert use.reserved_hours == 16
    assert use.cost == usd("0.493152")
    assert use.payg * use.hours == usd("1.168")
    assert use.saving == usd("0.674848")
    assert round(use.saving.amount / (use.payg * use.hours).amount, 4) == Decimal("0.5778")
    assert str(use.implied_total("P1Y")) == "USD 270.00"
