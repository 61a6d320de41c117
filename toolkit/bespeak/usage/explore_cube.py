"""A customer's hourly usage as arrays in memory, small enough to be added up anew at every touch.

Sums are whole millionths in floating point, exact up to 2^53: nine billion VM hours, or units of currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bespeak.catalogue import group_of
from bespeak.errors import MissingError
from bespeak.usage.explore_read import Numbers, added
from bespeak.usage.explore_slice import Slice, day_of
from bespeak.usage.steps import WHOLE

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
_Parts = Mapping[str, list[npt.NDArray[Any]]]

#: What machines of one kind have in common.
KEYS = ("azure_subscription_id", "resource_group", "region", "size", "currency")
MEASURES = ("units", "hours", "cost")
_DAY = 24
NUMBERS = ("hour", "hours_in_window", "each_e6", "machines", "hours_e6", "cost_e6")


@dataclass(frozen=True, eq=False)
class Sums:
    """What a slice adds up to, in millionths: a row a key, a column a step.

    ``known`` happened in its step for certain; ``spread`` happened in the day of the step, at an hour that daily
    records do not tell; ``most`` is what can have happened in the step at most.
    """

    known: Floats
    spread: Floats
    most: Floats

    @property
    def total(self) -> Floats:
        """What is known and what is spread over its day."""
        return self.known + self.spread


@dataclass(frozen=True, eq=False)
class Cube:
    """Hourly usage by kind of machine, in the order of its hours; ``kinds`` says what each kind is."""

    kinds: pd.DataFrame
    kind: Codes
    hour: Codes
    daily: Flags
    whole: Floats
    possible: Floats
    values: Mapping[str, Floats]
    _days: dict[str, Floats] = field(default_factory=dict, repr=False)
    _codes: dict[str, tuple[Codes, pd.Index[Any]]] = field(default_factory=dict, repr=False)

    @cached_property
    def first(self) -> int:
        """The first hour of the first day with usage."""
        return day_of(int(self.hour[0])) if len(self.hour) else 0

    @cached_property
    def days(self) -> int:
        """How many days lie between the first and the last one with usage, these included."""
        return (day_of(int(self.hour[-1])) - self.first) // _DAY + 1 if len(self.hour) else 0

    def by_day(self, measure: str) -> Floats:
        """The sums of a measure: a row a kind, a column a day."""
        if measure not in self._days:
            place = self.kind * self.days + (self.hour - self.first) // _DAY
            sums = added(place, self.values[measure], len(self.kinds) * self.days)
            self._days[measure] = sums.reshape(len(self.kinds), self.days)
        return self._days[measure]

    def masked(self, where: Slice, *, but: str = "") -> Flags:
        """Which kinds are in a slice; ``but`` names a field whose choice does not count."""
        mask = np.ones(len(self.kinds), dtype=bool)
        for name, value in where.chosen.items():
            if name not in ("resource", but):
                mask &= (self.kinds[name] == value).to_numpy()
        return mask

    def codes(self, field: str) -> tuple[Codes, pd.Index[Any]]:
        """The value of each kind in a field as a number, and the values."""
        if field not in self._codes:
            codes, values = pd.factorize(self.kinds[field], sort=True)
            self._codes[field] = codes.astype(np.int64), pd.Index(values)
        return self._codes[field]

    def per_kind(self, measure: str, first: int, end: int) -> Floats:
        """The sum of each kind in a span; what is known of a day only counts by its share of the day."""
        if not self.days:
            return np.zeros(len(self.kinds))
        if first % _DAY == 0 and end % _DAY == 0:
            low, high = (max(0, (hour - self.first) // _DAY) for hour in (first, end))
            return np.asarray(self.by_day(measure)[:, low:high].sum(axis=1))
        part = self._between(first, end)
        hour = self.hour[part]
        shares = np.where(self.daily[part], _overlap(hour, first, end) / _DAY, (hour >= first).astype(float))
        weights = self.values[measure][part] * shares
        return added(self.kind[part], weights, len(self.kinds))

    def sums(self, where: Slice, measure: str, codes: Codes, count: int) -> Sums:
        """The sums of a slice in each of its steps, by the number that each kind has."""
        edges = where.edges()
        steps = len(edges) - 1
        nothing = np.zeros((count, steps))
        if not self.days:
            return Sums(nothing, nothing, nothing)
        mask = self.masked(where)
        if where.step == "hour":
            return self._hourly(where, measure, codes, count, mask)
        columns = np.clip((edges - self.first) // _DAY, 0, self.days)
        running = np.zeros((count, self.days + 1))
        for code in range(count):
            running[code, 1:] = np.cumsum(self.by_day(measure)[mask & (codes == code)].sum(axis=0))
        known = np.diff(running[:, columns], axis=1)
        return Sums(known, nothing, known)

    def _hourly(self, where: Slice, measure: str, codes: Codes, count: int, mask: Flags) -> Sums:
        part = self._between(where.first, where.end)
        kept = np.flatnonzero(mask[self.kind[part]]) + part.start
        steps = where.hours
        key, hour, daily = codes[self.kind[kept]], self.hour[kept], self.daily[kept]
        values = self.values[measure][kept]
        sure = ~daily & (hour >= where.first)  # the part begins with the day, for the sake of daily records
        place = key[sure] * steps + hour[sure] - where.first
        known = added(place, values[sure], count * steps).reshape(count, steps)
        if not daily.any():
            return Sums(known, np.zeros_like(known), known)
        mean = self._of_days(where, key[daily], hour[daily], values[daily] / _DAY, count)
        ratio = self._ratio(measure)[self.kind[kept]][daily]
        whole = self._of_days(where, key[daily], hour[daily], self.whole[kept][daily] * ratio, count)
        most = self._of_days(where, key[daily], hour[daily], self.possible[kept][daily] * ratio, count)
        if measure == "cost":
            return Sums(known, mean, known + mean)
        return Sums(known + whole, np.maximum(mean - whole, 0.0), known + most)

    def _ratio(self, measure: str) -> Floats:
        return self.kinds["ratio"].to_numpy(dtype=float) if measure == "units" else np.ones(len(self.kinds))

    def _of_days(self, where: Slice, key: Codes, hour: Codes, each: Floats, count: int) -> Floats:
        """What is the same in every hour of a day, in the hours of the slice."""
        begin = day_of(where.first)
        days = -(-(where.end - begin) // _DAY)
        place = key * days + (hour - begin) // _DAY
        table = added(place, each, count * days).reshape(count, days)
        cut = where.first - begin
        return np.repeat(table, _DAY, axis=1)[:, cut : cut + where.hours]

    def _between(self, first: int, end: int) -> slice:
        low, high = np.searchsorted(self.hour, [day_of(first), end])
        if not self.daily[low:high].any():
            low = np.searchsorted(self.hour, first)
        return slice(int(low), int(high))


def cube(batches: Iterable[pa.Table]) -> Cube:
    """The cube of HOURLY_USAGE of one customer."""
    numbers = Numbers(KEYS)
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in ("kind", *NUMBERS)}
    for batch in batches:
        parts["kind"].append(numbers.of(batch))
        for name in NUMBERS:
            parts[name].append(batch[name].to_numpy())
    return _cube(_told(numbers), parts)


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _told(numbers: Numbers) -> pd.DataFrame:
    """The kinds by their numbers, with flexibility group and ratio."""
    kinds = pd.DataFrame(numbers.texts, columns=list(KEYS), dtype="str")
    sizes = {name: group_or_size(name) for name in kinds["size"].unique()}
    return kinds.assign(
        group=kinds["size"].map({name: told[0] for name, told in sizes.items()}).astype("str"),
        ratio=kinds["size"].map({name: told[1] for name, told in sizes.items()}).astype("float64"),
    )


def group_or_size(size: str) -> tuple[str, float]:
    """The flexibility group and ratio of a size; one that no table knows stands for itself."""
    try:
        return group_of(size)
    except MissingError:
        return f"size:{size}", 1.0


def _cube(kinds: pd.DataFrame, parts: _Parts) -> Cube:
    hour = _joined(parts["hour"])
    order = np.argsort(hour, kind="stable")
    daily = _joined([part > 1 for part in parts["hours_in_window"]]).astype(bool)[order]
    kind = _joined(parts["kind"])[order]
    whole, possible = _bounds(parts, order, daily)
    hours, cost = (
        _joined([part.astype(float) for part in parts[name]])[order] for name in ("hours_e6", "cost_e6")
    )
    return Cube(
        kinds=kinds,
        kind=kind,
        hour=hour[order].astype(np.int64),
        daily=daily,
        whole=whole,
        possible=possible,
        values={"hours": hours, "units": hours * kinds["ratio"].to_numpy(dtype=float)[kind], "cost": cost},
    )


def _bounds(parts: _Parts, order: Codes, daily: Flags) -> tuple[Floats, Floats]:
    """What daily records say for certain of each hour of their day, and what they leave possible."""
    if not daily.any():
        return np.zeros(len(daily)), np.zeros(len(daily))
    each, machines = (_joined(parts[name]).astype(np.int64)[order] for name in ("each_e6", "machines"))
    whole = np.where(daily & (each >= _DAY * WHOLE), machines * WHOLE, 0)
    return whole.astype(float), np.where(daily, machines * np.minimum(each, WHOLE), 0).astype(float)


def _overlap(hour: Codes, first: int, end: int) -> Floats:
    """How many hours of the days that begin here lie in a span."""
    overlap = np.minimum(hour + _DAY, end) - np.maximum(hour, first)
    return np.asarray(np.maximum(overlap, 0), dtype=np.float64)
