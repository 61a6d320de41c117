"""From what use a reservation pays: worked examples X-13 and X-20."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bespeak.errors import InputError
from bespeak.money import Money
from bespeak.terms import break_even, partner_view, saving, software_share


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


P, R = usd("0.096"), usd("496")


def test_x13a_break_even():
    """X-13 a (D-1020): 58.98 % of the hours, 5,166.67 h, 7.08 months at full use."""
    found = break_even(P, R, "P1Y")
    assert round(found.utilisation, 4) == Decimal("0.5898")
    assert round(found.hours, 2) == Decimal("5166.67")
    assert round(found.months, 2) == Decimal("7.08")


@pytest.mark.parametrize(
    ("utilisation", "expected"), [("1", "344.96"), ("0.80", "176.77"), ("0.59", "0.17"), ("0.50", "-75.52")]
)
def test_x13a_saving_at_a_utilisation(utilisation, expected):
    """X-13 a (D-1021)."""
    assert saving(P, R, "P1Y", Decimal(utilisation)).rounded() == usd(expected)


def test_x13a_the_saving_at_full_use_as_a_share():
    """X-13 a: 41.02 %."""
    assert round(software_share(P, usd("0"), R, "P1Y"), 4) == Decimal("0.4102")


def test_x13b_windows_licence_is_not_saved():
    """X-13 b (D-1024): with 0.092 an hour of licence the same saving is 20.95 % off the bill."""
    assert round(software_share(P, usd("0.092"), R, "P1Y"), 4) == Decimal("0.2095")


def test_x13b_with_hybrid_benefit_the_licence_falls_away_too():
    """X-13 b (D-407): 69.88 % off the bill."""
    assert round(software_share(P, usd("0.092"), R, "P1Y", hybrid_benefit=True), 4) == Decimal("0.6988")


def test_at_break_even_nothing_is_saved():
    found = break_even(P, R, "P1Y")
    assert abs(saving(P, R, "P1Y", found.utilisation).amount) < Decimal("1e-20")


def test_a_dearer_reservation_never_pays():
    assert break_even(P, usd("900"), "P1Y").utilisation > 1


def test_three_years_are_divided_by_their_own_hours():
    """D-503."""
    assert break_even(usd("0.1"), usd("2628"), "P3Y").utilisation == 1


@pytest.mark.parametrize("utilisation", ["-0.1", "1.01"])
def test_a_utilisation_outside_zero_and_one_is_refused(utilisation):
    with pytest.raises(InputError, match="is not a share"):
        saving(P, R, "P1Y", Decimal(utilisation))


def test_two_currencies_are_not_compared():
    with pytest.raises(InputError, match="Pay-as-you-go is in USD, the reservation in EUR"):
        break_even(P, Money(Decimal(496), "EUR"), "P1Y")


def test_a_free_machine_has_no_break_even():
    with pytest.raises(InputError, match="is not a price"):
        break_even(usd("0"), R, "P1Y")


def test_x20_partner_view():
    """X-20 (D-1025, D-1231): earned credit 15 %, 0.92 EUR a USD, markup 10 %."""
    view = partner_view(
        P,
        R,
        "P1Y",
        earned_credit=Decimal("0.15"),
        currency="EUR",
        rate=Decimal("0.92"),
        markup=Decimal("0.10"),
    )
    assert (str(view.cost), str(view.price), str(view.margin)) == ("EUR 456.32", "EUR 501.95", "EUR 45.63")
    assert round(view.margin_share, 4) == Decimal("0.0909")
    assert str(view.saving) == "USD 218.82"
    assert round(view.break_even_utilisation, 4) == Decimal("0.6939")
    assert round(view.restoring_markup, 4) == Decimal("0.2543")
