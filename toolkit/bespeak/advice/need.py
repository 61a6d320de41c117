"""What a scope, region and flexibility group still needs in each hour, after what is owned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from bespeak.advice.cube import Arrangement, Cube, Key, cube
from bespeak.advice.load import Floats, Load
from bespeak.advice.offers import Market, sizes_of
from bespeak.advice.owned import Owned
from bespeak.errors import InputError, MissingError
from bespeak.usage import SHARED, Demand


@dataclass(frozen=True, eq=False)
class Need:
    """The net demand of one group: instances of each size in each hour, beside the pay-as-you-go price of the size.

    By hour, ``covered`` is the units that are owned and used, ``unknown`` the mean of those whose hours are not known,
    ``unpriced`` the instances of sizes that have no pay-as-you-go price and are left out. ``weights`` says how many
    units a machine of each size draws; ``machines`` has the mean instances of each as ``share``; ``licensed`` are the
    resources that run software with a price of its own. Where hours of the day are not known, ``even`` is the same need
    with them spread so that a reservation covers most of it: what it saves at best. ``slack`` (unit-hours, and their
    worth at pay-as-you-go) is by how much what is owned may cover more than it does in this arrangement: so much less
    may be left for a purchase.
    """

    key: Key
    instances: Mapping[str, Floats]
    prices: Mapping[str, float]
    covered: Floats
    unknown: Floats
    unpriced: Mapping[str, Floats]
    machines: pd.DataFrame
    weights: Mapping[str, float]
    start: datetime
    end: datetime
    licensed: frozenset[str] = frozenset()
    even: Need | None = None
    slack: tuple[float, float] = (0.0, 0.0)

    @property
    def hours(self) -> int:
        """How many hours are looked at."""
        return len(self.unknown)

    @cached_property
    def load(self) -> Load:
        """All hours of the group, in units."""
        units, payg = np.zeros(self.hours), np.zeros(self.hours)
        for size, ran in self.instances.items():
            units += ran * self.weights[size]
            payg += ran * self.prices[size]
        return Load.of(units, payg)

    def covered_by(self, units: Floats) -> tuple[Floats, Floats]:
        """Unit-hours that so many more reserved units cover, and what they would have cost; less the ``slack``."""
        hours, worth = self.load.covered_units(units), self.load.covered_payg(units)
        some = units > 0
        return (
            np.where(some, np.clip(hours - self.slack[0], 0.0, units * self.hours), 0.0),
            np.where(some, np.maximum(worth - self.slack[1], 0.0), 0.0),
        )

    @property
    def licensed_machines(self) -> int:
        """How many of the machines run software with a price of its own."""
        return int(self.machines["resource"].isin(self.licensed).sum())

    @cached_property
    def ranked(self) -> tuple[tuple[str, ...], Floats]:
        """The machines in their order, and the mean units that each and all before it draw."""
        weights = self.machines["size"].map(self.weights).to_numpy(dtype=np.float64)
        return tuple(self.machines["vm"]), np.cumsum(self.machines["share"].to_numpy() * weights)

    def used(self, size: str) -> float:
        """Hours in which machines of this size ran."""
        ran = self.instances.get(size, self.unpriced.get(size))
        return 0.0 if ran is None else float(ran.sum())

    @property
    def most_used(self) -> str:
        """The size that ran most, to name a row that buys nothing."""
        return max(self.sizes, key=self.used)

    @property
    def sizes(self) -> list[str]:
        """The sizes that ran, with and without a price."""
        return sorted({*self.instances, *self.unpriced})

    def of_size(self, size: str) -> Need:
        """The same need for one size alone, counted in instances."""
        return replace(
            self,
            instances={name: ran for name, ran in self.instances.items() if name == size},
            unpriced={name: ran for name, ran in self.unpriced.items() if name == size},
            weights={size: 1.0},
            covered=np.zeros(self.hours),
            machines=self.machines[self.machines["size"] == size],
            even=None if self.even is None else self.even.of_size(size),
        )

    def last(self, hours: int) -> Need:
        """The same need over its last hours only."""
        kept = min(hours, self.hours)
        return replace(
            self,
            instances={size: ran[-kept:] for size, ran in self.instances.items()},
            unpriced={size: ran[-kept:] for size, ran in self.unpriced.items()},
            covered=self.covered[-kept:],
            unknown=self.unknown[-kept:],
            even=None if self.even is None else self.even.last(hours),
            start=self.end - timedelta(hours=kept),
        )


def needs(
    demand: Demand,
    market: Market,
    owned: Owned,
    scopes: Iterable[str] | None = None,
    arrangement: Arrangement = "worst",
) -> list[Need]:
    """The need of every group in these scopes (all of them if None), in the order of the demand.

    What daily records leave open is arranged so that a reservation covers least of it, or as ``arrangement`` says.

    Raises ``InputError`` when usage is missing: what would be advised from a part of it is not what is needed.
    """
    if demand.incomplete:
        raise InputError(
            f"Nothing is advised, and nothing can be bought, from usage that is not all there. {demand.incomplete}",
            "Read the usage again; a daily file is often whole a day later.",
        )
    wanted = demand.scopes if scopes is None else tuple(scopes)
    for scope in wanted:
        if scope not in demand.scopes:
            raise MissingError(
                f"There is no demand in the scope '{scope}'.", f"Use {' or '.join(demand.scopes)}."
            )
    found = _needs(cube(demand, arrangement), market, owned, wanted)
    if arrangement != "worst" or not (demand.groups["unknown"] > 0).any():
        return found
    even = _needs(cube(demand, "even"), market, owned, wanted)
    return [
        _bounded(worst, best) if worst.unknown.any() else worst
        for worst, best in zip(found, even, strict=True)
    ]


def _bounded(worst: Need, even: Need) -> Need:
    """The need at worst, with the one at best beside it.

    What is owned covers least at worst and most when all is even. A purchase adds to it: at least what both together
    cover at worst less what the owned ones cover at most, and at most the other way round.
    """
    hours = max(worst.load.demand - even.load.demand, 0.0)
    worth = max(worst.load.payg - even.load.payg, 0.0)
    return replace(worst, even=replace(even, slack=(-hours, -worth)), slack=(hours, worth))


def _needs(parts: Cube, market: Market, owned: Owned, wanted: Collection[str]) -> list[Need]:
    left = {key[1:]: _left(parts, key, owned) for key in parts.units}
    return [_need(parts, market, key, left[key[1:]]) for key in parts.units if key.scope in wanted]


def _left(parts: Cube, key: Key, owned: Owned) -> dict[str, Floats]:
    by_subscription = {sub: parts.units[own] for sub, own in parts.by_subscription(key).items()}
    return owned.left(key.region, key.group, by_subscription)


def _need(parts: Cube, market: Market, key: Key, left: Mapping[str, Floats]) -> Need:
    inside = left if key.scope == SHARED else {key.scope: left[key.scope]}
    keys = parts.by_subscription(key)
    net: dict[str, Floats] = {}
    for sub, share in inside.items():
        for size, ran in parts.sizes[keys[sub]].items():
            net[size] = net.get(size, 0.0) + ran * share
    prices = {size: market.payg_per_hour(key.region, size) for size in net}
    open_units = sum(
        (parts.units[keys[sub]] * share for sub, share in inside.items()), np.zeros(parts.demand.hours)
    )
    machines = parts.machines.get(key, parts.demand.vms.iloc[:0])
    return Need(
        key=key,
        instances={size: ran for size, ran in net.items() if prices[size] is not None},
        prices={size: price for size, price in prices.items() if price is not None},
        covered=parts.units[key] - open_units,
        unknown=parts.unknown[key],
        unpriced={size: ran for size, ran in net.items() if prices[size] is None},
        machines=machines.assign(share=machines["hours"] / parts.demand.hours),
        weights=sizes_of(key.group),
        start=parts.demand.start,
        end=parts.demand.end,
        licensed=parts.demand.licensed,
    )
