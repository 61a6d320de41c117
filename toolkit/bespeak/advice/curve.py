"""What each quantity would cost and save: the figures behind the slider."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bespeak.advice.load import Floats
from bespeak.advice.need import Need, needs
from bespeak.advice.offers import Market, Offer
from bespeak.advice.owned import owned
from bespeak.catalogue import PriceBook
from bespeak.errors import MissingError
from bespeak.usage import Demand
from bespeak.worlds import stamp, world_of

#: So much further than the busiest hour the curve goes on, to show that more is only lost.
_BEYOND = 0.1


def savings_curve(
    demand: Demand,
    prices: PriceBook,
    holdings: pd.DataFrame,
    *,
    scope: str,
    region: str,
    group: str,
    size: str,
    term: str,
) -> pd.DataFrame:
    """A row for each quantity of a size from 0 to a little more than the busiest hour needs.

    Columns: ``quantity``, ``units``, ``cost`` and ``saving`` (currency of the prices, over the window),
    ``utilisation`` (share of the reserved hours; empty for 0) and ``coverage`` (share of the demand). They are what is
    guaranteed; ``saving_high`` and ``utilisation_high`` are what it comes to at best where hours are not known.
    What is owned when the demand ends is taken out first.
    """
    on = demand.end.date()
    market = Market(prices, on)
    need = _find(needs(demand, market, owned(holdings, on), [scope]), region, group)
    return stamp(world_of(demand.groups, holdings), _curve(need, _offer(market, need, size, term)))


def _find(found: list[Need], region: str, group: str) -> Need:
    for need in found:
        if (need.key.region, need.key.group) == (region, group):
            return need
    raise MissingError(f"There is no demand for '{group}' in {region}.", "Choose a row of the demand.")


def _offer(market: Market, need: Need, size: str, term: str) -> Offer:
    for offer in market.offers(need.key.region, need.key.group, term):
        if offer.size == size:
            return offer
    raise MissingError(
        f"There is no reservation price for {size} in {need.key.region} with term {term}, or it is not a size of "
        f"{need.key.group}.",
        "Choose a size of the group that the price book has.",
    )


def _curve(need: Need, offer: Offer) -> pd.DataFrame:
    load = need.load
    last = math.ceil(load.most / offer.ratio * (1 + _BEYOND)) + 1
    quantity = np.arange(last + 1)
    units: Floats = quantity.astype(np.float64) * offer.ratio
    spent = quantity * (offer.per_hour * load.hours)
    covered, worth = need.covered_by(units)
    most, most_worth = (need.even or need).covered_by(units)
    reserved = units * load.hours
    return pd.DataFrame(
        {
            "quantity": quantity,
            "units": units,
            "cost": load.payg - worth + spent,
            "saving": worth - spent,
            "utilisation": _share(covered, reserved),
            "coverage": covered / load.demand if load.demand else np.zeros(last + 1),
            "saving_high": most_worth - spent,
            "utilisation_high": _share(most, reserved),
        }
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
