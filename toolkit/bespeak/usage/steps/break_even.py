"""How many instances are worth reserving: those that are used for more hours than they need to pay for themselves."""

from __future__ import annotations

from typing import Literal

import narwhals as nw

from bespeak.usage.steps.frames import FrameT, quotient, share, summed
from bespeak.usage.steps.group_demand import SERIES

Level = Literal["units_e6", "upper_e6", "overlap_e6", "mean_e6"]
_OFFER = ("term", "size", "ratio_e6", "payg_e6", "window_e6", "needed")


def break_even(demand: FrameT, offers: FrameT, hours: int, *, level: Level = "overlap_e6") -> FrameT:
    """The quantity of least cost of each offer, for each series of a ``group_demand`` over so many hours (D-1022).

    ``offers`` has a line for each size that can be bought: region, group, term, size, ``ratio_e6`` (units of one),
    ``payg_e6`` (an hour of one at pay-as-you-go), ``total_e6`` (one for the term) and ``term_hours``, prices in
    millionths of one currency. Gives ``SERIES``, term, size, ``quantity``, ``level_e6`` (the most units that are used
    for more than the share of the hours at which they pay), ``covered_e6`` (unit-hours) and ``saving_e6``, both over
    the hours. Hours without a row need nothing and count. Of two quantities that cost the same it is the smaller one.
    """
    steps = _steps(demand.rename({level: "need_e6"}))
    priced = steps.join(_priced(offers, hours), on=["region", "group"], how="inner")
    keys = (*SERIES, *_OFFER)
    enough = nw.col("hours_above") >= nw.col("needed")
    corner = priced.with_columns(
        level_e6=nw.when(enough).then(nw.col("need_e6")).otherwise(nw.lit(0)).cast(nw.Int64)
    )
    highest = corner.group_by(*keys).agg(nw.col("level_e6").max())
    low = highest.with_columns(low=quotient(nw.col("level_e6"), nw.col("ratio_e6")))
    return _better(_covered(steps, low, keys)).select(
        *SERIES, "term", "size", "quantity", "level_e6", "covered_e6", "saving_e6"
    )


def _steps(demand: FrameT) -> FrameT:
    """How many hours need exactly this much, and at least this much."""
    busy = demand.filter(nw.col("need_e6") > 0)
    exactly = summed(busy, (*SERIES, "need_e6"), (), counted="hours")
    above = nw.col("hours").cum_sum(reverse=True).over(*SERIES, order_by="need_e6")
    return exactly.with_columns(hours_above=above.cast(nw.Int64))


def _priced(offers: FrameT, hours: int) -> FrameT:
    """The price of one instance over the hours, and in how many of them it must be used to save anything."""
    over = nw.col("total_e6") * hours
    return (
        offers.filter((nw.col("payg_e6") > 0) & (nw.col("total_e6") > 0))
        .with_columns(
            window_e6=quotient(over, nw.col("term_hours")),
            needed=quotient(over, nw.col("payg_e6") * nw.col("term_hours")) + 1,
        )
        .select("region", "group", *_OFFER)
    )


def _covered(steps: FrameT, low: FrameT, keys: tuple[str, ...]) -> FrameT:
    """The unit-hours that the whole number of instances below the level covers, and one instance more."""
    need, under = nw.col("need_e6"), nw.col("low") * nw.col("ratio_e6")
    both = steps.join(low, on=list(SERIES), how="inner").with_columns(
        at_low=nw.min_horizontal(need, under) * nw.col("hours"),
        at_high=nw.min_horizontal(need, under + nw.col("ratio_e6")) * nw.col("hours"),
    )
    return summed(both, (*keys, "level_e6", "low"), ("at_low", "at_high"))


def _better(sums: FrameT) -> FrameT:
    """One instance more where what it covers costs more than it does."""
    ratio, payg, price = nw.col("ratio_e6"), nw.col("payg_e6"), nw.col("window_e6")
    more = share(nw.col("at_high"), payg, ratio) - share(nw.col("at_low"), payg, ratio) > price
    return sums.with_columns(
        quantity=nw.when(more).then(nw.col("low") + 1).otherwise(nw.col("low")),
        covered_e6=nw.when(more).then(nw.col("at_high")).otherwise(nw.col("at_low")),
    ).with_columns(saving_e6=share(nw.col("covered_e6"), payg, ratio) - nw.col("quantity") * price)
