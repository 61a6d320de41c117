"""The price host (csv, zip on request) and the legacy rate card (Microsoft, *Get a price sheet*, *Azure rate card*)."""

from __future__ import annotations

import io
import re
import zipfile

from bespeak.sandbox.http.exchange import Answer, Ask, Route, Service, item, show_partner_center
from bespeak.sandbox.http.tokens import PRICES
from bespeak.sandbox.price_tables import consumption_sheet, rate_card, reservation_sheet
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_PATTERN = re.compile(r"market='(?P<market>[a-z]{2})',pricesheetview='(?P<view>\w+)'")
_ELSEWHERE = frozenset(
    {"updatedlicensebased", "licensebasedeos", "licensebasedest", "marketplace", "software"}
)
CURRENCY = "USD"


def price_sheet(ask: Ask, world: World) -> Answer:
    """One sheet as a file; ``Accept-Encoding: deflate`` makes it a zip archive."""
    wanted = _PATTERN.fullmatch(ask.args["which"].replace(" ", ""))
    if wanted is None:
        raise RefusalError(
            400, 400, "Ask for pricesheets(Market='US',PricesheetView='azure_reservations')/$value."
        )
    market, view = wanted["market"].upper(), wanted["view"]
    if ask.query.get("timeline", "current").lower() != "current":
        raise RefusalError(501, 0, "Only the current price sheet is part of this sandbox.")
    text = _sheet(world, market, view)
    headers = {"Content-Disposition": "attachment", "Request-ID": world.ids.guid("price request")}
    body = text.encode()
    if "deflate" in ask.headers.get("accept-encoding", "").lower():
        body = _zipped(f"{view}_{market}_{world.now:%Y%m}.csv", body)
    return Answer(body, 200, headers, content_type="application/octet-stream")


def _sheet(world: World, market: str, view: str) -> str:
    if market not in world.facts.currencies:
        raise RefusalError(404, 404, f"There is no market {market}.")
    if view in _ELSEWHERE:
        raise RefusalError(501, 0, f"Price sheet {view} is not part of this sandbox.")
    if view == "azure_consumption":
        return world.sheet(view, market, lambda: consumption_sheet(world.facts, market, world.now))
    if view != "azure_reservations":
        raise RefusalError(400, 400, f"There is no price sheet view {view}.")
    currency = world.facts.currencies[market]
    if currency != CURRENCY:
        raise RefusalError(
            404, 404, f"This sandbox knows prices in {CURRENCY} only; market {market} pays in {currency}."
        )
    return world.sheet(view, market, lambda: reservation_sheet(world.catalogue, market, currency, world.now))


def _zipped(name: str, body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def legacy_rate_card(ask: Ask, world: World) -> Answer:
    """Prices of MS-AZR-0145P in USD."""
    currency, region = ask.query.get("currency", CURRENCY).upper(), ask.query.get("region", "US").upper()
    if currency != CURRENCY:
        raise RefusalError(400, 3000, f"This sandbox knows prices in {CURRENCY} only, not in {currency}.")
    if region not in world.facts.currencies:
        raise RefusalError(400, 3000, f"There is no market {region}.")
    return item(rate_card(world.facts, world.now))


SERVICE = Service(
    "price_sheets",
    "/price_sheets",
    PRICES,
    (Route("GET", "/v1.0/sales/pricesheets(<which>)/$value", price_sheet, user=True, needs="prices"),),
    show_partner_center,
)
ROUTES = (Route("GET", "/v1/ratecards/azure", legacy_rate_card),)
