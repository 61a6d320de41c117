"""From records to a reading: each record is either counted or set aside with its reason."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pandas as pd

from bespeak.errors import InputError
from bespeak.tables import SET_ASIDE
from bespeak.usage.codes import Coded, joint
from bespeak.usage.reading import UsageReading
from bespeak.usage.settled import Settled, or_nothing, settled
from bespeak.usage.spans import moment_of

_HOUR_US = 3_600_000_000


def settle(
    records: pd.DataFrame,
    *,
    start: datetime | None,
    end: datetime | None,
    source: str,
    once: bool = False,
    incomplete: str = "",
    read_at: datetime | None = None,
) -> UsageReading:
    """The reading of these RECORDS; without ``start`` and ``end`` its window is theirs.

    What ``settled`` says of each record, as the tables of a reading; ``incomplete`` says what its source lacks.
    """
    found = settled(records, start=start, end=end, once=once, read_at=read_at)
    begins, ends = _window(found, start, end)
    return UsageReading(
        usage=usage_table(found),
        set_aside=set_aside_table(found),
        rows_in=len(records),
        hours_in=math.fsum(found.hours),
        start=begins,
        end=ends,
        source=source,
        licensed=found.licensed,
        incomplete=incomplete,
        cost_in=_costs(records),
        aside=found.aside,
    )


def usage_table(found: Settled) -> pd.DataFrame:
    """USAGE of the records that count, in the order in which they came, with cost and resource group."""
    rows, records = np.flatnonzero(found.counted), found.records
    starts = found.first[rows] * _HOUR_US
    return pd.DataFrame(
        {
            "start": pd.DatetimeIndex(starts.view("datetime64[us]"), tz="UTC"),
            "hours_in_window": found.window[rows],
            "azure_subscription_id": found.subscription.column(rows),
            "vm": found.vm.column(rows),
            "resource": found.machine.column(rows),
            "size": found.size.column(rows),
            "region": found.region.column(rows),
            "hours": found.hours[rows],
            "meter_id": Coded.of(records["meter_id"]).column(rows),
            "reservation_id": or_nothing(Coded.of(records["reservation_id"]).column(rows)),
            "resource_group": found.group.column(rows),
            "cost_e6": records["cost_e6"].to_numpy()[rows],
            "currency": Coded.of(records["currency"]).column(rows),
        },
        copy=False,
    )


def set_aside_table(found: Settled) -> pd.DataFrame:
    """SET_ASIDE: the other records, one line a reason and currency; where the machine matters, one a machine too."""
    rows = np.flatnonzero(~found.counted)
    alone = found.by_resource[rows]
    currency = Coded.of(found.records["currency"])
    columns = {"resource": found.machine, "size": found.size, "region": found.region}
    keys = [np.where(alone, column.codes[rows].astype(np.int64) + 1, 0) for column in columns.values()]
    which, firsts = joint(found.reason.codes[rows], *keys, currency.codes[rows])
    count = len(firsts)
    hours = np.bincount(which, weights=found.hours[rows], minlength=count)
    costs = np.zeros(count, dtype=np.int64)
    np.add.at(costs, which, found.records["cost_e6"].to_numpy()[rows])
    places = rows[firsts]
    told = [
        {
            "reason": found.reason.texts[found.reason.codes[place]],
            **{
                name: column.texts[column.codes[place]] or None if found.by_resource[place] else None
                for name, column in columns.items()
            },
            "hours": float(hours[line]),
            "rows": int(number),
            "cost_e6": int(costs[line]),
            "currency": currency.texts[currency.codes[place]],
        }
        for line, (place, number) in enumerate(zip(places, np.bincount(which, minlength=count), strict=True))
    ]
    told.sort(key=_order)
    table = SET_ASIDE.frame(told)
    table["cost_e6"] = pd.Series([line["cost_e6"] for line in told], dtype="int64")
    table["currency"] = pd.Series([line["currency"] for line in told], dtype="str")
    return table


def _order(line: dict[str, object]) -> tuple[str, ...]:
    return tuple(str(line[name] or "") for name in ("reason", "resource", "size", "region", "currency"))


def _costs(records: pd.DataFrame) -> dict[str, int]:
    """Whole millionths by currency; no currency where no record knows its cost."""
    sums = records.groupby(records["currency"].astype("str"), sort=True)["cost_e6"].sum()
    return {str(name): int(amount) for name, amount in sums.items() if name}


def _window(found: Settled, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """The window asked for, or else that of the counted records, or else that of all."""
    if start is not None and end is not None:
        return start, end
    known = found.counted if found.counted.any() else found.window > 0
    if not known.any():
        raise InputError("There is no usage record with a date.", "Give the window, or read another period.")
    first = int(found.first[known].min())
    last = int((found.first[known] + found.window[known]).max())
    return start or moment_of(first), end or moment_of(last)
