"""Usage as rows: which resource used how much in which hour or day, and what covered it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.benefit import Array, Mask

Ints = npt.NDArray[np.int64]

#: Kinds of a row besides the number of the reservation that covered it.
PAY_AS_YOU_GO = -1
LICENCE = -2

#: Quantities are printed with six decimals.
_DECIMALS = 6
_NOTHING = 0.5e-6


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the order of slot, item and kind; ``slot`` is the number of the hour in which a row begins."""

    slot: Ints
    item: Ints
    kind: Ints
    quantity: Array

    def __len__(self) -> int:
        return len(self.slot)

    def between(self, after: float, until: float) -> tuple[int, int]:
        """First and last index of the rows whose slot lies after one hour number and not after the other."""
        low, high = np.searchsorted(self.slot, [after, until], side="right")
        return int(low), int(high)


def per_day(hours: Array) -> Array:
    """Hours x items summed to days x items; the first hour must be a midnight and the days whole."""
    days: Array = hours.reshape(-1, 24, hours.shape[1]).sum(axis=1)
    return days


def usage_rows(slots: Ints, used: Array, taken: Sequence[Array], licensed: Mask) -> Rows:
    """The rows of a usage table (slots x items).

    What a reservation took becomes a row of its own, the rest stays pay-as-you-go, and a licensed machine pays
    its licence in an extra row for the covered hours (the licence of the other hours is in their price).
    """
    covered = sum(taken, np.zeros_like(used))
    parts = [(PAY_AS_YOU_GO, used - covered), (LICENCE, np.where(licensed, covered, 0.0)), *enumerate(taken)]
    found = [_part(slots, kind, np.round(amount, _DECIMALS)) for kind, amount in parts]
    slot, item, kind, quantity = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort((kind, item, slot))
    return Rows(slot[order], item[order], kind[order], quantity[order])


def _part(slots: Ints, kind: int, amount: Array) -> tuple[Ints, Ints, Ints, Array]:
    row, item = np.nonzero(amount > _NOTHING)
    return slots[row], item, np.full(len(row), kind), amount[row, item]
