"""Products, SKUs, availabilities by country or by customer, and the inventory check. No price is in any of them."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.catalogue import LEGACY, PLAN, Product, Sku
from bespeak.sandbox.http.exchange import Answer, Ask, Route, collection, link, plain
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import is_sold_in, quantity_bounds
from bespeak.sandbox.world import World

_HERE = frozenset({"azure", "azurereservations", "azurereservationsvm"})
_ELSEWHERE = frozenset(
    {
        "azurereservationssql",
        "azurereservationscosmosdb",
        "microsoftazure",
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
_DURATIONS = {"P1Y": "1Year", "P3Y": "3Years"}
_TYPE = {
    "id": "Azure",
    "displayName": "Azure",
    "subType": {"id": "VirtualMachines", "displayName": "Virtual Machines"},
}


def products(ask: Ask, world: World) -> Answer:
    """All products of a view."""
    country, view = _country(ask, world), ask.need("targetview").lower()
    if view in _ELSEWHERE:
        raise RefusalError(501, 0, f"Target view {ask.query['targetview']} is not part of this sandbox.")
    if view not in _HERE:
        raise RefusalError(403, 400036, f"Target view {ask.query['targetview']} is not allowed.")
    found = world.catalogue.products.values() if _commercial(ask) else ()
    return plain(collection([_product(product, country, _scope(ask)) for product in found]))


def product(ask: Ask, world: World) -> Answer:
    """One product."""
    return plain(_product(_find_product(ask, world), _country(ask, world), _scope(ask)))


def skus(ask: Ask, world: World) -> Answer:
    """All SKUs of a product."""
    country, found = _country(ask, world), _find_product(ask, world)
    listed = found.skus.values() if _commercial(ask) else ()
    return plain(collection([_sku(sku, country, _scope(ask), world) for sku in listed]))


def sku(ask: Ask, world: World) -> Answer:
    """One SKU."""
    return plain(_sku(_find_sku(ask, world), _country(ask, world), _scope(ask), world))


def availabilities(ask: Ask, world: World) -> Answer:
    """The availabilities of a SKU: one in each catalogue, under an id that rotates."""
    country, found = _country(ask, world), _find_sku(ask, world)
    return plain(collection([_availability(found, country, _scope(ask), world)] if _commercial(ask) else []))


def availability(ask: Ask, world: World) -> Answer:
    """One availability, if it is the one of now."""
    shown = _availability(_find_sku(ask, world), _country(ask, world), _scope(ask), world)
    if shown["id"] != ask.args["aid"].upper():
        raise RefusalError(404, 400019, f"Availability {ask.args['aid']} was not found.")
    return plain(shown)


def check_inventory(ask: Ask, world: World) -> Answer:
    """A bare array: which of these items have no capacity. What the catalogue does not know is left out silently."""
    _country(ask, world)
    body = ask.body()
    wanted = [item for item in body.get("targetitems") or [] if isinstance(item, dict)]
    context = body.get("inventorycontext") or {}
    region = str(context.get("armregionname", "")) if isinstance(context, dict) else ""
    return plain([_inventory(found, region) for item in wanted for found in _targets(item, world)])


def _targets(item: dict[str, Any], world: World) -> list[Sku]:
    found = world.catalogue.products.get(str(item.get("productid", "")).upper())
    if found is None:
        return []
    wanted = str(item.get("skuid") or "").upper()
    return [sku for sku in found.skus.values() if wanted in ("", sku.id)]


def _inventory(sku: Sku, region: str) -> dict[str, Any]:
    restriction = {
        "reasonCode": "NotAvailableForSubscription",
        "description": f"{sku.size.name} has no capacity left in {sku.region}.",
        "properties": {"type": "Location", "values": region or sku.region},
    }
    shown: dict[str, Any] = {"productId": sku.product_id, "skuId": sku.id, "isRestricted": sku.restricted}
    return shown | {"restrictions": [restriction] if sku.restricted else []}


def _country(ask: Ask, world: World) -> str:
    customer = ask.args.get("cid")
    country = world.customer(customer).country if customer else ask.need("country").upper()
    if country not in world.facts.currencies or not is_sold_in(country):
        raise RefusalError(400, 800070, f"Reservations are not sold in {country}.")
    return country


def _scope(ask: Ask) -> str:
    asked = ask.query.get("reservationscope", "")
    if asked.lower() not in ("", PLAN.lower()):
        raise RefusalError(400, 2001, f"Query parameter 'reservationScope' must be {PLAN}, not '{asked}'.")
    return PLAN if asked else LEGACY


def _commercial(ask: Ask) -> bool:
    segment = ask.query.get("targetsegment", "commercial").lower()
    if segment not in _SEGMENTS:
        raise RefusalError(403, 400030, f"Target segment {segment} is not allowed.")
    return segment == "commercial"


def _find_product(ask: Ask, world: World) -> Product:
    found = world.catalogue.products.get(ask.args["pid"].upper())
    if found is None:
        raise RefusalError(404, 400013, f"Product {ask.args['pid']} was not found.")
    return found


def _find_sku(ask: Ask, world: World) -> Sku:
    found = _find_product(ask, world).skus.get(ask.args["skuid"].upper())
    if found is None:
        raise RefusalError(404, 400018, f"SKU {ask.args['skuid']} was not found.")
    return found


def _tail(country: str, scope: str) -> str:
    return f"?country={country}" + (f"&reservationScope={scope}" if scope else "")


def _product(found: Product, country: str, scope: str) -> dict[str, Any]:
    path, tail = f"/products/{found.id}", _tail(country, scope)
    return {
        "id": found.id,
        "title": found.title,
        "description": f"Reservations of {found.title}",
        "productType": _TYPE,
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft",
        "links": {"skus": link(f"{path}/skus{tail}"), "self": link(f"{path}{tail}")},
    }


def _sku(found: Sku, country: str, scope: str, world: World) -> dict[str, Any]:
    path, tail = f"/products/{found.product_id}/skus/{found.id}", _tail(country, scope)
    fewest, most = quantity_bounds()
    return {
        "id": found.id,
        "productId": found.product_id,
        "title": found.title,
        "description": found.title,
        "minimumQuantity": fewest,
        "maximumQuantity": most,
        "isTrial": False,
        "supportedBillingCycles": world.shop.billing_cycles(),
        "purchasePrerequisites": ["AzureSubscriptionRegistration", "InventoryCheck"],
        "inventoryVariables": ["CustomerId", "AzureSubscriptionId", "ArmRegionName"],
        "provisioningVariables": ["Scope", "SubscriptionId", "Duration"],
        "actions": ["Refund"],
        "dynamicAttributes": _attributes(found),
        "links": {"availabilities": link(f"{path}/availabilities{tail}"), "self": link(f"{path}{tail}")},
    }


def _attributes(found: Sku) -> dict[str, str]:
    # Region codes come in several casings on the wire: three-year items print "PolandCentral".
    region = found.region if found.term == "P1Y" else found.region_name.replace(" ", "")
    return {
        "armSkuName": found.size.name,
        "armRegionName": region,
        "region": found.billing_region,
        "duration": _DURATIONS[found.term],
        "cores": str(found.size.vcpus),
        "ram": found.size.memory_gib,
        "skuDisplayName": found.size.name.removeprefix("Standard_").replace("_", " "),
        "category": "Virtual Machines",
        "diskType": "",
    }


def _availability(found: Sku, country: str, scope: str, world: World) -> dict[str, Any]:
    aid = world.catalogue.availability_id(found, scope, world.now)
    owner = world.catalogue.products[found.product_id]
    path = f"/products/{found.product_id}/skus/{found.id}/availabilities/{aid}"
    currency = world.facts.currencies[country]
    return {
        "id": aid,
        "catalogItemId": f"{found.product_id}:{found.id}:{aid}",
        "defaultCurrency": {"code": currency, "symbol": "$" if currency == "USD" else currency},
        "segment": "commercial",
        "country": country,
        "isPurchasable": found.purchasable(world.now),
        "isRenewable": False,
        "terms": [{"duration": found.term, "description": f"{_DURATIONS[found.term]} commitment"}],
        "product": _product(owner, country, scope),
        "sku": _sku(found, country, scope, world),
        "links": {"self": link(f"{path}{_tail(country, scope)}")},
    }


def _routes(root: str) -> tuple[Route, ...]:
    one = f"{root}/<pid>"
    return (
        Route("GET", root, products, catalogue=True),
        Route("GET", one, product, catalogue=True),
        Route("GET", f"{one}/skus", skus, catalogue=True),
        Route("GET", f"{one}/skus/<skuid>", sku, catalogue=True),
        Route("GET", f"{one}/skus/<skuid>/availabilities", availabilities, catalogue=True),
        Route("GET", f"{one}/skus/<skuid>/availabilities/<aid>", availability, catalogue=True),
    )


ROUTES = (
    *_routes("/v1/products"),
    *_routes("/v1/customers/<cid>/products"),
    Route("POST", "/v1/extensions/product/checkinventory", check_inventory, catalogue=True),
)
