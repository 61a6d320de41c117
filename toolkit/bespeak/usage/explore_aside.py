"""What is set aside of a customer's records, small enough to be added up at every touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.usage.explore_cube import Flags, Floats, group_or_size
from bespeak.usage.explore_read import added
from bespeak.usage.explore_slice import Slice
from bespeak.usage.steps import WHOLE
from bespeak.usage.steps.frames import summed

_KEYS = (
    *("reason", "azure_subscription_id", "as_region", "as_size", "currency"),
    *("hour", "hours_in_window"),
)
_NAMES = {"as_region": "region", "as_size": "size"}
#: A record of what is set aside does not always say these.
TOLD = ("azure_subscription_id", "region", "group", "size", "currency")
_COLUMNS = ["reason", "records", "hours", "cost", "currency", "first", "end"]


@dataclass(frozen=True, eq=False)
class Aside:
    """What is set aside by reason, place, size and hour; hours and cost in whole millionths."""

    table: pd.DataFrame

    @property
    def hours(self) -> npt.NDArray[np.int64]:
        """The hours of records that say when they were used."""
        return self.table.loc[self.table["hours_in_window"] > 0, "hour"].to_numpy(dtype=np.int64)

    def narrowed(self, where: Slice, whole: tuple[int, int]) -> Flags:
        """Which lines are in a slice; those that say no time, or one outside of all usage, only in the widest one."""
        table = self.table
        hour = table["hour"].to_numpy()
        timed = (table["hours_in_window"] > 0).to_numpy()
        inside = timed & (hour >= where.first - (hour % 24 if where.first % 24 else 0)) & (hour < where.end)
        outside = ~timed | (hour < whole[0]) | (hour >= whole[1])
        mask = inside | outside if (where.first, where.end) == whole else inside
        for name, value in where.chosen.items():
            if name in TOLD:
                mask = mask & (table[name] == value).to_numpy()
        return np.asarray(mask)

    def steps(self, where: Slice) -> Floats:
        """How many records are set aside in each step of a slice."""
        edges = where.edges()
        rows = self.table[self.narrowed(where, (-1, -1))]
        place = np.searchsorted(edges, np.maximum(rows["hour"].to_numpy(), where.first), side="right") - 1
        weights = rows["records"].to_numpy(dtype=float)
        kept = (place >= 0) & (place < len(edges) - 1)
        return added(place[kept], weights[kept], len(edges) - 1)

    def reasons(self, where: Slice, whole: tuple[int, int]) -> pd.DataFrame:
        """A row for each reason and currency, the most records first."""
        rows = self.table[self.narrowed(where, whole)]
        timed = rows["hour"].where(rows["hours_in_window"] > 0)
        told = rows.assign(begins=timed, ends=timed + rows["hours_in_window"])
        found = told.groupby(["reason", "currency"], as_index=False).agg(
            records=("records", "sum"),
            hours=("hours_e6", "sum"),
            cost=("cost_e6", "sum"),
            first=("begins", "min"),
            end=("ends", "max"),
        )
        found = found.assign(hours=found["hours"] / WHOLE, cost=found["cost"] / WHOLE)
        return found.sort_values(["records", "reason"], ascending=[False, True], ignore_index=True)[_COLUMNS]


def aside_of(records: nw.LazyFrame[Any]) -> Aside:
    """The sums of the records that are set aside."""
    table = summed(
        records.select(*_KEYS, "hours_e6", "cost_e6"), _KEYS, ("hours_e6", "cost_e6"), counted="records"
    )
    frame = table.collect(backend="pyarrow").to_native().to_pandas()
    texts = {name: frame[name].fillna("").astype("str") for name in _KEYS[:5]}
    frame = frame.assign(**texts).rename(columns=_NAMES)
    groups = {name: group_or_size(name)[0] if name else "" for name in frame["size"].unique()}
    frame = frame.assign(group=frame["size"].map(groups).astype("str"))
    return Aside(frame.sort_values(["reason", "hour", "size"], kind="stable", ignore_index=True))
