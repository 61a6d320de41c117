"""A quote: exact money, the same total whatever the frequency, and refusals in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.buying.quote import _part, _payments
from bespeak.errors import InputError, MissingError
from bespeak.money import Money


def test_total_is_quantity_times_the_price_of_the_term(make_quote):
    made = make_quote()
    assert made.total == Money(Decimal("1984.00"), "USD")
    assert str(made) == "4 x Standard_D2s_v5 polandcentral P1Y for Contoso: USD 1,984.00"


def test_monthly_payments_add_up_to_the_same_total(make_quote):
    """D-505: upfront or monthly, same total, no fee; the charge is total divided by months."""
    made = make_quote(billing="monthly", quantity=1)
    assert made.monthly == Money(Decimal("41.33"), "USD")
    assert len(made.payments) == 12
    assert sum(p.amount for p in made.payments) == made.total.amount == Decimal("496.00")


def test_three_years_have_36_payments(make_quote):
    made = make_quote(term="P3Y", billing="monthly", quantity=1)
    assert (made.total.amount, made.monthly.amount, len(made.payments)) == (
        Decimal("961.00"),
        Decimal("26.69"),
        36,
    )


def test_upfront_is_one_payment_of_the_total(make_quote):
    made = make_quote()
    assert made.payments == (made.total,)


@given(st.integers(0, 10**9), st.sampled_from([1, 12, 36]), st.sampled_from(["USD", "JPY", "KWD"]))
def test_payments_add_up_and_differ_by_one_minor_unit_at_most(minor, parts, currency):
    total = Money(Decimal(minor), currency)
    total = Money(total.amount.scaleb({"USD": -2, "JPY": 0, "KWD": -3}[currency]), currency)
    paid = [p.amount for p in _payments(total, parts)]
    assert sum(paid) == total.amount
    assert max(paid) - min(paid) <= Decimal(1).scaleb({"USD": -2, "JPY": 0, "KWD": -3}[currency])
    assert _part(total, parts).amount in {min(paid), max(paid)}


def test_margin_is_a_part_of_the_sell_price_and_not_a_markup(make_quote):
    """X-20 tells the two apart: a markup of 10 % is a margin of 9.09 %."""
    made = make_quote(margin_percent=Decimal(20))
    assert made.sell_total == Money(Decimal("2480.00"), "USD")
    assert made.margin == Money(Decimal("496.00"), "USD")
    assert made.margin.amount / made.sell_total.amount == Decimal("0.2")


def test_without_margin_the_customer_pays_the_cost(make_quote):
    assert make_quote().sell_total == make_quote().total


def test_a_float_margin_is_refused(make_quote):
    """F-27: a float never reaches money."""
    with pytest.raises(TypeError, match="Decimal"):
        make_quote(margin_percent=10.0)


@pytest.mark.parametrize("margin", ["-1", "100", "NaN", "Infinity"])
def test_an_impossible_margin_is_refused(make_quote, margin):
    with pytest.raises(InputError, match="not possible"):
        make_quote(margin_percent=Decimal(margin))


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, "4"])
def test_what_is_no_quantity_is_refused(make_quote, quantity):
    with pytest.raises(InputError, match="is not a quantity"):
        make_quote(quantity=quantity)


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"size": "Standard_X9"}, MissingError, "'Standard_X9' is not a known VM size"),
        ({"region": "atlantis"}, MissingError, "'atlantis' is not a known Azure region"),
        ({"region": "westeurope"}, MissingError, "no reservation price for Standard_D2s_v5 in westeurope"),
        ({"term": "P5Y"}, InputError, "'P5Y' is not a term"),
        ({"scope": "group"}, InputError, "'group' is not a scope"),
        ({"billing": "weekly"}, InputError, "'weekly' is not a billing frequency"),
        ({"azure_subscription_id": "x"}, MissingError, "has no Azure subscription x"),
    ],
)
def test_a_wrong_field_is_named(make_quote, changes, kind, words):
    with pytest.raises(kind, match=words):
        make_quote(**changes)


def test_spellings_become_arm_names(make_quote):
    made = make_quote(size="d2s v5", region="PL Central")
    assert (made.size, made.region) == ("Standard_D2s_v5", "polandcentral")


def test_an_azure_plan_buys_shared_only(make_quote, plan_details):
    """D-446: with an Azure plan the scope is fixed to shared at purchase."""
    assert make_quote(plan_details).scope == "shared"
    with pytest.raises(InputError, match="shared scope only"):
        make_quote(plan_details, scope="single")


def test_a_legacy_subscription_may_buy_single(make_quote):
    """D-446: legacy, single or shared at purchase."""
    assert make_quote(scope="single").scope == "single"


def test_a_customer_without_azure_has_no_quote(make_quote, no_azure):
    with pytest.raises(InputError, match="neither an Azure plan"):
        make_quote(no_azure)
