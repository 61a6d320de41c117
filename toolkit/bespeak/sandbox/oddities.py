"""Usage that is reported late, twice, wrong and then corrected, or taken back: seeded, and only when it is asked for.

``start_time`` and ``end_time`` of the utilization API select by the time of the report, records are grouped by the time
of consumption (Microsoft, *Get a customer's utilization records for Azure*); so what comes late stands under old dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bespeak.sandbox.ledger import PAY_AS_YOU_GO, Rows

#: Hours between consumption and a late report.
LATE_HOURS = 40
_DAY = 24
_WORD = 2**64


@dataclass(frozen=True, slots=True)
class Oddities:
    """Of a hundred rows, how many are reported late, twice, wrong at first, or taken back on the next day.

    ``doubled``: the same record again, 40 hours later. ``corrected``: a quantity that is half too much, and 40 hours
    later the right one under the same key, where the last report counts. ``credited``: a record with the negative
    quantity a day later, if the machine does not run then. The same ``salt`` chooses the same rows.
    """

    late: int = 0
    doubled: int = 0
    corrected: int = 0
    credited: int = 0
    salt: int = 0

    @property
    def latest(self) -> int:
        """The longest that a report can take beyond its slot, in hours: late, and then corrected."""
        return 2 * LATE_HOURS if any((self.late, self.doubled, self.corrected, self.credited)) else 0

    def applied(self, rows: Rows) -> Rows:
        """The rows as they are reported."""
        if not self.latest or not len(rows):
            return rows
        moved = _with(rows, reported=rows.reported + LATE_HOURS * self._chosen(rows, "late"))
        wrong = self._chosen(rows, "corrected")
        first = _with(moved, quantity=np.round(moved.quantity * (1 + 0.5 * wrong), 6))
        again = [_later(moved, wrong), _later(moved, self._chosen(rows, "doubled") & ~wrong)]
        return _joined([first, *again, _taken_back(moved, self._chosen(rows, "credited"))])

    def _chosen(self, rows: Rows, name: str) -> npt.NDArray[np.bool_]:
        """So many of a hundred rows, by a hash of what they are."""
        share = int(getattr(self, name))
        salt = (self.salt * 1_000_003 + _NAMES.index(name)) % _WORD
        mixed = rows.slot.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt)
        mixed ^= (rows.item.astype(np.uint64) << np.uint64(20)) + (rows.kind + 2).astype(np.uint64)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        chosen: npt.NDArray[np.bool_] = (mixed >> np.uint64(31)) % np.uint64(100) < share
        return chosen


_NAMES = ("late", "doubled", "corrected", "credited")
PUNCTUAL = Oddities()


def _with(
    rows: Rows,
    *,
    quantity: npt.NDArray[np.floating[Any]] | None = None,
    reported: npt.NDArray[np.signedinteger[Any]] | None = None,
) -> Rows:
    amount = rows.quantity if quantity is None else quantity.astype(np.float64)
    known = rows.reported if reported is None else reported.astype(np.int32)
    return Rows(rows.slot, rows.item, rows.kind, amount, known)


def _where(rows: Rows, chosen: npt.NDArray[np.bool_]) -> Rows:
    columns = (rows.slot, rows.item, rows.kind, rows.quantity, rows.reported)
    return Rows(*(column[chosen] for column in columns))  # type: ignore[arg-type]


def _later(rows: Rows, chosen: npt.NDArray[np.bool_]) -> Rows:
    found = _where(rows, chosen)
    return _with(found, reported=found.reported + LATE_HOURS)


def _taken_back(rows: Rows, chosen: npt.NDArray[np.bool_]) -> Rows:
    """Negative rows a day later, of machines that have no row of their own then."""
    found = _where(rows, chosen & (rows.kind == PAY_AS_YOU_GO))
    moved = Rows(found.slot + _DAY, found.item, found.kind, -found.quantity, found.reported + _DAY)
    free = ~np.isin(_name(moved), _name(rows)) & (moved.slot <= rows.slot.max())
    return _where(moved, free)


def _name(rows: Rows) -> npt.NDArray[np.int64]:
    return rows.slot.astype(np.int64) * 2**15 + rows.item


def _joined(parts: list[Rows]) -> Rows:
    columns = zip(*((p.slot, p.item, p.kind, p.quantity, p.reported) for p in parts), strict=True)
    rows = Rows(*(np.concatenate(column) for column in columns))
    # Within a slot the first report of a record comes before the later ones.
    order = np.lexsort((rows.reported, rows.kind, rows.item, rows.slot))
    return Rows(*(c[order] for c in (rows.slot, rows.item, rows.kind, rows.quantity, rows.reported)))  # type: ignore[arg-type]
