"""Daily records made hourly by one more read: Azure Monitor says in which hours a machine was up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from bespeak.clients.azure.metrics import AVAILABILITY, is_machine, vm_metrics
from bespeak.clients.many import ask_each
from bespeak.clients.reading import Item
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.usage.daily import DAY
from bespeak.usage.reading import UsageReading
from bespeak.worlds import stamp, world_of

Progress = Callable[[int, int | None], None]

_MINUTES = 60.0
_HOUR = pd.Timedelta(hours=1)
#: Billing and monitoring may differ by the minutes of a start; more than this, and they tell of different things.
_CLOSE = 0.5


@dataclass(frozen=True, eq=False)
class Refined:
    """The reading with hours in the place of days, and how many days of less than 24 hours are known and are not."""

    reading: UsageReading
    known: int
    open: int

    def __repr__(self) -> str:
        return f"Refined({self.known:,} days of machines are known by the hour, {self.open:,} are not)"


def read_availability(
    session: Session,
    details: CustomerDetails,
    resources: Iterable[str],
    start: datetime,
    end: datetime,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The share of each hour in which machines were up, by Azure Monitor: ``resource``, ``start``, ``share``.

    One request a machine. An hour without a sample has no row. Machines that have gone are left out.
    """
    wanted = sorted({str(one).lower() for one in resources if is_machine(str(one))})
    ask = {
        one: vm_metrics(
            one,
            start,
            end,
            names=(AVAILABILITY,),
            aggregations=("Count",),
            interval="PT1H",
            tenant=details.customer_id,
        )
        for one in wanted
    }
    told = None if progress is None else (lambda done: progress(done, len(ask)))
    answers = ask_each(session.door, ask, told).found
    rows = [(name, *point) for name, metrics in answers.items() for point in _points(metrics)]
    table = pd.DataFrame(rows, columns=["resource", "start", "share"])
    table["start"] = pd.to_datetime(table["start"], utc=True, format="ISO8601").astype("datetime64[us, UTC]")
    return stamp(session.world, table.astype({"resource": "str", "share": "float64"}))


def with_hours(reading: UsageReading, availability: pd.DataFrame) -> Refined:
    """The reading with the hours of each day of a machine where monitoring tells as many of them as billing.

    Where the two differ by more than half an hour, or monitoring says nothing, the day stays a day. Hours and cost of
    each day are kept to the last digit.
    """
    usage = reading.usage
    daily = (usage["hours_in_window"] == DAY).to_numpy()
    days = usage[daily].assign(resource=usage.loc[daily, "resource"].astype("str"))
    keys = ["resource", "start"]
    sums = days.groupby(keys, observed=True)["hours"].sum()
    lines = days.groupby(keys, observed=True).size()
    up = availability.assign(day=availability["start"].dt.floor("D"))
    shares = up.groupby(["resource", "day"])["share"].sum()
    shares.index = shares.index.set_names(keys)
    found = pd.concat([sums, shares, lines.rename("lines")], axis=1, join="inner")
    # A day of several records (a part of it covered) would need to know which hours each is of.
    agreed = found[((found["hours"] - found["share"]).abs() <= _CLOSE) & (found["lines"] == 1)].index
    open_days = (sums < DAY).sum()  # a machine that ran all day is known in every hour
    if agreed.empty:
        return Refined(reading, 0, int(open_days))
    taken = pd.MultiIndex.from_frame(days[keys]).isin(agreed)
    hourly = _unfolded(days[taken], up)
    rest = usage[~daily], days[~taken].astype(usage.dtypes.to_dict()), hourly.astype(usage.dtypes.to_dict())
    whole = pd.concat(rest, ignore_index=True)
    more = len(whole) - len(usage)
    made = replace(reading, usage=stamp(world_of(usage), whole), rows_in=reading.rows_in + more)
    known = (sums.loc[agreed] < DAY).sum()
    return Refined(made, int(known), int(open_days - known))


def _unfolded(days: pd.DataFrame, up: pd.DataFrame) -> pd.DataFrame:
    """A row for each hour of these days, with the hours of the day parted by its shares."""
    place = up.rename(columns={"start": "hour", "day": "start"})
    both = days.merge(place[["resource", "start", "hour", "share"]], on=["resource", "start"])
    both = both[both["share"] > 0]
    total = both.groupby(["resource", "start"])["share"].transform("sum")
    parts = both["share"] / total
    made = both.assign(hours=both["hours"] * parts, hours_in_window=np.int64(1))
    if "cost_e6" in made:
        made["cost_e6"] = _parted(made["cost_e6"], parts, both["resource"] + both["start"].astype("str"))
    made["start"] = made["hour"]
    return made.drop(columns=["hour", "share"])


def _parted(amounts: pd.Series[Any], parts: pd.Series[Any], day: pd.Series[Any]) -> pd.Series[Any]:
    """Whole millionths parted by shares; what rounding leaves goes to the first hour of the day."""
    cut = (amounts * parts).astype("int64")
    left = amounts - cut.groupby(day).transform("sum")
    return cut + left.where(~day.duplicated(), 0).astype("int64")


def _points(metrics: list[Item]) -> Iterable[tuple[str, float]]:
    for metric in metrics:
        for series in metric.get("timeseries") or ():
            for point in series.get("data") or ():
                count = point.get("count") if isinstance(point, Mapping) else None
                if count is not None and float(count) > 0:
                    yield str(point["timeStamp"]), min(float(count) / _MINUTES, 1.0)
