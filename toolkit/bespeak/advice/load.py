"""The hours of a demand, sorted by how much ran, so that every reserved quantity can be priced at once.

With U units reserved, an hour that needs n units is covered for min(U, n) of them. Summed over all hours this is a
concave, piecewise straight line in U whose corners are the hours' own n. So the cost of a purchase is convex, and its
minimum lies where the slope changes sign: one sort and one search find it, without trying quantities.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Two amounts of money closer than this share are the same amount: floats add up to about this exactness.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Load:
    """Hours in the order of the ``units`` that they need, each unit worth ``rate`` at pay-as-you-go.

    ``units_before[i]`` and ``payg_before[i]`` sum the first i hours, ``rate_from[i]`` the rates of the others.
    """

    units: Floats
    rate: Floats
    units_before: Floats
    payg_before: Floats
    rate_from: Floats

    @classmethod
    def of(cls, units: Floats, payg: Floats) -> Load:
        """The load of hours that need these units and cost this much at pay-as-you-go."""
        order = np.argsort(units, kind="stable")
        units, payg = units[order], payg[order]
        rate = np.divide(payg, units, out=np.zeros_like(payg), where=units > 0)
        return cls(
            units=units,
            rate=rate,
            units_before=np.concatenate([[0.0], np.cumsum(units)]),
            payg_before=np.concatenate([[0.0], np.cumsum(payg)]),
            rate_from=np.concatenate([np.cumsum(rate[::-1])[::-1], [0.0]]),
        )

    @property
    def hours(self) -> int:
        """How many hours there are, those that need nothing included."""
        return len(self.units)

    @property
    def payg(self) -> float:
        """What all of it costs at pay-as-you-go."""
        return float(self.payg_before[-1])

    @property
    def demand(self) -> float:
        """Unit-hours needed in all."""
        return float(self.units_before[-1])

    @property
    def most(self) -> float:
        """The units of the busiest hour."""
        return float(self.units[-1]) if self.hours else 0.0

    def covered_units(self, reserved: Floats) -> Floats:
        """Unit-hours that so many reserved units cover."""
        below = np.searchsorted(self.units, reserved)
        return np.asarray(self.units_before[below] + reserved * (self.hours - below))

    def covered_payg(self, reserved: Floats) -> Floats:
        """What the covered part would have cost at pay-as-you-go."""
        below = np.searchsorted(self.units, reserved)
        return np.asarray(self.payg_before[below] + reserved * self.rate_from[below])

    def best_quantity(self, ratio: float, price: float) -> int:
        """The smallest quantity of least cost, when one is ``ratio`` units and costs ``price`` over these hours."""
        corner = int(np.searchsorted(-self.rate_from * ratio, -price * (1 + SAME)))
        ideal = (float(self.units[corner - 1]) if corner else 0.0) / ratio
        low, high = math.floor(ideal + SAME), math.ceil(ideal - SAME)
        worth = self._gained(low * ratio, high * ratio)
        return high if worth > (high - low) * price * (1 + SAME) else low

    def _gained(self, low: float, high: float) -> float:
        """Pay-as-you-go saved by reserving the higher number of units; summed by hour, for an exact comparison."""
        more = np.minimum(high, self.units) - np.minimum(low, self.units)
        return float((more * self.rate).sum())
