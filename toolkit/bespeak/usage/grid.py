"""Usage as a grid: a row for each subscription, region and size, a column for each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.usage.daily import DAY, at_most, stacked

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_TEXTS = ("azure_subscription_id", "vm", "resource", "size", "region")
_HOUR_US = 3_600_000_000
#: Parts of a day are printed with six digits, so their sum may miss 24; 0.36 s are no missing hour.
_ROUNDING = 1e-4


@dataclass(frozen=True, eq=False)
class Grid:
    """Instances by series (row) and hour (column).

    ``certain`` is what is known to have run in the hour. Of what ran that day at hours that nobody knows ``unknown``
    is the mean, ``stacked`` the hours one on the other from the first hour of the day on, and ``most`` what can have
    run in the hour at most. ``machines`` holds the hours of each machine with the row of its series.
    """

    subscriptions: tuple[str, ...]
    subscription: Ints
    region: tuple[str, ...]
    size: tuple[str, ...]
    certain: Floats
    unknown: Floats
    stacked: Floats
    most: Floats
    machines: pd.DataFrame


def grid(usage: pd.DataFrame, start: datetime, hours: int) -> Grid:
    """The grid of a compact usage over ``hours`` hours from ``start``; parts of an hour stay parts of an instance."""
    subs, sub_names = _codes(usage["azure_subscription_id"])
    regions, region_names = _codes(usage["region"])
    sizes, size_names = _codes(usage["size"])
    row, (sub, region, size) = _joint(subs, regions, sizes)
    at = hour_numbers(usage, start)
    certain, unknown, stacked, most = _cells(usage, row, at, (len(sub), hours))
    present = sorted(set(sub.tolist()))
    return Grid(
        subscriptions=tuple(sub_names[code] for code in present),
        subscription=np.searchsorted(present, sub).astype(np.int64),
        region=tuple(region_names[code] for code in region),
        size=tuple(size_names[code] for code in size),
        certain=certain,
        unknown=unknown,
        stacked=stacked,
        most=most,
        machines=_machines(usage, row),
    )


def compact(usage: pd.DataFrame) -> pd.DataFrame:
    """The same usage with each distinct text kept once: the columns that are grouped by become small numbers."""
    plain = [name for name in _TEXTS if not isinstance(usage[name].dtype, pd.CategoricalDtype)]
    return usage.astype(dict.fromkeys(plain, "category")) if plain else usage


def hour_numbers(usage: pd.DataFrame, start: datetime) -> Ints:
    """The hour in which each record begins, counted from ``start``."""
    micros = usage["start"].dt.as_unit("us").astype("int64").to_numpy()
    return np.asarray(
        (micros - int(pd.Timestamp(start).as_unit("us").value // 1000)) // _HOUR_US, dtype=np.int64
    )


def _cells(usage: pd.DataFrame, row: Ints, at: Ints, shape: tuple[int, int]) -> tuple[Floats, ...]:
    """What is certain, and of the rest the mean, the stack and the most."""
    hours = usage["hours"].to_numpy(dtype=np.float64)
    daily = usage["hours_in_window"].to_numpy() == DAY
    if not daily.any():
        nothing = np.zeros(shape)
        return _filled(row, at, hours, shape), nothing, nothing, nothing
    certain = _filled(row[~daily], at[~daily], hours[~daily], shape)
    whole, (some, first, ran) = _days(usage, row, at, daily)
    return (
        certain + _spread(*whole, shape),
        _spread(some, first, ran / DAY, shape),
        _by_hour(*_inside(some, first, ran, shape), shape),
        _spread(some, first, at_most(ran), shape),
    )


def _inside(row: Ints, first: Ints, ran: Floats, shape: tuple[int, int]) -> tuple[Ints, Ints, Floats]:
    """The stacks of days that lie in the window as a whole: of a day that it cuts, all hours may lie outside."""
    whole = (first >= 0) & (first + DAY <= shape[1])
    return row[whole], first[whole], stacked(ran[whole])


def _filled(row: Ints, at: Ints, hours: Floats, shape: tuple[int, int]) -> Floats:
    """The sums in each cell; what lies outside the columns is left out."""
    if at.size and (at.min() < 0 or at.max() >= shape[1]):
        inside = (at >= 0) & (at < shape[1])
        row, at, hours = row[inside], at[inside], hours[inside]
    sums = np.bincount(row * shape[1] + at, weights=hours, minlength=shape[0] * shape[1])
    return np.asarray(sums, dtype=np.float64).reshape(shape)


_Days = tuple[Ints, Ints, Floats]


def _days(usage: pd.DataFrame, row: Ints, at: Ints, daily: npt.NDArray[np.bool_]) -> tuple[_Days, _Days]:
    """Whole days of machines: row, first hour, instances in each hour; and other days: row, first hour, hours.

    Only a machine with exactly 24 hours is known to have run in each of them (azure-usage.md, 2021-07-08, leaves
    the others out). More than 24 come from several machines under one name, whose hours are not known either.
    """
    resources, _ = _codes(usage["resource"])
    vms, _ = _codes(usage["vm"])
    which, (day_row, _, _, day_at) = _joint(row[daily], resources[daily], vms[daily], at[daily] - at.min())
    ran = usage["hours"].to_numpy(dtype=np.float64)[daily]
    totals = np.asarray(np.bincount(which, weights=ran, minlength=len(day_row)), dtype=np.float64)
    first = day_at + at.min()
    whole: npt.NDArray[np.bool_] = np.abs(totals - DAY) <= _ROUNDING
    return (
        (day_row[whole], first[whole], np.ones(int(whole.sum()))),
        (day_row[~whole], first[~whole], totals[~whole]),
    )


def _spread(row: Ints, first: Ints, instances: Floats, shape: tuple[int, int]) -> Floats:
    """The same number of instances in each of the 24 hours from the first."""
    return _by_hour(row, first, np.repeat(instances.reshape(-1, 1), DAY, axis=1), shape)


def _by_hour(row: Ints, first: Ints, instances: Floats, shape: tuple[int, int]) -> Floats:
    """The instances of each hour (24 columns) from the first."""
    cells = np.zeros(shape)
    for hour in range(DAY):
        cells += _filled(row, first + hour, instances[:, hour], shape)
    return cells


def _machines(usage: pd.DataFrame, row: Ints) -> pd.DataFrame:
    resources, resource_names = _codes(usage["resource"])
    vms, vm_names = _codes(usage["vm"])
    which, (series, resource, vm) = _joint(row, resources, vms)
    hours = np.bincount(which, weights=usage["hours"].to_numpy(dtype=np.float64), minlength=len(series))
    names, ids = np.array(vm_names, dtype=object), np.array(resource_names, dtype=object)
    return pd.DataFrame({"row": series, "vm": names[vm], "hours": hours, "resource": ids[resource]})


def _codes(texts: pd.Series[Any]) -> tuple[Ints, list[str]]:
    """The numbers of a compact column, and the texts that they stand for."""
    return texts.cat.codes.to_numpy().astype(np.int64), [str(name) for name in texts.cat.categories]


def _joint(*codes: Ints) -> tuple[Ints, tuple[Ints, ...]]:
    """One number for each combination that occurs, and what each number stands for, sorted."""
    sizes = [int(code.max()) + 1 if code.size else 1 for code in codes]
    mixed = np.zeros(len(codes[0]), dtype=np.int64)
    for code, size in zip(codes, sizes, strict=True):
        mixed = mixed * size + code
    which, known = pd.factorize(mixed, sort=True)
    parts: list[Ints] = []
    for size in reversed(sizes):
        known, part = np.divmod(known, size)
        parts.append(np.asarray(part, dtype=np.int64))
    return np.asarray(which, dtype=np.int64), tuple(reversed(parts))
