"""Exploring what a customer used: from months to a single hour, and from each total to the rows behind it.

What a touch needs is in memory: the hourly aggregate of the store, added up by kind of machine. Machines and single
rows are read when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.usage import explore_arrivals as arrivals
from bespeak.usage.explore_aside import Aside
from bespeak.usage.explore_cube import Cube, cube
from bespeak.usage.explore_machines import COLUMNS, Machines, arrivals_of, machines
from bespeak.usage.explore_rows import Opened, aside_rows, machine_is, used_rows
from bespeak.usage.explore_series import Series, series_of
from bespeak.usage.explore_slice import MOST_STEPS, Slice, Step, months_of
from bespeak.usage.steps import WHOLE, hourly
from bespeak.usage.store import UsageStore
from bespeak.usage.store.delivery import Progress
from bespeak.worlds import stamp

_DAY = 24
#: Beyond so many days the first picture is of months.
_MOST_DAYS = 100
#: So many machines' hours are kept at hand.
_KEPT = 16
Say = Callable[[str], None]


@dataclass(eq=False)
class Exploration:
    """A customer's usage, opened; all times are UTC, and hours count from 1970.

    ``first`` and ``end`` are the days of its usage, ``received`` when something came last. ``incomplete`` is a sentence
    when something is known to be missing.
    """

    customer_id: str
    world: str
    first: int
    end: int
    received: datetime | None
    incomplete: str
    _store: UsageStore = field(repr=False)
    _cube: Cube = field(repr=False)
    _aside: Aside = field(repr=False)
    _deliveries: pd.DataFrame = field(repr=False)
    _machines: Machines | None = field(default=None, repr=False)
    _late: pd.DataFrame | None = field(default=None, repr=False)
    _single: dict[str, Cube] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Exploration of {(self.end - self.first) // _DAY} days, {len(self._cube.kinds):,} kinds of machines"

    @property
    def whole(self) -> Slice:
        """All of it, in days; in months when it is longer than a hundred days."""
        step: Step = "month" if self.end - self.first > _MOST_DAYS * _DAY else "day"
        return Slice(self.first, self.end, step)

    @property
    def currencies(self) -> list[str]:
        """The currencies of costs, the one with most records first."""
        told = self._cube.kinds["currency"]
        return [str(name) for name in told[told != ""].value_counts().index]

    def fits(self, where: Slice, step: Step) -> bool:
        """Whether a span can be seen in these steps."""
        return where.hours <= MOST_STEPS * {"hour": 1, "day": _DAY, "month": _DAY * 28}[step]

    def series(self, where: Slice, by: str = "", measure: str = "hours") -> Series:
        """What ran, step by step, stacked by a field or not at all; raises ``InputError`` for another measure."""
        return series_of(self._of(where), self._aside, where, by, measure, self.world)

    def choices(self, where: Slice, field: str, typed: str = "", limit: int = 60) -> tuple[pd.DataFrame, int]:
        """The values of a field under all other choices, most hours first, and how many there are.

        Columns: value, name, hours, machines (empty while the machines are not listed). ``typed`` is a part of a name.
        """
        if field == "resource":
            return self._machine_choices(where, typed, limit)
        _, values = self._cube.codes(field)
        own = self._of(where)
        sums = own.per_kind("hours", where.first, where.end) * own.masked(where, but=field)
        told = own.kinds[field]
        hours = pd.Series(sums).groupby(told.to_numpy()).sum().reindex(values, fill_value=0.0) / WHOLE
        table = pd.DataFrame({"value": values.astype("str"), "hours": hours.to_numpy()})
        if self._machines is not None:
            table["machines"] = self._machines.counts(self._cube, where, field)[2]
        chosen = where.chosen.get(field)
        table = table[(table["hours"] > 0) | (table["value"] == chosen)]
        matching = table[table["value"].str.lower().str.contains(typed.lower().strip(), regex=False)]
        ranked = matching.sort_values(["hours", "value"], ascending=[False, True], ignore_index=True)
        return ranked.assign(name=ranked["value"]).head(limit), len(ranked)

    def _machine_choices(self, where: Slice, typed: str, limit: int) -> tuple[pd.DataFrame, int]:
        if self._machines is None:
            return pd.DataFrame({"value": [], "name": [], "hours": []}), 0
        table, count = self._machines.list(self._cube, where, typed, limit)
        return table.rename(columns={"key": "value", "vm": "name"}), count

    @property
    def knows_machines(self) -> bool:
        """Whether the machines are listed."""
        return self._machines is not None

    def list_machines(self, progress: Progress | None = None) -> None:
        """Lists the machines and finds what came late; takes seconds for a large customer.

        ``progress`` is told how many rows have been read, and of how many; what it raises ends the work.
        """
        total = int(self.conservation()["used"].iloc[0])
        tell = progress or (lambda _count, _total: None)
        batches = self._store.batches(self.customer_id, "rows", COLUMNS)
        found, by_day = machines(batches, self._cube, lambda count: tell(count, total))
        aside = self._store.batches(self.customer_id, "aside", ("hour", "delivery"))
        self._late = arrivals.late(pd.concat([by_day, arrivals_of(aside)]), self._deliveries)
        self._machines = found

    def machines(self, where: Slice, typed: str = "", limit: int = 50) -> tuple[pd.DataFrame, int]:
        """The machines of a slice, most hours first, and how many there are; lists them first where that is undone.

        Hours are of the whole days that the slice touches. Columns: value, name, resource_group, region, size, hours.
        """
        if self._machines is None:
            self.list_machines()
        return self._machine_choices(where, typed, limit)

    def rows(self, where: Slice, limit: int = 200) -> Opened:
        """The rows behind a slice: STORED_USAGE with starts (UTC), hours, cost, source and received."""
        sizes = None
        if where.group:
            kinds = self._cube.kinds
            sizes = sorted(kinds.loc[kinds["group"] == where.group, "size"].unique())
        months = months_of(where.first, where.end)
        return used_rows(self._store.rows(self.customer_id, months), where, sizes, self._deliveries, limit)

    def set_aside(self, where: Slice | None = None) -> pd.DataFrame:
        """What is set aside. Columns: reason, records, hours, cost, currency, first, end (empty: no time is told)."""
        return stamp(self.world, self._aside.reasons(where or self.whole, (self.first, self.end)))

    @property
    def has_aside(self) -> bool:
        """Whether anything at all is set aside."""
        return not self._aside.table.empty

    def aside_rows(self, where: Slice | None = None, reason: str = "", limit: int = 200) -> Opened:
        """The records that are set aside, for one reason or for all, with starts, source and received."""
        own = where or self.whole
        timed = (own.first, own.end) != (self.first, self.end)
        return aside_rows(
            self._store.aside(self.customer_id), own, reason, self._deliveries, limit, timed=timed
        )

    def gaps(self, where: Slice | None = None) -> pd.DataFrame:
        """The days without any record in a slice; in single hours where its steps are hours.

        Records of what is set aside are records too. Columns: first, end (hours since 1970), hours.
        """
        own = where or self.whole
        low, high = max(own.first, self.first), min(own.end, self.end)
        return arrivals.gaps(self._present, low, high, longest_only=own.step != "hour")

    @cached_property
    def _present(self) -> npt.NDArray[np.int64]:
        """Every hour of which there is any record; a daily record stands for all hours of its day."""
        cube_ = self._cube
        days = np.unique(cube_.hour[cube_.daily])
        of_days = (days[:, None] + np.arange(_DAY)).ravel()
        return np.unique(np.concatenate([cube_.hour[~cube_.daily], of_days, self._aside.hours]))

    def open_days(self) -> pd.DataFrame:
        """The days that may still grow. Columns: first, end (hours since 1970), within (24 or 72 hours)."""
        return arrivals.open_days(self.end, self.received)

    def late(self, where: Slice | None = None) -> pd.DataFrame:
        """The records that came more than 72 hours after their day was over and first read, by day and delivery.

        Columns: first (hour since 1970), records, source, received, hours (how much later). Empty while the machines
        are not listed.
        """
        if self._late is None:
            return arrivals.nothing_late()
        own = where or self.whole
        first = self._late["first"]
        return self._late[(first + _DAY > own.first) & (first < own.end)].reset_index(drop=True)

    def conservation(self) -> pd.DataFrame:
        """What came in, what is used and what is set aside, of all of it; as the store's own."""
        return self._store.conservation(self.customer_id)

    def strip(self, where: Slice) -> pd.DataFrame:
        """A machine's hours, a row a day. Columns: day (its first hour), h00 to h23, daily (only the day is known)."""
        own = self._of(where)
        codes = np.zeros(len(own.kinds), dtype=np.int64)
        low, high = self.first, self.end
        sums = own.sums(Slice(low, high, "hour"), "hours", codes, 1)
        hours = (sums.total[0] / WHOLE).reshape(-1, _DAY)
        table = pd.DataFrame(hours, columns=[f"h{hour:02d}" for hour in range(_DAY)])
        table.insert(0, "day", np.arange(low, high, _DAY))
        return table.assign(daily=np.isin(table["day"], own.hour[own.daily]))

    def _of(self, where: Slice) -> Cube:
        """The cube that a slice is cut from: that of all machines, or of a single one."""
        if not where.resource:
            return self._cube
        if where.resource not in self._single:
            rows = self._store.rows(self.customer_id).filter(machine_is(where.resource))
            while len(self._single) >= _KEPT:
                self._single.pop(next(iter(self._single)))
            self._single[where.resource] = cube([hourly(rows).collect(backend="pyarrow").to_native()])
        return self._single[where.resource]
