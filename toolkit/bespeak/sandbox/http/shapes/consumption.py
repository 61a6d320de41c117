"""Bodies of Microsoft.Consumption."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class SummaryProperties(TypedDict):
    """The use of one reservation in a day or month; hours of the reserved size, shares of 100."""

    reservationOrderId: str
    reservationId: str
    skuName: str
    kind: Literal["Reservation"]
    usageDate: str
    reservedHours: float
    usedHours: float
    minUtilizationPercentage: float
    avgUtilizationPercentage: float
    maxUtilizationPercentage: float
    purchasedQuantity: NotRequired[float]
    remainingQuantity: NotRequired[float]
    totalReservedQuantity: NotRequired[float]
    usedQuantity: NotRequired[float]
    utilizedPercentage: NotRequired[float]


class ReservationSummary(TypedDict):
    """One row; its id has no leading slash."""

    id: str
    name: str
    type: str
    tags: None
    properties: SummaryProperties


class ReservationSummaries(TypedDict):
    """All rows of a question."""

    value: list[ReservationSummary]


class DetailProperties(TypedDict):
    """Hours that one machine ran on a reservation in one day; the ratio of its size is a text."""

    reservationOrderId: str
    reservationId: str
    skuName: str
    kind: Literal["Reservation"]
    usageDate: str
    reservedHours: float
    usedHours: float
    instanceId: str
    totalReservedQuantity: float
    instanceFlexibilityGroup: str
    instanceFlexibilityRatio: str


class ReservationDetail(TypedDict):
    """One row; its id has no leading slash."""

    id: str
    name: str
    type: str
    tags: None
    properties: DetailProperties


class ReservationDetails(TypedDict):
    """All rows of a question."""

    value: list[ReservationDetail]


class Named(TypedDict):
    """A property of a size."""

    name: str
    value: str


class Amount(TypedDict):
    """Money in the modern shape."""

    currency: str
    value: float


class CommonAdvice(TypedDict):
    """What both shapes of a recommendation have; ``recommendedQuantity`` counts instances of the own size."""

    scope: Literal["Single", "Shared"]
    subscriptionId: NotRequired[str]
    resourceType: str
    term: Literal["P1Y", "P3Y"]
    meterId: str
    skuProperties: list[Named] | None
    recommendedQuantity: float
    recommendedQuantityNormalized: float
    instanceFlexibilityGroup: str
    instanceFlexibilityRatio: float
    normalizedSize: str
    firstUsageDate: str
    lastUsageDate: str
    totalHours: int


class LegacyProperties(CommonAdvice):
    """One size in one region and term, at a subscription or resource group; money as plain numbers."""

    lookBackPeriod: Literal["Last7Days", "Last30Days", "Last60Days"]
    costWithNoReservedInstances: float
    totalCostWithReservedInstances: float
    netSavings: float


class LegacyRecommendation(TypedDict):
    """A recommendation in the legacy shape: location and size are at the top, the size is a text."""

    id: str
    name: str
    type: str
    kind: Literal["legacy"]
    etag: None
    location: str
    sku: str
    tags: None
    properties: LegacyProperties


class ModernProperties(CommonAdvice):
    """The same at a billing profile; money with its currency, location and size inside."""

    location: str
    skuName: str
    lookBackPeriod: int
    costWithNoReservedInstances: Amount
    totalCostWithReservedInstances: Amount
    netSavings: Amount


class ModernRecommendation(TypedDict):
    """A recommendation in the modern shape."""

    id: str
    name: str
    type: str
    kind: Literal["modern"]
    etag: None
    tags: None
    properties: ModernProperties


class Recommendations(TypedDict):
    """The recommendations of a scope; never an empty list."""

    value: list[LegacyRecommendation | ModernRecommendation]
    nextLink: None
    previousLink: None


class DetailResource(TypedDict):
    """What the curve is of; the rates are those of the hardware, an hour and unit."""

    appliedScopes: list[str]
    onDemandRate: float
    product: str
    region: str
    reservationRate: float
    resourceType: str


class CalculatedSavings(TypedDict):
    """The look-back window with so many instances reserved."""

    onDemandCost: float
    overageCost: float
    quantity: float
    reservationCost: float
    totalReservationCost: float
    reservedUnitCount: float
    savings: float


class DetailSavings(TypedDict):
    """The curve."""

    calculatedSavings: list[CalculatedSavings]
    lookBackPeriod: int
    recommendedQuantity: float
    reservationOrderTerm: str
    savingsType: Literal["instance"]
    unitOfMeasure: Literal["hour"]


class DetailUsage(TypedDict):
    """The usage from which the curve follows: one number an hour."""

    firstConsumptionDate: str
    lastConsumptionDate: str
    lookBackUnitType: Literal["days"]
    usageData: list[float]
    usageGrain: Literal["hourly"]


class RecommendationDetailProperties(TypedDict):
    """Everything of one curve."""

    currency: str
    resource: DetailResource
    resourceGroup: None
    savings: DetailSavings
    scope: str
    usage: DetailUsage


class RecommendationDetails(TypedDict):
    """The savings curve of one size, region and term."""

    id: str
    name: str
    type: str
    location: str
    sku: str
    etag: None
    tags: None
    properties: RecommendationDetailProperties


class TransactionProperties(TypedDict):
    """A payment or a refund; refunds have amounts below 0 and stand under the month of the purchase."""

    eventDate: str
    eventType: Literal["Purchase", "Refund"]
    amount: float
    currency: str
    quantity: float
    term: str
    region: str
    armSkuName: str
    reservationOrderId: str
    reservationOrderName: str
    billingFrequency: Literal["OneTime", "Recurring"]
    purchasingSubscriptionGuid: str
    purchasingSubscriptionName: str
    description: str
    billingProfileId: str
    billingProfileName: str


class Transaction(TypedDict):
    """One row in the modern shape."""

    id: str
    name: str
    type: str
    tags: list[str]
    properties: TransactionProperties


class Transactions(TypedDict):
    """All transactions of a question."""

    value: list[Transaction]
    nextLink: None


class UsageDetailProperties(TypedDict):
    """One day of one machine on one meter; ``additionalProperties`` is a JSON text (recorded, 2018)."""

    billingPeriodId: str
    usageStart: str
    usageEnd: str
    instanceId: str
    instanceName: str
    instanceLocation: str
    meterId: str
    usageQuantity: float
    pretaxCost: float
    currency: str
    isEstimated: bool
    subscriptionGuid: str
    subscriptionName: str
    product: str
    consumedService: str
    additionalProperties: NotRequired[str]


class UsageDetail(TypedDict):
    """One row; its id has no leading slash."""

    id: str
    name: str
    type: str
    tags: None
    properties: UsageDetailProperties


class UsageDetails(TypedDict):
    """A page of usage; the link is absent on the last one."""

    value: list[UsageDetail]
    nextLink: NotRequired[str]
