"""Usage step by step, stacked, with its gaps and what is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import plotly.graph_objects as go

from bespeak.charts.figure import ACCENT, PALETTE, UNKNOWN, figure, label, number, small
from bespeak.charts.steps import Steps, Values

_HOUR_MS = 3_600_000
_Trace = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: More bars than this are drawn as areas.
_MOST_BARS = 130
_MOST_ROWS = 200
#: Room for the legend beside the drawing, always the same so that nothing moves.
_BESIDE = 170
_LONGEST_NAME = 18
_WAYS = {"month": "%Y-%m", "day": "%Y-%m-%d", "hour": "%Y-%m-%d %H:00"}
_GAP = {"fillcolor": "rgba(140,140,140,0.22)", "name": "no record"}
_OPEN = {"fillcolor": "rgba(194,88,26,0.13)", "name": "may still grow"}


@dataclass(frozen=True, slots=True)
class UsageLook:
    """How a chart of usage looks: ``step`` is month, day or hour, ``names`` are the keys as they are read.

    Where ``aside_unit`` names a unit, a lane below shows what is set aside, with a mark for each day (first hour, and
    words) of which records came late. ``gaps`` and ``open_days`` are shaded, ``marked`` is framed.
    """

    step: str
    unit: str
    title: str
    words: Sequence[str]
    names: Sequence[str] = ()
    aside_unit: str = ""
    gaps: Sequence[tuple[int, int]] = ()
    open_days: Sequence[tuple[int, int]] = ()
    late: Sequence[tuple[int, str]] = ()
    marked: tuple[int, int] | None = None


def usage_chart(steps: Steps, look: UsageLook) -> go.Figure:
    """A bar a month, day or hour, a colour a key."""
    shown = [_short(name) for name in look.names or steps.keys]
    lane = {"yaxis2": _lane_axis(look.aside_unit)} if look.aside_unit else {}
    drawn = figure(
        [*_stack(steps, shown), *_lane(steps, look)],
        title=look.title,
        summary=look.words,
        columns=[f"{look.step.capitalize()} (UTC)", *shown, *_more_columns(steps)],
        rows=_rows(steps, look.step),
        world=steps.world,
        xaxis={
            "type": "date",
            "range": [_moment(steps.edges[0]), _moment(steps.edges[-1])],
            "hoverformat": _WAYS[look.step],
            "anchor": "y2" if look.aside_unit else "y",
        },
        yaxis={
            "title": {"text": label(look.unit)},
            "rangemode": "tozero",
            "fixedrange": True,
            "domain": [0.24, 1] if look.aside_unit else [0, 1],
        },
        **lane,
        barmode="stack",
        hovermode="x unified",
        dragmode="zoom",
        shapes=[*_shaded(look.gaps, _GAP), *_shaded(look.open_days, _OPEN), *_framed(look.marked)],
        legend={"x": 1.01, "y": 1, "yanchor": "top", "traceorder": "normal", "font": {"size": 12}},
        margin={"l": 70, "r": _BESIDE + 8, "t": 10, "b": 44},
        height=360,
    )
    for badge in drawn.layout.annotations:
        badge.xshift = _BESIDE  # below the legend: the last date stands in its usual place
    return drawn


def _stack(steps: Steps, names: Sequence[str]) -> list[_Trace]:
    edges = steps.edges.astype(float) * _HOUR_MS
    bars = len(edges) - 1 <= _MOST_BARS
    show = {"showlegend": len(names) > 1 or bool(steps.spread.any())}
    drawn: list[_Trace] = []
    for place, name in enumerate(names):
        colour = PALETTE[place % len(PALETTE)]
        height = small(steps.known[place])
        drawn.append(_bar(edges, height, name, colour) if bars else _area(edges, height, name, colour))
        drawn[-1].update(show)
    if not steps.spread.any():
        return drawn
    spread, hatch = (
        small(steps.spread),
        {"shape": "/", "fgcolor": UNKNOWN, "bgcolor": "rgba(0,0,0,0)", "size": 6},
    )
    name = "hour not known (mean)"
    one = _bar(edges, spread, name, UNKNOWN) if bars else _area(edges, spread, name, UNKNOWN)
    one |= {"marker": {"color": UNKNOWN, "pattern": hatch}} if bars else {"fillpattern": hatch}
    return [*drawn, one, _most(edges, steps.most)]


def _trace(kind: str, **more: Any) -> _Trace:  # noqa: ANN401 - Plotly's own keywords
    """A trace as Plotly's JSON has it; its classes would check every value, twice, at every touch."""
    return {"type": kind, **more}


def _bar(edges: Values, height: Any, name: str, colour: str) -> _Trace:  # noqa: ANN401 - an array
    return _trace(
        "bar",
        x=(edges[:-1] + edges[1:]) / 2,
        width=np.diff(edges) * 0.88,
        y=height,
        name=label(name),
        marker={"color": colour, "line": {"width": 0}},
        hovertemplate="%{y:,.2f}",
    )


def _area(edges: Values, height: Any, name: str, colour: str) -> _Trace:  # noqa: ANN401 - an array
    return _trace(
        "scatter",
        x=edges[:-1],
        y=height,
        name=label(name),
        stackgroup="usage",
        mode="lines",
        line={"shape": "hv", "width": 0.5, "color": colour},
        fillcolor=colour,
        hovertemplate="%{y:,.2f}",
    )


def _most(edges: Values, most: Values) -> _Trace:
    return _trace(
        "scatter",
        x=(edges[:-1] + edges[1:]) / 2,
        y=small(most),
        name="at most in the hour",
        mode="lines",
        line={"shape": "hvh", "width": 1.5, "color": UNKNOWN, "dash": "dot"},
        hovertemplate="%{y:,.2f}",
    )


def _lane(steps: Steps, look: UsageLook) -> list[_Trace]:
    """What is set aside, and the days of which records came late, in a lane of their own below."""
    if not look.aside_unit:
        return []
    edges = steps.edges.astype(float) * _HOUR_MS
    aside = _bar(edges, small(steps.aside), "set aside", UNKNOWN)
    aside |= {
        "yaxis": "y2",
        "marker": {"color": UNKNOWN, "pattern": {"shape": "x", "size": 5, "solidity": 0.35}},
    }
    if not look.late:
        return [aside]
    marks = _trace(
        "scatter",
        x=[(hour + 12.0) * _HOUR_MS for hour, _ in look.late],
        y=[0.0] * len(look.late),
        customdata=[[label(words)] for _, words in look.late],
        name="came late",
        mode="markers",
        marker={"symbol": "triangle-up", "size": 10, "color": ACCENT},
        yaxis="y2",
        hovertemplate="%{customdata[0]}",
        cliponaxis=False,
    )
    return [aside, marks]


def _lane_axis(unit: str) -> dict[str, Any]:
    return {
        "domain": [0, 0.13],
        "fixedrange": True,
        "rangemode": "tozero",
        "nticks": 2,
        "title": {"text": label(unit), "font": {"size": 11}},
    }


def _shaded(spans: Sequence[tuple[int, int]], look: dict[str, str]) -> list[dict[str, Any]]:
    """Shades over the whole height; the first of them stands in the legend."""
    return [
        {
            "type": "rect",
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"width": 0},
            "x0": _moment(first),
            "x1": _moment(end),
            **look,
            "showlegend": place == 0,
        }
        for place, (first, end) in enumerate(spans)
    ]


def _framed(marked: tuple[int, int] | None) -> list[dict[str, Any]]:
    if not marked:
        return []
    first, end = map(_moment, marked)
    line = {"color": ACCENT, "width": 2}
    return [{"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": first, "x1": end, "line": line}]


def _moment(hour: int) -> str:
    return f"{_EPOCH + timedelta(hours=int(hour)):%Y-%m-%d %H:%M}"


def _short(name: str) -> str:
    told = name.removeprefix("Standard_").removeprefix("size:")
    return told if len(told) <= _LONGEST_NAME else f"{told[: _LONGEST_NAME - 1]}\u2026"


def _more_columns(steps: Steps) -> list[str]:
    return ["hour not known", "at most"] if steps.spread.any() else []


def _rows(steps: Steps, step: str) -> list[list[str]]:
    """The figures as text; of a long span the first two hundred steps."""
    more = [steps.spread, steps.most] if steps.spread.any() else []
    table = np.vstack([steps.known, *more])[:, :_MOST_ROWS]
    starts = [_EPOCH + timedelta(hours=int(hour)) for hour in steps.edges[:-1]]
    return [
        [f"{moment:{_WAYS[step]}}", *(number(round(float(value), 2)) for value in column)]
        for moment, column in zip(starts, table.T, strict=False)
    ]
