"""The price host: csv, zipped on request (Microsoft, *Get a price sheet*, *Get foreign exchange rates*)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Literal

from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, Service, show_partner_center
from bespeak.sandbox.http.tokens import PRICES
from bespeak.sandbox.invoices import month_start, next_month
from bespeak.sandbox.price_tables import consumption_sheet, rate_table, reservation_sheet
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import partner_discount, rates_known
from bespeak.sandbox.utilization import RECORDS_FROM
from bespeak.sandbox.world import World

_SHEET = re.compile(r"market='(?P<market>[a-z]{2})',pricesheetview='(?P<view>\w+)'")
_RATES = re.compile(r"month='(?P<month>\d{6})'", re.ASCII)
_ELSEWHERE = frozenset(
    {"updatedlicensebased", "licensebasedeos", "licensebasedest", "marketplace", "software"}
)
_SECOND = timedelta(seconds=1)


def price_sheet(ask: Ask, world: World) -> Answer:
    """One sheet as a file; ``Accept-Encoding: deflate`` makes it a zip archive."""
    wanted = _SHEET.fullmatch(ask.args["which"].replace(" ", ""))
    if wanted is None:
        raise _bad("Ask for pricesheets(Market='US',PricesheetView='azure_reservations')/$value.")
    market, view = wanted["market"].upper(), wanted["view"]
    at = _instant(ask, world)
    return _file(ask, world, f"{view}_{market}_{at:%Y%m}.csv", _sheet(world, market, view, at))


def exchange_rates(ask: Ask, world: World) -> Answer:
    """The rates of a month; those of a new month are there at 18:00 PST of the day before (D-1234)."""
    wanted = _RATES.fullmatch(ask.args["which"].replace(" ", ""))
    if wanted is None:
        raise _bad("Ask for fxrates(Month='202611')/$value.")
    month = _month(wanted["month"])
    if month < RECORDS_FROM or world.now < rates_known(month):
        raise RefusalError(404, 404, f"There are no exchange rates of {wanted['month']}.")
    return _file(ask, world, f"fxrates_{wanted['month']}.csv", rate_table(world.facts, wanted["month"]))


def _instant(ask: Ask, world: World) -> datetime:
    """The instant whose prices are asked for: now, the end of a month that has passed, the next month's beginning."""
    timeline = ask.query.get("timeline", "current").lower()
    if timeline == "current":
        return world.now
    if timeline == "future":
        return next_month(world.now)
    if timeline != "history":
        raise _bad(f"Timeline must be history, current or future, not '{timeline[:60]}'.")
    given = ask.query.get("month", "")
    month = _month(given)
    if month >= month_start(world.now):
        raise _bad(f"Month {given} has not passed; history is of the months before this one.")
    if month < RECORDS_FROM:
        raise RefusalError(404, 404, f"There is no price sheet of {given}.")
    return next_month(month) - _SECOND


def _month(text: str) -> datetime:
    if re.fullmatch(r"\d{6}", text, re.ASCII) and int(text[:4]) and 1 <= int(text[4:]) <= 12:  # noqa: PLR2004
        return datetime(int(text[:4]), int(text[4:]), 1, tzinfo=UTC)
    raise _bad(f"Month must be a year and a month like 202610, not '{text[:60]}'.")


def _sheet(world: World, market: str, view: str, at: datetime) -> str:
    if market not in world.facts.currencies:
        raise RefusalError(404, 404, f"There is no market {market}.")
    if view in _ELSEWHERE:
        raise RefusalError(501, 0, f"Price sheet {view} is not part of this sandbox.")
    facts, prices = world.facts, world.prices
    key = (view, market, f"{at:%Y%m}", prices.key(at), partner_discount(at.date()))
    if view == "azure_consumption":
        return world.sheet(key, lambda: consumption_sheet(facts, prices, market, at))
    if view != "azure_reservations":
        raise _bad(f"There is no price sheet view {view[:60]}.")
    currency = facts.currencies[market]
    if currency not in facts.rates:
        why = f"this sandbox has no rate for {currency}" if currency else "it has no currency"
        raise RefusalError(404, 404, f"There is no price sheet of market {market}: {why}.")
    return world.sheet(key, lambda: reservation_sheet(world.catalogue, prices, market, currency, at))


def _file(ask: Ask, world: World, name: str, text: str) -> Answer:
    headers = {"Content-Disposition": "attachment", "Request-ID": world.echoes.guid("price request")}
    body = text.encode()
    if "deflate" in ask.headers.get("accept-encoding", "").lower():
        body = _zipped(name, body)
    return Answer(body, 200, headers, content_type="application/octet-stream")


def _zipped(name: str, body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _bad(sentence: str) -> RefusalError:
    return RefusalError(400, 400, sentence)


_FILE = "application/octet-stream"
_SHEETS = About(
    "Get a price sheet",
    "D26, 3P; columns of the reservation sheet open; discount and exchange rates of other months invented",
    {200: _FILE},
    "test_prices_sheets.py::test_a_sheet_of_every_market_is_in_its_currency",
    query=(Query("Timeline", Literal["history", "current", "future"]), Query("Month")),
    errors=((400, 400), (404, 404), (501, 0)),
)
_FX = About(
    "Get foreign exchange rates",
    "D26",
    {200: _FILE},
    "test_prices_sheets.py::test_exchange_rates_are_a_table",
    errors=((400, 400), (404, 404)),
)
SERVICE = Service(
    "price_sheets",
    "/price_sheets",
    PRICES,
    (
        Route(
            "GET",
            "/v1.0/sales/pricesheets(<which>)/$value",
            price_sheet,
            user=True,
            needs="prices",
            about=_SHEETS,
        ),
        Route(
            "GET", "/v1.0/sales/fxrates(<which>)/$value", exchange_rates, user=True, needs="prices", about=_FX
        ),
    ),
    show_partner_center,
)
