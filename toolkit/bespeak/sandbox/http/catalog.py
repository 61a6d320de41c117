"""Products, SKUs, availabilities by country or by customer. No price is in any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bespeak.sandbox.http.catalog_bodies import Look, Sold
from bespeak.sandbox.http.catalog_finding import check_sold, commercial, find_product, find_sku, look_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.inventory import ROUTES as INVENTORY
from bespeak.sandbox.http.partner import listing, to
from bespeak.sandbox.http.shapes import catalog as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.offers import AZURE_OFFERS, AzureOffer
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_MACHINES = frozenset({"azure", "azurereservations", "azurereservationsvm"})
_OFFERS = frozenset({"azure", "microsoftazure"})
#: Views that exist and hold nothing here: no real price of SQL or Cosmos DB reservations is at hand, and licences,
#: software and the marketplace are no part of what this world is about.
_EMPTY = frozenset(
    {
        "azurereservationssql",
        "azurereservationscosmosdb",
        "onlineservices",
        "onlineservicesnce",
        "software",
        "softwaresuselinux",
        "softwareperpetual",
        "softwaresubscriptions",
        "marketplacesaas",
    }
)


def products(ask: Ask, world: World) -> Answer:
    """All products of a view."""
    look, view = look_of(ask, world), ask.need("targetview").lower()
    if view not in _MACHINES | _OFFERS | _EMPTY:
        raise RefusalError(403, 400036, f"Target view {ask.query['targetview']} is not allowed."[:500])
    if view in _MACHINES - _OFFERS:
        check_sold(look.country)
    found = _of_view(view, world) if commercial(ask) else ()
    return plain(listing([look.product(one) for one in found]))


def _of_view(view: str, world: World) -> Iterator[Sold]:
    if view in _OFFERS:
        yield from AZURE_OFFERS.values()
    if view in _MACHINES:
        yield from world.catalogue.products.values()
        if world.switches.integration:
            yield world.catalogue.integration


def product(ask: Ask, world: World) -> Answer:
    """One product."""
    look = look_of(ask, world)
    return plain(look.product(find_product(ask, look)))


def skus(ask: Ask, world: World) -> Answer:
    """All SKUs of a product."""
    look = look_of(ask, world)
    found = find_product(ask, look)
    return plain(listing(look.skus(found) if commercial(ask) else []))


def sku(ask: Ask, world: World) -> Answer:
    """One SKU."""
    look = look_of(ask, world)
    found = find_sku(ask, look)
    return plain(look.offer_sku(found) if isinstance(found, AzureOffer) else look.sku(found))


def availabilities(ask: Ask, world: World) -> Answer:
    """The availabilities of a SKU: one in each half of the catalogue, under an id that rotates."""
    look = look_of(ask, world)
    shown = listing([_availability(ask, look)] if commercial(ask) else [])
    path = f"/products/{ask.args['pid']}/skus/{ask.args['skuid']}/availabilities{look.tail}"
    shown["links"] = {"self": to(path)}
    return plain(shown)


def availability(ask: Ask, world: World) -> Answer:
    """One availability, if it is the one of now."""
    shown = _availability(ask, look_of(ask, world))
    if shown["id"] != ask.args["aid"].upper():
        raise RefusalError(404, 400019, f"Availability {ask.args['aid']} was not found."[:500])
    if world.switches.unavailable_is_200 and not shown["isPurchasable"]:
        raise RefusalError(200, 400072, f"Availability {shown['id']} is not available.")
    return plain(shown)


def promotions(ask: Ask, world: World) -> Answer:
    """No promotion: they are for licences, and this catalogue has none."""
    look_of(ask, world)
    none: list[shapes.Promotion] = []
    return plain(listing(none))


def _availability(ask: Ask, look: Look) -> shapes.Availability:
    found = find_sku(ask, look)
    return look.offer_availability(found) if isinstance(found, AzureOffer) else look.availability(found)


_SCOPE, _SEGMENT = Query("reservationScope"), Query("targetSegment")
_VIEW, _LIFE = Query("targetView", needed=True), Query("IncludeLifeCycleState", bool)
_NO_PRODUCT, _NO_SKU = ((404, 400013),), ((404, 400013), (404, 400018))
_TESTS = "test_commerce_catalogue.py::"
_OLD = "test_sandbox_catalogue.py::"


#: Path below a root, handler, title, shape of the answer, parameters, errors beside the common ones, test.
_Level = tuple[
    str, Callable[[Ask, World], Answer], str, Any, tuple[Query, ...], tuple[tuple[int, int], ...], str
]
_LEVELS: tuple[_Level, ...] = (
    (
        "",
        products,
        "Get a list of products",
        Collection[shapes.Product],
        (_VIEW, _SEGMENT, _SCOPE),
        ((403, 400030), (403, 400036)),
        f"{_TESTS}test_each_view_holds_what_it_says",
    ),
    (
        "/<pid>",
        product,
        "Get a product by ID",
        shapes.Product,
        (_SCOPE,),
        _NO_PRODUCT,
        f"{_OLD}test_unknown_products_and_skus",
    ),
    (
        "/<pid>/skus",
        skus,
        "Get a list of SKUs for a product",
        Collection[shapes.Sku],
        (_SEGMENT, _SCOPE),
        ((403, 400030), *_NO_PRODUCT),
        f"{_OLD}test_a_sku_is_a_size_a_region_and_a_term",
    ),
    (
        "/<pid>/skus/<skuid>",
        sku,
        "Get a SKU by ID",
        shapes.Sku,
        (_SCOPE,),
        _NO_SKU,
        f"{_OLD}test_unknown_products_and_skus",
    ),
    (
        "/<pid>/skus/<skuid>/availabilities",
        availabilities,
        "Get a list of availabilities for a SKU",
        Collection[shapes.Availability],
        (_SEGMENT, _SCOPE, _LIFE),
        ((403, 400030), *_NO_SKU),
        f"{_OLD}test_the_two_catalogues_differ_in_their_availabilities",
    ),
    (
        "/<pid>/skus/<skuid>/availabilities/<aid>",
        availability,
        "Get an availability by ID",
        shapes.Availability,
        (_SCOPE,),
        (*_NO_SKU, (404, 400019), (200, 400072)),
        f"{_OLD}test_availabilities_rotate",
    ),
)


def _routes(root: str, country: tuple[Query, ...], by: str) -> Iterator[Route]:
    """The six routes of one half of the catalogue: by country, or by customer."""
    errors = ((400, 800070), (400, 2001), *(() if country else ((404, 60003),)))
    for path, handler, title, shape, query, more, test in _LEVELS:
        about = About(
            f"{title} ({by})",
            "D21 S23" if country else "D21 S23 INF",
            {200: shape},
            test,
            query=(*country, *query),
            errors=(*errors, *more),
        )
        yield Route("GET", root + path, handler, catalogue=True, about=about)


_COUNTRY = (Query("country", needed=True),)
ROUTES = (
    *_routes("/v1/products", _COUNTRY, "by country"),
    *_routes("/v1/customers/<cid>/products", (), "by customer"),
    Route(
        "GET",
        "/v1/productpromotions",
        promotions,
        catalogue=True,
        about=About(
            "Get a list of promotions",
            "3P",
            {200: Collection[shapes.Promotion]},
            f"{_TESTS}test_there_are_no_promotions",
            query=(*_COUNTRY, Query("segment")),
            errors=((400, 2001), (400, 800070)),
        ),
    ),
    *INVENTORY,
)
