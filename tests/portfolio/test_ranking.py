"""Ranks, ties, search and totals of a portfolio; amounts of different currencies are never compared or added."""

from datetime import UTC, datetime

import pytest

from bespeak.errors import InputError
from bespeak.portfolio import PortfolioView
from bespeak.tables import PORTFOLIO

AS_OF = datetime(2027, 1, 11, tzinfo=UTC)


def row(name, currency="USD", **more):
    """A row of PORTFOLIO with what is not given left empty."""
    texts = {
        "kind": "legacy",
        "renews": "",
        "incomplete": "",
        "why_not": "",
        "reasons": (),
        "reservations": 0,
    }
    identity = {"customer_id": f"id-{name}", "name": name, "domain": f"{name.lower()}.example.com"}
    return {**texts, **identity, "currency": currency, **more}


def view(*rows):
    return PortfolioView("sandbox", AS_OF, 30, PORTFOLIO.frame(rows))


def names(table):
    return list(table["name"])


def test_the_most_money_comes_first_and_unknown_money_last():
    shown = view(row("Ann", saving_low=1.0), row("Bob"), row("Cy", saving_low=9.0), row("Di", saving_low=0.0))
    assert names(shown.ranked("money")) == ["Cy", "Ann", "Di", "Bob"]


def test_currencies_stand_one_after_the_other_that_of_most_customers_first():
    shown = view(
        row("Ann", saving_low=1.0),
        row("Bob", "EUR", saving_low=900.0),
        row("Cy", saving_low=5.0),
        row("Di", "CHF", saving_low=7.0),
    )
    assert names(shown.ranked("money")) == ["Cy", "Ann", "Di", "Bob"]
    assert names(shown.ranked("money", "EUR")) == ["Bob"]


@pytest.mark.parametrize(
    ("by", "column", "values", "expected"),
    [
        ("expiry", "days_left", (30.0, None, 3.0), ["Cy", "Ann", "Bob"]),
        ("under_use", "unused", (2.0, None, 30.0), ["Cy", "Ann", "Bob"]),
        ("exchange", "exchange_days", (21.0, None, 0.0), ["Cy", "Ann", "Bob"]),
    ],
)
def test_each_rank_goes_by_its_column(by, column, values, expected):
    people = zip(("Ann", "Bob", "Cy"), values, strict=True)
    assert names(view(*(row(name, **{column: value}) for name, value in people)).ranked(by)) == expected


@pytest.mark.parametrize("by", ["money", "expiry", "under_use", "exchange"])
def test_ties_stand_by_name_whatever_order_they_came_in(by):
    same = {"saving_low": 5.0, "days_left": 5.0, "unused": 5.0, "exchange_days": 5.0}
    some = [row(name, **same) for name in ("delta", "Bravo", "alpha", "Charlie")]
    assert names(view(*some).ranked(by)) == names(view(*reversed(some)).ranked(by))
    assert names(view(*some).ranked(by)) == ["alpha", "Bravo", "Charlie", "delta"]


def test_an_unknown_rank_is_an_error_that_names_the_others():
    with pytest.raises(InputError, match="money, expiry, under_use, exchange"):
        view(row("Ann")).ranked("size")


def test_totals_are_by_currency_and_leave_out_what_is_not_known():
    shown = view(
        row("Ann", saving_low=1.0, saving_high=2.0),
        row("Bob", "EUR", saving_low=4.0, unused=3.0),
        row("Cy", incomplete="Something is missing."),
        row("Di", currency=""),
    )
    totals = shown.totals().set_index("currency")
    assert totals["saving_low"].to_dict() == {"USD": 1.0, "EUR": 4.0}
    assert totals["customers"].to_dict() == {"USD": 2, "EUR": 1}
    assert totals.loc["EUR", "unused"] == 3.0


@pytest.mark.parametrize("text", ["bob", "BOB.example", "id-bob", "  "])
def test_search_finds_by_name_domain_and_id_and_keeps_the_rank(text):
    shown = view(row("Bobby", saving_low=1.0), row("Bob", saving_low=3.0), row("Ann", saving_low=2.0))
    found = names(shown.found(text, "money"))
    assert found == (["Bob", "Ann", "Bobby"] if not text.strip() else found)
    assert "Ann" not in found or not text.strip()
    assert found[0] == "Bob"


@pytest.mark.parametrize(("days", "count"), [(13, 0), (14, 1), (89, 1), (90, 2)])
def test_the_last_day_of_a_span_counts(days, count):
    shown = view(
        row("Ann", days_left=14.0, exchange_days=14.0), row("Bob", days_left=90.0, exchange_days=90.0)
    )
    assert shown.expiring(days) == shown.exchange_ending(days) == count


def test_an_empty_portfolio_is_one():
    shown = view()
    assert names(shown.ranked("money")) == []
    assert "nothing" in repr(shown)
