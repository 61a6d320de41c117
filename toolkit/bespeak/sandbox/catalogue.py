"""What can be bought: a product a series, a SKU a size, region and term, and availabilities that rotate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from bespeak.sandbox import integration_limits
from bespeak.sandbox.clock import START
from bespeak.sandbox.facts import Facts, Price, Size
from bespeak.sandbox.ids import base36, counted36
from bespeak.sandbox.offers import AZURE_OFFERS, AzureOffer
from bespeak.sandbox.reservation_records import Offer
from bespeak.sandbox.rules import is_closed, is_restricted

#: The two catalogues: for Azure plans, and (without ``reservationScope``) for legacy subscriptions.
PLAN = "AzurePlan"
LEGACY = ""

#: Availability ids change after this long.
ROTATES = timedelta(days=14)
_YEARS = {"P1Y": "1 Year", "P3Y": "3 Years"}


@dataclass(frozen=True, slots=True)
class Sku:
    """One size in one region for one term; ``total`` is the price of an instance for the whole term."""

    product_id: str
    id: str
    size: Size
    region: str
    billing_region: str
    region_name: str
    term: str
    total: Decimal
    currency: str
    #: Whether it is the one reservation of Microsoft's integration sandbox.
    integration: bool = False

    @property
    def title(self) -> str:
        """What invoices and Azure call it."""
        return f"Reserved VM Instance, {self.size.name}, {self.billing_region}, {_YEARS[self.term]}"

    def offer(self, unit_total: Decimal, currency: str) -> Offer:
        """What somebody buys with it, at a price of one instance for the whole term."""
        return Offer(
            self.product_id,
            self.id,
            self.size.name,
            self.region,
            self.term,
            self.title,
            unit_total,
            currency,
        )

    @property
    def restricted(self) -> bool:
        """Whether there is no capacity for it."""
        return is_restricted(self.size.vcpus)

    def purchasable(self, now: datetime) -> bool:
        """Whether it may be bought at this instant."""
        # The page on the integration sandbox is older than the closing of its one series (D-520); it stays open there.
        return self.integration or not is_closed(self.size.name, self.term, now.date())


@dataclass(frozen=True, slots=True)
class Product:
    """A series and its SKUs."""

    id: str
    title: str
    skus: Mapping[str, Sku]


class Catalogue:
    """All products of a world, made when first asked; ids depend on the seed only, except those of availabilities."""

    def __init__(self, facts: Facts, seed: int) -> None:
        self._facts = facts
        self._seed = seed

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """Every product by its id."""
        by_series: dict[str, list[tuple[Size, Price]]] = defaultdict(list)
        for price in self._facts.prices:
            size = self._facts.sizes.get(price.size.lower())
            if size is not None and price.os == "Linux" and price.one_year is not None:
                by_series[size.series].append((size, price))
        made = [
            self._product(number, series, by_series[series])
            for number, series in enumerate(sorted(by_series))
        ]
        return {product.id: product for product in made}

    def _product(self, number: int, series: str, offered: list[tuple[Size, Price]]) -> Product:
        product_id = "DZH318Z0" + counted36(36**3 * 11 + 733 * (number + 1) + self._seed)
        skus: dict[str, Sku] = {}
        for size, price in offered:
            for term, total in (("P1Y", price.one_year), ("P3Y", price.three_years)):
                if total is not None:
                    sku = self._sku(product_id, counted36(len(skus) + 1), size, price, term, total)
                    skus[sku.id] = sku
        return Product(product_id, f"Virtual Machines {series} Series", skus)

    def _sku(self, product_id: str, sku_id: str, size: Size, price: Price, term: str, total: Decimal) -> Sku:
        billing = self._facts.billing_regions.get(price.region, price.region)
        name = self._facts.region_names.get(price.region, price.region)
        return Sku(product_id, sku_id, size, price.region, billing, name, term, total, price.currency)

    @cached_property
    def _by_size(self) -> Mapping[tuple[str, str], dict[str, Sku]]:
        found: dict[tuple[str, str], dict[str, Sku]] = defaultdict(dict)
        for product in self.products.values():
            for sku in product.skus.values():
                found[sku.region, sku.size.name.lower()][sku.term] = sku
        return dict(found)

    def by_size(self, region: str, size: str) -> Mapping[str, Sku]:
        """The SKUs of a size in a region by their term; none when it cannot be reserved there."""
        return self._by_size.get((region.lower(), size.lower()), {})

    def sizes_in(self, region: str) -> Iterator[Mapping[str, Sku]]:
        """The terms of each size that can be reserved in a region; of every region when none is named."""
        return (terms for (place, _), terms in self._by_size.items() if region in ("", place))

    def find(self, product_id: str, sku_id: str) -> Sku | None:
        """The SKU, whatever the case of the ids; None when there is none."""
        product = self.product(product_id)
        return product.skus.get(sku_id.upper()) if product else None

    def product(self, product_id: str) -> Product | None:
        """The product of reservations, whatever the case of its id; also that of the integration sandbox."""
        key = product_id.upper()
        return self.integration if key == self.integration.id else self.products.get(key)

    @cached_property
    def integration(self) -> Product:
        """The one product that Microsoft's integration sandbox sells."""
        size = self._facts.sizes.get(integration_limits.limit("size").lower()) or Size(
            integration_limits.limit("size"), "Bv1", 1, "1", "", 1.0
        )
        product_id = "DZH318Z0" + counted36(36**3 * 11 + self._seed)
        skus = {}
        for number, region in enumerate(integration_limits.regions()):
            name = self._facts.region_names.get(region.lower(), region)
            billing = self._facts.billing_regions.get(region.lower(), region)
            sku_id = counted36(number + 1)
            skus[sku_id] = Sku(
                product_id,
                sku_id,
                size,
                region.lower(),
                billing,
                name,
                "P1Y",
                integration_limits.price(),
                "USD",
                integration=True,
            )
        return Product(product_id, "Virtual Machines BS Series", skus)

    def azure_item(self, offer: AzureOffer, now: datetime) -> str:
        """The catalogItemId of one of the two Azure offers at this instant."""
        return (
            f"{offer.product_id}:{offer.sku_id}:{self._azure_availability(offer, (now - START) // ROTATES)}"
        )

    def _azure_availability(self, offer: AzureOffer, turn: int) -> str:
        return "DZH318Z0" + base36(self._seed, offer.product_id, offer.sku_id, turn)

    def resolve_azure(
        self, catalog_item_id: str, now: datetime, *, in_cart: bool = False
    ) -> AzureOffer | None:
        """The Azure offer of an item id; the legacy one also by its offer id alone."""
        wanted, turn = catalog_item_id.upper(), (now - START) // ROTATES
        for offer in AZURE_OFFERS.values():
            turns = (turn - back for back in range(1 + in_cart))
            ids = [
                f"{offer.product_id}:{offer.sku_id}:{self._azure_availability(offer, one)}" for one in turns
            ]
            if wanted in ids or (offer.kind == "legacy" and wanted == offer.product_id):
                return offer
        return None

    def availability_id(self, sku: Sku, scope: str, now: datetime) -> str:
        """The availability of a SKU in one of the two catalogues at this instant."""
        return self._availability(sku, scope, (now - START) // ROTATES)

    def _availability(self, sku: Sku, scope: str, turn: int) -> str:
        return "DZH318Z0" + base36(self._seed, sku.product_id, sku.id, scope, turn)

    def resolve(
        self, catalog_item_id: str, now: datetime, *, in_cart: bool = False
    ) -> tuple[Sku, str] | None:
        """The SKU and the catalogue of an item id; None for one that is wrong or has rotated away.

        What already lies in a cart stays good for one turn more.
        """
        product_id, _, rest = catalog_item_id.upper().partition(":")
        sku_id, _, availability = rest.partition(":")
        sku = self.find(product_id, sku_id)
        turn = (now - START) // ROTATES
        for scope in (PLAN, LEGACY) if sku else ():
            assert sku is not None
            if availability in [self._availability(sku, scope, turn - back) for back in range(1 + in_cart)]:
                return sku, scope
        return None
