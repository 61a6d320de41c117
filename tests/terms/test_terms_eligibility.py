"""What may be bought when: closed series, machines without reservations, markets, warnings."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from bespeak.errors import InputError
from bespeak.money import Money
from bespeak.terms import (
    closed_series,
    market_state,
    series_of,
    term_hours,
    term_label,
    term_months,
    warnings,
)

TODAY = date(2026, 11, 16)
SIZES = Path(__file__).parents[2] / "sample_data" / "reference" / "sizes.csv"


@pytest.mark.parametrize(
    ("size", "term", "open_"),
    [
        ("Standard_D2s_v3", "P1Y", False),
        ("Standard_D2s_v3", "P3Y", False),
        ("Standard_F4s_v2", "P1Y", False),
        ("Standard_F4s_v2", "P3Y", True),
        ("Standard_DS1_v2", "P1Y", False),
        ("Standard_DS1_v2", "P3Y", True),
        ("Standard_D2s_v5", "P1Y", True),
        ("Standard_D2s_v5", "P3Y", True),
    ],
)
@pytest.mark.parametrize("on", [date(2026, 7, 1), TODAY])
def test_x23_retired_series(size, term, open_, on):
    """X-23 (D-520), from 2026-07-01 on."""
    assert (closed_series(size, term, on) is None) == open_


@pytest.mark.parametrize("size", ["Standard_D2s_v3", "Standard_F4s_v2", "Standard_DS1_v2", "Standard_D2s_v5"])
@pytest.mark.parametrize("term", ["P1Y", "P3Y"])
def test_x23_the_day_before_all_could_be_bought(size, term):
    """X-23 (D-520), on 2026-06-30."""
    assert closed_series(size, term, date(2026, 6, 30)) is None


def test_a_closed_series_is_said_with_its_date_a_way_out_and_its_page():
    assert closed_series("Standard_F4s_v2", "P1Y", TODAY) == (
        "Reservations of the Fsv2 series for 1 year are closed since 2026-07-01: no purchase and no renewal. "
        "Choose a newer series, 3 years or a savings plan. "
        "(Transition guide for retired Azure Reserved VM Instances, 2026-05-01)"
    )


@pytest.mark.parametrize(
    ("size", "term"), [("Standard_E4s_v3", "P1Y"), ("Standard_E4s_v3", "P3Y"), ("Standard_A2_v2", "P1Y")]
)
def test_three_years_are_no_way_out_where_they_are_closed_or_not_offered(size, term):
    sentence = closed_series(size, term, TODAY)
    assert sentence is not None
    assert ", 3 years" not in sentence


def test_a_text_that_is_no_size_is_refused_rather_than_called_open():
    with pytest.raises(InputError, match="'a big one' is not the name of a VM size"):
        closed_series("a big one", "P1Y", TODAY)


def test_an_unknown_term_is_refused():
    with pytest.raises(InputError, match=r"'P5Y' is not a term of a VM reservation\. Use P1Y or P3Y"):
        closed_series("Standard_D2s_v5", "P5Y", TODAY)


def test_terms_in_words_months_and_hours():
    """D-503."""
    assert (term_label("P1Y"), term_months("P1Y"), term_hours("P1Y")) == ("1 year", 12, 8760)
    assert (term_label("P3Y"), term_months("P3Y"), term_hours("P3Y")) == ("3 years", 36, 26280)


@pytest.mark.parametrize(
    ("size", "series"),
    [
        ("Standard_D2s_v3", "Dsv3"),
        ("Standard_DS1_v2", "Dsv2"),
        ("Standard_DS11-1_v2", "Dsv2"),
        ("Standard_GS5", "Gs"),
        ("Standard_D1", "D"),
        ("Standard_B2ms", "Bv1"),
        ("Standard_B2s_v2", "Bsv2"),
        ("Standard_E16-4as_v5", "Easv5"),
        ("Standard_E64is_v3", "Esv3"),
        ("Standard_NC4as_T4_v3", "NCasT4v3"),
        ("Standard_M416s_10_v2", "Msv2"),
        ("Standard_DS2_v2_Promo", "Dsv2 Promo"),
        ("Basic_A1", "Basic A"),
        ("standard_d2S_V3", "Dsv3"),
        ("Standard_D4xs_v9", "Dxsv9"),
    ],
)
def test_the_series_is_read_from_the_name(size, series):
    assert series_of(size) == series


def test_the_series_read_from_a_name_is_the_one_in_the_size_table():
    """The table's column is made by another hand; both must say the same for every size."""
    with SIZES.open(encoding="utf-8", newline="") as file:
        different = {
            row["size"]: (series_of(row["size"]), row["series"])
            for row in csv.DictReader(file)
            if series_of(row["size"]) != row["series"]
        }
    assert different == {}


def test_a_purchase_today_is_warned_of_the_coming_exchange_policy():
    """D-830, D-836."""
    (sentence,) = warnings("Standard_D2s_v5", "P1Y", TODAY)
    assert sentence == (
        "A reservation bought on 2026-11-16 can be exchanged until 2027-02-01; from then on one final exchange is "
        "left, and what it is then exchanged for cannot be exchanged. "
        "(Changes to the Azure reservation exchange policy, 2026-08-27)"
    )


def test_a_purchase_after_the_change_is_warned_that_it_cannot_be_exchanged():
    """D-830."""
    (sentence,) = warnings("Standard_D2s_v5", "P1Y", date(2027, 2, 1))
    assert sentence.startswith("A reservation bought on 2027-02-01 cannot be exchanged.")


def test_a_large_purchase_is_warned_that_it_cannot_be_returned_as_a_whole():
    """D-803."""
    exactly, more = Money(Decimal(50000), "USD"), Money(Decimal("50000.01"), "USD")
    assert len(warnings("Standard_D2s_v5", "P3Y", TODAY, exactly)) == 1
    assert (
        "commits USD 50,000.01, so it cannot be returned as a whole"
        in warnings("Standard_D2s_v5", "P3Y", TODAY, more)[1]
    )


def test_a_purchase_in_another_currency_is_not_compared_with_dollars():
    """D-807: the limit is compared in the pricing currency."""
    last = warnings("Standard_D2s_v5", "P3Y", TODAY, Money(Decimal(100), "EUR"))[-1]
    assert "depends on the exchange rate" in last


def test_a_closing_within_a_year_is_announced():
    """D-520: plan six to twelve months ahead."""
    before = warnings("Standard_D2s_v3", "P3Y", date(2026, 6, 30))
    assert before[0].startswith("Reservations of the Dsv3 series for 3 years close on 2026-07-01")
    assert not any(
        "close on" in sentence for sentence in warnings("Standard_D2s_v3", "P3Y", date(2025, 6, 30))
    )


def test_what_cannot_be_bought_gets_no_advice_on_exchanging_it():
    assert warnings("Standard_D2s_v3", "P1Y", TODAY) == (closed_series("Standard_D2s_v3", "P1Y", TODAY),)


@pytest.mark.parametrize("size", ["Standard_A2_v2", "Standard_G2", "Standard_DS2_v2_Promo", "Basic_A1"])
def test_machines_without_reservations_are_named(size):
    """D-511."""
    assert "get no reservation" in warnings(size, "P3Y", TODAY)[0]


@pytest.mark.parametrize(
    ("country", "state"),
    [
        ("US", "open"),
        ("pl", "open"),
        ("GL", "closed"),
        ("AX", "closed"),
        ("BR", "disputed"),
        ("RU", "disputed"),
        ("AZ", "disputed"),
    ],
)
def test_markets(country, state):
    """D-640, D-641."""
    assert market_state(country, TODAY).state == state


def test_a_market_is_said_in_a_sentence():
    assert market_state("gl", TODAY).sentence == (
        "Reservations are not sold in GL. (Buy Microsoft Azure reservations for customers, 2023-08-23)"
    )


@pytest.mark.parametrize("country", ["", "USA", "U1"])
def test_what_is_no_country_code_is_refused(country):
    with pytest.raises(InputError, match="is not a country code"):
        market_state(country, TODAY)


@pytest.mark.parametrize(
    "on", [datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=timezone(timedelta(hours=-2)))]
)
def test_of_a_moment_its_day_in_utc_counts(on):
    """D-520 holds from 2026-07-01 00:00 UTC on, whatever the offset of the moment that is asked about."""
    assert warnings("Standard_D2s_v3", "P1Y", on) == warnings("Standard_D2s_v3", "P1Y", date(2026, 7, 1))
    assert warnings("Standard_D2s_v3", "P1Y", on) != warnings("Standard_D2s_v3", "P1Y", date(2026, 6, 30))
