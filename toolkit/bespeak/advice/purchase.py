"""One purchase against a need: what it would cost, save, cover and waste over the hours looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bespeak.advice.load import Load
from bespeak.advice.need import Need
from bespeak.advice.offers import Offer

_NOTHING = 1e-6


@dataclass(frozen=True, eq=False)
class Purchase:
    """A quantity of an offer, against a need.

    Amounts are in the currency of the price book over the hours of the need, not over the term.
    """

    need: Need
    offer: Offer
    quantity: int

    @property
    def load(self) -> Load:
        """The hours that it is set against."""
        return self.need.load

    @property
    def ratio(self) -> float:
        """Units of one instance."""
        return self.need.weights[self.offer.size]

    @property
    def price(self) -> float:
        """What one instance costs over these hours."""
        return self.offer.per_hour * self.load.hours

    @property
    def units(self) -> float:
        """Units bought."""
        return self.quantity * self.ratio

    @property
    def cost(self) -> float:
        """What the need costs with this purchase."""
        return self.load.payg - self._covered[1] + self.quantity * self.price

    @property
    def saving(self) -> float:
        """What the need costs less than at pay-as-you-go; negative when it costs more."""
        return self._covered[1] - self.quantity * self.price

    @cached_property
    def best(self) -> Purchase:
        """The same purchase if the hours that are not known were spread evenly: what it does at most."""
        return self if self.need.even is None else Purchase(self.need.even, self.offer, self.quantity)

    @property
    def utilisation(self) -> float | None:
        """Share of the reserved hours that something uses; None when nothing is bought."""
        reserved = self.units * self.load.hours
        return self._covered[0] / reserved if reserved else None

    @property
    def coverage(self) -> float:
        """Share of the needed unit-hours that it covers."""
        return self._covered[0] / self.load.demand if self.load.demand else 0.0

    @property
    def full_hours(self) -> int:
        """Hours in which all of it is in use."""
        return self.load.hours - int(np.searchsorted(self.load.units, self.units * (1 - 1e-9)))

    @property
    def open_hours(self) -> int:
        """Hours in which something stays on pay-as-you-go."""
        return self.load.hours - int(np.searchsorted(self.load.units, self.units * (1 + 1e-9), side="right"))

    @property
    def open_units(self) -> float:
        """Unit-hours that stay on pay-as-you-go."""
        return self.load.demand - self._covered[0]

    @property
    def open_payg(self) -> float:
        """What stays on pay-as-you-go costs."""
        return self.load.payg - self._covered[1]

    @property
    def next_use(self) -> float:
        """The share of the hours in which one instance more would be used."""
        one_more, now = self.load.covered_units(np.array([self.units + self.ratio, self.units]))
        more = float(one_more - now)
        return more / (self.ratio * self.load.hours)

    @cached_property
    def payg_per_hour(self) -> float | None:
        """What an hour of the bought size costs at pay-as-you-go; else what its units cost on average."""
        own = self.need.prices.get(self.offer.size)
        if own is not None:
            return own
        return self.load.payg / self.load.demand * self.ratio if self.load.demand else None

    @property
    def break_even(self) -> float | None:
        """The utilisation from which it pays: reserved over pay-as-you-go by the hour (D-1020)."""
        return self.offer.per_hour / self.payg_per_hour if self.payg_per_hour else None

    @cached_property
    def machines(self) -> tuple[str, ...]:
        """The machines that it would cover, those that ran longest first, after those that owned units cover.

        Microsoft does not say which machine gets a shared hour (D-411); this order is ours.
        """
        names, drawn = self.need.ranked
        owned = float(self.need.covered.mean())
        first = int(np.searchsorted(drawn, owned + _NOTHING, side="right"))
        last = int(np.searchsorted(drawn, owned + self.units - _NOTHING)) + 1
        return names[first:last] if self.quantity else ()

    @cached_property
    def _covered(self) -> tuple[float, float]:
        """Unit-hours covered, and what they would have cost."""
        hours, worth = self.need.covered_by(np.array([self.units]))
        return float(hours[0]), float(worth[0])
