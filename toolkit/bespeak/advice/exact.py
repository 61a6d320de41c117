"""The quantity of least cost for each scope, region, flexibility group and term: exact, buying nothing included."""

from __future__ import annotations

from collections.abc import Iterable
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
from bespeak.tables import ADVICE
from bespeak.terms import warnings
from bespeak.usage import Demand
from bespeak.worlds import stamp, world_of

RULE = "exact"
#: Purchases of two sizes that differ by less than this share of the pay-as-you-go cost differ by a rounding only.
CLOSE = 0.001


def recommend(
    demand: Demand,
    prices: PriceBook,
    holdings: pd.DataFrame,
    as_of: date,
    scopes: Iterable[str] | None = None,
) -> pd.DataFrame:
    """ADVICE: what to buy for each scope, region, flexibility group and term, so that the hours cost least.

    What is owned on ``as_of`` is taken out first. Each size of a group gets its own best quantity, exactly; of these
    the cheapest is taken. Prices are whole dollars a term, so sizes of one group differ by a rounding: within
    ``CLOSE`` of the least cost the size that ran most is taken, then the smallest. A row with quantity 0 says why
    nothing should be bought.
    """
    market = Market(prices, day_of(as_of))
    found = needs(demand, market, owned(holdings, market.on), scopes)
    advice = ADVICE.frame(_row(need, term, market) for need in found for term in TERMS)
    return stamp(world_of(demand.groups, holdings), advice)


def _row(need: Need, term: str, market: Market) -> dict[str, Any]:
    purchase = best_purchase(need, term, market)
    if purchase is None:
        return _nothing_to_buy(need, term, market)
    currency = market.book.currency
    said = sentences.bought if purchase.quantity else sentences.not_bought
    return purchase_row(
        RULE,
        purchase,
        currency,
        reasons=[
            *said(purchase, currency),
            *sentences.bounds(purchase, currency),
            *sentences.compute_only(need, market),
            *sentences.circumstances(need, market),
        ],
        warnings=warnings(purchase.offer.size, term, market.on),
    )


def best_purchase(need: Need, term: str, market: Market) -> Purchase | None:
    """The purchase of least cost for a term, nothing bought included; ``None`` when nothing can be bought."""
    offers = market.offers(need.key.region, need.key.group, term)
    open_offers = [offer for offer in offers if not offer.closed]
    return _best(need, open_offers) if open_offers else None


def _best(need: Need, offers: Iterable[Offer]) -> Purchase:
    """Each size at its own best quantity; the cheapest of them, or one as good that ran."""
    purchases = [_at_best(need, offer) for offer in offers]
    least = min(purchases, key=lambda one: (one.cost, one.quantity))
    bound = least.cost + CLOSE * need.load.payg
    close = [one for one in purchases if one.cost <= bound and bool(one.quantity) == bool(least.quantity)]
    return min(close, key=lambda one: (-need.used(one.offer.size), one.ratio, one.offer.size))


def _at_best(need: Need, offer: Offer) -> Purchase:
    quantity = need.load.best_quantity(need.weights[offer.size], offer.per_hour * need.hours)
    purchase = Purchase(need, offer, quantity)
    # Where it is open how much the owned ones cover, the best quantity may still not be worth its price for certain.
    return purchase if purchase.saving > 0 or not any(need.slack) else Purchase(need, offer, 0)


def _nothing_to_buy(need: Need, term: str, market: Market) -> dict[str, Any]:
    closed = list(market.offers(need.key.region, need.key.group, term))
    why = sentences.all_closed(need, term) if closed else sentences.no_offer(need, term, market)
    return empty_row(
        RULE,
        need,
        need.most_used,
        term,
        market.book.currency,
        reasons=[why, *sentences.circumstances(need, market)],
        warnings=dict.fromkeys(offer.closed for offer in closed),
    )
