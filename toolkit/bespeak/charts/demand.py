"""Demand as figures: the week of a group, hour by hour, and what ran when, size by size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import MOST_POINTS, PALETTE, UNKNOWN, figure, label, number, small, units
from bespeak.errors import MissingError
from bespeak.tables import DEMAND, SIZE_DEMAND

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOUR = 3_600_000  # milliseconds, in which Plotly counts dates
_MOST_SIZES = len(PALETTE)
_RESERVED = "Reserved:"
_Array = np.ndarray[Any, np.dtype[np.float64]]


def heat_map(groups: pd.DataFrame, *, scope: str, region: str, group: str) -> go.Figure:
    """The mean units that certainly ran in each hour of the week (UTC), Monday on top."""
    rows = _of(DEMAND.check(groups), scope=scope, region=region, group=group)
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
        title=f"The week of {_name(group)} in {region}: mean units in each hour (UTC)",
        summary=_week_words(week, rows),
        columns=["Day", *hours],
        rows=[[day, *map(_mean_text, week[i])] for i, day in enumerate(DAYS)],
        height=280,
        yaxis={"autorange": "reversed", "ticks": ""},
        xaxis={"nticks": 12, "ticks": ""},
        margin={"l": 90, "r": 8, "t": 8, "b": 36},
    )


def demand_by_size(
    sizes: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    scope: str,
    region: str,
    group: str,
    ratios: Mapping[str, float],
    owned_units: float = 0.0,
    chosen_units: float = 0.0,
) -> go.Figure:
    """What certainly ran in each hour, one band a size in units, under the line of what is and would be reserved.

    ``ratios`` are the units of one instance of each size. Where more than 2,000 hours are shown, a point is the
    mean of several. ``draw_reserved`` draws other lines over the same bands.
    """
    total = _of(DEMAND.check(groups), scope=scope, region=region, group=group).sort_values("hour")
    table = _by_size(SIZE_DEMAND.check(sizes), total["hour"], ratios, scope=scope, region=region, group=group)
    step = -(-len(total) // MOST_POINTS)
    axis = {"x0": f"{total['hour'].iloc[0]:%Y-%m-%dT%H:%M}", "dx": step * _HOUR}
    bands = [
        _band(size, axis, _means(table[size].to_numpy(), step), i) for i, size in enumerate(table.columns)
    ]
    if (total["unknown"] > 0).any():
        bands.append(_unknown_band(axis, _means(total["unknown"].to_numpy(), step)))
    drawn = figure(
        bands,
        title=f"What ran of {_name(group)} in {region}, size by size, in units",
        summary=_demand_words(table, total, step),
        columns=["Day (UTC)", *map(_short, table.columns), "lowest hour", "highest hour"],
        rows=_daily_rows(table),
        xaxis={"type": "date"},
        yaxis={"title": {"text": "units"}, "rangemode": "tozero"},
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        margin={"l": 64, "r": 24, "t": 40, "b": 36},
        height=340,
    )
    return draw_reserved(drawn, owned_units=owned_units, chosen_units=chosen_units)


def draw_reserved(demand: go.Figure, *, owned_units: float, chosen_units: float) -> go.Figure:
    """The same figure of ``demand_by_size`` with these lines of what is and would be reserved."""
    kept = [line for line in demand.layout.meta["summary"] if not line.startswith(_RESERVED)]
    words = [f"{_RESERVED} {_reserved_words(owned_units, chosen_units)}"]
    layout = demand.layout.to_plotly_json()
    meta = {**layout["meta"], "summary": [*kept, *words]}
    shapes = _reserved_lines(owned_units, chosen_units)
    return go.Figure(demand.data, {**layout, "meta": meta, "shapes": shapes})


def _of(table: pd.DataFrame, *, scope: str, region: str, group: str) -> pd.DataFrame:
    found = table[(table["scope"] == scope) & (table["region"] == region) & (table["group"] == group)]
    if found.empty:
        raise MissingError(
            f"There is no demand of '{group}' in {region} for scope '{scope}'.", "Choose another row."
        )
    return found


def _name(group: str) -> str:
    """A group as a person reads it: a size without a group stands for itself."""
    return group.removeprefix("size:")


def _short(size: str) -> str:
    return size.removeprefix("Standard_")


def _week(rows: pd.DataFrame) -> _Array:
    """Mean units by day of the week and hour; an hour of the week outside the window is not a number."""
    hour = rows["hour"].dt
    slot = hour.day_of_week.to_numpy() * 24 + hour.hour.to_numpy()
    total = np.bincount(slot, weights=rows["units"].to_numpy(dtype=float), minlength=168)
    counts = np.bincount(slot, minlength=168)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(counts, total / counts, np.nan), dtype=float).reshape(7, 24)


def _mean_text(value: float) -> str:
    return "-" if np.isnan(value) else number(round(value, 2))


def _week_words(week: _Array, rows: pd.DataFrame) -> list[str]:
    busy, quiet = (divmod(int(at), 24) for at in (np.nanargmax(week), np.nanargmin(week)))
    words = [
        f"Busiest: {DAYS[busy[0]]} {busy[1]:02d}:00, {_mean_text(week[busy])} units on average.",
        f"Quietest: {DAYS[quiet[0]]} {quiet[1]:02d}:00, {_mean_text(week[quiet])} units.",
        f"In every hour at least {number(float(rows['units'].min()))} units certainly ran.",
    ]
    unknown = float(rows["unknown"].mean())
    if unknown > 0:
        words.append(
            f"Another {_mean_text(unknown)} units on average ran at hours of the day that daily records do not tell; "
            "they are not in the picture."
        )
    return words


def _by_size(
    sizes: pd.DataFrame,
    hours: pd.Series[Any],
    ratios: Mapping[str, float],
    *,
    scope: str,
    region: str,
    group: str,
) -> pd.DataFrame:
    """Units by hour and size, the largest use first; sizes beyond the eighth are put together."""
    here = sizes[(sizes["scope"] == scope) & (sizes["region"] == region) & (sizes["group"] == group)]
    lacking = sorted(set(here["size"]) - set(ratios))
    if lacking:
        raise MissingError(
            f"There is no ratio for {', '.join(lacking)}.", "Give one for every size of the group."
        )
    names = here["size"].astype("str")  # a table may hold them as categories
    drawn = here["instances"] * names.map(ratios)
    table = (
        here.assign(size=names, units=drawn)
        .pivot_table(index="hour", columns="size", values="units", aggfunc="sum", observed=True)
        .reindex(pd.DatetimeIndex(hours))
        .fillna(0.0)
    )
    table = table[table.sum().sort_values(ascending=False, kind="stable").index]
    if table.shape[1] > _MOST_SIZES:
        kept = table.iloc[:, : _MOST_SIZES - 1]
        table = kept.assign(**{"other sizes": table.iloc[:, _MOST_SIZES - 1 :].sum(axis=1)})
    return table


def _means(values: _Array, step: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The mean of every ``step`` values; the last mean may be of fewer."""
    starts = np.arange(0, len(values), step)
    return small(np.add.reduceat(values.astype(float), starts) / np.diff([*starts, len(values)]))


def _band(size: str, axis: dict[str, Any], height: Any, position: int) -> go.Scatter:  # noqa: ANN401 - an array
    colour = PALETTE[position % len(PALETTE)]
    return go.Scatter(
        **axis,
        y=height,
        name=label(_short(size)),
        stackgroup="demand",
        mode="lines",
        line={"shape": "hv", "width": 0.5, "color": colour},
        fillcolor=colour,
        hovertemplate="%{y:.2f}",
    )


def _unknown_band(axis: dict[str, Any], height: Any) -> go.Scatter:  # noqa: ANN401 - an array
    return go.Scatter(
        **axis,
        y=height,
        name="unknown inside the day (mean)",
        stackgroup="demand",
        mode="lines",
        line={"shape": "hv", "width": 0.5, "color": UNKNOWN},
        fillpattern={"shape": "/", "fgcolor": UNKNOWN, "bgcolor": "rgba(0,0,0,0)", "size": 6},
        hovertemplate="%{y:.2f}",
    )


def _reserved_lines(owned: float, chosen: float) -> list[dict[str, Any]]:
    """A line across the picture for what is reserved already, if anything, and one for what would be."""
    levels = [(owned, "dot", "reserved already")] if owned > 0 else []
    levels.append((owned + chosen, "solid", "reserved with this purchase"))
    return [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": level,
            "y1": level,
            "line": {"dash": dash, "width": 2.5},
            "showlegend": True,
            "name": name,
        }
        for level, dash, name in levels
    ]


def _demand_words(table: pd.DataFrame, total: pd.DataFrame, step: int) -> list[str]:
    ran = total["units"]
    first, last = (f"{moment:%Y-%m-%d}" for moment in (total["hour"].iloc[0], total["hour"].iloc[-1]))
    span = (
        f"{first} to {last}: between {number(ran.min())} and {number(ran.max())} units in an hour, "
        f"{_mean_text(float(ran.mean()))} on average, in {table.shape[1]} sizes."
    )
    words = [span]
    if (total["unknown"] > 0).any():
        words.append(
            "The hatched band ran at hours that daily records do not tell; it is spread over its day."
        )
    return words + ([f"Each point is the mean of {step} hours."] if step > 1 else [])


def _reserved_words(owned: float, chosen: float) -> str:
    parts = [f"{units(owned)} now"] if owned > 0 else []
    parts += [f"{units(chosen)} by this purchase"] if chosen > 0 else []
    return f"{', '.join(parts) or 'nothing'}."


def _daily_rows(table: pd.DataFrame) -> list[list[str]]:
    """A row a day: the mean units of each size, and the lowest and highest hour of all together."""
    day = table.index.strftime("%Y-%m-%d") if isinstance(table.index, pd.DatetimeIndex) else table.index
    means = table.groupby(day).mean()
    together = table.sum(axis=1).groupby(day).agg(["min", "max"])
    return [
        [str(name), *map(_mean_text, means.loc[name]), *map(number, together.loc[name])]
        for name in means.index
    ]
