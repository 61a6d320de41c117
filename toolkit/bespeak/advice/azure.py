"""Azure's own published rule, so that the exact advice can be compared with what the portal says.

Per size, not per flexibility group; the last 7, 30 or 60 days hour by hour; of all quantities the one that saves most,
but no more than the last three days alone would justify (*Reservation recommendations*, 2026-01-15; D-1001 to D-1014).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from bespeak.advice import sentences
from bespeak.advice.need import Need, needs
from bespeak.advice.offers import TERMS, Market, Offer, day_of
from bespeak.advice.owned import owned
from bespeak.advice.purchase import Purchase
from bespeak.advice.row import empty_row, purchase_row
from bespeak.catalogue import PriceBook
from bespeak.errors import InputError
from bespeak.tables import ADVICE
from bespeak.terms import warnings
from bespeak.usage import Demand
from bespeak.worlds import stamp, world_of

_LOOK_BACKS = (7, 30, 60)
_GUARD_DAYS = 3
_DAY = 24


def azure_rule(
    demand: Demand, prices: PriceBook, holdings: pd.DataFrame, as_of: date, days: int = 30
) -> pd.DataFrame:
    """ADVICE by Azure's rule for a look-back of 7, 30 or 60 days: a row for each scope, region, size and term.

    Retirement of a series is no part of the rule (D-1013); the warnings of a row say it.
    """
    if days not in _LOOK_BACKS:
        raise InputError(f"Azure does not look back {days} days.", "Use 7, 30 or 60.")
    market = Market(prices, day_of(as_of))
    found = needs(demand, market, owned(holdings, market.on), arrangement="known")
    rows = (_row(need, size, term, market, days) for need in found for size in need.sizes for term in TERMS)
    return stamp(world_of(demand.groups, holdings), ADVICE.frame(rows))


def _row(group: Need, size: str, term: str, market: Market, days: int) -> dict[str, Any]:
    need, rule, currency = group.of_size(size).last(days * _DAY), f"azure-{days}", market.book.currency
    offer = next(
        (one for one in market.offers(need.key.region, need.key.group, term) if one.size == size), None
    )
    context = [*_context(group, days), *sentences.circumstances(group.last(days * _DAY), market)]
    if offer is None or need.unpriced:
        why = (
            sentences.no_offer(need, term, market)
            if offer is None
            else "Buy nothing: its worth is not known."
        )
        return empty_row(rule, need, size, term, currency, [why, *context], ())
    best = _best(need, offer)
    recent = _best(need.last(_GUARD_DAYS * _DAY), offer)
    purchase = Purchase(need, offer, min(best, recent))
    said = sentences.bought if purchase.quantity else sentences.not_bought
    reasons = [
        *_guard(best, recent),
        *said(purchase, currency),
        *sentences.compute_only(need, market),
        *context,
    ]
    return purchase_row(rule, purchase, currency, reasons, warnings(size, term, market.on))


def _best(need: Need, offer: Offer) -> int:
    return need.load.best_quantity(1.0, offer.per_hour * need.hours)


def _guard(best: int, recent: int) -> list[str]:
    """What the last days did to the quantity (D-1014)."""
    if recent >= best:
        return []
    sentence = (
        f"{best:,} would save most over the whole look-back, but the last {_GUARD_DAYS} days alone justify only "
        f"{recent:,}; the lower number counts."
    )
    return [sentence]


def _context(group: Need, days: int) -> list[str]:
    found = []
    if group.hours < days * _DAY:
        found.append(f"Only {group.hours / _DAY:.1f} of {days} days are known.")
    if len(group.instances) > 1:
        found.append(
            f"Azure looks at each size by itself: the rows of {sentences.group_name(group)} must not be added up."
        )
    return found
