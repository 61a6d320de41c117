"""From usage to units: what each flexibility group needs, hour by hour."""

from __future__ import annotations

from typing import Literal

import narwhals as nw

from bespeak.usage.steps.frames import WHOLE, FrameT, quotient, summed
from bespeak.usage.steps.hourly import hourly
from bespeak.usage.steps.unfold import LEVELS, unfolded

#: Where a reservation applies: to all Azure subscriptions of a customer, or to one.
Scope = Literal["shared", "single"]
SERIES = ("customer_id", "scope", "region", "group")
_SIZED = ("customer_id", "scope", "region", "size")


def group_demand(usage: FrameT, scale: FrameT, *, scope: Scope = "shared") -> FrameT:
    """The units that each flexibility group needs in each hour: ``SERIES``, ``hour`` and the four ``LEVELS``.

    ``usage`` is HOURLY_USAGE or STORED_USAGE, ``scale`` the table of that name beside it. The scope is 'shared', or
    each Azure subscription. A size that the scale does not know stays apart as ``size:<name>``. An hour without use
    has no row; it counts as zero in the steps that follow. For hourly records all levels are the same, for daily ones
    ``unfolded`` says what they are. An hour of one group may need up to nine million units.
    """
    grouped = (
        weighed(usage, scope)
        .join(scale, on="size", how="left")
        .with_columns(
            group=nw.coalesce("group", nw.concat_str(nw.lit("size:"), nw.col("size"))),
            ratio_e6=nw.col("ratio_e6").fill_null(WHOLE).cast(nw.Int64),
        )
    )
    products = grouped.with_columns(*(nw.col(name) * nw.col("ratio_e6") for name in LEVELS))
    sums = summed(products, (*SERIES, "hour"), LEVELS)
    return sums.with_columns(*(quotient(nw.col(name), WHOLE).alias(name) for name in LEVELS))


def weighed(usage: FrameT, scope: Scope) -> FrameT:
    """The VM hours of each level by customer_id, scope, region, size and hour, not yet added up."""
    of = nw.col("azure_subscription_id") if scope == "single" else nw.lit("shared")
    scoped = usage.with_columns(scope=of)
    return nw.concat([_hours(scoped), _days(scoped, scope=of)], how="vertical")


def _hours(scoped: FrameT) -> FrameT:
    """Hourly records, whose hours are known."""
    known = {name: nw.col("hours_e6").cast(nw.Int64) for name in LEVELS}
    hours = scoped.filter(nw.col("hours_in_window") == 1)
    return hours.with_columns(nw.col("hour").cast(nw.Int64), **known).select(*_SIZED, "hour", *LEVELS)


def _days(scoped: FrameT, scope: nw.Expr) -> FrameT:
    """Daily records, hour by hour; the rows of machines are added up by day first."""
    days = scoped.filter(nw.col("hours_in_window") > 1)
    if "each_e6" not in days.collect_schema().names():
        days = hourly(days).with_columns(scope=scope)
    return unfolded(days, _SIZED)
