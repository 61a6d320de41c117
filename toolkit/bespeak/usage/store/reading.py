"""A customer's usage out of the store as a reading, the same as one that was just read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bespeak.errors import InputError, StoreError
from bespeak.tables import SET_ASIDE
from bespeak.usage.reading import UsageReading
from bespeak.usage.settled import MICRO
from bespeak.usage.spans import hours_since_epoch, moment_of
from bespeak.usage.store.columns import ASIDE_SCHEMA, ROWS_SCHEMA, frame
from bespeak.usage.store.delivery import words
from bespeak.usage.store.gathering import days_of
from bespeak.usage.store.months import Month
from bespeak.usage.store.shelf import Shelf

_HOUR_US = 3_600_000_000
_DAY = 24
_PLACE = ["resource", "size", "region"]


def reading(
    shelf: Shelf, found: Sequence[Month], start: datetime | None, end: datetime | None, world: str
) -> UsageReading:
    """What these customer-months say of the time between ``start`` and ``end`` (UTC), by default of all of it.

    Raises ``InputError`` when nothing is known of it, ``StoreError`` when a file is not what was written.
    """
    low, high = _window(found, start, end)
    window = -math.inf if start is None else low, math.inf if end is None else high
    found = [month for month in found if _touches(month, window)]
    rows = frame(_between(shelf, found, "rows", ROWS_SCHEMA, window))
    aside = frame(_between(shelf, found, "aside", ASIDE_SCHEMA, window))
    sources = sorted({str(name) for month in found for name in month.facts["sources"]})
    return UsageReading(
        usage=usage_table(rows),
        set_aside=lines(aside),
        rows_in=len(rows) + len(aside),
        hours_in=int(rows["hours_e6"].sum() + aside["hours_e6"].sum()) / MICRO,
        start=moment_of(low),
        end=moment_of(high),
        source=f"{' and '.join(words(name) for name in sources)}, {world}",
        licensed=frozenset(rows.loc[rows["licensed"], "resource"].astype("str").unique()),
        incomplete=" ".join(sorted({month.incomplete for month in found if month.incomplete})),
        cost_in=_costs(rows, aside),
        aside=aside,
    )


def _window(found: Sequence[Month], start: datetime | None, end: datetime | None) -> tuple[float, float]:
    totals = [month.facts["totals"] for month in found]
    firsts = [one["first"] for one in totals if one["first"] is not None]
    lasts = [one["last"] for one in totals if one["last"] is not None]
    if not found or ((start is None or end is None) and not firsts):
        raise InputError(
            "The usage store knows nothing of this customer.",
            "Read its usage first: refresh_usage, or add and build.",
        )
    low = min(firsts) if start is None else hours_since_epoch(start)
    return low, max(lasts) if end is None else hours_since_epoch(end)


def _touches(month: Month, window: tuple[float, float]) -> bool:
    """Whether a month has any hour in the window; records that do not say when are in every one."""
    first, last = days_of(month.month)
    return first < 0 or (window[0] < (last + 1) * _DAY and first * _DAY < window[1])


def _between(
    shelf: Shelf, found: Sequence[Month], name: str, schema: pa.Schema, window: tuple[float, float]
) -> pa.Table:
    """The rows that lie in the window at least in part; what does not say when is in all of them."""
    tables = [schema.empty_table()]
    for month in found:
        path = shelf.part(month.folder, month.facts["parts"][name])
        if path is None:
            raise StoreError(
                f"A file of the usage store is not what was written: {name} of {month.month}.",
                "Build again; what is wrong stands in the store's rejected table.",
            )
        table = pq.read_table(path, partitioning=None)
        after = pc.greater(pc.add(table["hour"], table["hours_in_window"]), window[0])
        inside = pc.and_(after, pc.less(table["hour"], window[1]))
        timeless = pc.equal(table["hours_in_window"], 0)
        tables.append(table.filter(pc.or_(inside, timeless)))
    return pa.concat_tables(tables)


def usage_table(rows: pd.DataFrame) -> pd.DataFrame:
    """USAGE of stored rows, with resource group and cost."""
    starts = rows["hour"].to_numpy().astype(np.int64) * _HOUR_US
    return pd.DataFrame(
        {
            "start": pd.DatetimeIndex(starts.view("datetime64[us]"), tz="UTC"),
            "hours_in_window": rows["hours_in_window"].to_numpy().astype(np.int64),
            **{name: rows[name] for name in ("azure_subscription_id", "vm", "resource", "size", "region")},
            "hours": rows["hours_e6"] / MICRO,
            **{
                name: rows[name]
                for name in ("meter_id", "reservation_id", "resource_group", "cost_e6", "currency")
            },
        }
    )


def lines(aside: pd.DataFrame) -> pd.DataFrame:
    """SET_ASIDE of stored records: a line a reason and currency; where the machine matters, one a machine too."""
    alone = aside["by_resource"].to_numpy(dtype=bool)
    named = {
        "resource": aside["resource"].astype("str").str.lower(),
        "size": aside["as_size"].astype("str"),
        "region": aside["as_region"].astype("str"),
    }
    keys = {name: np.where(alone, column, "") for name, column in named.items()}
    plain = {name: aside[name].astype("str") for name in ("reason", "currency")}
    table = pd.DataFrame(plain | keys | {name: aside[name] for name in ("hours_e6", "cost_e6")})
    order = ["reason", *_PLACE, "currency"]
    sums = table.groupby(order, sort=True, as_index=False).agg(
        hours_e6=("hours_e6", "sum"), rows=("hours_e6", "size"), cost_e6=("cost_e6", "sum")
    )
    columns = {name: sums[name].tolist() for name in sums.columns}
    told = SET_ASIDE.frame(
        {
            "reason": columns["reason"][line],
            **{name: columns[name][line] or None for name in _PLACE},
            "hours": columns["hours_e6"][line] / MICRO,
            "rows": columns["rows"][line],
        }
        for line in range(len(sums))
    )
    return told.assign(cost_e6=sums["cost_e6"].astype("int64"), currency=sums["currency"].astype("str"))


def _costs(*tables: pd.DataFrame) -> dict[str, int]:
    sums: dict[str, int] = {}
    for table in tables:
        for name in table["currency"].cat.categories:
            if name:
                own = (table["currency"] == name).to_numpy()
                sums[str(name)] = sums.get(str(name), 0) + int(table["cost_e6"].to_numpy()[own].sum())
    return dict(sorted(sums.items()))
