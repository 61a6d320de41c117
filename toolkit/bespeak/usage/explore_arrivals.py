"""Gaps, days that may still grow, and records that came late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.usage.explore_slice import hour_at
from bespeak.usage.spans import moment_of

_DAY = 24
#: Usage of a day is reported within a day of it, and rows are added and corrected for three days (the toolkit reads
#: the last 72 hours again each time for that reason).
SOON, SETTLED = 24, 72
_LATE = ["first", "records", "source", "received", "hours"]


def nothing_late() -> pd.DataFrame:
    """No late records."""
    return pd.DataFrame(columns=_LATE).astype({"first": "int64", "records": "int64", "hours": "int64"})


def gaps(hours: npt.NDArray[np.int64], first: int, end: int, *, longest_only: bool) -> pd.DataFrame:
    """The spans of a window in which no hour is among ``hours``; of whole days only with ``longest_only``.

    Columns: first, end (hours since 1970), hours.
    """
    length = _DAY if longest_only else 1
    there = np.zeros(max(-(-(end - first) // length), 0) + 1, dtype=bool)
    inside = hours[(hours >= first) & (hours < end)]
    there[(inside - first) // length] = True
    missing = np.concatenate([[False], ~there[:-1], [False]]).astype(np.int8)
    turns = np.flatnonzero(np.diff(missing))
    spans = [
        (first + low * length, min(first + high * length, end)) for low, high in turns.reshape(-1, 2).tolist()
    ]
    table = pd.DataFrame(spans, columns=["first", "end"], dtype="int64")
    return table.assign(hours=table["end"] - table["first"])


def open_days(end: int, received: datetime | None) -> pd.DataFrame:
    """The days before ``end`` that may still grow, by when something was received last.

    Columns: first, end (hours since 1970), within (24 or 72: the hours since their end).
    """
    if received is None:
        return pd.DataFrame(columns=["first", "end", "within"], dtype="int64")
    now = hour_at(received)
    last = min(end, now + _DAY)
    starts = np.arange((now - SETTLED) // _DAY * _DAY, last, _DAY)
    ages = now - (starts + _DAY)
    kept = starts[ages < SETTLED]
    within = np.where(now - (kept + _DAY) < SOON, SOON, SETTLED)
    return pd.DataFrame({"first": kept, "end": kept + _DAY, "within": within}).astype("int64")


def late(by_day: pd.DataFrame, deliveries: pd.DataFrame) -> pd.DataFrame:
    """The records that came more than 72 hours after their day was over and was read for the first time.

    Columns: first (hour since 1970 of the day), records, source, received, hours (how much later).
    """
    known = by_day.merge(deliveries, on="delivery", how="inner")
    hour = known["received"].map(hour_at).astype("int64")
    over = (known["day"] + 1) * _DAY
    begun = hour.groupby(known["day"]).transform("min")
    since = hour - np.maximum(over, begun)
    found = known.assign(first=known["day"] * _DAY, hours=since)[since > SETTLED]
    return found.sort_values(["first", "received"], kind="stable", ignore_index=True)[_LATE]


def named(spans: Iterable[tuple[int, int]], limit: int = 3) -> str:
    """The first spans in words, and how many more there are."""
    told = [_named(first, end) for first, end in spans]
    more = f" and {len(told) - limit:,} more" if len(told) > limit else ""
    return ", ".join(told[:limit]) + more


def _named(first: int, end: int) -> str:
    begins, last = moment_of(first), moment_of(end - 1)
    if first % _DAY or end % _DAY:
        return f"{begins:%Y-%m-%d %H:%M} to {moment_of(end):%H:%M}"
    return f"{begins:%Y-%m-%d}" if end - first == _DAY else f"{begins:%Y-%m-%d} to {last:%Y-%m-%d}"
