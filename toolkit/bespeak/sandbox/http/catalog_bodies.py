"""Products, SKUs and availabilities as the catalogue prints them."""

from __future__ import annotations

from dataclasses import dataclass

from bespeak.sandbox.catalogue import Product, Sku
from bespeak.sandbox.http.order_bodies import symbol
from bespeak.sandbox.http.partner import to
from bespeak.sandbox.http.shapes import catalog as shapes
from bespeak.sandbox.offers import AzureOffer, currency_of
from bespeak.sandbox.rules import quantity_bounds
from bespeak.sandbox.world import World

_DURATIONS = {"P1Y": "1Year", "P3Y": "3Years"}
#: What has one id and one title: a product of reservations, or an Azure offer, which is its own product and SKU.
Sold = Product | AzureOffer


@dataclass(frozen=True, slots=True)
class Look:
    """From where the catalogue is looked at: its country, and which of its two halves."""

    world: World
    country: str
    scope: str
    life_cycle: bool = False

    @property
    def tail(self) -> str:
        """The query that every link repeats."""
        return f"?country={self.country}" + (f"&reservationScope={self.scope}" if self.scope else "")

    def product(self, found: Sold) -> shapes.Product:
        """A product."""
        if isinstance(found, AzureOffer):
            return _product(
                found.product_id, found.title, found.title, {"id": "Azure", "displayName": "Azure"}, self
            )
        kind: shapes.ProductType = {
            "id": "Azure",
            "displayName": "Azure",
            "subType": {"id": "VirtualMachines", "displayName": "Virtual Machines"},
        }
        return _product(found.id, found.title, f"Reservations of {found.title}", kind, self)

    def skus(self, found: Sold) -> list[shapes.Sku]:
        """The SKUs of a product."""
        if isinstance(found, AzureOffer):
            return [self.offer_sku(found)]
        return [self.sku(sku) for sku in found.skus.values()]

    def sku(self, found: Sku) -> shapes.Sku:
        """One SKU of reservations."""
        path = f"/products/{found.product_id}/skus/{found.id}"
        fewest, most = quantity_bounds()
        return {
            "id": found.id,
            "productId": found.product_id,
            "title": found.title,
            "description": found.title,
            "minimumQuantity": fewest,
            "maximumQuantity": most,
            "isTrial": False,
            "supportedBillingCycles": self.world.shop.billing_cycles(),
            "purchasePrerequisites": ["AzureSubscriptionRegistration", "InventoryCheck"],
            "inventoryVariables": ["CustomerId", "AzureSubscriptionId", "ArmRegionName"],
            "provisioningVariables": ["Scope", "SubscriptionId", "Duration"],
            "actions": ["Refund"],
            "dynamicAttributes": _attributes(found),
            "links": {
                "availabilities": to(f"{path}/availabilities{self.tail}"),
                "self": to(f"{path}{self.tail}"),
            },
        }

    def offer_sku(self, offer: AzureOffer) -> shapes.Sku:
        """The one SKU of an Azure offer: a single one is sold, after the agreement."""
        path = f"/products/{offer.product_id}/skus/{offer.sku_id}"
        return {
            "id": offer.sku_id,
            "productId": offer.product_id,
            "title": offer.title,
            "description": offer.title,
            "minimumQuantity": 1,
            "maximumQuantity": 1,
            "isTrial": False,
            "supportedBillingCycles": ["one_time"] if offer.kind == "azure_plan" else ["monthly"],
            "purchasePrerequisites": ["MicrosoftCustomerAgreement"],
            "inventoryVariables": [],
            "provisioningVariables": [],
            "actions": ["Edit", "Cancel"],
            "links": {
                "availabilities": to(f"{path}/availabilities{self.tail}"),
                "self": to(f"{path}{self.tail}"),
            },
        }

    def availability(self, found: Sku) -> shapes.Availability:
        """The availability of a SKU of reservations now."""
        aid = self.world.catalogue.availability_id(found, self.scope, self.world.now)
        owner = self.world.catalogue.product(found.product_id)
        assert owner is not None
        shown = self._availability(self.product(owner), self.sku(found), aid)
        shown["isPurchasable"] = found.purchasable(self.world.now)
        if self.life_cycle:
            shown["lifeCycleState"] = "GeneralAvailability" if shown["isPurchasable"] else "Retired"
        shown["terms"] = [{"duration": found.term, "description": f"{_DURATIONS[found.term]} commitment"}]
        return shown

    def offer_availability(self, offer: AzureOffer) -> shapes.Availability:
        """The availability of an Azure offer now; it has no term."""
        aid = self.world.catalogue.azure_item(offer, self.world.now).rpartition(":")[2]
        shown = self._availability(self.product(offer), self.offer_sku(offer), aid)
        if self.life_cycle:
            shown["lifeCycleState"] = "GeneralAvailability"
        return shown

    def _availability(self, product: shapes.Product, sku: shapes.Sku, aid: str) -> shapes.Availability:
        path = f"/products/{product['id']}/skus/{sku['id']}/availabilities/{aid}"
        currency = currency_of(self.world.facts, self.country)
        return {
            "id": aid,
            "productId": product["id"],
            "skuId": sku["id"],
            "catalogItemId": f"{product['id']}:{sku['id']}:{aid}",
            "defaultCurrency": {"code": currency, "symbol": symbol(currency)},
            "segment": "commercial",
            "country": self.country,
            "isPurchasable": True,
            "isRenewable": False,
            "terms": [],
            "product": product,
            "sku": sku,
            "links": {"self": to(f"{path}{self.tail}")},
        }


def _product(
    product_id: str, title: str, description: str, kind: shapes.ProductType, look: Look
) -> shapes.Product:
    path = f"/products/{product_id}"
    return {
        "id": product_id,
        "title": title,
        "description": description,
        "productType": kind,
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft",
        "links": {"skus": to(f"{path}/skus{look.tail}"), "self": to(f"{path}{look.tail}")},
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
