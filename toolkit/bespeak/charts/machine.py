"""The hours of a single machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import figure, number, small
from bespeak.worlds import world_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: More days than this touch each other.
_MOST_BARS = 130


def machine_strip(table: pd.DataFrame, *, name: str, words: Sequence[str], world: str = "") -> go.Figure:
    """The hours of one machine: a column a day, a row an hour of the day (UTC)."""
    hours = table[[f"h{hour:02d}" for hour in range(24)]].to_numpy(dtype=float)
    days = [f"{_EPOCH + timedelta(hours=int(hour)):%Y-%m-%d}" for hour in table["day"]]
    trace = go.Heatmap(
        z=small(hours.T),
        x=days,
        y=[f"{hour:02d}:00" for hour in range(24)],
        zmin=0.0,
        zmax=1.0,
        colorscale="Cividis",
        xgap=1 if len(days) <= _MOST_BARS else 0,
        ygap=1,
        colorbar={"title": {"text": "hours", "font": {"size": 12}}, "thickness": 12, "len": 0.95},
        hovertemplate="%{x} %{y} UTC<br>%{z:.2f} h<extra></extra>",
    )
    rows = [
        [day, number(round(float(own.sum()), 2)), "only the day" if daily else "each hour"]
        for day, own, daily in zip(days, hours, table["daily"], strict=True)
    ]
    return figure(
        [trace],
        title=f"The hours of {name}",
        summary=words,
        columns=["Day (UTC)", "VM hours", "known"],
        rows=rows,
        world=world or world_of(table),
        xaxis={"type": "date", "ticks": ""},
        yaxis={"autorange": "reversed", "nticks": 9, "ticks": ""},
        margin={"l": 70, "r": 12, "t": 10, "b": 40},
        height=290,
    )
