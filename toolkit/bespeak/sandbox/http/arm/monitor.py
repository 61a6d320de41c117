"""Azure Monitor metrics of a VM (Microsoft, *Metrics - List*, 2018-01-01 and newer)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bespeak.sandbox.clock import iso
from bespeak.sandbox.estate import Machine
from bespeak.sandbox.fleet import PROVIDER, lives_in, machine_path
from bespeak.sandbox.http.arm.compute import asked_machine
from bespeak.sandbox.http.arm.places import Place
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import insights as shapes
from bespeak.sandbox.instants import instant_in
from bespeak.sandbox.metrics import AGGREGATIONS, GRAINS, METRICS, Metric, Points, metric_named
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import metric_bounds
from bespeak.sandbox.world import World

_MINUTE = 60


def list_metrics(ask: Ask, world: World) -> Answer:
    """Values of some metrics over a span of time; where the VM was off an interval has no value."""
    place, machine = asked_machine(ask, world, "Microsoft.Insights/metrics/read")
    _check_rest(ask)
    metrics = _metrics(ask)
    wanted = _aggregations(ask)
    start, end = _span(ask, world)
    interval = _interval(ask, start, end)
    grain = GRAINS[interval]
    first, last = _whole(start, end, grain, world)
    _check_size(first, last, grain)
    lives = _lives(world, place, machine)
    path, now = machine_path(machine), int(world.now.timestamp()) // _MINUTE
    body: shapes.MetricsAnswer = {
        "cost": max(0, int((end - start).total_seconds() // _MINUTE) - 1) * len(metrics),
        "timespan": f"{iso(start)}/{iso(end)}",
        "interval": interval,
        "value": [
            _shown(
                path,
                one,
                world.base.meters.points(lives, one, first, last, grain, now=now),
                wanted or (one.aggregation,),
            )
            for one in metrics
        ],
        "namespace": PROVIDER,
        "resourceregion": machine.region,
    }
    return plain(body)


def _lives(world: World, place: Place, machine: Machine) -> list[Machine]:
    """The VM as it is and as it was before it changed its size."""
    ever = lives_in(world.directory, place.customer.id, place.azure.id)
    return [one for one in ever if machine_path(one).lower() == machine_path(machine).lower()]


def _check_rest(ask: Ask) -> None:
    """Refuses what this sandbox does not know, rather than leaving it out."""
    namespace = ask.query.get("metricnamespace", PROVIDER)
    if namespace.lower() != PROVIDER.lower():
        raise _wrong(f"There is no metric namespace '{namespace[:80]}' here, only {PROVIDER}.")
    if ask.query.get("$filter", "").strip():
        raise _wrong("The metrics of a VM are served without dimensions, so $filter must be left out.")
    if ask.query.get("resulttype", "data").lower() != "data":
        raise _wrong("Only resultType data is served.")


def _metrics(ask: Ask) -> list[Metric]:
    _, _, most = metric_bounds()
    names = [one.strip() for one in ask.query.get("metricnames", METRICS[0].name).split(",") if one.strip()]
    if not 0 < len(names) <= most:
        raise _wrong(f"metricnames must have from 1 to {most} names, not {len(names)}.")
    found = []
    for name in dict.fromkeys(names):
        metric = metric_named(name)
        if metric is None:
            valid = ",".join(one.name for one in METRICS)
            raise _wrong(f"There is no metric '{name[:80]}' of {PROVIDER}. Valid metrics: {valid}.")
        found.append(metric)
    return found


def _aggregations(ask: Ask) -> tuple[str, ...]:
    known = {one.lower(): one for one in AGGREGATIONS}
    names = [one.strip().lower() for one in ask.query.get("aggregation", "").split(",") if one.strip()]
    for name in names:
        if name not in known:
            raise _wrong(f"There is no aggregation '{name[:40]}'. There are {', '.join(AGGREGATIONS)}.")
    return tuple(dict.fromkeys(known[name] for name in names))


def _span(ask: Ask, world: World) -> tuple[datetime, datetime]:
    """Begin and end as asked; the last hour when nothing is asked."""
    text = ask.query.get("timespan", "")
    if not text:
        return world.now - timedelta(hours=1), world.now
    begin, slash, end = text.partition("/")
    if not slash:
        raise _wrong(f"timespan '{text[:80]}' must be two instants with a slash between them.")
    found = instant_in(begin, "The begin of timespan"), instant_in(end, "The end of timespan")
    if found[0] >= found[1]:
        raise _wrong(
            f"timespan must begin before it ends, but {iso(found[0])} is not before {iso(found[1])}."
        )
    return found


def _interval(ask: Ask, start: datetime, end: datetime) -> str:
    text = ask.query.get("interval", "PT1M").upper()
    if text in GRAINS:
        return text
    if ask.query.get("autoadjusttimegrain", "").lower() == "true":
        days = (end - start) / timedelta(days=1)
        return "PT1M" if days <= 1 else "PT1H" if days <= 30 else "P1D"  # noqa: PLR2004  (days)
    raise _wrong(f"Detected invalid time grain input: {text[:40]}, supported ones: {','.join(GRAINS)}.")


def _whole(start: datetime, end: datetime, grain: int, world: World) -> tuple[int, int]:
    """The whole intervals of the span for which there can be values: none before the retention, none in the future."""
    days, _, _ = metric_bounds()
    first = max(start, world.now - timedelta(days=days))
    last = min(end, world.now)
    begin = int(first.timestamp()) // _MINUTE // grain * grain
    stop = -(-int(last.timestamp()) // (_MINUTE * grain)) * grain
    return begin, max(begin, stop)


def _check_size(first: int, last: int, grain: int) -> None:
    _, most, _ = metric_bounds()
    if (last - first) // grain > most:
        raise _wrong(f"The answer would have more than {most} points a metric. Ask for a longer interval.")


def _wrong(what: str) -> RefusalError:
    return RefusalError(400, "BadRequest", what)


def _shown(path: str, metric: Metric, points: Points, wanted: tuple[str, ...]) -> shapes.MetricValue:
    data = [_point(points, at, wanted) for at in range(len(points.count))]
    return {
        "id": f"{path}/providers/Microsoft.Insights/metrics/{metric.name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": metric.name, "localizedValue": metric.name},
        "displayDescription": metric.said,
        "unit": metric.unit,
        "timeseries": [{"metadatavalues": [], "data": data}],
        "errorCode": "Success",
    }


def _point(points: Points, at: int, wanted: tuple[str, ...]) -> shapes.Point:
    instant = datetime.fromtimestamp((points.first_minute + at * points.grain) * _MINUTE, UTC)
    point: shapes.Point = {"timeStamp": iso(instant)}
    if points.count[at]:
        for name in wanted:
            _put(point, name, points.value(name, at))
    return point


def _put(point: shapes.Point, name: str, value: float) -> None:
    match name:
        case "Average":
            point["average"] = value
        case "Minimum":
            point["minimum"] = value
        case "Maximum":
            point["maximum"] = value
        case "Total":
            point["total"] = value
        case _:
            point["count"] = value


def list_definitions(ask: Ask, world: World) -> Answer:
    """Which metrics there are of a VM."""
    _, machine = asked_machine(ask, world, "Microsoft.Insights/metricDefinitions/read")
    days, _, _ = metric_bounds()
    body: shapes.MetricDefinitions = {
        "value": [_definition(machine_path(machine), one, days) for one in METRICS]
    }
    return plain(body)


def _definition(path: str, metric: Metric, days: int) -> shapes.MetricDefinition:
    return {
        "id": f"{path}/providers/microsoft.insights/metricdefinitions/{metric.name}",
        "resourceId": path,
        "namespace": PROVIDER,
        "name": {"value": metric.name, "localizedValue": metric.name},
        "displayDescription": metric.said,
        "isDimensionRequired": False,
        "unit": metric.unit,
        "primaryAggregationType": metric.aggregation,
        "supportedAggregationTypes": list(AGGREGATIONS),
        "metricAvailabilities": [{"timeGrain": grain, "retention": f"P{days}D"} for grain in GRAINS],
    }


_VM = "/subscriptions/<sub>/resourcegroups/<rg>/providers/microsoft.compute/virtualmachines/<vm>"
_INSIGHTS = f"{_VM}/providers/microsoft.insights"
_VERSION = Query("api-version", needed=True)
_ASKED = ("timespan", "interval", "metricnames", "aggregation", "metricnamespace", "$filter", "resultType")
_ERRORS = (
    (400, "InvalidSubscriptionId"),
    (403, "AuthorizationFailed"),
    (404, "SubscriptionNotFound"),
    (404, "ResourceGroupNotFound"),
    (404, "ResourceNotFound"),
)
_TEST = "test_azure_monitor.py::"
ROUTES = (
    Route(
        "GET",
        f"{_INSIGHTS}/metrics",
        list_metrics,
        about=About(
            "Metrics - List",
            "S, D; the values are invented; bounds on points and an interval without value INF",
            {200: shapes.MetricsAnswer},
            f"{_TEST}test_a_vm_that_was_off_leaves_a_gap",
            query=(_VERSION, *map(Query, _ASKED), Query("AutoAdjustTimegrain")),
            errors=((400, "BadRequest"), *_ERRORS),
        ),
    ),
    Route(
        "GET",
        f"{_INSIGHTS}/metricdefinitions",
        list_definitions,
        about=About(
            "Metric Definitions - List",
            "S, D",
            {200: shapes.MetricDefinitions},
            f"{_TEST}test_the_metrics_of_a_vm_are_defined",
            query=(_VERSION,),
            errors=_ERRORS,
        ),
    ),
)
