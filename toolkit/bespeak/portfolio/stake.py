"""The money at stake at one customer: what its own page advises, in one figure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pandas as pd

from bespeak.advice.exact import best_purchase
from bespeak.advice.need import Need, needs
from bespeak.advice.offers import TERMS, Market
from bespeak.advice.owned import owned
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
    bought = best.loc[best["quantity"] > 0, ["quantity", "size", "region", "term"]]
    return Stake(
        currency=str(best["currency"].iloc[0]),
        payg=float((best["payg_cost"] * month).sum()),
        low=float((best["saving"] * month).sum()),
        high=float((best["saving_high"] * month).sum()),
        best=tuple(itertools.starmap(_purchase, bought.itertuples(index=False, name=None))),
    )


def stake_of(demand: Demand, market: Market, holdings: pd.DataFrame) -> Stake | None:
    """The money at stake in a demand: ``at_stake`` of its advice, from the same purchases without their sentences.

    Raises ``InputError`` for a demand whose usage is not all there, as the advice does.
    """
    found = needs(demand, market, owned(holdings, market.on), [SHARED] if SHARED in demand.scopes else [])
    best = sorted((_better(need, market) for need in found), key=lambda one: -one.saving)
    if not best:
        return None
    month = _MONTH / demand.hours
    return Stake(
        currency=market.book.currency,
        payg=sum(one.payg for one in best) * month,
        low=sum(one.saving for one in best) * month,
        high=sum(one.most for one in best) * month,
        best=tuple(one.words for one in best if one.words),
    )


@dataclass(frozen=True, slots=True)
class _Best:
    """The better term of one group over the window; ``words`` name the purchase, if there is one."""

    payg: float
    saving: float = 0.0
    most: float = 0.0
    words: str = ""


def _better(need: Need, market: Market) -> _Best:
    """The term that saves most for certain, of two that save the same the shorter one."""
    found = [one for term in TERMS if (one := best_purchase(need, term, market)) is not None]
    best = max(found, key=lambda one: one.saving, default=None)
    if best is None or not best.quantity:
        return _Best(need.load.payg)
    words = _purchase(best.quantity, best.offer.size, need.key.region, best.offer.term)
    return _Best(need.load.payg, best.saving, best.best.saving, words)


def _purchase(quantity: int, size: str, region: str, term: str) -> str:
    return f"{quantity:,} x {size} in {region} for {term_label(term)}"
