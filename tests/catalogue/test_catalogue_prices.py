"""Price books: what a row must be to give a price, and that nothing unclear becomes one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from bespeak.catalogue import PriceBook, demo_rows, price_book_from_rate_card, price_book_from_sheets
from bespeak.errors import InputError, MissingError, TableError
from bespeak.money import Money
from bespeak.tables import PAYG_PRICES, RESERVATION_PRICES

AS_OF = date(2026, 11, 16)
REGION = "polandcentral"


def consumption(**changes):
    row = {
        "ProductTitle": "Virtual Machines Dsv5 Series",
        "SkuTitle": "D2s v5",
        "UnitOfMeasure": "1 Hour",
        "Currency": "USD",
        "UnitPrice": "0.115",
        "PricingTierRangeMin": "",
        "EffectiveStartDate": "2026-11-01T00:00:00Z",
        "EffectiveEndDate": "9999-12-31T23:59:59Z",
        "MeterId": "0b8c",
        "MeterRegion": "PL Central",
    }
    return row | changes


def reservation(**changes):
    row = {
        "ProductTitle": "Virtual Machines Dsv5 Series",
        "ProductId": "DZH318Z08NR9",
        "SkuId": "007X",
        "SkuTitle": "Reserved VM Instance, Standard_D2s_v5, PL Central, 1 Year",
        "TermDuration": "P1Y",
        "Currency": "USD",
        "UnitPrice": "594",
        "EffectiveStartDate": "11/1/2026",
        "EffectiveEndDate": "",
    }
    return row | changes


def book(*rows, reservations=()):
    return price_book_from_sheets(list(rows), list(reservations), as_of=AS_OF)


def usd(amount):
    return Money(Decimal(amount), "USD")


def test_both_prices_of_a_size():
    prices = book(consumption(), reservations=[reservation()])
    assert prices.payg_per_hour(REGION, "Standard_D2s_v5") == usd("0.115")
    assert prices.reservation_total(REGION, "Standard_D2s_v5", "P1Y") == usd("594")
    assert prices.set_aside == {}


def test_a_reservation_keeps_the_ids_that_join_it_to_the_catalogue():
    row = book(reservations=[reservation()]).reservations.iloc[0]
    assert (row["product_id"], row["sku_id"]) == ("DZH318Z08NR9", "007X")


def test_a_price_book_says_what_it_is():
    assert repr(book(consumption(), reservations=[reservation()])) == (
        "PriceBook(1 pay-as-you-go and 1 reservation prices in USD, 2026-11-16, the price sheets)"
    )


def test_columns_are_bound_by_header_whatever_their_spelling_and_order():
    row = {"unit price": "0.2", "METERREGION": "PL Central", "Sku Title": "D4s v5", "Currency": "usd"}
    row |= {"Product Title": "Virtual Machines Dsv5 Series", "Unit Of Measure": "1 Hour", "A new column": "x"}
    assert book(row).payg_per_hour(REGION, "Standard_D4s_v5") == usd("0.2")


def test_a_missing_column_is_named():
    row = consumption()
    del row["UnitPrice"]
    with pytest.raises(TableError, match=r"consumption price sheet.*'unitprice'.*is missing"):
        book(row)


def test_a_cell_that_the_file_leaves_out_counts_as_empty():
    with pytest.raises(InputError, match=r"no row could be used.*the unit is not hours \(1 rows\)"):
        book(consumption(UnitOfMeasure=None))


def test_a_price_for_100_hours_is_divided():
    prices = book(consumption(UnitOfMeasure="100 Hours", UnitPrice="11.5"))
    assert prices.payg_per_hour(REGION, "Standard_D2s_v5") == usd("0.115")


def test_one_meter_prices_all_sizes_that_it_names():
    """D-303."""
    prices = book(consumption(SkuTitle="D2 v3/D2s v3", ProductTitle="Virtual Machines Dv3/DSv3 Series"))
    assert set(prices.payg["size"]) == {"Standard_D2_v3", "Standard_D2s_v3"}


def test_a_variant_with_fewer_cores_inherits_the_price_of_its_full_size():
    prices = book(consumption(SkuTitle="E16as v5", UnitPrice="1.1"))
    assert prices.payg_per_hour(REGION, "Standard_E16-4as_v5") == usd("1.1")


@pytest.mark.parametrize("own_first", [True, False])
def test_a_variant_with_its_own_row_does_not_inherit(own_first):
    rows = [
        consumption(SkuTitle="E16-4as v5", UnitPrice="1.2"),
        consumption(SkuTitle="E16as v5", UnitPrice="1.1"),
    ]
    prices = book(*(rows if own_first else reversed(rows)))
    assert prices.payg_per_hour(REGION, "Standard_E16-4as_v5") == usd("1.2")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ProductTitle": "Virtual Machines Dsv5 Series Windows"}, "the price holds Windows, too"),
        ({"SkuTitle": "D2s v5 Spot"}, "the price is a Spot price"),
        ({"SkuTitle": "D2s v5 Low Priority"}, "the price is a Spot price"),
        ({"ProductTitle": "Virtual Machines Dsv5 Series Cloud Services"}, "the price is of Cloud Services"),
        ({"ProductTitle": "Dsv5 Series CloudServices"}, "the meter is not of a virtual machine"),
        ({"ProductTitle": "Virtual Machines Dsv5 Series Dedicated Host"}, "the price is of a dedicated host"),
        ({"SkuTitle": "DS2 v2 - Expired"}, "the price is promotional"),
        (
            {"ProductTitle": "Azure App Service Shared Plan", "SkuTitle": "D1"},
            "the meter is not of a virtual machine",
        ),
        ({"SkuTitle": "D4xs v9"}, "the size is in no table"),
        ({"MeterRegion": "Atlantis"}, "the region is in no table"),
        ({"UnitOfMeasure": "1 GB"}, "the unit is not hours"),
        ({"UnitOfMeasure": "0 Hours"}, "the unit is not hours"),
        ({"UnitPrice": "0"}, "the price is not positive"),
        ({"UnitPrice": "-1"}, "the price is not positive"),
        ({"UnitPrice": "NaN"}, "the price is not positive"),
        ({"UnitPrice": "free"}, "the price is not an exact number"),
        ({"UnitPrice": 0.115}, "the price is not an exact number"),
        ({"Currency": ""}, "the currency is not a code of three letters"),
        ({"PricingTierRangeMin": "100"}, "the price is of a higher tier"),
        ({"EffectiveStartDate": "2026-11-17T00:00:00Z"}, "the price does not hold on the date"),
        ({"EffectiveEndDate": "2026-11-15"}, "the price does not hold on the date"),
        ({"EffectiveStartDate": "soon"}, "a date cannot be read"),
    ],
)
def test_a_row_that_gives_no_price_is_set_aside_with_its_reason(changes, reason):
    prices = book(consumption(SkuTitle="D4s v5"), consumption(**changes))
    assert list(prices.payg["size"]) == ["Standard_D4s_v5"]
    assert prices.set_aside == {reason: 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"SkuTitle": "Reserved VM Instance, Standard_D2s_v5, PL Central, 10 Years", "TermDuration": ""},
            "the term",
        ),
        ({"TermDuration": "P3Y"}, "the term"),
        (
            {"SkuTitle": "SQL Database, General Purpose, PL Central, 1 Year"},
            "the reservation is not of a virtual",
        ),
        (
            {"SkuTitle": "Reserved VM Instance, Standard_D4xs_v9, PL Central, 1 Year"},
            "the size is in no table",
        ),
        (
            {"SkuTitle": "Reserved VM Instance, Standard_D2s_v5, Atlantis, 1 Year"},
            "the region is in no table",
        ),
        ({"EffectiveStartDate": "11/17/2026"}, "the price does not hold"),
    ],
)
def test_a_reservation_row_that_gives_no_price_is_set_aside_with_its_reason(changes, reason):
    prices = book(consumption(), reservations=[reservation(**changes)])
    assert prices.reservations.empty
    ((found, rows),) = prices.set_aside.items()
    assert found.startswith(reason)
    assert rows == 1


def test_three_years_are_read_from_the_title_when_the_term_is_not_there():
    row = reservation(SkuTitle="Reserved VM Instance, Standard_D2s_v5, PL Central, 3 Years", UnitPrice="1118")
    del row["TermDuration"]
    assert book(reservations=[row]).reservation_total(REGION, "Standard_D2s_v5", "P3Y") == usd("1118")


def test_of_two_prices_the_one_that_started_later_holds():
    rows = [consumption(UnitPrice="0.110", EffectiveStartDate="2026-10-01"), consumption(UnitPrice="0.115")]
    assert book(*rows).payg_per_hour(REGION, "Standard_D2s_v5") == usd("0.115")
    assert book(*reversed(rows)).payg_per_hour(REGION, "Standard_D2s_v5") == usd("0.115")


def test_two_different_prices_of_one_day_give_none():
    prices = book(consumption(), consumption(UnitPrice="0.2"), consumption(SkuTitle="D4s v5"))
    assert list(prices.payg["size"]) == ["Standard_D4s_v5"]
    assert prices.set_aside == {"two different prices for one thing": 2}


def test_the_same_price_twice_is_one_price():
    assert len(book(consumption(), consumption()).payg) == 1


def test_two_currencies_are_no_price_book():
    with pytest.raises(InputError, match=r"needs one currency; the price sheets has EUR and USD"):
        book(consumption(), reservations=[reservation(Currency="EUR")])


def test_a_price_that_is_not_there_is_missed_in_words():
    prices = book(consumption())
    with pytest.raises(MissingError, match="no pay-as-you-go price for Standard_D4s_v5 in polandcentral"):
        prices.payg_per_hour(REGION, "Standard_D4s_v5")
    with pytest.raises(
        MissingError, match="no reservation price for Standard_D2s_v5 in polandcentral with term P3Y"
    ):
        prices.reservation_total(REGION, "Standard_D2s_v5", "P3Y")


def card(*meters, **changes):
    return {"locale": "en-US", "currency": "USD", "isTaxIncluded": False, "meters": list(meters)} | changes


def meter(**changes):
    row = {
        "id": "0b8c",
        "name": "D2s v5",
        "rates": {"0": Decimal("0.115")},
        "category": "Virtual Machines",
        "subcategory": "Dsv5 Series",
        "region": "PL Central",
        "unit": "1 Hour",
        "effectiveDate": "2026-11-01T00:00:00Z",
    }
    return row | changes


def test_a_rate_card_gives_hourly_prices():
    prices = price_book_from_rate_card(card(meter()), [reservation()], as_of=AS_OF)
    assert prices.payg_per_hour(REGION, "Standard_D2s_v5") == usd("0.115")
    assert prices.reservation_total(REGION, "Standard_D2s_v5", "P1Y") == usd("594")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"category": "Storage"}, "the meter is not of a virtual machine"),
        ({"subcategory": "Dsv5 Series Windows"}, "the price holds Windows, too"),
        ({"subcategory": "Reservation-Base VM"}, "the meter is a reservation's own"),
        ({"rates": {"0": Decimal("0.1"), "100": Decimal("0.05")}}, "the price has more tiers than one"),
        ({"rates": {"0": Decimal(0)}}, "the price is not positive"),
    ],
)
def test_a_meter_that_gives_no_price_is_set_aside_with_its_reason(changes, reason):
    prices = price_book_from_rate_card(card(meter(name="D4s v5"), meter(**changes)), [], as_of=AS_OF)
    assert list(prices.payg["size"]) == ["Standard_D4s_v5"]
    assert prices.set_aside == {reason: 1}


def test_a_rate_card_with_tax_is_refused():
    """D-509: in Brazil prices include tax."""
    with pytest.raises(InputError, match="includes tax"):
        price_book_from_rate_card(card(meter(), isTaxIncluded=True), [], as_of=AS_OF)


def test_a_rate_card_without_currency_is_refused():
    with pytest.raises(InputError, match="rate card cannot be used: the currency"):
        price_book_from_rate_card(card(meter(), currency=""), [], as_of=AS_OF)


def made_by_hand(currency="USD", twice=False):
    hourly = [{"region": REGION, "size": "Standard_D2s_v5", "currency": "USD", "per_hour": Decimal("0.115")}]
    payg = PAYG_PRICES.frame(hourly * (2 if twice else 1))
    return PriceBook(payg, RESERVATION_PRICES.frame([]), currency, AS_OF, "by hand")


def test_a_book_made_by_hand_is_checked_for_its_currency():
    assert made_by_hand().payg_per_hour(REGION, "Standard_D2s_v5") == usd("0.115")
    with pytest.raises(InputError, match="are in USD, the price book is in EUR"):
        made_by_hand(currency="EUR")


def test_a_book_made_by_hand_has_one_row_for_each_size():
    with pytest.raises(InputError, match="two rows for polandcentral Standard_D2s_v5"):
        made_by_hand(twice=True)


def test_a_book_made_by_hand_keeps_the_contract():
    with pytest.raises(TableError, match="'per_hour'"):
        PriceBook(pd.DataFrame({"region": ["a"], "size": ["b"], "currency": ["USD"]}), None, "USD", AS_OF, "")


def test_every_linux_price_of_the_demo_comes_through_the_sheets():
    """The whole demo table in the shape of price sheets gives the same figures, none lost and none doubled."""
    linux = [row for row in demo_rows("prices.csv", "sandbox") if row["os"] == "Linux"]
    names = {row["size"]: row["meter_name"] for row in demo_rows("meters.csv", "sandbox")}
    sheet = [consumption(SkuTitle=names[row["size"]], UnitPrice=row["payg_per_hour"]) for row in linux]
    titles = [(row, term, label) for row in linux for term, label in (("1y", "1 Year"), ("3y", "3 Years"))]
    bought = [
        reservation(
            SkuTitle=f"Reserved VM Instance, {row['size']}, PL Central, {label}",
            UnitPrice=row[f"reservation_{term}_total"],
            TermDuration=f"P{term.upper()}",
        )
        for row, term, label in titles
        if row[f"reservation_{term}_total"]
    ]
    prices = book(*sheet, reservations=bought)
    assert prices.set_aside == {}
    assert len(prices.reservations) == len(bought)
    for row in linux:
        assert prices.payg_per_hour(REGION, row["size"]).amount == Decimal(row["payg_per_hour"])
