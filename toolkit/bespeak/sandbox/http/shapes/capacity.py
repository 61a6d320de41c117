"""Bodies of Microsoft.Capacity: quotes, orders, reservations, catalogue, lists.

States are no closed sets: the service has shown some that its description does not list.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Amount(TypedDict):
    """An amount of money."""

    currencyCode: str
    amount: float


class Named(TypedDict):
    """A name of a size."""

    name: str


class Ref(TypedDict):
    """The id of something."""

    id: str


class ExtendedStatus(TypedDict):
    """What goes on, or why it ended."""

    statusCode: str
    message: str


class AppliedScope(TypedDict):
    """Where a reservation is applied, unless it is shared."""

    subscriptionId: NotRequired[str]
    resourceGroupId: NotRequired[str]
    managementGroupId: NotRequired[str]
    tenantId: NotRequired[str]
    displayName: NotRequired[str]


class Aggregate(TypedDict):
    """The use of the last days."""

    grain: float
    grainUnit: Literal["days"]
    value: float
    valueUnit: Literal["percentage"]


class Use(TypedDict):
    """How well a reservation was used lately."""

    trend: NotRequired[str]
    aggregates: list[Aggregate]


class SplitParts(TypedDict):
    """What a reservation was split from or into."""

    splitDestinations: NotRequired[list[str]]
    splitSource: NotRequired[str]


class MergeParts(TypedDict):
    """What a reservation was merged from or into."""

    mergeDestination: NotRequired[str]
    mergeSources: NotRequired[list[str]]


class SwapParts(TypedDict):
    """What a reservation was swapped from or into."""

    swapSource: NotRequired[str]
    swapDestination: NotRequired[str]


class Flexibility(TypedDict):
    """Properties of the reserved resource."""

    instanceFlexibility: NotRequired[str]


class Wanted(TypedDict):
    """What a purchase request asks for."""

    reservedResourceType: str
    billingScopeId: str
    term: str
    quantity: int
    appliedScopeType: str
    billingPlan: NotRequired[str]
    displayName: NotRequired[str]
    appliedScopes: NotRequired[list[str] | None]
    appliedScopeProperties: NotRequired[AppliedScope | None]
    renew: NotRequired[bool]
    reservedResourceProperties: NotRequired[Flexibility | None]
    reviewDateTime: NotRequired[str | None]


class PurchaseRequest(TypedDict):
    """A purchase request."""

    sku: Named
    location: str
    properties: Wanted


class RenewParts(TypedDict):
    """The purchase that will follow; its price only from 30 days before the end of the term on."""

    purchaseProperties: PurchaseRequest
    billingCurrencyTotal: NotRequired[Amount]
    pricingCurrencyTotal: NotRequired[Amount]


class ReservationProperties(TypedDict):
    """What a reservation is. Dates are there once its purchase has succeeded."""

    reservedResourceType: str
    instanceFlexibility: str
    displayName: str
    quantity: int
    term: str
    billingPlan: str
    billingScopeId: str
    provisioningState: str
    displayProvisioningState: str
    provisioningSubState: str
    appliedScopeType: str
    userFriendlyAppliedScopeType: str
    renew: bool
    archived: bool
    userFriendlyRenewState: str
    skuDescription: str
    effectiveDateTime: str
    lastUpdatedDateTime: str
    appliedScopes: NotRequired[list[str]]
    appliedScopeProperties: NotRequired[AppliedScope]
    renewSource: NotRequired[str]
    renewDestination: NotRequired[str]
    renewProperties: NotRequired[RenewParts]
    purchaseDate: NotRequired[str]
    purchaseDateTime: NotRequired[str]
    benefitStartTime: NotRequired[str]
    expiryDate: NotRequired[str]
    expiryDateTime: NotRequired[str]
    capabilities: NotRequired[str]
    splitProperties: NotRequired[SplitParts]
    mergeProperties: NotRequired[MergeParts]
    swapProperties: NotRequired[SwapParts]
    extendedStatusInfo: NotRequired[ExtendedStatus]
    utilization: NotRequired[Use]


class Reservation(TypedDict):
    """A reservation; ``etag`` is a number that counts its revisions."""

    id: str
    type: str
    name: str
    location: str
    etag: int
    sku: Named
    kind: str
    properties: ReservationProperties


class Payment(TypedDict):
    """One payment; its amount in the billing currency is there when it was made."""

    dueDate: str
    paymentDate: NotRequired[str]
    pricingCurrencyTotal: Amount
    billingCurrencyTotal: NotRequired[Amount]
    status: Literal["Succeeded", "Failed", "Scheduled", "Cancelled"]


class Plan(TypedDict):
    """All payments of an order."""

    pricingCurrencyTotal: Amount
    startDate: str
    nextPaymentDueDate: NotRequired[str]
    transactions: list[Payment]


class OrderProperties(TypedDict):
    """What an order is. Dates are there once its purchase has succeeded."""

    displayName: str
    requestDateTime: str
    term: str
    originalQuantity: int
    billingPlan: str
    provisioningState: str
    billingAccountId: str
    reservations: list[Ref]
    createdDateTime: NotRequired[str]
    benefitStartTime: NotRequired[str]
    expiryDate: NotRequired[str]
    expiryDateTime: NotRequired[str]
    planInformation: NotRequired[Plan]


class Order(TypedDict):
    """A reservation order."""

    id: str
    type: str
    name: str
    etag: int
    properties: OrderProperties


class OrderList(TypedDict):
    """A page of orders."""

    value: list[Order]
    nextLink: NotRequired[str]


class Summary(TypedDict):
    """How many reservations are in which state."""

    succeededCount: float
    failedCount: float
    expiringCount: float
    expiredCount: float
    pendingCount: float
    cancelledCount: float
    processingCount: float
    warningCount: float
    noBenefitCount: float


class ReservationList(TypedDict):
    """A page of reservations."""

    value: list[Reservation]
    nextLink: NotRequired[str]
    summary: NotRequired[Summary]
