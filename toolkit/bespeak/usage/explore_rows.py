"""The records behind a total: the rows that count, and those set aside, with where and when they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals as nw
import pandas as pd

from bespeak.usage.explore_slice import FIELDS, Slice
from bespeak.usage.spans import moment_of
from bespeak.usage.steps import WHOLE

_ORDER = ("hour", "azure_subscription_id", "resource", "vm", "delivery", "page", "row")
_USED = (
    *(
        "hour",
        "hours_in_window",
        "azure_subscription_id",
        "resource_group",
        "region",
        "size",
        "vm",
        "resource",
    ),
    *("meter_id", "reservation_id", "hours_e6", "cost_e6", "currency", "delivery", "page", "row"),
)
_ASIDE = (
    *(
        "reason",
        "start",
        "end",
        "quantity",
        "unit",
        "category",
        "meter",
        "azure_subscription_id",
        "region",
        "size",
    ),
    *("vm", "resource", "charge", "hours_e6", "cost_e6", "currency", "delivery", "page", "row", "hour"),
    "hours_in_window",
)


@dataclass(frozen=True, eq=False)
class Opened:
    """The first rows behind a total, and how many there are in all."""

    table: pd.DataFrame
    count: int


def used_rows(
    rows: nw.LazyFrame[Any], where: Slice, sizes: Sequence[str] | None, deliveries: pd.DataFrame, limit: int
) -> Opened:
    """The rows of STORED_USAGE in a slice, by hour and machine; ``sizes`` are those of its flexibility group."""
    found = rows.filter(_inside(where))
    for name, value in where.chosen.items():
        if name in FIELDS and name not in ("group", "resource"):
            found = found.filter(nw.col(name) == value)
    if where.currency:
        found = found.filter(nw.col("currency") == where.currency)
    if where.resource:
        found = found.filter(machine_is(where.resource))
    if sizes is not None:
        found = found.filter(_any_of("size", sizes))
    return _opened(found, _USED, deliveries, limit)


def aside_rows(
    aside: nw.LazyFrame[Any], where: Slice, reason: str, deliveries: pd.DataFrame, limit: int, *, timed: bool
) -> Opened:
    """The records of one reason, or of all; with ``timed`` only those that say that they are from the slice's time."""
    found = aside.filter(nw.col("reason") == reason) if reason else aside
    if timed:
        found = found.filter(_inside(where) & (nw.col("hours_in_window") > 0))
    for name, column in (("azure_subscription_id",) * 2, ("region", "as_region"), ("size", "as_size")):
        if name in where.chosen:
            found = found.filter(nw.col(column) == where.chosen[name])
    return _opened(found, _ASIDE, deliveries, limit)


def machine_is(key: str) -> nw.Expr:
    """Whether a row is of a machine, by its ARM id or, where it has none, by its name."""
    return (nw.col("resource") == key) | ((nw.col("resource") == "") & (nw.col("vm") == key))


def _any_of(column: str, values: Sequence[str]) -> nw.Expr:
    return reduce(
        lambda one, other: one | other, [nw.col(column) == value for value in values] or [nw.lit(value=False)]
    )


def _inside(where: Slice) -> nw.Expr:
    return (nw.col("hour") + nw.col("hours_in_window") > where.first) & (nw.col("hour") < where.end)


def _opened(found: nw.LazyFrame[Any], columns: Sequence[str], deliveries: pd.DataFrame, limit: int) -> Opened:
    count = found.select(n=nw.len()).collect(backend="pyarrow").to_native()["n"][0].as_py()
    top = found.select(*columns).sort(*_ORDER).head(limit).collect(backend="pyarrow").to_native().to_pandas()
    told = top.merge(deliveries, on="delivery", how="left")
    moments = [moment_of(hour) for hour in told["hour"]]
    told = told.assign(
        starts=pd.Series(pd.to_datetime(moments, utc=True), dtype="datetime64[us, UTC]"),
        hours=told["hours_e6"] / WHOLE,
        cost=told["cost_e6"] / WHOLE,
        source=told["source"].fillna(""),
    )
    return Opened(told, int(count))
