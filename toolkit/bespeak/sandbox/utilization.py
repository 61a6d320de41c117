"""Utilization records of legacy Azure subscriptions, hourly and daily, rendered from pieces prepared for each VM.

A covered hour is written in the legacy encoding: the reservation meter on the record, the real meter and the
reservation in ``additionalInfo`` (Microsoft, *Azure usage data*, 2021-07-08).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import numpy as np

from bespeak.sandbox.benefit import Array
from bespeak.sandbox.clock import DAY_HOURS, HOUR, hour_number, instant_of, offset
from bespeak.sandbox.coverage import months
from bespeak.sandbox.coverage_book import Coverage
from bespeak.sandbox.demand import Demand
from bespeak.sandbox.estate import AzureSubscription
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.ledger import LICENCE, PAY_AS_YOU_GO, Ints, Rows, Usage, usage_rows
from bespeak.sandbox.oddities import PUNCTUAL, Oddities
from bespeak.sandbox.utilization_records import compact, disk_record, licence_record, machine_record

#: Records exist from this instant on.
RECORDS_FROM = datetime(2026, 7, 1, tzinfo=UTC)
_FROM = hour_number(RECORDS_FROM)

_DISK_DAY = 0.032258
#: Months of rows that one subscription keeps.
_KEPT_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Window:
    """What a caller asks for: reporting time after ``start`` and not after ``end``, by hour or by day."""

    start: datetime
    end: datetime
    hourly: bool
    details: bool

    @property
    def slot_hours(self) -> int:
        """Length of one record in hours."""
        return 1 if self.hourly else DAY_HOURS

    def reported(self) -> tuple[float, float]:
        """Records became known after the first and not after the second hour number."""
        return self.start.timestamp() / HOUR, self.end.timestamp() / HOUR


class Utilization:
    """All records of one legacy Azure subscription up to one hour, under one coverage; made month by month."""

    def __init__(
        self,
        azure: AzureSubscription,
        coverage: Coverage,
        facts: Facts,
        demand: Demand,
        oddities: Oddities = PUNCTUAL,
        info_case: str = "pascal",
    ) -> None:
        self._azure = azure
        self._facts = facts
        self._demand = demand
        self._coverage = coverage
        self._oddities = oddities
        self._info_case = info_case
        owned = [i for i, m in enumerate(coverage.machines) if m.azure_subscription_id == azure.id]
        self._machines = [coverage.machines[i] for i in owned]
        self._column = np.full(len(coverage.machines), -1, np.int16)
        self._column[owned] = np.arange(len(owned))
        self._rows: OrderedDict[tuple[bool, int], Rows] = OrderedDict()
        self._chosen: dict[tuple[datetime, datetime, bool], list[tuple[Rows, Ints]]] = {}
        self._pieces: dict[tuple[int, int, float], str] = {}
        self._sums: dict[Window, list[str]] = {}
        self._heads: dict[tuple[int, int], str] = {}

    def count(self, window: Window) -> int:
        """How many records the window holds."""
        if not window.details:
            return len(self._aggregated(window))
        return sum(len(chosen) for _, chosen in self._of(window))

    def page(self, window: Window, skip: int, size: int) -> list[str]:
        """So many records of the window as JSON, after skipping some."""
        if not window.details:
            return self._aggregated(window)[skip : skip + size]
        hours, found = window.slot_hours, []
        for rows, chosen in self._of(window):
            part = chosen[max(0, skip) : max(0, skip + size)]
            skip -= len(chosen)
            found += [self._head(slot, hours) + self._piece(key) for slot, *key in rows.at(part)]
        return found

    def digest(self, *, hourly: bool) -> str:
        """A name for all rows: the same rows, the same name."""
        hashed = blake2b(digest_size=16)
        for begin, close in months(_FROM, self._coverage.end):
            rows = self._build(begin, min(close, self._coverage.end), hourly=hourly)
            for column in (rows.slot, rows.item, rows.kind, rows.quantity, rows.reported):
                hashed.update(column.tobytes())
        return hashed.hexdigest()

    def _of(self, window: Window) -> list[tuple[Rows, Ints]]:
        """The rows of each month that the window holds."""
        key = (window.start, window.end, window.hourly)
        if key not in self._chosen:
            self._chosen = {key: self._choose(window)}
        return self._chosen[key]

    def _choose(self, window: Window) -> list[tuple[Rows, Ints]]:
        after, until = window.reported()
        first = int(after) - window.slot_hours - self._oddities.latest
        span = months(max(_FROM, first), min(int(until) + 1, self._coverage.end))
        tables = [self._month(begin, close, hourly=window.hourly) for begin, close in span]
        return [(rows, rows.known(after, until)) for rows in tables]

    def _month(self, begin: int, close: int, *, hourly: bool) -> Rows:
        rows = self._rows.get((hourly, begin))
        if rows is None:
            rows = self._build(begin, min(close, self._coverage.end), hourly=hourly)
            self._rows[(hourly, begin)] = rows
            if len(self._rows) > _KEPT_MONTHS:
                self._rows.popitem(last=False)
        return rows

    def _build(self, start: int, end: int, *, hourly: bool) -> Rows:
        """The rows of at most a month; days that are not over have no daily record."""
        end = end if hourly else start + (end - start) // DAY_HOURS * DAY_HOURS
        usage = Usage(start, 1, self._with_disk(self._demand.running(self._machines, start, end), start))
        cells = self._coverage.cells(start, end)
        # A savings plan leaves no trace in raw usage; legacy Azure has none anyway (D-1108).
        mine = cells.where(
            (self._column[cells.item] >= 0) & (cells.benefit < len(self._coverage.reservations))
        )
        mine = replace(mine, item=self._column[mine.item])
        licensed = np.array([machine.os == "Windows" for machine in self._machines] + [False])
        return self._oddities.applied(usage_rows(usage if hourly else usage.per_day(), mine, licensed))

    def _with_disk(self, used: Array, start: int) -> Array:
        hours = np.arange(start, start + len(used))
        return np.column_stack([used, np.where(hours % DAY_HOURS == 0, _DISK_DAY, 0.0)])

    def _head(self, slot: int, hours: int) -> str:
        head = self._heads.get((slot, hours))
        if head is None:
            start, end = offset(instant_of(slot)), offset(instant_of(slot + hours))
            head = f'{{"usageStartTime":"{start}","usageEndTime":"{end}",'
            self._heads[(slot, hours)] = head
        return head

    def _piece(self, row: Sequence[float]) -> str:
        item, kind, quantity = int(row[0]), int(row[1]), row[2]
        key = (item, kind, quantity)
        piece = self._pieces.get(key)
        if piece is None:
            piece = compact(self._record(item, kind, quantity))[1:]
            self._pieces[key] = piece
        return piece

    def _record(self, item: int, kind: int, quantity: float) -> dict[str, Any]:
        if item == len(self._machines):
            return disk_record(self._azure, quantity)
        held = "" if kind in (LICENCE, PAY_AS_YOU_GO) else self._coverage.reservations[kind].id
        machine, case = self._machines[item], self._info_case
        if kind == LICENCE:
            return licence_record(self._facts, machine, quantity, case)
        return machine_record(self._facts, machine, quantity, held, case)

    def _aggregated(self, window: Window) -> list[str]:
        if window not in self._sums:
            self._sums = {window: self._summed(window)}
        return self._sums[window]

    def _summed(self, window: Window) -> list[str]:
        sums: dict[tuple[int, str, str], float] = defaultdict(float)
        for rows, chosen in self._of(window):
            for slot, item, kind, quantity in rows.at(chosen):
                record = self._record(item, kind, 0.0)
                sums[(slot, compact(record["resource"]), record["unit"])] += quantity
        tail = '"infoFields":{},"attributes":{"objectType":"AzureUtilizationRecord"}}'
        hours = window.slot_hours
        return [
            f'{self._head(slot, hours)}"resource":{resource},"quantity":{round(total, 6)},"unit":"{unit}",{tail}'
            for (slot, resource, unit), total in sums.items()
        ]
