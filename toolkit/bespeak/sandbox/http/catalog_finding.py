"""What a request to the catalogue is about: country, half, segment, product, SKU."""

from __future__ import annotations

from bespeak.sandbox.catalogue import LEGACY, PLAN, Product, Sku
from bespeak.sandbox.http.catalog_bodies import Look, Sold
from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.http.partner import flag
from bespeak.sandbox.offers import AZURE_OFFERS, AzureOffer
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import is_sold_in
from bespeak.sandbox.world import World

_SEGMENTS = frozenset({"commercial", "education", "government", "nonprofit"})


def look_of(ask: Ask, world: World) -> Look:
    """From where a request looks at the catalogue."""
    customer = ask.args.get("cid")
    country = world.customer(customer).country if customer else ask.need("country").upper()
    if country not in world.facts.currencies:
        raise RefusalError(400, 800070, f"Nothing is sold in '{country}'."[:500])
    asked = ask.query.get("reservationscope", "")
    if asked.lower() not in ("", PLAN.lower()):
        what = f"Query parameter 'reservationScope' must be {PLAN}, not '{asked}'."
        raise RefusalError(400, 2001, what[:500])
    return Look(world, country, PLAN if asked else LEGACY, flag(ask, "includelifecyclestate"))


def check_sold(country: str) -> None:
    """400 / 800070 for a country in which reservations are not sold (D-640)."""
    if not is_sold_in(country):
        raise RefusalError(400, 800070, f"Reservations are not sold in {country}.")


def commercial(ask: Ask) -> bool:
    """Whether the commercial segment is asked for, the only one that has something here."""
    segment = ask.query.get("targetsegment") or "commercial"
    if segment.lower() not in _SEGMENTS:
        raise RefusalError(403, 400030, f"Target segment {segment} is not allowed."[:500])
    return segment.lower() == "commercial"


def find_product(ask: Ask, look: Look) -> Sold:
    """The product of the path, or 404 / 400013."""
    wanted = ask.args["pid"].upper()
    offer = next((one for one in AZURE_OFFERS.values() if one.product_id == wanted), None)
    found: Product | AzureOffer | None = offer or look.world.catalogue.product(wanted)
    if found is None:
        raise RefusalError(404, 400013, f"Product {ask.args['pid']} was not found."[:500])
    if isinstance(found, Product):
        check_sold(look.country)
    return found


def find_sku(ask: Ask, look: Look) -> Sku | AzureOffer:
    """The SKU of the path, or 404 / 400018."""
    found, wanted = find_product(ask, look), ask.args["skuid"].upper()
    if isinstance(found, AzureOffer):
        one: Sku | AzureOffer | None = found if wanted == found.sku_id else None
    else:
        one = found.skus.get(wanted)
    if one is None:
        raise RefusalError(404, 400018, f"SKU {ask.args['skuid']} was not found."[:500])
    return one
