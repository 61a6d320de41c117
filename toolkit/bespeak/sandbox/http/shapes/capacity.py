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


class QuoteRow(TypedDict):
    """A payment of a quote; only the first one has the amount in the billing currency."""

    dueDate: str
    pricingCurrencyTotal: Amount
    billingCurrencyTotal: NotRequired[Amount]
    status: Literal["Scheduled"]


class QuoteProperties(TypedDict):
    """A price. The three totals are always 0; the price is ``billingCurrencyTotal``, without tax."""

    billingCurrencyTotal: Amount
    netTotal: float
    taxTotal: float
    grandTotal: float
    isTaxIncluded: bool
    isBillingPartnerManaged: bool
    paymentSchedule: NotRequired[list[QuoteRow]]
    reservationOrderId: str
    skuTitle: str
    skuDescription: str
    pricingCurrencyTotal: Amount


class Quote(TypedDict):
    """The answer of calculatePrice."""

    properties: QuoteProperties


class AliasProperties(TypedDict):
    """A purchase without a quote."""

    displayName: str
    reservationOrderId: str
    provisioningState: Literal["Created"]
    billingScopeId: str
    term: str
    billingPlan: NotRequired[str]
    appliedScopeType: str
    appliedScopeProperties: NotRequired[AppliedScope | None]
    quantity: int
    renew: bool
    reservedResourceType: str
    reservedResourceProperties: Flexibility


class Alias(TypedDict):
    """A reservation order alias."""

    id: str
    name: str
    type: str
    location: str
    sku: Named
    properties: AliasProperties


class AliasOutcome(TypedDict):
    """What became of it."""

    reservationOrderId: str


class OperationError(TypedDict):
    """Why an operation failed."""

    code: str
    message: str


class AliasOperation(TypedDict):
    """How far the purchase of an alias is."""

    id: str
    name: str
    status: Literal["Pending", "Succeeded", "Failed"]
    properties: NotRequired[AliasOutcome]
    error: NotRequired[OperationError]


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
