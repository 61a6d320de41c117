"""Which billing meters are the compute part of a virtual machine, and which sizes in which region they bill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from bespeak.catalogue.price_rows import HourlyKey, Price, Unusable, hours_of_unit
from bespeak.catalogue.regions import canonical_region
from bespeak.catalogue.sizes import canonical_size, sizes_of_meter

#: Words in a product or meter name that make it something else than plain compute (case is folded).
_OTHER_THINGS = {
    "windows": "the price holds Windows, too",
    "spot": "the price is a Spot price",
    "low priority": "the price is a Spot price",
    "cloud services": "the price is of Cloud Services",
    "cloudservices": "the price is of Cloud Services",
    "dedicated host": "the price is of a dedicated host",
    "promo": "the price is promotional",
    "expired": "the price is promotional",
    "reservation": "the meter is a reservation's own",
}
_SERIES = re.compile(r"(?:virtual machines\b.*|\S+(?: \S+){0,3} series(?: linux)?)", re.IGNORECASE)


def check_compute(product: str, meter: str) -> None:
    """Passes a meter of plain VM compute; raises ``Unusable`` with the reason for any other."""
    if not _SERIES.fullmatch(product.strip()):
        raise Unusable("the meter is not of a virtual machine")
    text = f"{product} {meter}".lower()
    for word, reason in _OTHER_THINGS.items():
        if word in text:
            raise Unusable(reason)


def meter_prices(
    *, name: str, region: str, unit: str, amount: Decimal, currency: str, starts: date
) -> Iterator[Price[HourlyKey]]:
    """The hourly price of each size that the meter bills; a variant with fewer cores inherits the full size's."""
    place = canonical_region(region)
    if place is None:
        raise Unusable("the region is in no table")
    found = sizes_of_meter(name)
    if not found:
        raise Unusable("the size is in no table")
    per_hour = amount / hours_of_unit(unit)
    named = {canonical_size(part) for part in name.split("/")}
    for size in found:
        yield Price((place, size), per_hour, currency, starts, named=size in named)
