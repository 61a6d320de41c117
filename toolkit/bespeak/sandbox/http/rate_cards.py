"""Rate cards of legacy Azure and of shared services (Microsoft, *Get prices for Microsoft Azure*)."""

from __future__ import annotations

from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.price_tables import RateCard, rate_card
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_HOME = "US"


def show_rate_card(ask: Ask, world: World) -> Answer:
    """All meters; region and currency are those of the locale unless they are asked for."""
    locale = ask.headers.get("x-locale", "en-US")
    markets = world.facts.currencies
    spoken = locale.rpartition("-")[2].upper()
    region = (ask.query.get("region") or (spoken if spoken in markets else _HOME)).upper()
    if region not in markets:
        raise RefusalError(400, 3000, f"There is no market '{region[:60]}'.")
    currency = (ask.query.get("currency") or markets[region]).upper()
    return item(rate_card(world.facts, world.prices, currency, locale, world.now))


def _about(title: str) -> About:
    return About(
        title,
        "D21",
        {200: RateCard},
        "test_prices_sheets.py::test_a_rate_card_is_in_the_currency_of_its_region",
        query=(Query("currency"), Query("region")),
        errors=((400, 3000),),
    )


ROUTES = (
    Route("GET", "/v1/ratecards/azure", show_rate_card, about=_about("Get prices for Microsoft Azure")),
    Route(
        "GET",
        "/v1/ratecards/azure-shared",
        show_rate_card,
        about=_about("Get prices for Azure Partner Shared Services"),
    ),
)
