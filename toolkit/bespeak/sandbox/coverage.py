"""What covered which machine in which hour: one month at a time, kept as long as nothing that bears on it changes.

A month depends only on what applied in it, because no benefit carries over from one hour to another. So the months
that have passed stay when the clock moves or something is bought, and only what was covered is kept, not a table of
all hours, machines and reservations.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.benefit import Array

Ints = npt.NDArray[np.int64]

#: Kept months of all customers together.
_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Cells:
    """Hours of machines that were covered, by hour; ``benefit`` is a place in the list of benefits of the holder.

    ``hours`` is the covered part of the clock hour of one machine, more than 0 and at most 1.
    """

    hour: npt.NDArray[np.int32]
    item: npt.NDArray[np.int16]
    benefit: npt.NDArray[np.int16]
    hours: Array

    @classmethod
    def joined(cls, parts: Sequence[Cells]) -> Cells:
        """The cells of several stretches as one."""
        if not parts:
            return cls(np.zeros(0, np.int32), np.zeros(0, np.int16), np.zeros(0, np.int16), np.zeros(0))
        columns = zip(*((part.hour, part.item, part.benefit, part.hours) for part in parts), strict=True)
        hour, item, benefit, hours = (np.concatenate(column) for column in columns)
        return cls(hour, item, benefit, hours)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Cells:
        """Some of the cells."""
        return Cells(self.hour[chosen], self.item[chosen], self.benefit[chosen], self.hours[chosen])

    def renumbered(self, places: npt.NDArray[np.int16]) -> Cells:
        """The same cells with the places of another list of benefits."""
        return Cells(self.hour, self.item, places[self.benefit], self.hours)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The coverage from hour ``start`` up to hour ``end``, within one calendar month.

    ``drawn`` is what each benefit gave in each hour: hours of the reserved size of a reservation, money of a savings
    plan (benefits x hours).
    """

    start: int
    end: int
    benefits: tuple[str, ...]
    cells: Cells
    drawn: Array


def cells_of(start: int, covers: Sequence[Array]) -> Cells:
    """The cells of tables of covered hours (hours x machines), one table a benefit, in the order of the hours."""
    found = [np.nonzero(cover > _TINY) for cover in covers]
    hours = [cover[place] for cover, place in zip(covers, found, strict=True)]
    rows = [place[0].astype(np.int32) + np.int32(start) for place in found]
    cells = Cells.joined(
        [
            Cells(row, place[1].astype(np.int16), np.full(len(row), number, np.int16), part)
            for number, (row, place, part) in enumerate(zip(rows, found, hours, strict=True))
        ]
    )
    order = np.argsort(cells.hour, kind="stable")
    return Cells(cells.hour[order], cells.item[order], cells.benefit[order], cells.hours[order])


#: What is less than this of an hour is the dust of fractions.
_TINY = 1e-9


def months(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The calendar months that hold these hours: hour numbers of their beginning and of the beginning of the next."""
    if start >= end:
        return
    first = datetime.fromtimestamp(start * 3600, UTC).replace(day=1, hour=0)
    while (begin := int(first.timestamp()) // 3600) < end:
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        yield begin, int(first.timestamp()) // 3600


class StretchBook:
    """Stretches by customer and month, each with what it was made from; the longest unused are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], tuple[object, Stretch]] = OrderedDict()

    def get(self, name: tuple[str, int], made_from: object) -> Stretch | None:
        """The stretch, if it was made from the same."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != made_from:
            return None
        self._kept.move_to_end(name)
        return kept[1]

    def put(self, name: tuple[str, int], made_from: object, stretch: Stretch) -> Stretch:
        """Keeps a stretch."""
        self._kept[name] = (made_from, stretch)
        self._kept.move_to_end(name)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return stretch
