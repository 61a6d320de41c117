"""What one more read would be worth: how much better the advice could be if the hours of the day were known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from bespeak.advice.exact import best_purchase
from bespeak.advice.need import Need, needs
from bespeak.advice.offers import TERMS, Market, day_of
from bespeak.advice.owned import owned
from bespeak.advice.purchase import Purchase
from bespeak.catalogue import PriceBook
from bespeak.usage import Demand
from bespeak.worlds import stamp, world_of

_MONTH_HOURS = 30 * 24
_READ = (
    "availability of {} (Azure Monitor, VmAvailabilityMetric), or the starts and stops in the activity log"
)
COLUMNS = ("scope", "region", "group", "term", "machines", "currency", "worth", "read")


def worth_knowing(
    demand: Demand,
    prices: PriceBook,
    holdings: pd.DataFrame,
    as_of: date,
    scopes: Iterable[str] | None = ("shared",),
) -> pd.DataFrame:
    """A row for each group and term whose hours are not known, what is worth most first.

    ``worth`` (currency in 30 days) is the most that the quantity could be better chosen: if the hours fell as well as
    they can, the best quantity would save so much more than the advised one. ``machines`` are those of the group;
    ``read`` says what to ask for.
    """
    market = Market(prices, day_of(as_of))
    found = needs(demand, market, owned(holdings, market.on), scopes)
    rows = [
        row for need in found if need.even for term in TERMS if (row := _row(need, need.even, term, market))
    ]
    rows.sort(key=lambda row: (-row["worth"], row["region"], row["group"], row["term"]))
    return stamp(world_of(demand.groups, holdings), pd.DataFrame(rows, columns=list(COLUMNS)))


def _row(need: Need, even: Need, term: str, market: Market) -> dict[str, Any] | None:
    advised, best = best_purchase(need, term, market), best_purchase(even, term, market)
    if advised is None or best is None:
        return None
    gained = best.saving - Purchase(even, advised.offer, advised.quantity).saving
    count = len(need.machines)
    return {
        **need.key._asdict(),
        "term": term,
        "machines": count,
        "currency": market.book.currency,
        "worth": max(gained, 0.0) * _MONTH_HOURS / need.hours,
        "read": _READ.format(f"{count:,} machine{'' if count == 1 else 's'}"),
    }
