"""How benefits are applied to usage: hour by hour, reservations by flexibility ratio, then savings plans by money.

Both are used or lost: nothing carries over into another hour (D-402, D-1110). Within an hour a reservation fills the
machines in the order in which they are given, as Azure promises no order among equals (D-411); a savings plan takes
the machine with the largest discount first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


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
    return [_take(left, np.flatnonzero(pool.eligible), pool.units, 1.0) for pool in pools]


@dataclass(frozen=True, slots=True)
class Budget:
    """The money that one savings plan brings to each hour; ``rates`` is what a full hour of each machine burns of it.

    ``order`` holds the machines that it may cover, the one with the largest discount first.
    """

    money: Array
    rates: Array
    order: Places


def apply_budgets(left: Array, budgets: Sequence[Budget]) -> list[Array]:
    """What each plan covers of the hours that are left (hours x machines), taken in the order of the plans.

    Money of an hour that finds no machine is lost.
    """
    left = left.copy()
    return [_take(left, budget.order, budget.money, budget.rates[budget.order]) for budget in budgets]


def _take(left: Array, places: Places, supply: Array, prices: Array | float) -> Array:
    """What a supply covers of the machines in this order; ``left`` becomes less by it."""
    cover = np.zeros_like(left)
    if len(places):
        found = _fill(left[:, places] * prices, supply) / prices
        cover[:, places] = found
        left[:, places] -= found
    return cover


def _fill(need: Array, units: Array) -> Array:
    """What the units of each hour cover when the machines come in order, each partly if need be."""
    before = np.cumsum(need, axis=1) - need
    return np.clip(units[:, None] - before, 0.0, need)
