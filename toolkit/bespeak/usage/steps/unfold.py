"""Days of machines as 24 hours each, with the bounds of what a daily record leaves open."""

from __future__ import annotations

import narwhals as nw

from bespeak.usage.steps.frames import WHOLE, FrameT, each_hour, quotient, summed

DAY = 24
#: Parts of a day are printed with six digits, so their sum may miss 24 by this much; 0.36 s are no missing hour.
_ROUNDING_E6 = 100
LEVELS = ("units_e6", "upper_e6", "overlap_e6", "mean_e6")


def unfolded(days: FrameT, by: tuple[str, ...]) -> FrameT:
    """Each day of HOURLY_USAGE as 24 hours with four levels of VM hours: the keys, ``hour``, and ``LEVELS``.

    A daily record says how long a machine ran and not when (D-353). ``units_e6`` ran in that hour for certain: the
    machines with 24 hours. ``upper_e6`` can have run in it at most. ``overlap_e6`` is the arrangement that a
    reservation covers least of, all machines running at the same hours: the n-th hour of the day holds what ran
    longer than n - 1 hours. ``mean_e6`` spreads the day evenly, which it covers most of.
    """
    one = summed(days, (*by, "hour", "each_e6"), ("machines",))
    hours = each_hour(one).with_columns(**_each())
    levels = {name: nw.col(name) * nw.col("machines") for name in LEVELS[:-1]}
    spread = nw.when(nw.col("units_e6") > 0).then(nw.lit(DAY * WHOLE)).otherwise(nw.col("each_e6"))
    spread = spread.cast(nw.Int64) * nw.col("machines")
    left = nw.col("of_day") < spread % DAY  # so that the 24 hours add up to the day
    mean = quotient(spread, DAY) + nw.when(left).then(nw.lit(1)).otherwise(nw.lit(0))
    at = nw.col("hour") + nw.col("of_day")
    return hours.with_columns(**levels, mean_e6=mean, hour=at).select(
        *by, *(nw.col(name).cast(nw.Int64) for name in ("hour", *LEVELS))
    )


def _each() -> dict[str, nw.Expr]:
    """The levels of one machine. More than 24 hours come from several machines under one name."""
    ran, of_day = nw.col("each_e6"), nw.col("of_day")
    several = ran > DAY * WHOLE + _ROUNDING_E6
    whole = ~several & (ran >= DAY * WHOLE - _ROUNDING_E6)
    no, one = nw.lit(0), nw.lit(WHOLE)
    longer = nw.min_horizontal(nw.max_horizontal(ran - of_day * WHOLE, no), one)
    at_once = nw.when(of_day == 0).then(ran).otherwise(no)
    return {
        "units_e6": nw.when(whole).then(one).otherwise(no),
        "upper_e6": nw.when(several).then(ran).otherwise(nw.min_horizontal(ran, one)),
        "overlap_e6": nw.when(several).then(at_once).otherwise(nw.when(whole).then(one).otherwise(longer)),
    }
