"""Bodies of carts and of their checkout."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.orders import Order
from bespeak.sandbox.http.shapes.partner import Attributes, Link


class LineError(TypedDict):
    """What is wrong with a line: a name, which the SDK writes in snake_case, or its number (a switch)."""

    errorCode: str | int
    errorDescription: str


class Participant(TypedDict, total=False):
    """A reseller who takes part."""

    key: str
    value: str


class CartLine(TypedDict):
    """A line of a cart."""

    id: int
    catalogItemId: str
    friendlyName: NotRequired[str]
    quantity: int
    currencyCode: NotRequired[str]
    billingCycle: NotRequired[str]
    termDuration: NotRequired[str]
    participants: NotRequired[list[Participant]]
    provisioningContext: dict[str, str]
    orderGroup: str
    error: NotRequired[LineError]


class Cart(TypedDict):
    """A cart."""

    id: str
    creationTimestamp: str
    lastModifiedTimestamp: str
    expirationTimestamp: str
    lastModifiedUser: str
    status: Literal["Active", "Ordered"]
    partnerOnRecordAttestationAccepted: NotRequired[bool]
    lineItems: list[CartLine]
    links: dict[str, Link]
    attributes: Attributes


class CartLineWish(TypedDict, total=False):
    """A line that is asked for."""

    id: int | None
    catalogItemId: str
    friendlyName: str | None
    quantity: int
    currencyCode: str | None
    billingCycle: str | None
    termDuration: str | None
    participants: list[Participant] | None
    provisioningContext: dict[str, str] | None
    attestationAccepted: bool | None


class CartWish(TypedDict, total=False):
    """A cart that is asked for."""

    lineItems: list[CartLineWish]
    partnerOnRecordAttestationAccepted: bool | None


class OrderError(TypedDict):
    """Why an order group was not ordered."""

    orderGroupId: str
    code: int
    description: str


class CheckoutResult(TypedDict):
    """What a checkout made; both lists are there when a part of it failed."""

    orders: list[Order]
    orderErrors: NotRequired[list[OrderError]]
    attributes: Attributes
