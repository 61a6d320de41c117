"""The catalogue: products, SKUs, availabilities and the inventory check.

With ``azure_plan`` every level carries ``reservationScope=AzurePlan``; without it the items are for legacy
subscriptions, and their ids differ (Get a list of products, 2021-03).
"""

from __future__ import annotations

from collections.abc import Iterable

from bespeak.clients.call import Call
from bespeak.clients.ids import code, guid
from bespeak.clients.reading import Item, bare, having, items


def products(country: str, *, azure_plan: bool, target_view: str = "AzureReservationsVM") -> Call[list[Item]]:
    """The products of one part of the catalogue: of VM reservations, one product a series."""
    params = {**_query(country, azure_plan=azure_plan), "targetView": target_view}
    return Call("list products", "partner_center", "GET", "/v1/products", items, params)


def skus(product_id: str, country: str, *, azure_plan: bool) -> Call[list[Item]]:
    """The SKUs of a product: of VM reservations, one for each size, region and term."""
    path = f"{_product(product_id)}/skus"
    return Call("list SKUs", "partner_center", "GET", path, items, _query(country, azure_plan=azure_plan))


def get_sku(product_id: str, sku_id: str, country: str, *, azure_plan: bool) -> Call[Item]:
    """One SKU; its ``dynamicAttributes`` say size, region and term of a reservation."""
    params = _query(country, azure_plan=azure_plan)
    return Call(
        "read a SKU",
        "partner_center",
        "GET",
        _sku(product_id, sku_id),
        lambda answer: having(answer, "id"),
        params,
    )


def availabilities(product_id: str, sku_id: str, country: str, *, azure_plan: bool) -> Call[list[Item]]:
    """The availabilities of a SKU; their ``catalogItemId`` goes into a cart at once, for it may change."""
    path = f"{_sku(product_id, sku_id)}/availabilities"
    return Call(
        "list availabilities", "partner_center", "GET", path, items, _query(country, azure_plan=azure_plan)
    )


def check_inventory(
    country: str,
    targets: Iterable[tuple[str, str]],
    *,
    customer_id: str,
    azure_subscription_id: str,
    region: str,
) -> Call[list[Item]]:
    """Whether these (product, SKU) can be bought in a region; an item that is unknown is left out of the answer.

    It only asks, so it may be repeated (Check the inventory of catalog items, 2021-03).
    """
    body = {
        "TargetItems": [
            {"ProductId": code(product, "product"), "SkuId": code(sku, "SKU")} for product, sku in targets
        ],
        "InventoryContext": {
            "customerId": guid(customer_id, "customer"),
            "azureSubscriptionId": guid(azure_subscription_id, "subscription"),
            "armRegionName": region,
        },
    }
    params = {"country": code(country, "country").upper()}
    path = "/v1/extensions/product/checkinventory"
    return Call("check the inventory", "partner_center", "POST", path, bare, params, body, safe=True)


def _query(country: str, *, azure_plan: bool) -> dict[str, str]:
    params = {"country": code(country, "country").upper()}
    return {**params, "reservationScope": "AzurePlan"} if azure_plan else params


def _product(product_id: str) -> str:
    return f"/v1/products/{code(product_id, 'product')}"


def _sku(product_id: str, sku_id: str) -> str:
    return f"{_product(product_id)}/skus/{code(sku_id, 'SKU')}"
