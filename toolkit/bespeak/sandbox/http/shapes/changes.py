"""Bodies of changes of reservations: PATCH, split, merge, scopes, history, change of directory (2022-11-01)."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bespeak.sandbox.http.shapes.capacity import (
    AppliedScope,
    ExtendedStatus,
    MergeParts,
    Named,
    PurchaseRequest,
    SplitParts,
    SwapParts,
)

OnOff = Literal["On", "Off"]
ScopeType = Literal["Single", "Shared", "ManagementGroup"]


class RevisionProperties(TypedDict):
    """What a revision says: less than the reservation itself."""

    appliedScopeType: str
    quantity: int
    provisioningState: str
    expiryDateTime: str
    benefitStartTime: str
    displayName: str
    effectiveDateTime: str
    lastUpdatedDateTime: str
    reservedResourceType: str
    instanceFlexibility: OnOff
    skuDescription: str
    renew: bool
    archived: bool
    extendedStatusInfo: NotRequired[ExtendedStatus]
    splitProperties: NotRequired[SplitParts]
    mergeProperties: NotRequired[MergeParts]
    swapProperties: NotRequired[SwapParts]


class Revision(TypedDict):
    """One entry of the history; ``name`` is its number, or in older versions a path."""

    sku: Named
    id: str
    type: str
    name: str
    etag: int
    location: str
    properties: RevisionProperties


class RevisionList(TypedDict):
    """The history, newest first."""

    value: list[Revision]


class OldProperties(TypedDict):
    """A reservation in the older shape: a day instead of the instant of expiry, scopes as a list."""

    appliedScopes: NotRequired[list[str]]
    appliedScopeType: str
    quantity: int
    provisioningState: str
    expiryDate: str
    displayName: str
    effectiveDateTime: str
    lastUpdatedDateTime: str
    reservedResourceType: str
    instanceFlexibility: OnOff
    skuDescription: str
    extendedStatusInfo: NotRequired[ExtendedStatus]
    splitProperties: NotRequired[SplitParts]
    mergeProperties: NotRequired[MergeParts]
    swapProperties: NotRequired[SwapParts]
    renew: bool


class OldReservation(TypedDict):
    """A reservation as the results of split and merge show it; ``name`` is ``{order}/{reservation}``."""

    sku: Named
    id: str
    type: str
    name: str
    etag: int
    location: str
    properties: OldProperties


class RenewPurchase(TypedDict):
    """What a renewal is to buy; may differ in size, region, quantity, term and plan."""

    purchaseProperties: PurchaseRequest


class PatchProperties(TypedDict):
    """What is to change; what is not sent stays."""

    appliedScopeType: NotRequired[ScopeType]
    appliedScopes: NotRequired[list[str]]
    appliedScopeProperties: NotRequired[AppliedScope]
    instanceFlexibility: NotRequired[OnOff]
    name: NotRequired[str]
    renew: NotRequired[bool]
    renewProperties: NotRequired[RenewPurchase]
    reviewDateTime: NotRequired[str]


class PatchBody(TypedDict):
    """A change of a reservation."""

    properties: PatchProperties


class SplitWish(TypedDict):
    """Two quantities that add up to that of the reservation."""

    quantities: list[int]
    reservationId: str


class SplitBody(TypedDict):
    """A split."""

    properties: SplitWish


class MergeWish(TypedDict):
    """Two reservations of one order with equal properties."""

    sources: list[str]


class MergeBody(TypedDict):
    """A merge."""

    properties: MergeWish


class ScopesWish(TypedDict):
    """Paths of subscriptions or resource groups."""

    scopes: list[str]


class ScopesBody(TypedDict):
    """A question which scopes are good."""

    properties: ScopesWish


class ScopeVerdict(TypedDict):
    """Whether a scope is good for this reservation."""

    scope: str
    valid: bool


class ScopesFound(TypedDict):
    """The verdicts, in the order of the question."""

    scopes: list[ScopeVerdict]


class ScopesAnswer(TypedDict):
    """The answer to that question."""

    properties: ScopesFound


class DirectoryBody(TypedDict):
    """The tenant that an order is to move to."""

    destinationTenantId: str


class Moved(TypedDict):
    """An order or reservation that moved; ``id`` is a bare GUID."""

    id: str
    name: str
    isSucceeded: bool
    error: NotRequired[str]


class DirectoryAnswer(TypedDict):
    """What moved."""

    reservationOrder: Moved
    reservations: list[Moved]
