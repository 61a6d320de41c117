"""Prices read through a session: the price book of a customer, and the price of one offer at this moment."""

from __future__ import annotations

from datetime import date

from bespeak.catalogue import PriceBook, price_book_from_rate_card, price_book_from_sheets
from bespeak.clients.partner_center import prices
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import InputError, MissingError
from bespeak.money import Money
from bespeak.terms import market_state

#: What the rate card is in when nothing else is asked for (Get prices for Microsoft Azure, 2021-03).
_RATE_CARD_CURRENCY = "USD"


def read_prices(session: Session, details: CustomerDetails) -> PriceBook:
    """The price book of a customer on the world's date, in the currency of its market, tax excluded.

    Reservations come from the partner's price sheet. Pay-as-you-go comes from the consumption sheet for an Azure plan
    and from the rate card for legacy subscriptions (Get a price sheet, 2026; Azure rate card resources, 2021-03).
    Raises ``MissingError`` for a country in which reservations are not sold, or that is not known.
    """
    on = session.now().date()
    _check_market(details, on)
    reservations = session.door.send(prices.price_sheet(details.country, "azure_reservations"))
    if details.kind == "legacy":
        card = session.door.send(
            prices.rate_card(currency=details.currency or _RATE_CARD_CURRENCY, region=details.country)
        )
        source = f"rate card and reservation price sheet {details.country}, {session.world}"
        return price_book_from_rate_card(card, reservations, as_of=on, source=source)
    consumption = session.door.send(prices.price_sheet(details.country, "azure_consumption"))
    source = f"price sheets {details.country}, {session.world}"
    return price_book_from_sheets(consumption, reservations, as_of=on, source=source)


def _check_market(details: CustomerDetails, on: date) -> None:
    if not details.country:
        raise MissingError(
            f"The country of {details.name} could not be read, so there are no prices for it.",
            "Look at its address in Partner Center.",
        )
    market = market_state(details.country, on)
    if market.state == "closed":
        raise MissingError(market.sentence, "Offer pay-as-you-go or another benefit instead.")


def current_price(session: Session, country: str, product_id: str, sku_id: str) -> Money:
    """What one instance of a SKU costs for its whole term, from a fresh price sheet.

    Raises ``MissingError`` when the sheet does not have the SKU.
    """
    rows = session.door.send(prices.price_sheet(country, "azure_reservations"))
    wanted = (product_id.upper(), sku_id.upper())
    return _one_price([row for row in rows if _ids(row) == wanted], session.now().date(), country)


def _one_price(rows: list[dict[str, str]], on: date, country: str) -> Money:
    missing = MissingError(
        f"The price sheet of {country} has no price for this offer on {on}.",
        "Make a new quote and look at it again.",
    )
    try:
        book = price_book_from_sheets([], rows, as_of=on, source=f"the price sheet of {country}")
    except InputError as error:  # no row, or none that holds today
        raise missing from error
    if len(book.reservations) != 1:
        raise missing
    return Money(book.reservations.iloc[0]["total"], book.currency)


def _ids(row: dict[str, str]) -> tuple[str, str]:
    """Product and SKU of a row, whatever case its column names are in."""
    folded = {name.lower().replace(" ", ""): value.strip().upper() for name, value in row.items()}
    return folded.get("productid", ""), folded.get("skuid", "")
