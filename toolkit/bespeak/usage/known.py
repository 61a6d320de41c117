"""What the size table knows about the sizes in use, and what cannot become demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from bespeak.catalogue import group_of, sizes
from bespeak.tables import SET_ASIDE
from bespeak.usage.grid import hour_numbers


def known_sizes(usage: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Flexibility group and ratio of each size in use."""
    return {str(size): group_of(str(size)) for size in usage["size"].unique()}


def outside_table(usage: pd.DataFrame, start: datetime, hours: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The usage that can become demand, and the rest as SET_ASIDE: unknown sizes, hours outside the window."""
    table = set(sizes()["size"])
    strange = [size for size in usage["size"].unique() if size not in table]
    at = hour_numbers(usage, start)
    window = usage["hours_in_window"].to_numpy()
    early, late = at + window <= 0, at >= hours
    unknown = usage["size"].isin(strange).to_numpy() & ~early & ~late
    if not (early.any() or late.any() or unknown.any()):
        return usage, SET_ASIDE.frame([])
    lines = [
        *_lines(usage[early], "Used before the window that is looked at."),
        *_lines(usage[late], "Used after the window that is looked at."),
        *_unknown_lines(usage[unknown]),
    ]
    return usage[~(early | late | unknown)], SET_ASIDE.frame(lines)


def _lines(usage: pd.DataFrame, reason: str) -> list[Mapping[str, Any]]:
    if usage.empty:
        return []
    return [{"reason": reason, "hours": float(usage["hours"].sum()), "rows": len(usage)}]


def _unknown_lines(usage: pd.DataFrame) -> list[Mapping[str, Any]]:
    keys = ["size", "resource", "region"]
    sums = usage.groupby(keys, observed=True)["hours"].agg(["sum", "count"]).reset_index()
    return [
        {
            "reason": f"The size '{size}' is not in the size table.",
            "resource": resource,
            "size": size,
            "region": region,
            "hours": float(hours),
            "rows": int(rows),
        }
        for size, resource, region, hours, rows in sums.itertuples(index=False)
    ]
