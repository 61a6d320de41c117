"""The hourly aggregate of one customer as a reading, so that its demand is made as from the records themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from bespeak.tables import HOURLY_USAGE, SET_ASIDE
from bespeak.usage import UsageReading

_HOUR = 3600
_MILLION = 1_000_000


def as_reading(hourly: pd.DataFrame, start: datetime, end: datetime, incomplete: str = "") -> UsageReading:
    """A reading whose demand is that of the records behind this HOURLY_USAGE of one customer, from start to end.

    A row of hourly records stays one record of all its machines; of daily records each machine becomes one again,
    because what its day allows depends on its own hours. Names of machines are not known any more.
    """
    HOURLY_USAGE.check(hourly)
    first, last = hour_of(start), hour_of(end)
    inside = hourly[(hourly["hour"] + hourly["hours_in_window"] > first) & (hourly["hour"] < last)]
    daily = inside["hours_in_window"].to_numpy() > 1
    copies = np.where(daily, inside["machines"].to_numpy(), 1)
    rows = inside.loc[inside.index.repeat(copies)]
    each = np.where(rows["hours_in_window"] > 1, rows["each_e6"], rows["hours_e6"]) / _MILLION
    usage = pd.DataFrame(
        {
            "start": pd.to_datetime(rows["hour"].to_numpy() * _HOUR, unit="s", utc=True).as_unit("us"),
            "hours_in_window": rows["hours_in_window"].to_numpy(),
            "azure_subscription_id": _categories(rows["azure_subscription_id"]),
            "vm": _same("", len(rows)),
            "resource": _machines(rows),
            "size": _categories(rows["size"]),
            "region": _categories(rows["region"]),
            "hours": each,
            "meter_id": _same("", len(rows)),
            "reservation_id": _same("", len(rows)),
        }
    )
    return UsageReading(
        usage=usage,
        set_aside=_nothing_aside(),
        rows_in=len(usage),
        hours_in=float(usage["hours"].sum()),
        start=start,
        end=end,
        source="the local usage store",
        incomplete=incomplete,
    )


def busiest(hourly: pd.DataFrame) -> float:
    """The most machines of one hour, or of one day where records are daily."""
    if hourly.empty:
        return 0.0
    return float(hourly.groupby("hour")["machines"].sum().max())


def hour_of(moment: datetime) -> int:
    """Hours since 1970 (UTC)."""
    return int(moment.astimezone(UTC).timestamp()) // _HOUR


@cache
def _nothing_aside() -> pd.DataFrame:
    return SET_ASIDE.frame([])


def _categories(texts: pd.Series[str]) -> pd.Series[Any]:
    return pd.Series(texts.to_numpy(), dtype="category")


def _same(text: str, count: int) -> pd.Series[Any]:
    return pd.Series(text, index=range(count), dtype=pd.CategoricalDtype([text]))


def _machines(rows: pd.DataFrame) -> pd.Series[Any]:
    """A name of its own for each machine of a day, one for all machines of hourly records."""
    daily = rows["hours_in_window"].to_numpy() > 1
    return pd.Series(np.where(daily, np.cumsum(daily), 0).astype("str"), dtype="category")
