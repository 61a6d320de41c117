"""Bodies of entitlements and of the reservations behind them."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.partner import Link


class ReferenceOrder(TypedDict):
    """The line of an order that an entitlement came by; the line is a text here."""

    id: str
    lineItemId: str
    alternateId: NotRequired[str]


class EntitledQuantity(TypedDict):
    """How many are in a state."""

    quantity: int
    status: str


class ArtifactReference(TypedDict):
    """Where the reservations of an entitlement are; ``resourceId`` is the reservation order in Azure."""

    link: Link
    resourceId: str
    artifactType: str
    dynamicAttributes: NotRequired[dict[str, str]]


class Entitlement(TypedDict):
    """What a customer owns by a line of an order."""

    referenceOrder: ReferenceOrder
    productId: str
    skuId: str
    quantity: int
    quantityDetails: list[EntitledQuantity]
    entitlementType: str
    entitledArtifacts: list[ArtifactReference]
    includedEntitlements: list[Entitlement]
    expiryDate: NotRequired[str]
    fulfillmentState: str


class HeldReservation(TypedDict):
    """A reservation; its size and region are in the SKU only."""

    reservationId: str
    displayName: str
    scopeType: Literal["Shared", "Single", "ManagementGroup"]
    appliedScopes: NotRequired[list[str]]
    quantity: int
    expiryDateTime: str
    effectiveDateTime: str
    provisioningState: str


class Artifact(TypedDict):
    """The reservations of an entitlement; the array has two names on the wire."""

    type: str
    reservations: NotRequired[list[HeldReservation]]
    virtualMachineReservations: NotRequired[list[HeldReservation]]
