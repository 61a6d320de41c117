"""Money to the last digit and to the last word: what it takes, what it gives, and what it says when it refuses."""

from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.errors import InputError
from bespeak.money import Money


def usd(amount):
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("amount", "kind"), [(1.5, "float"), (1, "int"), ("1", "str"), (True, "bool"), (None, "NoneType")]
)
def test_what_is_no_decimal_is_refused(amount, kind):
    with pytest.raises(TypeError) as refused:
        Money(amount, "USD")
    assert str(refused.value) == f"Money takes a Decimal, not {kind}."


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(amount):
    with pytest.raises(InputError) as refused:
        usd(amount)
    assert str(refused.value) == f"{amount} is not an amount of money."


@pytest.mark.parametrize("currency", ["", "usd", "US", "USDX", "US1", "U D", "USD\n", "ÄÖÜ"])
def test_what_is_no_currency_is_refused(currency):
    with pytest.raises(InputError) as refused:
        Money(Decimal(1), currency)
    assert (
        str(refused.value) == f"'{currency}' is not a currency code. Use three capital letters such as USD."
    )


@pytest.mark.parametrize("currency", ["AAA", "ZZZ", "EUR"])
def test_three_capital_letters_are_a_currency(currency):
    assert Money(Decimal(1), currency).currency == currency


def test_sum_difference_and_multiple_are_exact():
    assert usd("0.1") + usd("0.2") == usd("0.3")
    assert usd("0.3") - usd("0.1") == usd("0.2")
    assert usd("0.1") * 3 == usd("0.3")
    assert 3 * usd("0.1") == usd("0.3")
    assert usd("0.1") * Decimal("0.5") == usd("0.05")


@pytest.mark.parametrize("factor", [0.5, 3.0, float("nan")])
def test_a_float_multiplies_no_money(factor):
    for multiply in (lambda: usd(1) * factor, lambda: factor * usd(1)):
        with pytest.raises(TypeError) as refused:
            multiply()
        assert str(refused.value) == "Money is multiplied by an int or a Decimal, never by a float."


@pytest.mark.parametrize(
    "together",
    [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b, lambda a, b: a > b],
)
def test_two_currencies_never_meet(together):
    with pytest.raises(InputError) as refused:
        together(usd(1), Money(Decimal(1), "EUR"))
    words = str(refused.value)
    assert words in {
        "USD and EUR do not add up. Convert one of them first.",
        "EUR and USD do not add up. Convert one of them first.",
    }


def test_comparing_tells_less_from_equal():
    assert usd("1.00") < usd("1.01")
    assert not usd("1.01") < usd("1.01")
    assert usd("1.01") <= usd("1.010")
    assert not usd("1.02") <= usd("1.01")


#: ISO 4217:2015, list one; written out once more, so that a digit is a decision and not a slip.
@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        *((code, 0) for code in ("CLP", "ISK", "JPY", "KRW", "VND")),
        *((code, 2) for code in ("USD", "EUR", "PLN", "GBP", "CHF", "HUF")),
        *((code, 3) for code in ("BHD", "JOD", "KWD", "OMR", "TND")),
    ],
)
def test_each_currency_has_its_minor_unit(currency, digits):
    rounded = Money(Decimal("1234567.0005001"), currency).rounded()
    assert -rounded.amount.as_tuple().exponent == digits
    assert str(rounded) == f"{currency} 1,234,567" + {0: "", 2: ".00", 3: ".001"}[digits]


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("2.675", "2.68"), ("2.665", "2.66"), ("2.6750001", "2.68"), ("-2.665", "-2.66"), ("0.005", "0.00")],
)
def test_a_half_goes_to_the_even_digit(amount, rounded):
    """A18: one rounding rule at one place; in floats 2.675 becomes 2.67."""
    assert usd(amount).rounded() == usd(rounded)


def test_the_rounding_rule_is_its_own_whatever_rule_the_program_around_it_has_set():
    with localcontext(rounding=ROUND_UP):
        assert usd("2.6649").rounded() == usd("2.66")


def test_it_is_printed_with_currency_thousands_and_all_minor_digits():
    assert str(usd("1234567.5")) == "USD 1,234,567.50"
    assert str(usd("-0.004")) == "USD -0.00"
    assert str(usd("1E+5")) == "USD 100,000.00"


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        usd(1).amount = Decimal(2)


@given(st.lists(st.decimals(-(10**6), 10**6, places=4), min_size=1), st.randoms(use_true_random=False))
def test_a_sum_does_not_depend_on_the_order(amounts, chance):
    """E6: floats would give 0 for 1e16 + 1 - 1e16."""
    listed = [usd(amount) for amount in amounts]
    mixed = chance.sample(listed, len(listed))
    exact = sum((Fraction(amount) for amount in amounts), Fraction(0))
    assert Fraction(sum(mixed[1:], mixed[0]).amount) == exact
    assert sum(mixed[1:], mixed[0]) == sum(listed[1:], listed[0])
