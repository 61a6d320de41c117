"""A slice of usage step by step, stacked by what a person asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bespeak.errors import InputError
from bespeak.usage.explore_aside import Aside
from bespeak.usage.explore_cube import MEASURES, Cube, Floats
from bespeak.usage.explore_slice import Slice
from bespeak.usage.steps import WHOLE

#: More kinds of bars than this cannot be told apart; the smaller ones are put together.
MOST_KEYS = 8
OTHERS = "others"


@dataclass(frozen=True, eq=False)
class Series:
    """A slice step by step: ``known`` has a row a key, ``spread`` and ``most`` are of all keys.

    ``aside`` counts the records set aside, ``edges`` are hours since 1970. Units are means an hour; hours and cost are
    sums of the step.
    """

    where: Slice
    by: str
    measure: str
    edges: npt.NDArray[np.int64]
    keys: tuple[str, ...]
    known: Floats
    spread: Floats
    most: Floats
    aside: Floats
    world: str = ""

    @property
    def total(self) -> Floats:
        """All keys together in each step."""
        return np.asarray(self.known.sum(axis=0) + self.spread)


def series_of(own: Cube, aside: Aside, where: Slice, by: str, measure: str, world: str) -> Series:
    """The series of a slice; raises ``InputError`` for a measure that usage does not have."""
    if measure not in MEASURES:
        raise InputError(f"Usage has no measure '{measure}'.", f"Choose one of {', '.join(MEASURES)}.")
    codes, keys = _keys(own, where, by, measure)
    sums = own.sums(where, measure, codes, len(keys))
    edges = where.edges()
    scale = WHOLE * (np.diff(edges) if measure == "units" else 1.0)
    return Series(
        where=where,
        by=by,
        measure=measure,
        edges=edges,
        keys=keys,
        known=sums.known / scale,
        spread=sums.spread.sum(axis=0) / scale,
        most=sums.most.sum(axis=0) / scale,
        aside=aside.steps(where),
        world=world,
    )


def _keys(own: Cube, where: Slice, by: str, measure: str) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """The number of each kind of machine among the keys, largest first, and the keys."""
    if not by:
        return np.zeros(len(own.kinds), dtype=np.int64), ("all",)
    codes, values = own.codes(by)
    sums = own.per_kind(measure, where.first, where.end) * own.masked(where)
    per_value = np.bincount(codes, weights=sums, minlength=len(values))
    order = [int(code) for code in np.argsort(-per_value, kind="stable") if per_value[code]]
    shown = order if len(order) <= MOST_KEYS else order[: MOST_KEYS - 1]
    names = [str(values[code]) for code in shown] or ["all"]
    rest = [OTHERS] if len(order) > len(shown) else []
    place = np.full(len(values), len(names) + len(rest) - 1, dtype=np.int64)
    place[shown] = np.arange(len(shown))
    return place[codes], (*names, *rest)
