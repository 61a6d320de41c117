"""Records that are reported more than once, and records that take back what others reported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bespeak.usage.codes import Coded, Ints, joint, picked

Floats = npt.NDArray[np.float64]

_REPEATED = "The same record came a second time."
_REPLACED = "A later report of the same record says another quantity, and counts instead."
_CREDIT = "A negative quantity corrects an earlier record; it is no demand."
_TAKEN_BACK = "More hours were taken back than this record says, so it is no demand."

#: Hours closer than this are the same: they are printed with six digits.
_SAME = 1e-6


def replaced(identity: Sequence[Coded | Ints], quantity: Floats) -> Coded:
    """Why a record does not count that a later one repeats or corrects; "" for all others.

    One record is one resource, meter, size, reservation and window; its last report counts. What takes hours back is a
    record of its own.
    """
    which, firsts = joint(*identity)
    said = np.zeros(len(which), dtype=np.int8)
    if len(firsts) < len(which):
        order = np.argsort(which, kind="stable")
        again = which[order[1:]] == which[order[:-1]]
        before, after = order[:-1][again], order[1:][again]
        said[before] = np.where(quantity[before] == quantity[after], 1, 2)
    return Coded(said, ("", _REPEATED, _REPLACED))


def taken_back(reason: Coded, places: Sequence[Coded | Ints], quantity: Floats) -> Coded:
    """The reasons, with those of machines that had more hours taken back in a window than they used in it.

    ``places`` say machine, reservation, size, region and window. Where the sum is not negative, the negative record
    counts and lowers it. A negative sum is no demand; it stays what it is among what is set aside.
    """
    free = reason.flags(lambda text: not text)
    negative = free & (quantity < 0)
    if not negative.any():
        return reason
    which, firsts = joint(*places)
    counted = np.where(free, quantity, 0.0)
    sums = np.bincount(which, weights=counted, minlength=len(firsts))
    wanted = np.zeros(len(firsts), dtype=bool)
    wanted[which[negative]] = True
    lost = free & (wanted & (sums < -_SAME))[which]
    texts = [*reason.texts, _CREDIT, _TAKEN_BACK]
    own = np.where(quantity < 0, len(texts) - 2, len(texts) - 1)
    return picked(texts, np.where(lost, own, reason.codes))
