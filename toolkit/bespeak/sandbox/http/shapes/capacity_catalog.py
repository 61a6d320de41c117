"""Bodies of the catalogue, of applied reservations and of the actions of the provider."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from bespeak.sandbox.http.shapes.capacity import Amount


class SkuProperty(TypedDict):
    """A property of a size; every value is a text."""

    name: str
    value: str


class Restriction(TypedDict):
    """What is listed and still not sold."""

    type: str
    values: list[str]
    reasonCode: str


class Plans(TypedDict, total=False):
    """How each term may be paid; the keys are spelt like this."""

    p1Y: list[str]
    p3Y: list[str]
    p5Y: list[str]


class Prices(TypedDict, total=False):
    """The list price of one instance for a whole term; terms without a price are missing."""

    p1Y: Amount
    p3Y: Amount
    p5Y: Amount


class CatalogRow(TypedDict):
    """A size that can be reserved in a region."""

    resourceType: str
    name: str
    terms: list[str]
    locations: list[str]
    billingPlans: Plans
    msrp: Prices
    skuProperties: list[SkuProperty]
    restrictions: list[Restriction]


class Catalog(TypedDict):
    """The catalogue, or a page of it."""

    value: list[CatalogRow]
    nextLink: NotRequired[str]
    totalItems: NotRequired[int]


class OrderIds(TypedDict):
    """Ids of orders, two levels down."""

    value: list[str]


class AppliedOrders(TypedDict):
    """The orders that apply to a subscription."""

    reservationOrderIds: OrderIds


class AppliedReservations(TypedDict):
    """What is applied to a subscription."""

    id: str
    type: str
    name: str
    properties: AppliedOrders


class OperationDisplay(TypedDict):
    """An action in words."""

    provider: str
    resource: str
    operation: str
    description: str


class Operation(TypedDict):
    """An action of the provider."""

    name: str
    display: OperationDisplay


class OperationList(TypedDict):
    """All actions of the provider."""

    value: list[Operation]
