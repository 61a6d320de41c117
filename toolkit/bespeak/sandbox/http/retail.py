"""The public list prices of Azure, without sign-in (Microsoft, *Azure Retail Prices overview*, 2026)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import quote

from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, Service, dumps, plain
from bespeak.sandbox.http.shapes.retail import RetailError, RetailPage, RetailPrice, SavingsPlanPrice
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.retail_filter import read_filter, refuse
from bespeak.sandbox.retail_prices import RetailRow
from bespeak.sandbox.world import World

#: Rows a page. Microsoft's page says up to 1,000; what was seen in 2022 and 2026 was 100.
PAGE = 100
#: The version that knows savings plans and primary meters and compares values with regard to case.
PREVIEW = "2023-01-01-preview"
_VERSIONS = ("", "2021-10-01", "2021-10-01-preview", "2023-01-01", PREVIEW)
_PATH = "/api/retail/prices"
_AZURE = "https://prices.azure.com:443"
_LONGEST = 4000
_MILLIONTH = Decimal("0.000001")
_SKIP = re.compile(r"\d{1,9}")


def list_prices(ask: Ask, world: World) -> Answer:
    """A page of list prices that pass a filter."""
    version = _version(ask)
    currency, rate = _currency(ask, world)
    skip = _skip(ask)
    rows = _rows(ask, world, currency, preview=version == PREVIEW)
    page = rows[skip : skip + PAGE]
    shown = [_row(row, currency, rate, plans=version == PREVIEW) for row in page]
    body: RetailPage = {
        "BillingCurrency": currency,
        "CustomerEntityId": "Default",
        "CustomerEntityType": "Retail",
        "Items": shown,
        "NextPageLink": _link(ask, world, skip + PAGE) if len(rows) > skip + PAGE else None,
        "Count": len(shown),
    }
    return plain(body)


def _rows(ask: Ask, world: World, currency: str, *, preview: bool) -> list[RetailRow]:
    coming = _coming(world)
    primary = preview and _is_primary(ask)
    text = ask.query.get("$filter", "")
    if len(text) > _LONGEST:
        raise refuse(f"the filter has more than {_LONGEST} characters.")
    if not text.strip():
        rows = world.retail.rows(world.now, coming)
        return [row for row in rows if row.primary] if primary else rows
    wanted = read_filter(text, exact=preview, most=world.switches.retail_comparisons)
    known = {"currencyCode": currency}
    narrowed = world.retail.bucket(world.now, coming, wanted.fixed)
    return [row for row in narrowed if (row.primary or not primary) and wanted.test({**row.fields, **known})]


def _coming(world: World) -> tuple[datetime, ...]:
    """When announced prices will begin, if they are shown already."""
    if not world.switches.retail_overlap:
        return ()
    return tuple(sorted({one.since for one in world.state.prices.changes if one.since > world.now}))


def _version(ask: Ask) -> str:
    version = ask.query.get("api-version", "").strip("'").lower()
    if version not in _VERSIONS:
        raise RefusalError(400, "BadRequest", f"There is no api-version '{version}'. Use {PREVIEW} or none.")
    return version


def _currency(ask: Ask, world: World) -> tuple[str, Decimal]:
    currency = ask.query.get("currencycode", "").strip("'\" ").upper() or "USD"
    try:
        return currency, world.prices.rate(currency)
    except RefusalError as refusal:
        raise refuse(f"there is no currencyCode '{currency[:20]}'.") from refusal


def _is_primary(ask: Ask) -> bool:
    region = ask.query.get("meterregion", "").strip("'\"")
    if region.lower() not in ("", "primary"):
        raise refuse(f"meterRegion can only be 'primary', not '{region[:20]}'.")
    return bool(region)


def _skip(ask: Ask) -> int:
    skip = ask.query.get("$skip", "0")
    if not _SKIP.fullmatch(skip):
        raise refuse(f"$skip must be a whole number, not '{skip[:20]}'.")
    return int(skip)


def _link(ask: Ask, world: World, skip: int) -> str:
    """The next page: the port is named, the dollar sign of ``$skip`` is not encoded."""
    host = _AZURE if world.switches.retail_links_name_azure else _here(ask)
    kept = (("api-version", "api-version"), ("currencyCode", "currencycode"), ("meterRegion", "meterregion"))
    words = [f"{name}={quote(ask.query[key])}" for name, key in kept if ask.query.get(key)]
    if ask.query.get("$filter"):
        text = ask.query["$filter"]
        words.append(f"$filter={text if world.switches.retail_links_raw else quote(text, safe='')}")
    return f"{host}{_PATH}?{'&'.join([*words, f'$skip={skip}'])}"


def _here(ask: Ask) -> str:
    return f"{ask.root}{SERVICE.prefix}"


def _row(row: RetailRow, currency: str, rate: Decimal, *, plans: bool) -> RetailPrice:
    amount, fields = _amount(row.dollars, rate), row.fields
    shown: RetailPrice = {
        "currencyCode": currency,
        "tierMinimumUnits": 0.0,
        "retailPrice": amount,
        "unitPrice": amount,
        "armRegionName": fields["armRegionName"],
        "location": fields["location"],
        "effectiveStartDate": row.since,
        "meterId": fields["meterId"],
        "meterName": fields["meterName"],
        "productId": fields["productId"],
        "skuId": fields["skuId"],
        "productName": fields["productName"],
        "skuName": fields["skuName"],
        "serviceName": fields["serviceName"],
        "serviceId": fields["serviceId"],
        "serviceFamily": fields["serviceFamily"],
        "unitOfMeasure": "1 Hour",
        "type": fields["priceType"],
        "isPrimaryMeterRegion": row.primary,
        "armSkuName": fields["armSkuName"],
    }
    if row.term:
        shown["reservationTerm"] = row.term
    if row.until:
        shown["effectiveEndDate"] = row.until
    if plans and row.plans:
        shown["savingsPlan"] = [_plan(term, hour, rate) for term, hour in row.plans.items()]
    return shown


def _plan(term: str, hour: Decimal, rate: Decimal) -> SavingsPlanPrice:
    amount = _amount(hour, rate)
    return {"unitPrice": amount, "retailPrice": amount, "term": term}


def _amount(dollars: Decimal, rate: Decimal) -> float:
    """Only dollars are exact; other currencies are converted for display."""
    return float(dollars if rate == 1 else (dollars * rate).quantize(_MILLIONTH, ROUND_HALF_UP))


def show_retail(refusal: RefusalError) -> Answer:
    """An error of the list prices: capital members."""
    body: RetailError = {"Error": {"Code": str(refusal.code), "Message": refusal.description}}
    return Answer(dumps(body), refusal.status, refusal.headers)


_ABOUT = About(
    "Azure Retail Prices",
    "D, P22, P26; error body and the limit of comparisons T; prices of Spot, Low Priority, Cloud Services invented",
    {200: RetailPage},
    "test_retail_prices.py::test_a_reservation_row_carries_the_price_of_the_whole_term",
    query=tuple(map(Query, ("api-version", "currencyCode", "meterRegion", "$filter", "$skip"))),
    errors=((400, "BadRequest"),),
)
SERVICE = Service(
    "retail", "/retail_prices", "", (Route("GET", _PATH, list_prices, about=_ABOUT),), show_retail
)
