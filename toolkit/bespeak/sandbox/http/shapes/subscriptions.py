"""Bodies of subscriptions, of the Azure subscriptions below them, and of the move to an Azure plan."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes, Link


class Subscription(TypedDict):
    """A subscription; reservations are none."""

    id: str
    entitlementId: NotRequired[str]
    offerId: str
    offerName: str
    friendlyName: str
    quantity: int
    unitType: str
    hasPurchasableAddons: bool
    creationDate: str
    effectiveStartDate: str
    commitmentEndDate: str
    status: Literal["active", "suspended", "pending", "deleted"]
    autoRenewEnabled: bool
    isTrial: bool
    billingType: str
    billingCycle: str
    isMicrosoftProduct: bool
    contractType: str
    publisherName: str
    actions: list[str]
    suspensionReasons: NotRequired[list[str]]
    partnerId: NotRequired[str]
    migratedFromSubscriptionId: NotRequired[str]
    orderId: str
    links: dict[str, Link]
    attributes: Attributes


class SubscriptionChange(TypedDict, total=False):
    """A change of a subscription: the whole resource, of which status and name count."""

    id: str | None
    friendlyName: str | None
    status: str | None
    quantity: int | None


class AzureEntitlement(TypedDict):
    """An Azure subscription of a plan."""

    id: str
    friendlyName: str
    status: Literal["active", "disabled"]
    subscriptionId: str
    links: dict[str, Link]
    attributes: Attributes


class Cancellation(TypedDict, total=False):
    """Why an Azure subscription shall end."""

    cancellationReason: str


class Registration(TypedDict):
    """How far the registration for reservations is."""

    subscriptionId: str
    status: Literal["NotRegistered", "Registering", "Registered"]
    attributes: Attributes


class Provisioning(TypedDict):
    """Whether a subscription is there."""

    skuId: str
    status: str
    quantity: int
    endDate: str
    attributes: Attributes


class SupportContact(TypedDict):
    """Who supports the customer of a subscription."""

    supportTenantId: str
    supportMpnId: str
    name: str
    links: dict[str, Link]
    attributes: Attributes


class SupportContactWish(TypedDict, total=False):
    """Who shall support the customer of a subscription."""

    supportTenantId: str
    supportMpnId: str | None
    name: str | None


class UpgradeWish(TypedDict, total=False):
    """A customer that shall move to an Azure plan."""

    customerId: str
    productFamily: str


class UpgradeError(TypedDict):
    """Why a customer cannot move."""

    code: int
    description: str


class Eligibility(TypedDict):
    """Whether a customer can move."""

    customerId: str
    isEligible: bool
    productFamily: str
    errors: NotRequired[list[UpgradeError]]
    attributes: Attributes


class NamedProduct(TypedDict):
    """A product by id and name."""

    id: str
    name: str


class UpgradeLine(TypedDict):
    """How far the move of one product is."""

    sourceProduct: NamedProduct
    targetProduct: NamedProduct
    upgradedDate: NotRequired[str]
    status: str


class UpgradeStatus(TypedDict):
    """How far a move is."""

    id: str
    status: Literal["NotStarted", "InProgress", "Completed", "Failed"]
    productFamily: str
    lineItems: list[UpgradeLine]
    attributes: Attributes
