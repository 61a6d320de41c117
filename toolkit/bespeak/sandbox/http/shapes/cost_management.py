"""Bodies of Microsoft.CostManagement."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Column(TypedDict):
    """A column of a result, in the order of the cells of its rows."""

    name: str
    type: Literal["Number", "String"]


class ResultProperties(TypedDict):
    """A table: dates are numbers such as 20261116, the currency is a column."""

    nextLink: str | None
    columns: list[Column]
    rows: list[list[float | int | str]]


class QueryResult(TypedDict):
    """The answer to a query; its id has no leading slash."""

    id: str
    name: str
    type: str
    location: None
    sku: None
    eTag: None
    properties: ResultProperties


TimePeriod = TypedDict("TimePeriod", {"from": str, "to": str})


class Aggregation(TypedDict):
    """A sum of a column."""

    name: str
    function: str


class Grouping(TypedDict):
    """A dimension by which rows are put together."""

    type: str
    name: str


class Dataset(TypedDict):
    """What is to be shown."""

    granularity: NotRequired[str]
    aggregation: NotRequired[dict[str, Aggregation]]
    grouping: NotRequired[list[Grouping]]
    filter: NotRequired[dict[str, Any]]


class QueryRequest(TypedDict):
    """A query."""

    type: Literal["Usage", "ActualCost", "AmortizedCost"]
    timeframe: str
    timePeriod: NotRequired[TimePeriod]
    dataset: Dataset


Period = Literal["Last7Days", "Last30Days", "Last60Days"]


class Charges(TypedDict):
    """What each hour of the window would cost at pay-as-you-go."""

    usageGrain: Literal["Hourly"]
    charges: list[float]


class PlanDetails(TypedDict):
    """The window with a commitment of so much an hour; shares of 100."""

    commitmentAmount: float
    benefitCost: float
    overageCost: float
    totalCost: float
    savingsAmount: float
    savingsPercentage: float
    coveragePercentage: float
    averageUtilizationPercentage: float
    wastageCost: float


class AllDetails(TypedDict):
    """The commitments that were tried."""

    value: list[PlanDetails]


class PlanAdviceProperties(TypedDict):
    """A recommended commitment; money of the window but ``commitmentAmount``, which is of an hour."""

    scope: Literal["Single", "Shared"]
    subscriptionId: NotRequired[str]
    resourceGroup: NotRequired[str]
    armSkuName: Literal["Compute_Savings_Plan"]
    term: Literal["P1Y", "P3Y"]
    commitmentGranularity: Literal["Hourly"]
    currencyCode: str
    firstConsumptionDate: str
    lastConsumptionDate: str
    lookBackPeriod: Period
    totalHours: int
    costWithoutBenefit: float
    usage: NotRequired[Charges]
    recommendationDetails: PlanDetails
    allRecommendationDetails: NotRequired[AllDetails]


class PlanAdvice(TypedDict):
    """A recommendation."""

    id: str
    name: str
    type: str
    kind: Literal["SavingsPlan"]
    properties: PlanAdviceProperties


class PlanAdvices(TypedDict):
    """The recommendations of a scope."""

    value: list[PlanAdvice]
    nextLink: None


class ReportProperties(TypedDict):
    """Where a finished report is, and for how long."""

    reportUrl: str
    secondaryReportUrl: None
    validUntil: str


class ReportStatus(TypedDict):
    """How far a report is: Running, then Complete (savings plans) or Completed (reservation details)."""

    status: Literal["Running", "Complete", "Completed", "Failed"]
    properties: NotRequired[ReportProperties]


class ReportRequest(TypedDict):
    """A report on the use of benefits."""

    grain: Literal["Hourly", "Daily", "Monthly"]
    startDate: str
    endDate: str
    kind: NotRequired[str]
