"""From records to what counts and what is set aside, column by column: the one place where this is decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.tables import RECORDS
from bespeak.usage.codes import Coded, Ints, filled, joint, picked
from bespeak.usage.judging import Kind, Verdict, judge
from bespeak.usage.repeats import replaced, taken_back
from bespeak.usage.resources import Resource, resource
from bespeak.usage.spans import Span, hours_since_epoch, span

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_NO_MACHINE = "The record names neither a resource nor a machine."
_NO_NUMBER = "The quantity is not a number."
_BEFORE = "Used before the window that is looked at."
_AFTER = "Used after the window that is looked at."
_FUTURE = "Used later than the day on which it was read; a record from the future is no demand."
_TEXTS = tuple(column.name for column in RECORDS.columns if column.kind == "text")
MICRO = 1_000_000


@dataclass(frozen=True, eq=False)
class Settled:
    """Records beside all that was found out about them; every array has one entry a record.

    ``reason`` holds a sentence for each record, "" where it counts. ``hours`` is what a record brings in either way.
    ``first`` and ``window`` are its hours since 1970 and their number, 0 where it states no window.
    """

    records: pd.DataFrame
    reason: Coded
    hours: Floats
    first: Ints
    window: Ints
    size: Coded
    region: Coded
    by_resource: Flags
    machine: Coded
    vm: Coded
    subscription: Coded
    group: Coded
    licensed: frozenset[str]

    @cached_property
    def counted(self) -> Flags:
        """Which records count."""
        return self.reason.flags(lambda text: not text)

    @cached_property
    def used(self) -> pd.DataFrame:
        """STORED_USAGE of the records that count, in the order that reads fastest, without ``delivery``."""
        rows = np.flatnonzero(self.counted)
        records = self.records
        table = pd.DataFrame(
            {
                "customer_id": Coded.of(records["customer_id"]).column(rows),
                "azure_subscription_id": self.subscription.column(rows),
                "resource_group": self.group.column(rows),
                "region": self.region.column(rows),
                "size": self.size.column(rows),
                "resource": self.machine.column(rows),
                "vm": self.vm.column(rows),
                "meter_id": Coded.of(records["meter_id"]).column(rows),
                "reservation_id": or_nothing(Coded.of(records["reservation_id"]).column(rows)),
                "hour": self.first[rows],
                "hours_in_window": self.window[rows],
                "hours_e6": np.rint(self.hours[rows] * MICRO).astype(np.int64),
                "cost_e6": records["cost_e6"].to_numpy()[rows],
                "currency": Coded.of(records["currency"]).column(rows),
                "licensed": self.machine.flags(self.licensed.__contains__)[rows],
                "page": records["page"].to_numpy()[rows],
                "row": records["row"].to_numpy()[rows],
            },
            copy=False,
        )
        order = [
            "customer_id",
            "azure_subscription_id",
            "region",
            "size",
            "resource",
            "vm",
            "hour",
            "page",
            "row",
        ]
        return table.sort_values(order, kind="stable", ignore_index=True)

    @cached_property
    def aside(self) -> pd.DataFrame:
        """RECORDS of the others, with ``reason`` and ``hours_e6``."""
        rows = np.flatnonzero(~self.counted)
        left = self.records.iloc[rows].reset_index(drop=True)
        whole = np.rint(self.hours[rows] * MICRO).astype(np.int64)
        return left.assign(reason=self.reason.column(rows), hours_e6=whole)


def settled(
    records: pd.DataFrame,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    once: bool = False,
    read_at: datetime | None = None,
) -> Settled:
    """What becomes of each record (RECORDS, in the order of arrival).

    With ``once`` a record is known by what identifies it, and of several reports of it the last one counts. Hours that
    are taken back lower those of their window; where more is taken back than was used, nothing counts. What begins
    after ``read_at`` cannot have been used.
    """
    return _Settling(RECORDS.check(records), start, end, read_at).done(once=once)


class _Settling:
    """The columns of some records while they are judged."""

    def __init__(
        self, records: pd.DataFrame, start: datetime | None, end: datetime | None, read_at: datetime | None
    ) -> None:
        self.records = records
        self.text = {name: Coded.of(records[name]) for name in _TEXTS}
        self.quantity = records["quantity"].to_numpy(dtype=np.float64, na_value=np.nan)
        self.machine = self.text["resource"].mapped(str.lower)
        own = self.text["resource"]
        self.parts: list[Resource] = [resource(text) for text in own.texts]
        self._judge()
        self._time(start, end, read_at)

    def _part(self, name: str) -> Coded:
        """One part of the resource of each record."""
        return picked([getattr(part, name) for part in self.parts], self.text["resource"].codes)

    def _judge(self) -> None:
        """The verdict on each record, made once for every kind."""
        provider = filled(self._part("provider"), self.text["service"])
        names = ("category", "subcategory", "meter", "unit", "usage_type", "charge", "pricing")
        columns = [*(self.text[name] for name in names), provider, self.text["size"], self.text["region"]]
        self.kind, firsts = joint(*columns)
        verdicts = [judge(Kind(*(column.texts[column.codes[row]] for column in columns))) for row in firsts]
        self.verdicts: list[Verdict] = verdicts
        self.reason = picked([one.reason for one in verdicts], self.kind)
        self.size = picked([one.size for one in verdicts], self.kind)
        self.region = picked([one.region for one in verdicts], self.kind)

    def _of_kind(self, name: str) -> Flags:
        found = [getattr(one, name) for one in self.verdicts]
        return np.array(found or [False], dtype=bool)[self.kind]

    def _time(self, start: datetime | None, end: datetime | None, read_at: datetime | None) -> None:
        """When each record was used, read once for every pair of texts."""
        begins, ends = self.text["start"], self.text["end"]
        self.moment, firsts = joint(begins, ends)
        pairs = [(begins.texts[begins.codes[row]], ends.texts[ends.codes[row]]) for row in firsts]
        spans = [span(*pair) for pair in pairs]
        bounds = [None if one is None else hours_since_epoch(one) for one in (start, end, read_at)]
        self.when = picked([_outside(one, *bounds) for one in spans], self.moment)
        known = spans or [Span(0, 0, "")]
        self.first = np.array([one.first if one.hours else 0 for one in known], dtype=np.int64)[self.moment]
        self.window = np.array([one.hours for one in known], dtype=np.int64)[self.moment]

    def done(self, *, once: bool) -> Settled:
        finite = np.isfinite(self.quantity)
        hours = np.where(self._of_kind("in_hours") & finite, self.quantity, 0.0)
        named = self.machine.flags(bool) | self.text["vm"].flags(bool)
        reason = filled(self.text["flaw"], self.reason, self.when, _said(~finite, _NO_NUMBER))
        reason = filled(reason, _said(~named, _NO_MACHINE))
        if once:
            reason = filled(reason, replaced(self._identity(), self.quantity))
        machine = [self.machine, self.text["vm"].mapped(str.lower), self.text["reservation_id"]]
        places: list[Coded | Ints] = [*machine, self.size, self.region, self.first, self.window]
        reason = taken_back(reason, places, self.quantity)
        outside = self.when.flags(bool) & (self.window > 0)
        return Settled(
            records=self.records,
            reason=reason,
            hours=hours,
            first=self.first,
            window=self.window,
            size=self.size,
            region=self.region,
            by_resource=self.text["flaw"].flags(bool) | (self._of_kind("by_resource") & ~outside),
            machine=self.machine,
            vm=self._machines(),
            subscription=filled(self._part("subscription"), self.text["subscription"].mapped(str.lower)),
            group=self._part("group"),
            licensed=self._licensed(),
        )

    def _identity(self) -> list[Coded | Ints]:
        """What makes a record itself: resource, meters, size, kind, reservation, window, and the sign of its hours."""
        lower = [self.text[name].mapped(str.lower) for name in ("own_meter_id", "vm", "size", "usage_type")]
        sign = np.where(np.isfinite(self.quantity), np.copysign(1, self.quantity), 0).astype(np.int64)
        timeless = np.where(self.window == 0, self.moment, -1)
        own = [self.machine, self.text["meter_id"], *lower, self.text["reservation_id"]]
        return [*own, self.first, self.window, timeless, sign]

    def _machines(self) -> Coded:
        """The name of each record's machine; of several spellings in large and small letters one, so it stays one."""
        names = filled(self.text["vm"], self._part("name"))
        spoken, firsts = joint(self.machine, names)
        spelling: dict[tuple[str, str], str] = {}
        told = [
            (self.machine.texts[self.machine.codes[row]], names.texts[names.codes[row]]) for row in firsts
        ]
        for machine, name in sorted(told):
            spelling.setdefault((machine, name.lower()), name)
        return picked([spelling[machine, name.lower()] for machine, name in told], spoken)

    def _licensed(self) -> frozenset[str]:
        """The resources of which any record speaks of licensed software."""
        present = np.unique(self.machine.codes[self._of_kind("licensed")])
        return frozenset(self.machine.texts[code] for code in present)


def _outside(one: Span, low: float | None, high: float | None, read_at: float | None) -> str:
    """Why a span does not count: its own flaw, or that it lies outside the window that was asked for."""
    if not one.hours:
        return one.reason
    if one.first + one.hours <= (-math.inf if low is None else low):
        return _BEFORE
    if one.first >= (math.inf if high is None else high):
        return _AFTER
    return _FUTURE if one.first > (math.inf if read_at is None else read_at) else ""


def _said(where: Flags, sentence: str) -> Coded:
    return Coded(where.view(np.int8), ("", sentence))


def or_nothing(column: pd.Categorical) -> pd.Categorical:
    """The column with nothing in the place of empty texts."""
    return column.remove_categories([""]) if "" in column.categories else column
