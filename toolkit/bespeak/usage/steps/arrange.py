"""Hourly and daily records of one group side by side: the arrangement of the day that is most uneven."""

from __future__ import annotations

import narwhals as nw

from bespeak.usage.steps.frames import FrameT
from bespeak.usage.steps.group_demand import SERIES
from bespeak.usage.steps.unfold import DAY, LEVELS

_DAY = (*SERIES, "day")


def most_uneven(demand: FrameT) -> FrameT:
    """The same ``group_demand`` with what is not known of a day put where the known load of that day is highest.

    ``group_demand`` stacks daily records from the first hour of the day on. That is the worst arrangement for a
    reservation while only days are known; where the same group has hourly records too, it is this one.
    """
    of_day = nw.col("hour") % DAY
    days = demand.with_columns(
        day=nw.col("hour") - of_day, of_day=of_day, stack=nw.col("overlap_e6") - nw.col("units_e6")
    )
    stacks = _placed(days.filter(nw.col("stack") > 0), "stack").select(*_DAY, "place", more=nw.col("stack"))
    joined = _placed(days, "units_e6").join(stacks, on=[*_DAY, "place"], how="left")
    overlap = nw.col("units_e6") + nw.col("more").fill_null(0).cast(nw.Int64)
    return joined.with_columns(overlap_e6=overlap).select(*SERIES, "hour", *LEVELS)


def _placed(days: FrameT, name: str) -> FrameT:
    """The place of each hour in its day, the highest first; of equal ones the earlier first."""
    alone = nw.col(name) * DAY + (DAY - 1 - nw.col("of_day"))
    ranked = days.with_columns(alone=alone).with_columns(
        place=nw.col("alone").rank("ordinal", descending=True).over(*_DAY)
    )
    return ranked.with_columns(nw.col("place").cast(nw.Int64))
