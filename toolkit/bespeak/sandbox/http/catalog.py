"""Products, SKUs, availabilities by country or by customer. No price is in any of them."""

from __future__ import annotations

from collections.abc import Iterator

from bespeak.sandbox.catalogue import LEGACY, PLAN, Product, Sku
from bespeak.sandbox.http.catalog_bodies import Look, Sold
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.inventory import ROUTES as INVENTORY
from bespeak.sandbox.http.partner import flag, listing, to
from bespeak.sandbox.http.shapes import catalog as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.offers import AZURE_OFFERS, AzureOffer
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import is_sold_in
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
_SEGMENTS = frozenset({"commercial", "education", "government", "nonprofit"})


def products(ask: Ask, world: World) -> Answer:
    """All products of a view."""
    look, view = _look(ask, world), ask.need("targetview").lower()
    if view not in _MACHINES | _OFFERS | _EMPTY:
        raise RefusalError(403, 400036, f"Target view {ask.query['targetview']} is not allowed."[:500])
    if view in _MACHINES - _OFFERS:
        _check_sold(look.country)
    found = _of_view(view, world) if _commercial(ask) else ()
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
    look = _look(ask, world)
    return plain(look.product(_find_product(ask, look)))


def skus(ask: Ask, world: World) -> Answer:
    """All SKUs of a product."""
    look = _look(ask, world)
    found = _find_product(ask, look)
    return plain(listing(look.skus(found) if _commercial(ask) else []))


def sku(ask: Ask, world: World) -> Answer:
    """One SKU."""
    look = _look(ask, world)
    found = _find_sku(ask, look)
    return plain(look.offer_sku(found) if isinstance(found, AzureOffer) else look.sku(found))


def availabilities(ask: Ask, world: World) -> Answer:
    """The availabilities of a SKU: one in each half of the catalogue, under an id that rotates."""
    look = _look(ask, world)
    shown = listing([_availability(ask, look)] if _commercial(ask) else [])
    path = f"/products/{ask.args['pid']}/skus/{ask.args['skuid']}/availabilities{look.tail}"
    shown["links"] = {"self": to(path)}
    return plain(shown)


def availability(ask: Ask, world: World) -> Answer:
    """One availability, if it is the one of now."""
    shown = _availability(ask, _look(ask, world))
    if shown["id"] != ask.args["aid"].upper():
        raise RefusalError(404, 400019, f"Availability {ask.args['aid']} was not found."[:500])
    return plain(shown)


def promotions(ask: Ask, world: World) -> Answer:
    """No promotion: they are for licences, and this catalogue has none."""
    _look(ask, world)
    none: list[shapes.Promotion] = []
    return plain(listing(none))


def _availability(ask: Ask, look: Look) -> shapes.Availability:
    found = _find_sku(ask, look)
    return look.offer_availability(found) if isinstance(found, AzureOffer) else look.availability(found)


def _look(ask: Ask, world: World) -> Look:
    customer = ask.args.get("cid")
    country = world.customer(customer).country if customer else ask.need("country").upper()
    if country not in world.facts.currencies:
        raise RefusalError(400, 800070, f"Nothing is sold in '{country}'."[:500])
    asked = ask.query.get("reservationscope", "")
    if asked.lower() not in ("", PLAN.lower()):
        what = f"Query parameter 'reservationScope' must be {PLAN}, not '{asked}'."
        raise RefusalError(400, 2001, what[:500])
    return Look(world, country, PLAN if asked else LEGACY, flag(ask, "includelifecyclestate"))


def _check_sold(country: str) -> None:
    if not is_sold_in(country):
        raise RefusalError(400, 800070, f"Reservations are not sold in {country}.")


def _commercial(ask: Ask) -> bool:
    """Whether the commercial segment is asked for, the only one that has something here."""
    segment = ask.query.get("targetsegment") or "commercial"
    if segment.lower() not in _SEGMENTS:
        raise RefusalError(403, 400030, f"Target segment {segment} is not allowed."[:500])
    return segment.lower() == "commercial"


def _find_product(ask: Ask, look: Look) -> Sold:
    wanted = ask.args["pid"].upper()
    offer = next((one for one in AZURE_OFFERS.values() if one.product_id == wanted), None)
    found: Product | AzureOffer | None = offer or look.world.catalogue.product(wanted)
    if found is None:
        raise RefusalError(404, 400013, f"Product {ask.args['pid']} was not found."[:500])
    if isinstance(found, Product):
        _check_sold(look.country)
    return found


def _find_sku(ask: Ask, look: Look) -> Sku | AzureOffer:
    found, wanted = _find_product(ask, look), ask.args["skuid"].upper()
    if isinstance(found, AzureOffer):
        one: Sku | AzureOffer | None = found if wanted == found.sku_id else None
    else:
        one = found.skus.get(wanted)
    if one is None:
        raise RefusalError(404, 400018, f"SKU {ask.args['skuid']} was not found."[:500])
    return one


_SCOPE, _SEGMENT = Query("reservationScope"), Query("targetSegment")
_VIEW, _LIFE = Query("targetView", needed=True), Query("IncludeLifeCycleState", bool)
_NO_PRODUCT, _NO_SKU = ((404, 400013),), ((404, 400013), (404, 400018))
_TESTS = "test_commerce_catalogue.py::"
_OLD = "test_sandbox_catalogue.py::"


def _routes(root: str, country: tuple[Query, ...], by: str) -> Iterator[Route]:
    """The six routes of one half of the catalogue: by country, or by customer."""
    one, errors = f"{root}/<pid>", ((400, 800070), (400, 2001), *(() if country else ((404, 60003),)))
    levels = (
        (
            root,
            products,
            "Get a list of products",
            Collection[shapes.Product],
            (_VIEW, _SEGMENT, _SCOPE),
            ((403, 400030), (403, 400036)),
            f"{_TESTS}test_each_view_holds_what_it_says",
        ),
        (
            one,
            product,
            "Get a product by ID",
            shapes.Product,
            (_SCOPE,),
            _NO_PRODUCT,
            f"{_OLD}test_unknown_products_and_skus",
        ),
        (
            f"{one}/skus",
            skus,
            "Get a list of SKUs for a product",
            Collection[shapes.Sku],
            (_SEGMENT, _SCOPE),
            ((403, 400030), *_NO_PRODUCT),
            f"{_OLD}test_a_sku_is_a_size_a_region_and_a_term",
        ),
        (
            f"{one}/skus/<skuid>",
            sku,
            "Get a SKU by ID",
            shapes.Sku,
            (_SCOPE,),
            _NO_SKU,
            f"{_OLD}test_unknown_products_and_skus",
        ),
        (
            f"{one}/skus/<skuid>/availabilities",
            availabilities,
            "Get a list of availabilities for a SKU",
            Collection[shapes.Availability],
            (_SEGMENT, _SCOPE, _LIFE),
            ((403, 400030), *_NO_SKU),
            f"{_OLD}test_the_two_catalogues_differ_in_their_availabilities",
        ),
        (
            f"{one}/skus/<skuid>/availabilities/<aid>",
            availability,
            "Get an availability by ID",
            shapes.Availability,
            (_SCOPE,),
            (*_NO_SKU, (404, 400019)),
            f"{_OLD}test_availabilities_rotate",
        ),
    )
    for path, handler, title, shape, query, more, test in levels:
        about = About(
            f"{title} ({by})",
            "D21 S23" if country else "D21 S23 INF",
            {200: shape},
            test,
            query=(*country, *query),
            errors=(*errors, *more),
        )
        yield Route("GET", path, handler, catalogue=True, about=about)


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
