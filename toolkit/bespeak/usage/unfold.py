"""The tables of a grid: a row for each hour of each series, under the scopes that a reservation can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from bespeak.usage.grid import Floats, Grid, Ints

SHARED = "shared"
_Scale = Mapping[str, tuple[str, float]]
_Key = tuple[str, ...]


def group_table(cells: Grid, scale: _Scale, start: datetime) -> pd.DataFrame:
    """DEMAND: units of each flexibility group, a size counting with its ratio."""
    ratio = np.array([scale[size][1] for size in cells.size]).reshape(-1, 1)
    keys = [(region, scale[size][0]) for region, size in zip(cells.region, cells.size, strict=True)]
    names = ("scope", "region", "group")
    values = {
        "units": cells.certain * ratio,
        "unknown": cells.unknown * ratio,
        "upper": (cells.certain + cells.most) * ratio,
        "overlap": (cells.certain + cells.stacked) * ratio,
    }
    return _table(cells, keys, names, start, values)


def size_table(cells: Grid, scale: _Scale, start: datetime) -> pd.DataFrame:
    """SIZE_DEMAND: instances of each size."""
    keys = [(region, scale[size][0], size) for region, size in zip(cells.region, cells.size, strict=True)]
    values = {
        "instances": cells.certain,
        "unknown": cells.unknown,
        "overlap": cells.certain + cells.stacked,
    }
    return _table(cells, keys, ("scope", "region", "group", "size"), start, values)


def vm_table(cells: Grid, scale: _Scale) -> pd.DataFrame:
    """The machines with their hours in the window, those whose hours of the day are not known included."""
    machines = cells.machines
    row = machines["row"].to_numpy()
    size = np.array(cells.size, dtype=object)[row]
    plain = pd.DataFrame(
        {
            "region": np.array(cells.region, dtype=object)[row],
            "group": [scale[name][0] for name in size],
            "size": size,
            "vm": machines["vm"],
            "hours": machines["hours"],
            "resource": machines["resource"],
        }
    )
    within = cells.subscription[row]
    parts = [plain[np.isin(within, subs)].assign(scope=scope) for scope, subs in _scopes(cells)]
    names = ["scope", *plain.columns]
    table = pd.concat(parts, ignore_index=True)[names] if parts else plain.assign(scope="")[names]
    texts = [name for name in names if name != "hours"]
    return table.astype(dict.fromkeys(texts, "str")).sort_values(texts, ignore_index=True)


def _scopes(cells: Grid) -> Iterator[tuple[str, Sequence[int]]]:
    """'shared', then each subscription when there are several; with one, both would say the same."""
    several = range(len(cells.subscriptions))
    if several:
        yield SHARED, several
    if len(several) > 1:
        for place, name in enumerate(cells.subscriptions):
            yield name, (place,)


def _table(
    cells: Grid, keys: Sequence[_Key], names: _Key, start: datetime, values: Mapping[str, Floats]
) -> pd.DataFrame:
    full: list[_Key] = []
    parts: dict[str, list[Floats]] = {name: [] for name in values}
    for scope, subs in _scopes(cells):
        rows = np.flatnonzero(np.isin(cells.subscription, subs))
        distinct, place = _places([keys[int(row)] for row in rows])
        full += [(scope, *key) for key in distinct]
        for name, matrix in values.items():
            parts[name].append(_summed(matrix[rows], place, len(distinct)))
    hours = next(iter(values.values())).shape[1]
    columns: dict[str, object] = {
        name: _repeated([key[column] for key in full], hours) for column, name in enumerate(names)
    }
    columns["hour"] = _hours(start, hours, len(full))
    for name, matrices in parts.items():
        columns[name] = np.concatenate(matrices).ravel() if matrices else np.zeros(0)
    return pd.DataFrame(columns, copy=False)


def _places(keys: Sequence[_Key]) -> tuple[list[_Key], Ints]:
    """The distinct keys, sorted, and the place of each key among them."""
    distinct = sorted(set(keys))
    place = {key: number for number, key in enumerate(distinct)}
    return distinct, np.array([place[key] for key in keys], dtype=np.int64)


def _summed(matrix: Floats, place: Ints, count: int) -> Floats:
    sums = np.zeros((count, matrix.shape[1]))
    np.add.at(sums, place, matrix)
    return sums


def _repeated(texts: list[str], hours: int) -> pd.Categorical:
    known = sorted(set(texts))
    codes = np.searchsorted(known, texts) if texts else np.zeros(0, dtype=np.int64)
    return pd.Categorical.from_codes(np.repeat(codes, hours), categories=pd.Index(known, dtype="str"))


def _hours(start: datetime, hours: int, series: int) -> pd.DatetimeIndex:
    first = np.datetime64(start.replace(tzinfo=None), "us")
    one = first + np.arange(hours, dtype=np.int64) * np.timedelta64(1, "h")
    return pd.DatetimeIndex(np.tile(one.astype("datetime64[us]"), series), tz="UTC")
