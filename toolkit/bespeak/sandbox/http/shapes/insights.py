"""Bodies of Microsoft.Insights: metrics and the activity log."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Localized(TypedDict):
    """A word and the same word for people."""

    value: str
    localizedValue: str


class Point(TypedDict):
    """One interval. Where a VM was off there is a time stamp and nothing else."""

    timeStamp: str
    average: NotRequired[float]
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    total: NotRequired[float]
    count: NotRequired[float]


class TimeSeries(TypedDict):
    """The intervals of a metric; no dimensions here."""

    metadatavalues: list[str]
    data: list[Point]


class MetricValue(TypedDict):
    """One metric of the answer."""

    id: str
    type: str
    name: Localized
    displayDescription: str
    unit: str
    timeseries: list[TimeSeries]
    errorCode: str


class MetricsAnswer(TypedDict):
    """The answer to a question for metrics (Microsoft, *Metrics - List*, 2018-01-01)."""

    cost: int
    timespan: str
    interval: str
    value: list[MetricValue]
    namespace: str
    resourceregion: str


class MetricAvailability(TypedDict):
    """A time grain and how long it is kept."""

    timeGrain: str
    retention: str


class MetricDefinition(TypedDict):
    """What can be asked of a metric."""

    id: str
    resourceId: str
    namespace: str
    name: Localized
    displayDescription: str
    isDimensionRequired: bool
    unit: str
    primaryAggregationType: str
    supportedAggregationTypes: list[str]
    metricAvailabilities: list[MetricAvailability]


class MetricDefinitions(TypedDict):
    """All metrics of a resource."""

    value: list[MetricDefinition]


class EventAuthorization(TypedDict):
    """What was allowed where."""

    action: str
    scope: str


class ActivityEvent(TypedDict):
    """One event of the activity log (Microsoft, *Activity Logs - List*, 2015-04-01)."""

    authorization: EventAuthorization
    caller: str
    channels: str
    claims: dict[str, str]
    correlationId: str
    description: str
    eventDataId: str
    eventName: Localized
    category: Localized
    id: str
    level: str
    resourceGroupName: str
    resourceProviderName: Localized
    resourceId: str
    resourceType: Localized
    operationId: str
    operationName: Localized
    properties: dict[str, str]
    status: Localized
    subStatus: Localized
    eventTimestamp: str
    submissionTimestamp: str
    subscriptionId: str
    tenantId: str


class ActivityEvents(TypedDict):
    """One page of events, newest first."""

    value: list[ActivityEvent]
    nextLink: NotRequired[str]
