"""The week of a flexibility group, hour by hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import figure, group_name, mean, place_of, small, units
from bespeak.tables import DEMAND
from bespeak.worlds import world_of

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_Array = np.ndarray[Any, np.dtype[np.float64]]


def heat_map(groups: pd.DataFrame, *, scope: str, region: str, group: str) -> go.Figure:
    """The mean units that certainly ran in each hour of the week (UTC), Monday on top."""
    rows = place_of(DEMAND.check(groups), scope=scope, region=region, group=group)
    week = _week(rows)
    hours = [f"{hour:02d}:00" for hour in range(24)]
    colours = {"title": {"text": "units", "font": {"size": 12}}, "thickness": 12, "len": 0.95}
    trace = go.Heatmap(
        z=small(week),
        x=hours,
        y=list(DAYS),
        colorscale="Cividis",
        zmin=0.0,
        zmax=float(max(np.nanmax(week), 1.0)),
        xgap=1,
        ygap=1,
        colorbar=colours,
        hovertemplate="%{y} %{x} UTC<br>%{z:.2f} units on average<extra></extra>",
    )
    return figure(
        [trace],
        title=f"The week of {group_name(group)} in {region}: mean units in each hour (UTC)",
        summary=_week_words(week, rows),
        columns=["Day", *hours],
        rows=[[day, *map(mean, week[i])] for i, day in enumerate(DAYS)],
        world=world_of(groups),
        height=280,
        yaxis={"autorange": "reversed", "ticks": ""},
        xaxis={"nticks": 12, "ticks": ""},
        margin={"l": 90, "r": 8, "t": 8, "b": 36},
    )


def _week(rows: pd.DataFrame) -> _Array:
    """Mean units by day of the week and hour; an hour of the week outside the window is not a number."""
    hour = rows["hour"].dt
    slot = hour.day_of_week.to_numpy() * 24 + hour.hour.to_numpy()
    total = np.bincount(slot, weights=rows["units"].to_numpy(dtype=float), minlength=168)
    counts = np.bincount(slot, minlength=168)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(counts, total / counts, np.nan), dtype=float).reshape(7, 24)


def _week_words(week: _Array, rows: pd.DataFrame) -> list[str]:
    least, unknown = float(rows["units"].min()), float(rows["unknown"].mean())
    words = (
        [f"The same in every hour of the week: {units(least)}."]
        if least == float(rows["units"].max())
        else _peaks(week, least)
    )
    if unknown > 0:
        words.append(
            f"Another {mean(unknown)} units on average ran at hours of the day that daily records do not tell; "
            "they are not in the picture."
        )
    return words


def _peaks(week: _Array, least: float) -> list[str]:
    """When most and when least ran, and what ran always."""
    busy, quiet = (divmod(int(at), 24) for at in (np.nanargmax(week), np.nanargmin(week)))
    return [
        f"Busiest: {DAYS[busy[0]]} {busy[1]:02d}:00, {mean(week[busy])} units on average.",
        f"Quietest: {DAYS[quiet[0]]} {quiet[1]:02d}:00, {mean(week[quiet])} units.",
        f"In every hour at least {units(least)} certainly ran."
        if least
        else "There are hours in which nothing certainly ran.",
    ]
