"""How well a reservation was used day by day: what was reserved, what of it was used, what was lost."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import MOST_POINTS, PALETTE, figure, share, small
from bespeak.errors import MissingError, TableError
from bespeak.worlds import world_of

COLUMNS = ("day", "used_hours", "reserved_hours", "utilisation")

_DAY = pd.Timedelta(days=1)


def use_chart(use: pd.DataFrame, *, title: str) -> go.Figure:
    """Used hours as bars under the line of the reserved ones, a bar a day (contract ``UTILISATION``).

    A day without reserved hours is no day of the reservation and has no bar. What lies between bar and line was paid
    and lost: unused hours never carry over (Microsoft, *How a reservation discount is applied*, 2026-01-15).
    """
    for column in COLUMNS:
        if column not in use.columns:
            raise TableError("utilisation", column, "is missing.")
    if use.empty:
        raise MissingError("No day of this reservation is counted yet.", "Look again a day later.")
    return figure(
        [_bars(use), _line(use)],
        title=title,
        summary=_words(use),
        columns=["Day", "Used hours", "Reserved hours", "Utilisation"],
        rows=[_row(row) for row in use.tail(MOST_POINTS).to_dict("records")],
        world=world_of(use),
        xaxis={"type": "date"},
        yaxis={"title": {"text": "hours of the reserved size, a day"}, "rangemode": "tozero"},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        margin={"l": 64, "r": 24, "t": 40, "b": 44},
        bargap=0,
    )


def _bars(use: pd.DataFrame) -> go.Bar:
    shares = use["utilisation"].map(lambda value: "none" if pd.isna(value) else share(value))
    return go.Bar(
        x=use["day"],
        offset=0,  # a bar covers its day, from midnight to midnight
        width=_DAY / pd.Timedelta(milliseconds=1),
        y=small(use["used_hours"]),
        name="used",
        marker={"color": PALETTE[0], "line": {"width": 0}},
        customdata=[
            [part, f"{hours:.1f}"] for part, hours in zip(shares, use["reserved_hours"], strict=True)
        ],
        hovertemplate="%{x|%Y-%m-%d}: %{y:.1f} of %{customdata[1]} h used, utilisation %{customdata[0]}<extra></extra>",
    )


def _line(use: pd.DataFrame) -> go.Scatter:
    end = use["day"].iloc[[-1]] + _DAY
    return go.Scatter(
        x=pd.concat([use["day"], end]),
        y=small(pd.concat([use["reserved_hours"], use["reserved_hours"].iloc[[-1]]])),
        name="reserved",
        mode="lines",
        line={"color": PALETTE[3], "width": 2, "shape": "hv"},
        hoverinfo="skip",  # its last point is the midnight after the last day; the bars tell what was reserved
    )


def _words(use: pd.DataFrame) -> list[str]:
    reserved, used = float(use["reserved_hours"].sum()), float(use["used_hours"].sum())
    first, last = (f"{day:%Y-%m-%d}" for day in (use["day"].iloc[0], use["day"].iloc[-1]))
    words = [f"From {first} to {last} {reserved:,.0f} hours were reserved and {used:,.0f} used."]
    if reserved:
        words.append(f"Utilisation {share(used / reserved)}; {max(reserved - used, 0):,.0f} hours were lost.")
    return words


def _row(row: Mapping[Hashable, Any]) -> list[str]:
    told = "" if pd.isna(row["utilisation"]) else share(row["utilisation"])
    return [f"{row['day']:%Y-%m-%d}", f"{row['used_hours']:,.1f}", f"{row['reserved_hours']:,.1f}", told]
