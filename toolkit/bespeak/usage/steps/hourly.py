"""From the rows of machines to hourly usage: what ran in a size, in each window."""

from __future__ import annotations

import narwhals as nw

from bespeak.usage.steps.frames import FrameT, summed

_KEYS = (
    "customer_id",
    "azure_subscription_id",
    "resource_group",
    "region",
    "size",
    "hour",
    "hours_in_window",
    "currency",
)
_MACHINE = ("resource", "vm")
_SUMS = ("hours_e6", "covered_e6", "cost_e6")
_COLUMNS = (*_KEYS[:-1], "each_e6", "machines", *_SUMS, "currency")


def hourly(rows: FrameT) -> FrameT:
    """HOURLY_USAGE of STORED_USAGE: a line for each resource group, region, size, window and currency.

    The records of a machine in one window are added up first. So a machine counts once however many records it has,
    and a day's line stands for machines that ran equally long that day.
    """
    covered = nw.when(~nw.col("reservation_id").is_null()).then(nw.col("hours_e6")).otherwise(nw.lit(0))
    machines = summed(
        rows.with_columns(covered.cast(nw.Int64).alias("covered_e6")), (*_KEYS, *_MACHINE), _SUMS
    )
    each = nw.when(nw.col("hours_in_window") > 1).then(nw.col("hours_e6")).otherwise(nw.lit(0))
    by_length = machines.with_columns(each.cast(nw.Int64).alias("each_e6"))
    return summed(by_length, (*_KEYS, "each_e6"), _SUMS, counted="machines").select(*_COLUMNS)
