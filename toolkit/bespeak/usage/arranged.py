"""Hourly and daily records of one group side by side: where the hours fall that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from bespeak.usage.daily import DAY, even_shares, worst_order
from bespeak.usage.grid import Floats, Grid


def arranged(cells: Grid, scale: Mapping[str, tuple[str, float]], start: datetime) -> Grid:
    """The grid with what is not known of a day put beside what is known hour by hour of the same region and group.

    ``stacked`` goes where the known load is highest, which is the most uneven it can be; ``unknown`` is spread so that
    both together are most even. Where a day has no hourly records, or nothing but them, it stays as it is.
    """
    ratio = np.array([scale[size][1] for size in cells.size])
    keys = [(region, scale[size][0]) for region, size in zip(cells.region, cells.size, strict=True)]
    stacked, unknown = cells.stacked, cells.unknown
    for key in sorted(set(keys)):
        rows = np.array([number for number, other in enumerate(keys) if other == key])
        known = (cells.certain[rows] * ratio[rows].reshape(-1, 1)).sum(axis=0)
        if not cells.stacked[rows].any() or _is_flat(known, start):
            continue
        if stacked is cells.stacked:
            stacked, unknown = stacked.copy(), unknown.copy()
        _put(stacked, unknown, rows, known, start, ratio)
    return cells if stacked is cells.stacked else replace(cells, stacked=stacked, unknown=unknown)


def _days(start: datetime, hours: int) -> tuple[int, int]:
    """Where the first whole UTC day begins, and how many there are."""
    first = -start.hour % DAY
    return first, (hours - first) // DAY


def _is_flat(known: Floats, start: datetime) -> bool:
    """Whether the known load is the same in all hours of each day, as it is where only days are known."""
    first, count = _days(start, len(known))
    days = known[first : first + count * DAY].reshape(count, DAY)
    return bool((days == days[:, :1]).all())


def _put(
    stacked: Floats,
    unknown: Floats,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    known: Floats,
    start: datetime,
    ratio: Floats,
) -> None:
    first, count = _days(start, len(known))
    whole = slice(first, first + count * DAY)
    load = known[whole].reshape(count, DAY)
    order = worst_order(load)
    more = (unknown[rows, whole] * ratio[rows].reshape(-1, 1)).sum(axis=0).reshape(count, DAY).sum(axis=1)
    shares = even_shares(load, more)
    part = np.divide(shares, more.reshape(-1, 1), out=np.zeros_like(shares), where=more.reshape(-1, 1) > 0)
    for row in rows:
        days = stacked[row, whole].reshape(count, DAY)
        moved = np.zeros_like(days)
        np.put_along_axis(moved, order, days, axis=1)
        stacked[row, whole] = moved.ravel()
        sums = unknown[row, whole].reshape(count, DAY).sum(axis=1)
        unknown[row, whole] = (part * sums.reshape(-1, 1)).ravel()
