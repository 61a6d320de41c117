"""From usage straight to break-even quantities, with whole numbers for names while there are many rows.

Grouping by texts is what takes the time. So the few combinations of customer, scope, region and size are numbered
first, and the many rows are added up by that number and the hour, packed into one.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from bespeak.usage.steps.break_even import Level, alike, best, priced
from bespeak.usage.steps.frames import WHOLE, FrameT, beside, distinct, quotient, summed
from bespeak.usage.steps.group_demand import SERIES, Scope, weighed

#: Hours since 1970 fit below this until the year 2089.
_HOURS = 2**20
_TEXTS = (*SERIES, "term", "size")


def quantities(
    usage: FrameT,
    scale: pd.DataFrame,
    offers: pd.DataFrame,
    hours: int,
    *,
    scope: Scope = "shared",
    level: Level = "overlap_e6",
) -> FrameT:
    """The same as ``break_even`` of the ``group_demand`` of usage, faster on many customers.

    The names in the usage are read at once, when this is called; the rest when a lazy frame is collected.
    """
    named = numbered(usage, scale, scope)
    lines = _lines(named, offers, hours)
    keys: list[str] = ["customer_id", "region", "size", *(["scope"] if scope == "single" else [])]
    rows = weighed(usage, scope).join(
        beside(usage, named[[*keys, "ratio_e6", "series"]]), on=keys, how="inner"
    )
    packed = rows.select(
        need_e6=nw.col(level) * nw.col("ratio_e6"), packed=nw.col("series") * _HOURS + nw.col("hour")
    )
    demand = summed(packed, ("packed",), ("need_e6",)).select(
        need_e6=quotient(nw.col("need_e6"), WHOLE), series=quotient(nw.col("packed"), _HOURS)
    )
    prices = beside(usage, lines.drop(columns=list(_TEXTS)))
    found = best(alike(demand, ("series",)).join(prices, on="series", how="inner"), ("line",))
    texts = beside(usage, lines[["line", *_TEXTS]])
    return texts.join(found, on="line", how="inner").drop("line")


def numbered(usage: FrameT, scale: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Each combination of customer, scope, region and size in the usage, with its group, ratio and number of series."""
    where: nw.Expr = nw.col("azure_subscription_id") if scope == "single" else nw.lit("shared")
    found: Any = distinct(usage.with_columns(scope=where), ("customer_id", "scope", "region", "size"))
    eager = found.collect("pandas") if isinstance(found, nw.LazyFrame) else found
    table: pd.DataFrame = eager.to_native().astype("str")
    known = table.merge(scale, on="size", how="left")
    known["group"] = known["group"].fillna("size:" + known["size"])
    known["ratio_e6"] = known["ratio_e6"].fillna(WHOLE).astype("int64")
    known["series"] = known.groupby(list(SERIES), sort=True).ngroup().astype("int64")
    return known


def _lines(named: pd.DataFrame, offers: pd.DataFrame, hours: int) -> pd.DataFrame:
    """Each offer for each series, numbered."""
    sold: pd.DataFrame = priced(nw.from_native(offers, eager_only=True), hours).to_native()
    series = named.drop_duplicates("series")[["series", *SERIES]]
    lines: pd.DataFrame = series.merge(sold, on=["region", "group"])
    return lines.assign(line=range(len(lines))).astype({"line": "int64"})
