"""How reservations are applied to usage: hour by hour, by flexibility ratio, single scope first, use it or lose it.

Within an hour the machines are filled in the order in which they are given; Azure promises no order among equals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pool:
    """The units that one reservation brings to each hour, and the machines that it may cover."""

    units: Array
    eligible: Mask


def apply_pools(need: Array, pools: Sequence[Pool]) -> list[Array]:
    """What each pool covers (hours x machines, in units), taken in the order of the pools.

    ``need`` is what each machine draws in each hour, in units: hours run x ratio. Units of an hour that find
    no machine are lost; nothing carries over.
    """
    left = need.copy()
    taken = []
    for pool in pools:
        cover = _fill(np.where(pool.eligible, left, 0.0), pool.units)
        left -= cover
        taken.append(cover)
    return taken


def _fill(need: Array, units: Array) -> Array:
    """What the units of each hour cover when the machines come in order, each partly if need be."""
    before = np.cumsum(need, axis=1) - need
    return np.clip(units[:, None] - before, 0.0, need)
