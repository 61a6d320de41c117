"""Bodies of orders and of their provisioning."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes, Link


class Pricing(TypedDict):
    """The price of a line, only with ``include_price``."""

    listPrice: float
    discountedPrice: float
    proratedPrice: float
    price: float
    extendedPrice: float


class OrderLine(TypedDict):
    """A line of an order."""

    lineItemNumber: int
    offerId: NotRequired[str]
    subscriptionId: NotRequired[str]
    termDuration: NotRequired[str]
    transactionType: str
    friendlyName: NotRequired[str]
    quantity: int
    partnerIdOnRecord: NotRequired[str]
    additionalPartnerIdsOnRecord: NotRequired[list[str]]
    provisioningContext: NotRequired[dict[str, str]]
    pricing: NotRequired[Pricing]
    links: dict[str, Link]


class Client(TypedDict):
    """The program that placed an order."""

    marketplaceCountry: str
    deviceFamily: str
    name: str


class Order(TypedDict):
    """An order."""

    id: str
    alternateId: str
    referenceCustomerId: str
    billingCycle: str
    transactionType: str
    currencyCode: str
    currencySymbol: str
    lineItems: list[OrderLine]
    creationDate: str
    status: Literal["pending", "completed", "cancelled"]
    totalPrice: NotRequired[float]
    links: dict[str, Link]
    client: Client
    attributes: Attributes


class ProvisionedQuantity(TypedDict):
    """How many of a line are in a state."""

    quantity: int
    status: str


class LineProvisioning(TypedDict):
    """How far a line of an order is."""

    lineItemNumber: int
    status: Literal["PrefulfillmentPending", "Fulfilled", "Unfulfilled"]
    quantityProvisioningInformation: list[ProvisionedQuantity]
    attributes: Attributes


class OrderLineWish(TypedDict, total=False):
    """A line that shall be ordered directly."""

    lineItemNumber: int
    offerId: str
    friendlyName: str | None
    quantity: int
    termDuration: str | None
    billingCycle: str | None
    partnerIdOnRecord: str | None
    provisioningContext: dict[str, str] | None


class OrderWish(TypedDict, total=False):
    """An order that shall be placed directly."""

    billingCycle: str | None
    currencyCode: str | None
    lineItems: list[OrderLineWish]


class CancelledLine(TypedDict, total=False):
    """A line that shall be cancelled."""

    lineItemNumber: int
    offerId: str


class OrderChange(TypedDict, total=False):
    """A change of an order: only cancelling is offered."""

    id: str
    status: str
    lineItems: list[CancelledLine]
