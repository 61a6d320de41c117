"""The tables of a demand as one array of hours for each scope, region, group and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from bespeak.advice.load import Floats
from bespeak.usage import SHARED, Demand

#: Where the hours of daily records fall: "known" leaves out what is not known, "worst" puts it where a reservation
#: covers least of it, "even" where it covers most.
Arrangement = Literal["known", "worst", "even"]


class Key(NamedTuple):
    """What a reservation is bought for: a scope, a region and a flexibility group."""

    scope: str
    region: str
    group: str


@dataclass(frozen=True, eq=False)
class Cube:
    """Units, units of unknown hours, instances of each size, and machines (those that ran longest first), by key."""

    demand: Demand
    units: Mapping[Key, Floats]
    unknown: Mapping[Key, Floats]
    sizes: Mapping[Key, Mapping[str, Floats]]
    machines: Mapping[Key, pd.DataFrame]

    def by_subscription(self, key: Key) -> dict[str, Key]:
        """The key of each subscription that uses this group; a single subscription stands under 'shared'."""
        if len(self.demand.subscriptions) == 1:
            return {self.demand.subscriptions[0]: key._replace(scope=SHARED)}
        keys = {sub: key._replace(scope=sub) for sub in self.demand.subscriptions}
        return {sub: own for sub, own in keys.items() if own in self.units}


def cube(demand: Demand, arrangement: Arrangement = "worst") -> Cube:
    """The cube of a demand; its tables hold every hour of each series in order, so that no grouping is needed."""
    hours = demand.hours
    keys = [Key(*names) for names in _names(demand.groups, ["scope", "region", "group"], hours)]
    sizes: dict[Key, dict[str, Floats]] = {key: {} for key in keys}
    size_names = _names(demand.sizes, ["scope", "region", "group", "size"], hours)
    for (*names, size), ran in zip(
        size_names, _ran(demand.sizes, "instances", arrangement, hours), strict=True
    ):
        sizes[Key(*names)][size] = ran
    ranked = demand.vms.sort_values(["hours", "vm"], ascending=[False, True])
    machines = ranked.groupby(["scope", "region", "group"], observed=True, sort=False)
    return Cube(
        demand,
        units=dict(zip(keys, _ran(demand.groups, "units", arrangement, hours), strict=True)),
        unknown=dict(zip(keys, _rows(demand.groups["unknown"], hours), strict=True)),
        sizes=sizes,
        machines={Key(*map(str, names)): rows for names, rows in machines},
    )


def _names(table: pd.DataFrame, columns: list[str], hours: int) -> list[tuple[str, ...]]:
    firsts = table.iloc[::hours]
    return [tuple(map(str, row)) for row in zip(*(firsts[column] for column in columns), strict=True)]


def _ran(table: pd.DataFrame, certain: str, arrangement: Arrangement, hours: int) -> Floats:
    """What ran in each hour: what is certain, and the rest as it is arranged."""
    if arrangement == "worst":
        return _rows(table["overlap"], hours)
    known = _rows(table[certain], hours)
    return known if arrangement == "known" else known + _rows(table["unknown"], hours)


def _rows(values: pd.Series[float], hours: int) -> Floats:
    return np.asarray(values, dtype=np.float64).reshape(-1, hours)
