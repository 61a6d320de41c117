"""Prices of a customer, and the price of one offer at this moment."""

from decimal import Decimal

import pytest

from bespeak.buying import read_prices
from bespeak.buying.prices import current_price
from bespeak.errors import MissingError
from bespeak.money import Money

PRODUCT, SKU = "DZH318Z08MQM", "00K7"


def in_country(details, country):
    fields = {name: getattr(details, name) for name in type(details).__dataclass_fields__}
    return type(details)(**(fields | {"country": country}))


def test_the_price_of_an_offer_is_found_by_product_and_sku(session):
    assert current_price(session, "US", PRODUCT.lower(), SKU.lower()) == Money(Decimal(496), "USD")


@pytest.mark.parametrize(("product", "sku"), [("DZH318Z00000", SKU), (PRODUCT, "0000")])
def test_an_offer_that_the_sheet_does_not_have(session, product, sku):
    with pytest.raises(MissingError, match="price sheet of US has no price for this offer on 2026-11-16"):
        current_price(session, "US", product, sku)


@pytest.mark.parametrize(
    ("country", "words"),
    [("GL", "Reservations are not sold in GL"), ("", "country of Contoso could not be read")],
)
def test_no_prices_where_nothing_is_sold(session, center, details, country, words):
    """D-640."""
    with pytest.raises(MissingError, match=words):
        read_prices(session, in_country(details, country))
    assert center.log == []
