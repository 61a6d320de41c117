"""The price sheets as csv and the rate card as JSON, made from the list prices of the sample data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from bespeak.sandbox.catalogue import Catalogue, Sku
from bespeak.sandbox.facts import Facts, Meter, Price, windows_meter

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


def reservation_sheet(catalogue: Catalogue, market: str, currency: str, now: datetime) -> str:
    """A row for each SKU; the unit price is that of the whole term. No CSP discount is known, so it equals the list."""
    rows = (
        _row(_reservation(sku, product.title), market, sku.total, now)
        for product in catalogue.products.values()
        for sku in product.skus.values()
        if sku.currency == currency
    )
    return _csv(COLUMNS, rows)


def consumption_sheet(facts: Facts, market: str, now: datetime) -> str:
    """A row for each meter with its price of an hour at pay-as-you-go."""
    rows = (
        _row(_consumption(meter, number), market, price.hour, now)
        | {"MeterId": meter.id, "MeterRegion": region}
        for number, (meter, price, region) in enumerate(_meters(facts))
    )
    return _csv(_METER_COLUMNS, rows)


def rate_card(facts: Facts, now: datetime) -> dict[str, Any]:
    """The legacy rate card: meters with their price by tier."""
    meters = [
        {
            "id": meter.id,
            "name": meter.name,
            "rates": {"0": float(price.hour)},
            "tags": [],
            "category": "Virtual Machines",
            "subcategory": meter.subcategory,
            "region": region,
            "unit": "1 Hour",
            "includedQuantity": 0,
            "effectiveDate": _month(now),
        }
        for meter, price, region in _meters(facts)
    ]
    shown: dict[str, Any] = {"locale": "en-US", "currency": "USD", "isTaxIncluded": False, "meters": meters}
    return shown | {"offerTerms": [], "attributes": {"objectType": "AzureRateCard"}}


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
        "Currency": sku.currency,
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
