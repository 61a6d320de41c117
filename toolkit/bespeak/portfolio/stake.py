"""The money at stake at one customer: what its own page advises, in one figure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bespeak.advice import recommend
from bespeak.catalogue import PriceBook
from bespeak.tables import ADVICE
from bespeak.terms import term_label
from bespeak.usage import SHARED, Demand

_MONTH = 30 * 24


@dataclass(frozen=True, slots=True)
class Stake:
    """What the best purchases of a customer would have saved, for 30 days, in ``currency``.

    ``low`` is saved for certain, ``high`` at most; ``payg`` is what the net demand costs at pay-as-you-go. ``best``
    names the purchases, the one that saves most first.
    """

    currency: str
    payg: float
    low: float
    high: float
    best: tuple[str, ...]


def at_stake(advice: pd.DataFrame) -> Stake | None:
    """The money at stake in a table of ADVICE; ``None`` without any row, where nothing ran.

    It is the sum over regions and flexibility groups, shared by all subscriptions, of what the better term saves for
    certain, scaled from the window to 30 days. Terms that save the same are bought for the shorter one.
    """
    ADVICE.check(advice)
    shared = advice[advice["scope"] == SHARED]
    if shared.empty:
        return None
    ordered = shared.sort_values(["saving", "term"], ascending=[False, True], kind="stable")
    best = ordered.drop_duplicates(["region", "group"])
    month = _MONTH / best["hours"]
    high = best["saving_high"] if "saving_high" in best else best["saving"]
    return Stake(
        currency=str(best["currency"].iloc[0]),
        payg=float((best["payg_cost"] * month).sum()),
        low=float((best["saving"] * month).sum()),
        high=float((high * month).sum()),
        best=tuple(_purchase(row) for row in best[best["quantity"] > 0].to_dict("records")),
    )


def stake_of(demand: Demand, prices: PriceBook, holdings: pd.DataFrame, on: date) -> Stake | None:
    """The money at stake in a demand, by the same advice as the customer's own page.

    Raises ``InputError`` for a demand whose usage is not all there, as the advice does.
    """
    if SHARED not in demand.scopes:
        return None
    return at_stake(recommend(demand, prices, holdings, on, [SHARED]))


def _purchase(row: Mapping[Hashable, Any]) -> str:
    return f"{row['quantity']:,} x {row['size']} in {row['region']} for {term_label(str(row['term']))}"
