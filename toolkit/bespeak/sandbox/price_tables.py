"""The price sheets as csv and the rate card as JSON, made from the list prices of the sample data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

from bespeak.sandbox.catalogue import Catalogue, Sku
from bespeak.sandbox.facts import Facts, Meter, Price, windows_meter
from bespeak.sandbox.price_list import PriceList

_MICRO, _FINE = Decimal("0.000001"), Decimal("0.0000000001")


class RateCardMeter(TypedDict):
    """A meter with its price by tier: the lower bound of a tier, as text, to the price of a unit."""

    id: str
    name: str
    rates: dict[str, float]
    tags: list[str]
    category: str
    subcategory: str
    region: str
    unit: str
    includedQuantity: float
    effectiveDate: str


class OfferTerm(TypedDict):
    """A discount of an offer."""

    name: str
    discount: float
    excludedMeterIds: list[str]
    effectiveDate: str


class Kind(TypedDict):
    """What kind of object this is."""

    objectType: str


class RateCard(TypedDict):
    """The prices of legacy Azure or of shared services."""

    locale: str
    currency: str
    isTaxIncluded: bool
    meters: list[RateCardMeter]
    offerTerms: list[OfferTerm]
    attributes: Kind


#: Columns of a sheet; Microsoft publishes them for licences only, the reference assumes them for the rest.
COLUMNS = (
    "ProductTitle",
    "ProductId",
    "SkuId",
    "SkuTitle",
    "Publisher",
    "SkuDescription",
    "UnitOfMeasure",
    "TermDuration",
    "BillingPlan",
    "Market",
    "Currency",
    "UnitPrice",
    "PricingTierRangeMin",
    "PricingTierRangeMax",
    "EffectiveStartDate",
    "EffectiveEndDate",
    "Tags",
    "ERP Price",
    "Segment",
)
_METER_COLUMNS = (*COLUMNS, "MeterId", "MeterRegion")


def reservation_sheet(
    catalogue: Catalogue, prices: PriceList, market: str, currency: str, at: datetime
) -> str:
    """A row for each SKU; the unit price is that of the whole term, net of the partner's discount."""
    rows = (
        _row(_reservation(sku, product.title), market, prices.reservation(sku, at, currency), at)
        | {"Currency": currency, "ERP Price": str(prices.list_price(sku, at, currency))}
        for product in catalogue.products.values()
        for sku in product.skus.values()
    )
    return _csv(COLUMNS, rows)


def consumption_sheet(facts: Facts, prices: PriceList, market: str, at: datetime) -> str:
    """A row for each meter with its price of an hour at pay-as-you-go, in US dollars in every market."""
    rows = (
        _row(_consumption(meter, number), market, prices.hour(price, at), at)
        | {"MeterId": meter.id, "MeterRegion": region}
        for number, (meter, price, region) in enumerate(_meters(facts))
    )
    return _csv(_METER_COLUMNS, rows)


def rate_table(facts: Facts, month: str) -> str:
    """What one unit of each currency is worth in US dollars; the figures know one month, which stands for all."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(("CurrencyCode", "USDPerUnit", "Month"))
    for currency, rate in sorted(facts.rates.items()):
        writer.writerow((currency, f"{(1 / rate).quantize(_FINE):f}", month))
    return text.getvalue()


def rate_card(facts: Facts, prices: PriceList, currency: str, locale: str, at: datetime) -> RateCard:
    """The legacy rate card: meters with their price by tier."""
    rate = prices.rate(currency)
    meters: list[RateCardMeter] = [
        {
            "id": meter.id,
            "name": meter.name,
            "rates": {"0": float(_priced(prices.hour(price, at), rate))},
            "tags": [],
            "category": "Virtual Machines",
            "subcategory": meter.subcategory,
            "region": region,
            "unit": "1 Hour",
            "includedQuantity": 0,
            "effectiveDate": _month(at),
        }
        for meter, price, region in _meters(facts)
    ]
    return {
        "locale": locale,
        "currency": currency,
        "isTaxIncluded": False,
        "meters": meters,
        "offerTerms": [],
        "attributes": {"objectType": "AzureRateCard"},
    }


def _priced(dollars: Decimal, rate: Decimal) -> Decimal:
    return dollars if rate == 1 else (dollars * rate).quantize(_MICRO, ROUND_HALF_UP)


def _meters(facts: Facts) -> Iterator[tuple[Meter, Price, str]]:
    """Each meter once, although several sizes may share it."""
    seen: set[str] = set()
    for price in facts.prices:
        plain = facts.meter(price.region, price.size)
        meter = windows_meter(plain) if price.os == "Windows" else plain
        if meter.id not in seen:
            seen.add(meter.id)
            yield meter, price, facts.billing_regions.get(price.region, price.region)


def _reservation(sku: Sku, product: str) -> dict[str, str]:
    described = {"ProductTitle": product, "ProductId": sku.product_id, "SkuId": sku.id, "SkuTitle": sku.title}
    terms = {
        "UnitOfMeasure": "1",
        "TermDuration": sku.term,
        "BillingPlan": "OneTime",
        "Currency": "USD",
    }
    return described | {"SkuDescription": sku.title} | terms


def _consumption(meter: Meter, number: int) -> dict[str, str]:
    title = f"Virtual Machines {meter.subcategory}".strip()
    described = {"ProductTitle": title, "ProductId": "DZH318Z0BPS6", "SkuId": f"{number + 1:04X}"}
    described |= {"SkuTitle": meter.name, "SkuDescription": f"{title} - {meter.name}"}
    return described | {"UnitOfMeasure": "1 Hour", "TermDuration": "", "BillingPlan": "", "Currency": "USD"}


def _row(described: dict[str, str], market: str, price: Decimal, now: datetime) -> dict[str, str]:
    common = {"Publisher": "Microsoft", "Market": market, "UnitPrice": str(price), "ERP Price": str(price)}
    common |= {"PricingTierRangeMin": "", "PricingTierRangeMax": "", "Tags": "", "Segment": "Commercial"}
    return (
        described | common | {"EffectiveStartDate": _month(now), "EffectiveEndDate": "9999-12-31T00:00:00Z"}
    )


def _month(now: datetime) -> str:
    return now.strftime("%Y-%m-01T00:00:00Z")


def _csv(columns: tuple[str, ...], rows: Iterator[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
