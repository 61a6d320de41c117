"""What a daily record leaves open: it says how long a machine ran that day, and not in which hours (D-353).

Of the arrangements that the hours of a day can have, two bound what a reservation covers, whatever its size. Worst is
that all machines run at the same time: the load is as uneven as it can be, so the least of it lies below any line. Best
is that the load is spread as evenly as it can be. (Majorisation: of two loads with one sum, the more uneven one has the
smaller sum of ``min(load, U)`` for every U.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY = 24


def stacked(hours: Floats) -> Floats:
    """For each machine (row) what it runs in the t-th hour of its day (24 columns), when it starts with the first.

    More than 24 hours come from an unknown number of machines under one name: they may all fall into one hour.
    """
    ran = np.clip(hours.reshape(-1, 1) - np.arange(DAY), 0.0, 1.0)
    many = hours > DAY
    ran[many] = 0.0
    ran[many, 0] = hours[many]
    return ran


def at_most(hours: Floats) -> Floats:
    """What each machine can have run at most in any one hour of its day."""
    return np.where(hours > DAY, hours, np.minimum(hours, 1.0))


def worst_order(load: Floats) -> npt.NDArray[np.int64]:
    """The hours of each day (rows of 24) from the fullest on: where what is not known makes the load most uneven."""
    return np.argsort(-load, axis=1, kind="stable")


def even_shares(load: Floats, more: Floats) -> Floats:
    """How much of ``more`` falls into each hour of its day (rows of 24) so that load and it together are most even.

    As water fills a vessel: the lowest hours first, up to one level. The rows sum to ``more``.
    """
    order = np.argsort(load, axis=1, kind="stable")
    sorted_load = np.take_along_axis(load, order, axis=1)
    width = np.arange(1, DAY + 1)
    # The level when the n lowest hours are filled; the last n whose level reaches its own highest hour is right.
    level = (more.reshape(-1, 1) + np.cumsum(sorted_load, axis=1)) / width
    count = (level >= sorted_load - 1e-12).sum(axis=1)
    final = level[np.arange(len(load)), count - 1].reshape(-1, 1)
    filled = np.where(np.arange(DAY) < count.reshape(-1, 1), final - sorted_load, 0.0)
    shares = np.zeros_like(load)
    np.put_along_axis(shares, order, np.maximum(filled, 0.0), axis=1)
    return shares


def covered_bounds(weights: Sequence[float], hours: Sequence[float], units: float) -> tuple[float, float]:
    """The unit-hours of one day that so many reserved units cover at least and at most (D-353, X-05).

    ``weights`` are the units that each machine draws, ``hours`` how long it ran that day, up to 24.
    """
    weight, ran = np.asarray(weights, dtype=np.float64), np.asarray(hours, dtype=np.float64)
    low = np.minimum((stacked(ran) * weight.reshape(-1, 1)).sum(axis=0), units).sum()
    return float(low), float(min(DAY * units, (weight * ran).sum()))
