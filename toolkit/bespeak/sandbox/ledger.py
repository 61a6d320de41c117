"""Usage as rows: which resource used how much in which hour or day, what covered it, and when it was reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.benefit import Array, Mask
from bespeak.sandbox.coverage import Cells

Ints = npt.NDArray[np.signedinteger[Any]]

#: Kinds of a row besides the place of the benefit that covered it.
PAY_AS_YOU_GO = -1
LICENCE = -2

#: Quantities are printed with six decimals.
_DECIMALS = 6
_NOTHING = 0.5e-6


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the order of slot, item and kind; ``slot`` is the number of the hour in which a row begins.

    ``reported`` is the number of the hour at whose beginning it became known.
    """

    slot: npt.NDArray[np.int32]
    item: npt.NDArray[np.int16]
    kind: npt.NDArray[np.int16]
    quantity: Array
    reported: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.slot)

    def between(self, after: float, until: float) -> tuple[int, int]:
        """First and last index of the rows whose slot lies after one hour number and not after the other."""
        low, high = np.searchsorted(self.slot, [after, until], side="right")
        return int(low), int(high)

    def known(self, after: float, until: float) -> Ints:
        """The indices of the rows that became known after one hour number and not after the other."""
        return np.flatnonzero((self.reported > after) & (self.reported <= until))

    def at(self, chosen: Ints | slice) -> list[tuple[int, int, int, float]]:
        """Slot, item, kind and quantity of some rows."""
        columns = (self.slot, self.item, self.kind, self.quantity)
        return list(zip(*(column[chosen].tolist() for column in columns), strict=True))


@dataclass(frozen=True, slots=True)
class Usage:
    """What some items used in each slot (slots x items), from hour ``start`` on, a slot being ``length`` hours."""

    start: int
    length: int
    used: Array

    def per_day(self) -> Usage:
        """The same by day; it must begin at midnight and hold whole days."""
        return Usage(
            self.start, 24, self.used.reshape(len(self.used) // 24, 24, self.used.shape[1]).sum(axis=1)
        )


def usage_rows(usage: Usage, cells: Cells, licensed: Mask) -> Rows:
    """The rows of a usage table.

    What a benefit covered becomes a row of its own, the rest stays pay-as-you-go, and a licensed machine pays its
    licence in an extra row for the covered hours (the licence of the other hours is in their price).
    """
    row = (cells.hour - usage.start) // usage.length
    places = row.astype(np.int64) * usage.used.shape[1] + cells.item
    covered = np.bincount(places, cells.hours, usage.used.size).reshape(usage.used.shape)
    parts = [
        _part(PAY_AS_YOU_GO, usage.used - covered),
        _part(LICENCE, np.where(licensed, covered, 0.0)),
        _summed(places, cells, usage.used.shape[1]),
    ]
    slot, item, kind, quantity = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((kind, item, slot))
    quantity = np.round(quantity[order], _DECIMALS)
    slots = (slot[order] * usage.length + usage.start).astype(np.int32)
    kept = quantity > _NOTHING
    return Rows(
        slots[kept],
        item[order][kept].astype(np.int16),
        kind[order][kept].astype(np.int16),
        quantity[kept],
        slots[kept] + np.int32(usage.length),
    )


def _part(kind: int, amount: Array) -> tuple[Ints, Ints, Ints, Array]:
    row, item = np.nonzero(amount > _NOTHING)
    return row, item, np.full(len(row), kind), amount[row, item]


def _summed(places: Ints, cells: Cells, width: int) -> tuple[Ints, Ints, Ints, Array]:
    """The covered hours of each slot, item and benefit."""
    count = int(cells.benefit.max(initial=0)) + 1
    names, which = np.unique(places * count + cells.benefit, return_inverse=True)
    hours = np.bincount(which, cells.hours, len(names)).astype(np.float64)
    where, kind = np.divmod(names, count)
    return where // width if width else where, where % width if width else where, kind, hours
