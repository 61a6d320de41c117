"""The inventory check (Microsoft, *Check the inventory of catalog items*)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.catalogue import Sku
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.partner import inside, rows, text
from bespeak.sandbox.http.shapes import catalog as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import is_sold_in
from bespeak.sandbox.world import World


def check_inventory(ask: Ask, world: World) -> Answer:
    """A bare array: which of these items have no capacity. What the catalogue does not know is left out silently."""
    country = ask.need("country").upper()
    if country not in world.facts.currencies or not is_sold_in(country):
        raise RefusalError(400, 800070, f"Reservations are not sold in '{country}'."[:500])
    body = ask.body()
    context = inside(body, "inventorycontext")
    customer, region = text(context, "customerid").lower(), text(context, "armregionname")
    text(context, "azuresubscriptionid")
    found = [sku for item in rows(body, "targetitems") for sku in _targets(item, world)]
    return plain([_inventory(sku, customer, region, world) for sku in found])


def _targets(item: dict[str, Any], world: World) -> list[Sku]:
    found = world.catalogue.product(text(item, "productid"))
    if found is None:
        return []
    wanted = text(item, "skuid").upper()
    return [sku for sku in found.skus.values() if wanted in ("", sku.id)]


def _inventory(sku: Sku, customer_id: str, region: str, world: World) -> shapes.Inventory:
    shown: shapes.Inventory = {
        "productId": sku.product_id,
        "skuId": sku.id,
        "isRestricted": False,
        "restrictions": [],
    }
    if world.commerce.standing.restriction(sku, customer_id) is not None:
        where = region or sku.region
        shown["isRestricted"] = True
        shown["restrictions"] = [
            {
                "reasonCode": "NotAvailableForSubscription",
                "description": f"{sku.size.name} has no capacity left in {sku.region}.",
                "properties": {"type": "Location", "values": where},
            }
        ]
    return shown


ROUTES = (
    Route(
        "POST",
        "/v1/extensions/product/checkinventory",
        check_inventory,
        catalogue=True,
        about=About(
            "Check the inventory of catalog items",
            "D21",
            {200: list[shapes.Inventory]},
            "test_commerce_catalogue.py::test_capacity_can_be_gone_for_one_customer",
            takes=shapes.InventoryWish,
            query=(Query("country", needed=True),),
            errors=((400, 2001), (400, 800002), (400, 800070), (400, 3000)),
        ),
    ),
)
