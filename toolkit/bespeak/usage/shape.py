"""When machines run that run part of a day, learned from those whose hours are known; an estimate, never a fact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.catalogue import group_of
from bespeak.errors import InputError
from bespeak.usage.daily import DAY

Floats = npt.NDArray[np.float64]

_SATURDAY = 5
#: So many machine-days of a kind are needed before they say more than all kinds together.
_ENOUGH = 5


@dataclass(frozen=True, eq=False)
class Shape:
    """How likely a machine is up in each hour of the day (UTC), by weekend or not and by how long it runs that day.

    ``up`` has 2 x 25 x 24 entries; ``machine_days`` is of how many days it was learned.
    """

    up: Floats
    machine_days: int

    def __repr__(self) -> str:
        return f"Shape(learned from {self.machine_days:,} days of machines; an estimate)"

    def hours(self, days: pd.Series[pd.Timestamp], ran: Floats) -> Floats:
        """For each machine-day (row) an estimate of what ran in each of its 24 hours; the rows sum to ``ran``."""
        weekend = (days.dt.day_of_week >= _SATURDAY).to_numpy().astype(int)
        bucket = np.clip(np.ceil(ran), 0, DAY).astype(int)
        return _scaled(self.up[weekend, bucket], np.minimum(ran, DAY))


def learn_shape(usage: pd.DataFrame) -> Shape:
    """The shape of a USAGE table's hourly records; raises ``InputError`` when it has none."""
    hourly = usage[usage["hours_in_window"] == 1]
    if hourly.empty:
        raise InputError(
            "There are no hourly records to learn from.",
            "Read the usage of a customer with a legacy subscription.",
        )
    day = hourly["start"].dt.floor("D")
    cells = hourly.assign(resource=hourly["resource"].astype("str"), day=day, hour=hourly["start"].dt.hour)
    table = cells.pivot_table(index=["resource", "day"], columns="hour", values="hours", aggfunc="sum")
    on = table.reindex(columns=range(DAY)).fillna(0.0).clip(upper=1.0).to_numpy(dtype=np.float64)
    weekend = np.asarray(table.index.get_level_values(1).day_of_week >= _SATURDAY).astype(int)  # type: ignore[attr-defined]
    bucket = np.clip(np.ceil(on.sum(axis=1)), 0, DAY).astype(int)
    return Shape(_means(on, weekend, bucket), len(on))


def estimated(usage: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """An estimate of what ran in each hour: ``region``, ``group``, ``hour`` and ``units``, all subscriptions together.

    Of daily records of less than a day the hours are where the shape says they are likely; all others are as known.
    """
    days = usage[usage["hours_in_window"] == DAY]
    keys = ["resource", "vm", "size", "region", "start"]
    plain = days[keys].astype(dict.fromkeys(keys[:-1], "str")).assign(hours=days["hours"].to_numpy())
    sums = plain.groupby(keys, sort=True)["hours"].sum().reset_index()
    spread = shape.hours(sums["start"], sums["hours"].to_numpy(dtype=np.float64))
    many = (sums["hours"] > DAY).to_numpy()  # several machines under one name: nothing tells when they ran
    spread[many] = (sums["hours"].to_numpy()[many] / DAY).reshape(-1, 1)
    parts = [
        sums.assign(hour=sums["start"] + pd.Timedelta(hours=hour), hours=spread[:, hour])
        for hour in range(DAY)
    ]
    known = usage[usage["hours_in_window"] == 1]
    parts.append(
        known[["size", "region", "hours"]]
        .astype({"size": "str", "region": "str"})
        .assign(hour=known["start"])
    )
    cells = pd.concat(parts, ignore_index=True)
    scale = {size: group_of(size) for size in cells["size"].unique()}
    cells = cells.assign(
        group=cells["size"].map({size: group for size, (group, _) in scale.items()}),
        units=cells["hours"] * cells["size"].map({size: ratio for size, (_, ratio) in scale.items()}),
    )
    return cells.groupby(["region", "group", "hour"], sort=True)["units"].sum().reset_index()


def _means(on: Floats, weekend: npt.NDArray[np.int_], bucket: npt.NDArray[np.int_]) -> Floats:
    """The mean of each kind of day; of a kind that is rare the nearest lengths of day help out."""
    up = np.full((2, DAY + 1, DAY), 0.5)
    for end in (0, 1):
        for length in range(1, DAY + 1):
            for reach in range(DAY):
                near = (np.abs(bucket - length) <= reach) & ((weekend == end) | (reach > 2))  # noqa: PLR2004 - hours
                if near.sum() >= min(_ENOUGH, len(on)):
                    up[end, length] = on[near].mean(axis=0)
                    break
    return np.asarray(np.clip(up, 1e-6, 1.0), dtype=np.float64)


def _scaled(up: Floats, ran: Floats) -> Floats:
    """The rows scaled to their sums, none above 1: what is cut off goes to the other hours."""
    found = np.zeros_like(up)
    open_hours = np.ones(up.shape, dtype=bool)
    for _ in range(DAY):
        left: Floats = ran - np.where(open_hours, 0.0, found).sum(axis=1)
        weight = np.where(open_hours, up, 0.0)
        total = weight.sum(axis=1)
        factor = np.divide(left, total, out=np.zeros_like(left), where=total > 0)
        found = np.where(open_hours, weight * factor.reshape(-1, 1), found)
        full = open_hours & (found >= 1.0)
        if not full.any():
            break
        found = np.where(full, 1.0, found)
        open_hours &= ~full
    return np.asarray(found, dtype=np.float64)
