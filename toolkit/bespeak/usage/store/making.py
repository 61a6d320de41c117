"""Making the tables of a customer-month from its records: each source is settled, and together they are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.errors import TableError
from bespeak.usage.settled import MICRO, Settled, settled
from bespeak.usage.store.columns import ASIDE_SCHEMA, ROWS_SCHEMA
from bespeak.usage.store.gathering import ORDINAL
from bespeak.usage.store.planning import Job

_ORDER = ["azure_subscription_id", "region", "size", "resource", "vm", "hour", "page", "row"]
_TEXT_KEYS = 5


@dataclass(eq=False)
class Totals:
    """What came in, what is used of it and what is set aside: records, VM hours and cost, in whole numbers."""

    rows: list[int] = field(default_factory=lambda: [0, 0, 0])
    hours_e6: list[int] = field(default_factory=lambda: [0, 0, 0])
    cost_e6: dict[str, list[int]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None

    def add(self, came: Totals) -> None:
        """Adds those of other records."""
        self.rows = [one + other for one, other in zip(self.rows, came.rows, strict=True)]
        self.hours_e6 = [one + other for one, other in zip(self.hours_e6, came.hours_e6, strict=True)]
        for name, amounts in came.cost_e6.items():
            mine = self.cost_e6.get(name, [0, 0, 0])
            self.cost_e6[name] = [one + other for one, other in zip(mine, amounts, strict=True)]
        self.first = min((one for one in (self.first, came.first) if one is not None), default=None)
        self.last = max((one for one in (self.last, came.last) if one is not None), default=None)

    def check(self) -> None:
        """Raises ``TableError`` when what came in is not all used or set aside."""
        lines = {"records": self.rows, "hours_e6": self.hours_e6, **self.cost_e6}
        for name, (came, used, aside) in lines.items():
            if came != used + aside:
                raise TableError("stored usage", name, f"accounts for {used + aside:,} of {came:,}.")

    def told(self) -> dict[str, Any]:
        """The totals as facts of a footer."""
        return {
            "rows": self.rows,
            "hours_e6": self.hours_e6,
            "cost_e6": self.cost_e6,
            "first": self.first,
            "last": self.last,
        }


@dataclass(frozen=True, eq=False)
class Made:
    """The rows that count and those set aside, sorted, with their totals."""

    rows: pd.DataFrame
    aside: pd.DataFrame
    totals: Totals


def made(records: pd.DataFrame, job: Job, ids: tuple[str, ...]) -> Made:
    """The tables of these records; ``ids`` are the parcels that their pages stand for."""
    parcel = records["page"].to_numpy() // ORDINAL
    marked = records.assign(flaw=_flaws(records, parcel, job.standing.aside, ids))
    read_at = datetime.fromisoformat(job.received)
    found = []
    for source, by_record in sorted({(one.source, one.by_record) for one in job.parcels}):
        own = {one.id for one in job.parcels if (one.source, one.by_record) == (source, by_record)}
        mine = np.array([one in own for one in ids] or [False])[parcel]
        if mine.any():
            some = marked if mine.all() else _only(marked, mine)
            found.append(settled(some, once=by_record, read_at=read_at))
    result = _together(found, ids)
    result.totals.rows[0] = len(records)
    result.totals.check()
    return result


def _only(records: pd.DataFrame, mine: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return records.loc[mine].reset_index(drop=True)


def _flaws(
    records: pd.DataFrame, parcel: npt.NDArray[np.int64], aside: Mapping[Any, str], ids: tuple[str, ...]
) -> pd.Series[Any] | pd.Categorical:
    """What each record lacks; of one whose day another delivery tells, that."""
    flaw = records["flaw"]
    if not aside:
        return flaw
    subs, days = records["azure_subscription_id"], records["day"].to_numpy()
    texts = [str(one) for one in subs.cat.categories]
    low = int(days.min()) if len(days) else 0
    width = int(days.max()) - low + 1 if len(days) else 1
    place = (parcel * max(len(texts), 1) + subs.cat.codes.to_numpy()) * width + (days - low)
    which, kinds = pd.factorize(place)
    said = []
    for kind in kinds:
        rest, day = divmod(int(kind), width)
        number, sub = divmod(rest, max(len(texts), 1))
        said.append(aside.get((ids[number], texts[sub], day + low), ""))
    known = flaw.astype("str").to_numpy(dtype=object) if flaw.cat.categories.size > 1 else None
    told = np.array(said or [""], dtype=object)[which]
    if known is not None:
        told = np.where(known == "", told, known)
    elif flaw.cat.categories.size and flaw.cat.categories[0]:
        return flaw
    return pd.Categorical(told)


def _together(found: list[Settled], ids: tuple[str, ...]) -> Made:
    totals = Totals()
    rows, asides = [], []
    licensed = frozenset().union(*(one.licensed for one in found))
    for one in found:
        rows.append(one.used)
        asides.append(_aside(one))
        totals.add(_totals(one, rows[-1], asides[-1]))
    used = _sorted(_joined(rows), several=len(rows) > 1)
    if len(found) > 1:
        used["licensed"] = used["resource"].isin(licensed).to_numpy()
    return Made(
        _named(used, ids, ROWS_SCHEMA.names), _named(_joined(asides), ids, ASIDE_SCHEMA.names), totals
    )


def _aside(one: Settled) -> pd.DataFrame:
    """What is set aside, with what the lines that stand for it need."""
    left = np.flatnonzero(~one.counted)
    more: dict[str, Any] = {
        "hour": one.first[left],
        "hours_in_window": one.window[left],
        "as_size": one.size.column(left),
        "as_region": one.region.column(left),
        "by_resource": one.by_resource[left],
    }
    return one.aside.assign(**more)


def _totals(one: Settled, used: pd.DataFrame, aside: pd.DataFrame) -> Totals:
    hours = [int(np.rint(one.hours * MICRO).sum()), int(used["hours_e6"].sum()), int(aside["hours_e6"].sum())]
    cost = {
        name: [_cost(table, name) for table in (one.records, used, aside)]
        for name in map(str, one.records["currency"].cat.categories)
        if name
    }
    ends = used["hour"] + used["hours_in_window"]
    first, last = (int(used["hour"].min()), int(ends.max())) if len(used) else (None, None)
    return Totals([0, len(used), len(aside)], hours, cost, first, last)


def _cost(table: pd.DataFrame, currency: str) -> int:
    return int(table["cost_e6"].to_numpy()[(table["currency"] == currency).to_numpy()].sum())


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables below each other; texts stay categorical."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Any] = {}
    for name in tables[0].columns:
        parts = [table[name] for table in tables]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            columns[name] = pd.api.types.union_categoricals(parts, sort_categories=True)
        else:
            columns[name] = np.concatenate([part.to_numpy() for part in parts])
    return pd.DataFrame(columns, copy=False)


def _sorted(used: pd.DataFrame, *, several: bool) -> pd.DataFrame:
    return used.sort_values(_ORDER, kind="stable", ignore_index=True) if several else used


def _named(table: pd.DataFrame, ids: tuple[str, ...], names: list[str]) -> pd.DataFrame:
    """The table with the delivery of each record, and its page in that delivery."""
    placed = table["page"].to_numpy()
    texts = sorted(set(ids))
    codes = np.array([texts.index(one) for one in ids] or [0])[placed // ORDINAL]
    delivery = pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype="str"))
    return table.assign(delivery=delivery, page=placed % ORDINAL)[names]
