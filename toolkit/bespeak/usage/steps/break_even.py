"""How many instances are worth reserving: those that are used for more hours than they need to pay for themselves.

With k instances reserved, the k-th covers in each hour what is needed above k - 1 instances, and at most itself. The
more there are, the less the last one covers; so all are worth their price up to the last that is (D-1022). The hours
are counted by how many whole instances they fill: within such a bucket only the last instance is partly used, so one
pass over the buckets in order finds it.
"""

from __future__ import annotations

from typing import Literal

import narwhals as nw

from bespeak.usage.steps.frames import FrameT, quotient, share, summed
from bespeak.usage.steps.group_demand import SERIES

Level = Literal["units_e6", "upper_e6", "overlap_e6", "mean_e6"]
_PRICE = ("ratio_e6", "payg_e6", "window_e6")


def break_even(demand: FrameT, offers: FrameT, hours: int, *, level: Level = "overlap_e6") -> FrameT:
    """The quantity of least cost of each offer, for each series of a ``group_demand`` over so many hours (D-1022).

    ``offers`` has a line for each size that can be bought: region, group, term, size, ``ratio_e6`` (units of one),
    ``payg_e6`` (an hour of one at pay-as-you-go), ``total_e6`` (one for the term) and ``term_hours``, prices in
    millionths of one currency. Gives ``SERIES``, term, size, ``quantity``, ``units_e6`` (of all of them),
    ``covered_e6`` (unit-hours) and ``saving_e6``, both over the hours. Hours without a row need nothing, and count. Of
    two quantities that cost the same it is the smaller one, and 0 where none is worth its price.
    """
    offered = alike(demand.rename({level: "need_e6"}), SERIES).join(
        priced(offers, hours), on=["region", "group"], how="inner"
    )
    return best(offered, (*SERIES, "term", "size"))


def priced(offers: FrameT, hours: int) -> FrameT:
    """The offers that have prices, with the price of one instance over the hours."""
    return (
        offers.filter((nw.col("payg_e6") > 0) & (nw.col("total_e6") > 0))
        .with_columns(window_e6=quotient(nw.col("total_e6") * hours, nw.col("term_hours")))
        .select("region", "group", "term", "size", *_PRICE)
    )


def alike(demand: FrameT, by: tuple[str, ...]) -> FrameT:
    """How many hours of a series need the same: counted together, few rows are left for each offer."""
    return summed(demand.filter(nw.col("need_e6") > 0), (*by, "need_e6"), (), counted="hours")


def best(offered: FrameT, by: tuple[str, ...]) -> FrameT:
    """The best quantity of each combination of keys, of hours that stand beside the price of one instance."""
    ratio, payg, price = nw.col("ratio_e6"), nw.col("payg_e6"), nw.col("window_e6")
    saving = share(nw.col("covered_e6"), payg, ratio) - nw.col("quantity") * price
    return (
        _worth(_buckets(offered, by), by)
        .with_columns(units_e6=nw.col("quantity") * ratio, saving_e6=saving)
        .select(*by, "quantity", "units_e6", "covered_e6", "saving_e6")
    )


def _buckets(offered: FrameT, by: tuple[str, ...]) -> FrameT:
    """The hours and unit-hours by how many whole instances an hour fills."""
    filled = offered.with_columns(
        filled=quotient(nw.col("need_e6"), nw.col("ratio_e6")), needed_e6=nw.col("need_e6") * nw.col("hours")
    )
    return summed(filled, (*by, *_PRICE, "filled"), ("hours", "needed_e6"))


def _worth(buckets: FrameT, by: tuple[str, ...]) -> FrameT:
    """The last instance that is worth its price, and the unit-hours that all up to it cover."""
    ratio, filled = nw.col("ratio_e6"), nw.col("filled")
    running = {
        "hours_from": nw.col("hours").cum_sum(reverse=True),
        "needed_up_to": nw.col("needed_e6").cum_sum(),
    }
    ordered = buckets.with_columns(
        **{name: sums.over(*by, order_by="filled").cast(nw.Int64) for name, sums in running.items()}
    ).with_columns(hours_above=nw.col("hours_from") - nw.col("hours"))
    partly = nw.col("needed_e6") - filled * ratio * nw.col("hours")
    last = _pays(ratio * nw.col("hours_from"))
    another = _pays(ratio * nw.col("hours_above") + partly)
    below = nw.col("needed_up_to") - nw.col("needed_e6")
    covered = below + filled * ratio * nw.col("hours_from")
    more = nw.col("needed_up_to") + (filled + 1) * ratio * nw.col("hours_above")
    found = ordered.with_columns(
        quantity=nw.when(another).then(filled + 1).otherwise(nw.when(last).then(filled).otherwise(nw.lit(0))),
        covered_e6=nw.when(another).then(more).otherwise(nw.when(last).then(covered).otherwise(nw.lit(0))),
    )
    return found.group_by(*by, *_PRICE).agg(nw.col("quantity").max(), nw.col("covered_e6").max())


def _pays(covered: nw.Expr) -> nw.Expr:
    """Whether an instance that covers so many unit-hours costs less than they do at pay-as-you-go."""
    return share(covered, nw.col("payg_e6"), nw.col("ratio_e6")) > nw.col("window_e6")
