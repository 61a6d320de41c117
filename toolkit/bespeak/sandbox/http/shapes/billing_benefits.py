"""Bodies of Microsoft.BillingBenefits, and of the savings plans in Microsoft.CostManagement."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Sku(TypedDict):
    """What is bought: always the savings plan for compute."""

    name: Literal["Compute_Savings_Plan"]


class Commitment(TypedDict):
    """Money in each hour."""

    currencyCode: str
    amount: float
    grain: Literal["Hourly"]


class AppliedScope(TypedDict):
    """Where a plan other than a shared one is applied."""

    subscriptionId: NotRequired[str]
    resourceGroupId: NotRequired[str]
    managementGroupId: NotRequired[str]
    tenantId: NotRequired[str]
    displayName: NotRequired[str]


class Aggregate(TypedDict):
    """How well it was used in the last days."""

    grain: float
    grainUnit: Literal["days"]
    value: float
    valueUnit: Literal["percentage"]


class Utilization(TypedDict):
    """How well it is used."""

    trend: str
    aggregates: list[Aggregate]


class StatusInfo(TypedDict):
    """Its state in words."""

    statusCode: str
    message: str


#: A resource group is Single.
ScopeType = Literal["Shared", "Single", "ManagementGroup"]


class PlanProperties(TypedDict):
    """A savings plan; ``appliedScopeProperties`` is null when it is shared (recorded, 2022)."""

    displayName: str
    provisioningState: str
    displayProvisioningState: str
    billingScopeId: str
    billingProfileId: str
    billingAccountId: str
    term: Literal["P1Y", "P3Y"]
    billingPlan: Literal["P1M"]
    appliedScopeType: ScopeType
    userFriendlyAppliedScopeType: str
    appliedScopeProperties: AppliedScope | None
    commitment: Commitment
    effectiveDateTime: str
    expiryDateTime: str
    purchaseDateTime: str
    benefitStartTime: str
    extendedStatusInfo: StatusInfo
    renew: bool
    utilization: Utilization


class Plan(TypedDict):
    """A savings plan as a resource."""

    id: str
    name: str
    type: str
    sku: Sku
    properties: PlanProperties


class Plans(TypedDict):
    """Savings plans of an order, or of all orders."""

    value: list[Plan]


class OrderProperties(TypedDict):
    """The order of a savings plan."""

    displayName: str
    provisioningState: str
    billingScopeId: str
    billingProfileId: str
    billingAccountId: str
    term: Literal["P1Y", "P3Y"]
    billingPlan: Literal["P1M"]
    expiryDateTime: str
    benefitStartTime: str
    savingsPlans: list[str]


class Order(TypedDict):
    """An order as a resource."""

    id: str
    name: str
    type: str
    sku: Sku
    properties: OrderProperties


class Orders(TypedDict):
    """All orders that the caller can see."""

    value: list[Order]


class WishedProperties(TypedDict):
    """What is asked for in a purchase."""

    displayName: NotRequired[str]
    billingScopeId: str
    term: str
    billingPlan: NotRequired[str]
    appliedScopeType: str
    appliedScopeProperties: NotRequired[AppliedScope | None]
    commitment: Commitment
    renew: NotRequired[bool]


class Wish(TypedDict):
    """One purchase that is to be validated."""

    sku: Sku
    properties: WishedProperties


class Wishes(TypedDict):
    """The body of a validation."""

    benefits: list[Wish]


class Verdict(TypedDict):
    """Whether a purchase would be accepted, and why not."""

    valid: bool
    reasonCode: NotRequired[str]
    reason: NotRequired[str]


class Verdicts(TypedDict):
    """A verdict for each benefit, in the order of the request."""

    benefits: list[Verdict]


class BenefitSummaryProperties(TypedDict):
    """The use of a savings plan in an hour, a day or a month; shares of 100."""

    armSkuName: Literal["Compute_Savings_Plan"]
    benefitId: str
    benefitOrderId: str
    benefitType: Literal["SavingsPlan"]
    usageDate: str
    avgUtilizationPercentage: float
    minUtilizationPercentage: float
    maxUtilizationPercentage: float


class BenefitSummary(TypedDict):
    """One row."""

    id: str
    name: str
    type: str
    kind: Literal["SavingsPlan"]
    properties: BenefitSummaryProperties


class BenefitSummaries(TypedDict):
    """All rows of a question."""

    value: list[BenefitSummary]
    nextLink: None
