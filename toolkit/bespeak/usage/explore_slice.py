"""What of a customer's usage is looked at: which machines, from when to when, in steps of how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from bespeak.errors import InputError
from bespeak.usage.spans import moment_of

Step = Literal["month", "day", "hour"]
Hours = npt.NDArray[np.int64]

STEPS: tuple[Step, ...] = ("month", "day", "hour")
#: What can be chosen, by the names of columns; ``group`` is the flexibility group.
FIELDS = ("azure_subscription_id", "resource_group", "region", "group", "size", "resource")
#: More steps than this are seen by nobody; a longer span is looked at in longer steps.
MOST_STEPS = 2000
_DAY = 24


@dataclass(frozen=True, slots=True, repr=False)
class Slice:
    """A part of a customer's usage; "" in a field stands for all. ``first`` and ``end`` are hours since 1970.

    ``step`` is how long a bar stands for. ``resource`` is a machine: its ARM id, or its name where it has none.
    ``currency`` keeps to records with a cost in it.
    """

    first: int
    end: int
    step: Step = "day"
    azure_subscription_id: str = ""
    resource_group: str = ""
    region: str = ""
    group: str = ""
    size: str = ""
    resource: str = ""
    currency: str = ""

    def __repr__(self) -> str:
        narrowed = "".join(f", {name}={value!r}" for name, value in self.chosen.items())
        return f"Slice({words_of(self.first, self.end)}, by {self.step}{narrowed})"

    @property
    def hours(self) -> int:
        """How many hours it is long."""
        return self.end - self.first

    @property
    def chosen(self) -> Mapping[str, str]:
        """What is narrowed down, with its values."""
        return {name: getattr(self, name) for name in (*FIELDS, "currency") if getattr(self, name)}

    def choosing(self, field: str, value: str) -> Self:
        """The same with another value of a field; "" takes the choice back."""
        if field not in FIELDS:
            raise InputError(f"Usage has no field '{field}'.", f"Choose one of {', '.join(FIELDS)}.")
        changed: dict[str, Any] = {field: value}
        return replace(self, **changed)

    def over(self, first: int, end: int, step: Step) -> Self:
        """The same machines in another span and step."""
        return replace(self, first=first, end=end, step=step)

    def paid_in(self, currency: str) -> Self:
        """The records of it with a cost in this currency."""
        return replace(self, currency=currency)

    def edges(self) -> Hours:
        """Where each step begins, and behind them where the last one ends."""
        if self.step == "hour":
            return np.arange(self.first, self.end + 1)
        inner = month_starts(self.first, self.end) if self.step == "month" else _days(self.first, self.end)
        return np.unique(np.concatenate([[self.first], inner, [self.end]])).astype(np.int64)


def day_of(hour: int) -> int:
    """The first hour of its day (UTC).

    >>> day_of(49)
    48
    """
    return hour - hour % _DAY


def hour_at(moment: datetime) -> int:
    """The hour since 1970 in which a moment lies."""
    return int(moment.timestamp() // 3600)


def month_starts(first: int, end: int) -> Hours:
    """The first hours of the months that begin from ``first`` to before ``end``."""
    months = np.arange(_month(first), _month(max(end - 1, first)) + 1).astype("datetime64[M]")
    starts = months.astype("datetime64[h]").astype(np.int64)
    return starts[(starts >= first) & (starts < end)]


def month_span(hour: int) -> tuple[int, int]:
    """The month of an hour: its first hour, and that of the next month."""
    bounds = np.arange(_month(hour), _month(hour) + 2).astype("datetime64[M]").astype("datetime64[h]")
    start, end = bounds.astype(np.int64).tolist()
    return int(start), int(end)


def months_of(first: int, end: int) -> list[str]:
    """The months that a span touches, a day more on either side, as the store names them."""
    low, high = _month(first - _DAY), _month(end + _DAY)
    return [*map(str, np.arange(low, high + 1).astype("datetime64[M]"))]


def words_of(first: int, end: int) -> str:
    """A span as a person reads it (UTC).

    >>> words_of(497_616, 497_640), words_of(497_616, 498_360), words_of(497_620, 497_621)
    ('2026-10-08', '2026-10-08 to 2026-11-07', '2026-10-08 04:00')
    """
    begins, ends = moment_of(first), moment_of(end)
    if end - first == 1:
        return f"{begins:%Y-%m-%d %H:%M}"
    if first % _DAY or end % _DAY:
        return f"{begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}"
    if month_span(first) == (first, end):
        return f"{begins:%Y-%m}"
    return (
        f"{begins:%Y-%m-%d}" if end - first == _DAY else f"{begins:%Y-%m-%d} to {moment_of(end - 1):%Y-%m-%d}"
    )


def _days(first: int, end: int) -> Hours:
    return np.arange(day_of(first + _DAY - 1), end, _DAY)


def _month(hour: int) -> int:
    return int(np.int64(hour).astype("datetime64[h]").astype("datetime64[M]").astype(np.int64))
