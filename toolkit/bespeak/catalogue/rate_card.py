"""A price book from the Azure rate card of legacy subscriptions (offer MS-AZR-0145P)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bespeak.catalogue.meters import check_compute, meter_prices
from bespeak.catalogue.price_book import PriceBook
from bespeak.catalogue.price_rows import (
    HourlyKey,
    Price,
    Unusable,
    make_book,
    read_amount,
    read_currency,
    valid_from,
)
from bespeak.catalogue.sheets import SheetRow, read_rows, reservation_prices
from bespeak.errors import InputError

_METER = ("name", "category", "subcategory", "region", "unit", "rates")


def price_book_from_rate_card(
    card: Mapping[str, Any],
    reservation_rows: Iterable[SheetRow],
    *,
    as_of: date,
    source: str = "the rate card and the reservation price sheet",
) -> PriceBook:
    """The price book of a rate card and an ``azure_reservations`` sheet; a card that includes tax is refused."""
    if card.get("isTaxIncluded"):
        raise InputError(
            "The rate card includes tax, reservation prices do not.", "Use a rate card without tax."
        )
    currency = _currency(card)
    set_aside: Counter[str] = Counter()

    def read(meter: dict[str, Any]) -> Iterable[Price[HourlyKey]]:
        return _hourly(meter, currency, as_of)

    hourly = list(read_rows(card.get("meters", ()), "rate card", _METER, read, set_aside))
    totals = list(reservation_prices(reservation_rows, as_of, set_aside))
    return make_book(hourly, totals, as_of=as_of, source=source, set_aside=set_aside)


def _currency(card: Mapping[str, Any]) -> str:
    try:
        return read_currency(str(card.get("currency", "")))
    except Unusable as reason:
        raise InputError(
            f"The rate card cannot be used: {reason}.", "Read it again with a currency."
        ) from reason


def _hourly(meter: dict[str, Any], currency: str, as_of: date) -> Iterable[Price[HourlyKey]]:
    if meter["category"].strip().lower() != "virtual machines":
        raise Unusable("the meter is not of a virtual machine")
    check_compute(f"Virtual Machines {meter['subcategory']}", meter["name"])
    if set(meter["rates"]) != {"0"}:
        raise Unusable("the price has more tiers than one")
    return list(
        meter_prices(
            name=meter["name"],
            region=meter["region"],
            unit=meter["unit"],
            amount=read_amount(meter["rates"]["0"]),
            currency=currency,
            starts=valid_from(str(meter.get("effectivedate") or ""), "", as_of),
        )
    )
