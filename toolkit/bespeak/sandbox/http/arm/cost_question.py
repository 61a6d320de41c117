"""What a cost query asks for, read from its body; every refusal names the member."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bespeak.sandbox.cost_rows import CostRow, View
from bespeak.sandbox.refusals import RefusalError

_NAMES = (
    "SubscriptionId",
    "ResourceGroup",
    "ResourceGroupName",
    "ResourceId",
    "ResourceLocation",
    "ResourceType",
    "ServiceName",
    "MeterCategory",
    "MeterSubcategory",
    "Meter",
    "MeterId",
    "ServiceType",
    "ChargeType",
    "PricingModel",
    "BenefitId",
    "BenefitName",
    "ReservationId",
    "ReservationName",
    "Term",
    "CustomerTenantId",
)
#: Dimensions by their lower-case name, as they are printed.
DIMENSIONS = {name.lower(): name for name in _NAMES}
_VIEWS = {"usage": "Usage", "actualcost": "ActualCost", "amortizedcost": "AmortizedCost"}
_SUMS = {"pretaxcost", "cost", "costusd", "pretaxcostusd", "usagequantity"}
_DEPTH = 8
#: Sums, dimensions and joined filters that one query may have.
_MOST_SUMS = _MOST_GROUPS = 2
_JOINED = range(2, 21)
_YEARS = range(2001, 2100)
#: The longest time of one query.
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Question:
    """A query: ``sums`` are pairs of alias and column, ``keep`` says which rows it is about."""

    view: View
    start: datetime
    end: datetime
    daily: bool
    sums: tuple[str, ...]
    groups: tuple[str, ...]
    keep: Callable[[CostRow], bool]


def read_question(body: Mapping[str, Any], now: datetime) -> Question:
    """The question of a body with lower-case names."""
    view = _VIEWS.get(str(body.get("type", "")).lower())
    if view is None:
        raise bad("type", f"must be {', '.join(_VIEWS.values())}, not '{str(body.get('type'))[:40]}'")
    start, end = _times(body, now)
    dataset = body.get("dataset") or {}
    if not isinstance(dataset, dict):
        raise bad("dataset", "must be an object")
    grain = str(dataset.get("granularity") or "None").lower()
    if grain not in ("daily", "none"):
        raise bad("dataset.granularity", f"must be Daily or None, not '{grain[:40]}'")
    keep = _filter(dataset.get("filter"), _DEPTH)
    return Question(cast(View, view), start, end, grain == "daily", _sums(dataset), _groups(dataset), keep)


def bad(member: str, why: str) -> RefusalError:
    """The refusal of a member."""
    return RefusalError(400, "BadRequest", f"Invalid query definition: member '{member}' {why}.")


def _times(body: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    frame = str(body.get("timeframe", "")).lower()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, first = today + timedelta(days=1), today.replace(day=1)
    last = (first - timedelta(days=1)).replace(day=1)
    known = {
        "monthtodate": (first, tomorrow),
        "billingmonthtodate": (first, tomorrow),
        "weektodate": (today - timedelta(days=(today.weekday() + 1) % 7), tomorrow),
        "thelastmonth": (last, first),
        "thelastbillingmonth": (last, first),
    }
    if frame in known:
        return known[frame]
    if frame != "custom":
        raise bad("timeframe", f"must be {', '.join(known)} or Custom, not '{frame[:40]}'")
    period = body.get("timeperiod")
    if not isinstance(period, dict):
        raise bad("timePeriod", "must be an object with from and to")
    start, end = (_midnight(period.get(name), f"timePeriod.{name}") for name in ("from", "to"))
    if not start <= end < start + _LONGEST:
        raise bad("timePeriod", "must end after it begins and be at most a year long")
    return start, end + timedelta(days=1)


def _midnight(value: object, member: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        if instant is None or instant.year not in _YEARS:
            raise bad(member, "must be a date and time between 2001 and 2099")
        return (
            (instant if instant.tzinfo else instant.replace(tzinfo=UTC))
            .astimezone(UTC)
            .replace(hour=0, minute=0, second=0, microsecond=0)
        )
    except ValueError as error:
        raise bad(member, "must be a date and time such as 2026-11-01T00:00:00Z") from error


def _sums(dataset: Mapping[str, Any]) -> tuple[str, ...]:
    aggregation = dataset.get("aggregation") or {}
    if not isinstance(aggregation, dict) or len(aggregation) > _MOST_SUMS:
        raise bad("dataset.aggregation", "must be an object with at most two sums")
    names = []
    for alias, one in aggregation.items():
        member = f"dataset.aggregation.{str(alias)[:40]}"
        if not isinstance(one, dict) or str(one.get("function", "")).lower() != "sum":
            raise bad(member, "must have the function Sum")
        if not isinstance(one.get("name"), str) or one["name"].lower() not in _SUMS:
            raise bad(member, "must name PreTaxCost, Cost, PreTaxCostUSD, CostUSD or UsageQuantity")
        names.append(one["name"])
    return tuple(names)


def _groups(dataset: Mapping[str, Any]) -> tuple[str, ...]:
    grouping = dataset.get("grouping") or []
    if not isinstance(grouping, list) or len(grouping) > _MOST_GROUPS:
        raise bad("dataset.grouping", "must be a list of at most two dimensions")
    for one in grouping:
        if not isinstance(one, dict) or str(one.get("type", "")).lower() != "dimension":
            raise bad(
                "dataset.grouping", "can only hold dimensions in this sandbox; its resources have no tags"
            )
    return tuple(_dimension(one.get("name"), "dataset.grouping") for one in grouping)


def _dimension(name: object, member: str) -> str:
    known = DIMENSIONS.get(name.lower()) if isinstance(name, str) else None
    if known is None:
        raise bad(member, f"must name one of {', '.join(DIMENSIONS.values())}")
    return known


def _filter(node: object, depth: int) -> Callable[[CostRow], bool]:
    if node is None:
        return lambda _row: True
    if not isinstance(node, dict) or len(node) != 1 or not depth:
        raise bad("dataset.filter", "must be an object with and, or, or dimensions, not too deep")
    ((name, value),) = node.items()
    if name in ("and", "or"):
        if not isinstance(value, list) or len(value) not in _JOINED:
            raise bad(f"dataset.filter.{name}", "must be a list of at least two filters")
        parts = [_filter(one, depth - 1) for one in value]
        return lambda row: (all if name == "and" else any)(part(row) for part in parts)
    if name not in ("dimensions", "dimension") or not isinstance(value, dict):
        raise bad("dataset.filter", "must be an object with and, or, or dimensions")
    values = value.get("values")
    if str(value.get("operator", "")).lower() != "in" or not isinstance(values, list):
        raise bad("dataset.filter.dimensions", "must have the operator In and a list of values")
    key, wanted = (
        _dimension(value.get("name"), "dataset.filter.dimensions"),
        {str(one).lower() for one in values},
    )
    return lambda row: dimension_of(row, key).lower() in wanted


def dimension_of(row: CostRow, name: str) -> str:
    """The value of a dimension of a row."""
    key = name.lower()
    return row.names.get("resourcegroup" if key == "resourcegroupname" else key, "")
