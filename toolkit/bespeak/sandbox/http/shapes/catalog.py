"""Bodies of the catalogue: there is no price in any of them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Link


class NamedId(TypedDict):
    """An id with a name for people."""

    id: str
    displayName: str


class ProductType(TypedDict):
    """What kind of product it is."""

    id: str
    displayName: str
    subType: NotRequired[NamedId]


class Product(TypedDict):
    """A series of VMs that can be reserved, or an Azure offer."""

    id: str
    title: str
    description: str
    productType: ProductType
    isMicrosoftProduct: bool
    publisherName: str
    links: dict[str, Link]


class Sku(TypedDict):
    """A size in a region for a term, or the one variant of an Azure offer."""

    id: str
    productId: str
    title: str
    description: str
    minimumQuantity: int
    maximumQuantity: int
    isTrial: bool
    supportedBillingCycles: list[str]
    purchasePrerequisites: list[str]
    inventoryVariables: list[str]
    provisioningVariables: list[str]
    actions: list[str]
    dynamicAttributes: NotRequired[dict[str, str]]
    links: dict[str, Link]


class Currency(TypedDict):
    """A currency and its sign."""

    code: str
    symbol: str


class Term(TypedDict):
    """How long what is bought lasts."""

    duration: str
    description: str


class Availability(TypedDict):
    """What can be put into a cart now."""

    id: str
    productId: str
    skuId: str
    catalogItemId: str
    defaultCurrency: Currency
    segment: str
    country: str
    isPurchasable: bool
    isRenewable: bool
    lifeCycleState: NotRequired[str]
    terms: list[Term]
    product: Product
    sku: Sku
    links: dict[str, Link]


class InventoryItem(TypedDict, total=False):
    """An item that is asked about."""

    productId: str
    skuId: str | None


class InventoryContext(TypedDict, total=False):
    """For whom and where it shall be used."""

    customerId: str | None
    azureSubscriptionId: str | None
    armRegionName: str | None


class InventoryWish(TypedDict, total=False):
    """The question whether there is capacity."""

    targetItems: list[InventoryItem]
    inventoryContext: InventoryContext | None


class RestrictionProperties(TypedDict):
    """Where a restriction holds."""

    type: str
    values: str


class Restriction(TypedDict):
    """Why there is no capacity."""

    reasonCode: str
    description: str
    properties: RestrictionProperties


class Inventory(TypedDict):
    """Whether there is capacity for a SKU."""

    productId: str
    skuId: str
    isRestricted: bool
    restrictions: list[Restriction]


class Promotion(TypedDict):
    """A promotion; there is none for reservations."""

    id: str
