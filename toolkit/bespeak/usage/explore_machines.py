"""The machines of a customer by the day, and when their records came: made once, when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from bespeak.usage.explore_cube import KEYS, Codes, Cube, Flags, Floats
from bespeak.usage.explore_read import Numbers, added, turns
from bespeak.usage.explore_slice import Slice, day_of
from bespeak.usage.steps import WHOLE

_DAY = 24
_PAIR = [*KEYS, "resource", "vm"]
#: What ``machines`` reads of a row.
COLUMNS = (*_PAIR, "hour", "hours_e6", "cost_e6", "delivery")


@dataclass(frozen=True, eq=False)
class Machines:
    """Each machine in each kind that it had, with its hours and cost (millionths) and its records by day.

    ``days`` are days since 1970, sorted; ``pair`` says which line of ``pairs`` a number belongs to.
    """

    pairs: pd.DataFrame
    kind: Codes
    machine: Codes
    days: Codes
    pair: Codes
    hours: Floats
    cost: Floats
    records: Floats

    def narrowed(self, cube: Cube, where: Slice, *, but: str = "") -> Flags:
        """Which pairs are in a slice."""
        mask = cube.masked(where, but=but)[self.kind]
        if where.resource and but != "resource":
            mask = mask & (self.pairs["key"] == where.resource).to_numpy()
        return np.asarray(mask)

    def per_pair(self, values: Floats, first: int, end: int) -> Floats:
        """The sums of the days that a span touches."""
        low, high = np.searchsorted(self.days, [day_of(first) // _DAY, -(-end // _DAY)])
        return added(self.pair[low:high], values[low:high], len(self.pairs))

    def list(self, cube: Cube, where: Slice, typed: str = "", limit: int = 50) -> tuple[pd.DataFrame, int]:
        """The machines of a slice that use most, and how many there are; ``typed`` is a part of a name or size."""
        mask = self.narrowed(cube, where, but="resource")
        hours = self.per_pair(self.hours, where.first, where.end)
        mask &= hours != 0
        for word in typed.lower().split():
            mask &= self._names.str.contains(word, regex=False).to_numpy()
        found = np.flatnonzero(mask)
        per_machine = added(self.machine[found], hours[found], int(self._count))
        ranked = found[np.lexsort((found, -hours[found]))]
        _, first = np.unique(self.machine[ranked], return_index=True)
        best = ranked[np.sort(first)][: limit or None]
        shown = self.pairs.iloc[best][["key", "vm", "resource_group", "region", "size"]]
        amount = per_machine[self.machine[best]] / WHOLE
        return shown.assign(hours=amount).reset_index(drop=True), int((per_machine != 0).sum())

    def counts(
        self, cube: Cube, where: Slice, field: str
    ) -> tuple[Codes, pd.Index[Any], npt.NDArray[np.int64]]:
        """How many machines each value of a field has in a slice."""
        codes, values = cube.codes(field)
        mask = self.narrowed(cube, where, but=field) & (
            self.per_pair(self.records, where.first, where.end) > 0
        )
        pairs = np.unique(codes[self.kind[mask]] * self._count + self.machine[mask])
        return codes, values, np.bincount(pairs // self._count, minlength=len(values))

    @property
    def _count(self) -> int:
        return int(self.machine.max()) + 1 if len(self.machine) else 1

    @property
    def _names(self) -> pd.Series[Any]:
        told = self.pairs["resource"] + " " + self.pairs["vm"] + " " + self.pairs["size"]
        return told.str.lower()


def machines(
    batches: Iterable[pa.Table], cube: Cube, say: Callable[[int], None]
) -> tuple[Machines, pd.DataFrame]:
    """STORED_USAGE by machine and day, and how many records of each day (since 1970) came in each delivery.

    ``say`` is told how many rows have been read; what it raises ends the work.
    """
    pairs, deliveries = Numbers(_PAIR), Numbers(("delivery",))
    parts, arrived, count = [], [], 0
    for batch in batches:
        day = batch["hour"].to_numpy().astype(np.int64) // _DAY
        parts.append(_by_day(batch, pairs.of(batch), day))
        arrived.append(_arrived(deliveries.of(batch), day))
        count += batch.num_rows
        say(count)
    return _machines(pairs, parts, cube), _came(deliveries, arrived)


def _by_day(batch: pa.Table, pair: Codes, day: Codes) -> dict[str, npt.NDArray[Any]]:
    starts = turns(pair, day)
    sums = {name: np.add.reduceat(batch[name].to_numpy(), starts) for name in ("hours_e6", "cost_e6")}
    return sums | {"pair": pair[starts], "day": day[starts], "records": np.diff([*starts, len(pair)])}


def _arrived(delivery: Codes, day: Codes) -> pd.DataFrame:
    starts = turns(delivery, day)
    counts = np.diff([*starts, len(day)])
    told = pd.DataFrame({"delivery": delivery[starts], "day": day[starts], "records": counts})
    return _summed(told)


def arrivals_of(batches: Iterable[pa.Table]) -> pd.DataFrame:
    """The same of other records that say when they were used. Columns: delivery, day, records."""
    deliveries, arrived = Numbers(("delivery",)), []
    for batch in batches:
        hour = batch["hour"].to_numpy().astype(np.int64)
        told = _arrived(deliveries.of(batch), hour // _DAY)
        arrived.append(told[told["day"] > 0])
    return _came(deliveries, arrived)


def _came(numbers: Numbers, arrived: list[pd.DataFrame]) -> pd.DataFrame:
    table = (
        pd.concat(arrived, ignore_index=True)
        if arrived
        else pd.DataFrame(columns=["delivery", "day", "records"])
    )
    names = [delivery for (delivery,) in numbers.texts]
    summed = _summed(table)
    return summed.assign(delivery=[names[number] for number in summed["delivery"]])


def _summed(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby(["delivery", "day"], as_index=False).agg(records=("records", "sum"))


def _machines(numbers: Numbers, parts: list[dict[str, npt.NDArray[Any]]], cube: Cube) -> Machines:
    pairs = pd.DataFrame(numbers.texts, columns=_PAIR, dtype="str")
    kinds = {
        tuple(one): number
        for number, one in enumerate(cube.kinds[list(KEYS)].itertuples(index=False, name=None))
    }
    kind = [kinds[one[: len(KEYS)]] for one in numbers.texts]
    pairs = pairs.assign(key=pairs["resource"].where(pairs["resource"] != "", pairs["vm"]))
    machine, _ = pd.factorize(pairs["key"])
    nothing = np.zeros(0, dtype=np.int64)
    names = ("day", "pair", "hours_e6", "cost_e6", "records")
    table = {name: np.concatenate([nothing, *(part[name] for part in parts)]) for name in names}
    order = np.argsort(table["day"], kind="stable")
    return Machines(
        pairs=pairs,
        kind=np.array(kind, dtype=np.int64),
        machine=machine.astype(np.int64),
        days=table["day"][order],
        pair=table["pair"][order],
        hours=table["hours_e6"][order].astype(float),
        cost=table["cost_e6"][order].astype(float),
        records=table["records"][order].astype(float),
    )
