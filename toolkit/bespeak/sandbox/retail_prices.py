"""The list prices of VMs as rows of the public price service (Microsoft, *Azure Retail Prices overview*, 2026).

Pay-as-you-go hours and reservations are the figures of the sample data. Prices of Spot, Low Priority and Cloud Services
are invented: they stand in the way as they do in the real service, and nobody should compare with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from bespeak.sandbox.catalogue import Catalogue, Sku
from bespeak.sandbox.clock import iso
from bespeak.sandbox.facts import Facts, Meter, Price, windows_meter
from bespeak.sandbox.ids import base36, guid
from bespeak.sandbox.price_list import PriceList

SERVICE = {"serviceName": "Virtual Machines", "serviceId": "DZH313Z7MMC8", "serviceFamily": "Compute"}
_YEARS = {"P1Y": "1 Year", "P3Y": "3 Years"}
#: Share of the pay-as-you-go price; by operating system for Low Priority.
_LOW_PRIORITY = {"Linux": Decimal("0.2"), "Windows": Decimal("0.4")}
_MILLIONTH = Decimal("0.000001")
_GENERATION = re.compile(r"_v(\d+)$")
#: Sizes of this generation and older are spelt "D2s v3" and also sold as Low Priority.
_OLDER = 4
#: Up to this generation there were Cloud Services.
_CLOUD_SERVICES = 3


@dataclass(frozen=True, slots=True)
class RetailRow:
    """One row. ``fields`` are those that can be filtered; ``dollars`` is the price, of a whole term if ``term`` is set.

    ``plans``: an hour under a savings plan of one and of three years.
    """

    fields: Mapping[str, str]
    dollars: Decimal
    primary: bool
    since: str
    until: str = ""
    term: str = ""
    plans: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class _Listing:
    """A size on one operating system: what all its rows have in common."""

    price: Price
    meter: Meter
    location: str
    series: str
    generation: int
    primary: bool

    @property
    def windows(self) -> bool:
        return self.price.os == "Windows"

    @property
    def older(self) -> bool:
        return self.generation <= _OLDER


class RetailPrices:
    """All rows of one world as they are at an instant; made anew when prices change."""

    def __init__(self, facts: Facts, prices: PriceList, catalogue: Catalogue) -> None:
        self._facts = facts
        self._prices = prices
        self._catalogue = catalogue
        self._kept: tuple[object, list[RetailRow], dict[str, dict[str, list[RetailRow]]]] | None = None

    def rows(self, now: datetime, coming: tuple[datetime, ...] = ()) -> list[RetailRow]:
        """The rows in the order of their meters. ``coming``: instants of announced changes, shown beside today's."""
        return self._at(now, coming)[0]

    def bucket(
        self, now: datetime, coming: tuple[datetime, ...], fixed: Mapping[str, str]
    ) -> list[RetailRow]:
        """The fewest rows that can be narrowed down to by a field with a fixed value."""
        rows, index = self._at(now, coming)
        found = [index[name].get(value, []) for name, value in fixed.items() if name in index]
        return min(found, key=len, default=rows)

    def _at(
        self, now: datetime, coming: tuple[datetime, ...]
    ) -> tuple[list[RetailRow], dict[str, dict[str, list[RetailRow]]]]:
        key = (self._prices.key(now), coming)
        if self._kept is None or self._kept[0] != key:
            rows = self._made(now, coming)
            self._kept = (key, rows, _indexed(rows))
        return self._kept[1], self._kept[2]

    def _made(self, now: datetime, coming: tuple[datetime, ...]) -> list[RetailRow]:
        today = {_key(row): row for listing in self._listings for row in self._of(listing, now, "")}
        replaced: list[RetailRow] = []
        for instant in coming:
            for listing in self._listings:
                for row in self._of(listing, instant, iso(instant)):
                    old = today[_key(row)]
                    if old.dollars != row.dollars:
                        replaced.append(replace(old, until=row.since))
                        today[_key(row)] = row
        return sorted([*today.values(), *replaced], key=_order)

    def _of(self, listing: _Listing, at: datetime, since: str) -> Iterator[RetailRow]:
        price = listing.price
        hour = self._prices.hour(price, at)
        begun = since or f"{price.as_of[:7]}-01T00:00:00Z"
        plans = _plans(listing)
        yield RetailRow(_fields(listing, "Consumption"), hour, listing.primary, begun, plans=plans)
        yield RetailRow(_fields(listing, "Consumption", " Spot"), _spot(price, hour), True, begun)
        if listing.older:
            low = _share(hour, _LOW_PRIORITY[price.os])
            yield RetailRow(_fields(listing, "Consumption", " Low Priority"), low, True, begun)
        if listing.windows:
            base = self._facts.price_of.get((price.region, price.size, "Linux"))
            without_licence = self._prices.hour(base, at) if base else hour
            yield RetailRow(_fields(listing, "DevTestConsumption"), without_licence, True, begun)
            return
        if listing.generation <= _CLOUD_SERVICES:
            yield RetailRow(_fields(listing, "Consumption", cloud=True), hour, True, begun)
        yield from self._reserved(listing, at, begun)

    def _reserved(self, listing: _Listing, at: datetime, begun: str) -> Iterator[RetailRow]:
        """Reservations stand on products without Windows only: they pay for compute, not for a licence."""
        for term, years in _YEARS.items():
            sku = self._skus.get((listing.price.region, listing.price.size, term))
            if sku is not None:
                total = self._prices.list_price(sku, at)
                yield RetailRow(_fields(listing, "Reservation"), total, listing.primary, begun, term=years)

    @cached_property
    def _skus(self) -> Mapping[tuple[str, str, str], Sku]:
        products = self._catalogue.products.values()
        return {(sku.region, sku.size.name, sku.term): sku for one in products for sku in one.skus.values()}

    @cached_property
    def _listings(self) -> tuple[_Listing, ...]:
        """Each size and operating system; of sizes that share a meter the first one is primary."""
        seen: set[str] = set()
        made = []
        for price in self._facts.prices:
            meter = self._facts.meter(price.region, price.size)
            if price.os == "Windows":
                meter = windows_meter(meter)
            made.append(self._listing(price, meter, primary=meter.id not in seen))
            seen.add(meter.id)
        return tuple(made)

    def _listing(self, price: Price, meter: Meter, *, primary: bool) -> _Listing:
        known = self._facts.sizes.get(price.size.lower())
        found = _GENERATION.search(price.size)
        generation = int(found[1]) if found else 1
        series = known.series if known else meter.subcategory.removesuffix(" Series")
        region = self._facts.billing_regions.get(price.region, price.region)
        return _Listing(price, meter, region, series, generation, primary)


def _fields(listing: _Listing, kind: str, suffix: str = "", *, cloud: bool = False) -> dict[str, str]:
    """The fields that can be filtered; ``suffix`` marks Spot and Low Priority."""
    price = listing.price
    product = _product(listing, cloud=cloud)
    product_id = "DZH318Z0" + base36("retail product", product)
    short = price.size.removeprefix("Standard_").replace("_", " ")
    meter = listing.meter.id if not (suffix or cloud) else guid("retail", listing.meter.id, suffix, cloud)
    return {
        "armRegionName": price.region,
        "location": listing.location,
        "meterId": meter,
        "meterName": listing.meter.name + suffix,
        "productId": product_id,
        "skuId": f"{product_id}/{base36('retail sku', product, price.size, suffix, price.region)}",
        "productName": product,
        "skuName": (short if listing.older else price.size) + suffix,
        **SERVICE,
        "priceType": kind,
        "armSkuName": price.size,
    }


def _product(listing: _Listing, *, cloud: bool) -> str:
    """The name of a product; that of a confidential series lacks the words Virtual Machines."""
    plain = listing.series.startswith(("DC", "EC"))
    name = f"{listing.series}-series" if plain else f"Virtual Machines {listing.series} Series"
    return name + (" CloudServices" if cloud else " Windows" if listing.windows else "")


def _plans(listing: _Listing) -> Mapping[str, Decimal] | None:
    """Hours under a savings plan; of Windows rows the service shows few, here those of burstable sizes."""
    price = listing.price
    if listing.windows and not price.size.startswith("Standard_B"):
        return None
    known = {_YEARS[term]: price.plan_hour(term) for term in ("P3Y", "P1Y")}
    found = {term: hour for term, hour in known.items() if hour is not None}
    return found or None


def _spot(price: Price, hour: Decimal) -> Decimal:
    """Between 10 and 40 per cent of an hour, always the same for a size."""
    share = int(base36("spot", price.region, price.size, price.os, length=3), 36) % 31 + 10
    return _share(hour, Decimal(share) / 100)


def _share(hour: Decimal, share: Decimal) -> Decimal:
    return (hour * share).quantize(_MILLIONTH, ROUND_HALF_UP).normalize()


def _key(row: RetailRow) -> tuple[str, str, str, str]:
    fields = row.fields
    return fields["meterId"], fields["skuId"], fields["priceType"], row.term


def _order(row: RetailRow) -> tuple[tuple[str, str, str, str], str]:
    return _key(row), row.since


def _indexed(rows: list[RetailRow]) -> dict[str, dict[str, list[RetailRow]]]:
    index: dict[str, dict[str, list[RetailRow]]] = {
        name: defaultdict(list)
        for name in ("armSkuName", "armRegionName", "priceType", "productName", "meterId")
    }
    for row in rows:
        for name, values in index.items():
            values[row.fields[name]].append(row)
    return {name: dict(values) for name, values in index.items()}
