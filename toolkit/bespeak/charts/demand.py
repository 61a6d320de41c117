"""What ran when, size by size, under the lines of what is and would be reserved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import (
    ACCENT,
    MOST_POINTS,
    PALETTE,
    UNKNOWN,
    figure,
    group_name,
    label,
    mean,
    number,
    place_of,
    small,
    units,
)
from bespeak.errors import MissingError
from bespeak.tables import DEMAND, SIZE_DEMAND
from bespeak.worlds import world_of

_HOUR = 3_600_000  # milliseconds, in which Plotly counts dates
_MOST_SIZES = len(PALETTE)
_RESERVED = "Reserved:"
_Array = np.ndarray[Any, np.dtype[np.float64]]


def demand_by_size(  # noqa: PLR0913  # what the picture shows, each by its name
    sizes: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    scope: str,
    region: str,
    group: str,
    ratios: Mapping[str, float],
    owned_units: float = 0.0,
    chosen_units: float = 0.0,
    estimate: pd.Series[Any] | None = None,
) -> go.Figure:
    """What certainly ran in each hour, one band a size in units, under the line of what is and would be reserved.

    What daily records leave open is a hatched band, spread over its day, with a dotted line for the most that can have
    run in the hour. ``estimate`` (units by hour) is drawn as a thin line that is called one.

    ``ratios`` are the units of one instance of each size. Where more than 2,000 hours are shown, a point is the
    mean of several. ``draw_reserved`` draws other lines over the same bands.
    """
    total = place_of(DEMAND.check(groups), scope=scope, region=region, group=group).sort_values("hour")
    table = _by_size(SIZE_DEMAND.check(sizes), total["hour"], ratios, scope=scope, region=region, group=group)
    step = -(-len(total) // MOST_POINTS)
    axis = {"x0": f"{total['hour'].iloc[0]:%Y-%m-%dT%H:%M}", "dx": step * _HOUR}
    bands = [
        _band(size, axis, _means(table[size].to_numpy(), step), i) for i, size in enumerate(table.columns)
    ]
    if (total["unknown"] > 0).any():
        bands.append(_unknown_band(axis, _means(total["unknown"].to_numpy(), step)))
        bands.append(_most(axis, _means(total["upper"].to_numpy(), step)))
    if estimate is not None:
        likely = estimate.reindex(pd.DatetimeIndex(total["hour"]), fill_value=0.0).to_numpy(dtype=np.float64)
        bands.append(_estimate(axis, _means(likely, step)))
    drawn = figure(
        bands,
        title=f"What ran of {group_name(group)} in {region}, size by size, in units",
        summary=_demand_words(table, total, step),
        columns=["Day (UTC)", *map(_short, table.columns), "lowest hour", "highest hour"],
        rows=_daily_rows(table),
        world=world_of(groups, sizes),
        xaxis={"type": "date"},
        yaxis={"title": {"text": "units"}, "rangemode": "tozero"},
        hovermode="x unified",
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "x": 0,
            "traceorder": "normal",
        },
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


def _short(size: str) -> str:
    return size.removeprefix("Standard_")


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


def _most(axis: dict[str, Any], height: Any) -> go.Scatter:  # noqa: ANN401 - an array
    return go.Scatter(
        **axis,
        y=height,
        name="at most in the hour",
        mode="lines",
        line={"shape": "hv", "width": 1, "color": UNKNOWN, "dash": "dot"},
        hovertemplate="%{y:.2f}",
    )


def _estimate(axis: dict[str, Any], height: Any) -> go.Scatter:  # noqa: ANN401 - an array
    return go.Scatter(
        **axis,
        y=height,
        name="estimate, from hours known elsewhere",
        mode="lines",
        line={"shape": "hv", "width": 1.2, "color": ACCENT, "dash": "dash"},
        hovertemplate="estimate %{y:.2f}",
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
    low, high, count = float(ran.min()), float(ran.max()), table.shape[1]
    ran_words = (
        f"{units(low)} in every hour"
        if low == high
        else f"between {number(low)} and {number(high)} units in an hour, {mean(float(ran.mean()))} on average"
    )
    span = f"{first} to {last}: {ran_words}, in {count} {'size' if count == 1 else 'sizes'}."
    words = [span]
    if (total["unknown"] > 0).any():
        words.append(
            "The hatched band ran at hours that daily records do not tell; it is spread over its day. In one hour "
            f"between {number(low)} and {units(float(total['upper'].max()))} can have run."
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
        [str(name), *map(mean, means.loc[name]), *map(number, together.loc[name])] for name in means.index
    ]
