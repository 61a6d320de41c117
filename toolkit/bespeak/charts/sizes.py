"""How full machines are, and what resizing and reserving cost alone and together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.comparison import cost_bars
from bespeak.charts.figure import MOST_POINTS, PALETTE, UNKNOWN, figure, label, money, share, small
from bespeak.tables import FITS
from bespeak.worlds import world_of

#: The verdicts in the order of the legend: colour and mark, so that colour is not the only way to tell them.
_LOOK: Mapping[str, tuple[str, str]] = {
    "idle": (PALETTE[5], "x"),
    "oversized": (PALETTE[1], "circle"),
    "right": (PALETTE[2], "square"),
    "tight": (PALETTE[3], "diamond"),
    "kept": (UNKNOWN, "circle-open"),
}


def sizes_chart(fits: pd.DataFrame, *, title: str = "How full the machines are") -> go.Figure:
    """A point a machine: the cores it uses in its busy times against the most memory that was in use (FITS).

    Machines whose memory was not measured stand at the lower edge; those without any measure are counted in words.
    """
    FITS.check(fits)
    seen = fits[fits["cpu_p95"].notna()]
    drawn = seen.head(MOST_POINTS)
    return figure(
        [
            _points(drawn[drawn["verdict"] == name], name)
            for name in _LOOK
            if (drawn["verdict"] == name).any()
        ],
        title=title,
        summary=_fit_words(fits, len(seen), len(drawn)),
        columns=["VM", "Size", "Verdict", "Cores, busy times", "Memory, at most", "Fitting size"],
        rows=[_fit_row(row) for row in drawn.to_dict("records")],
        world=world_of(fits),
        xaxis={"title": {"text": "cores in use in the busy times, %"}, "range": [-2, 102]},
        yaxis={"title": {"text": "memory in use at most, %"}, "range": [-4, 104]},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        margin={"l": 64, "r": 24, "t": 40, "b": 48},
    )


def _points(rows: pd.DataFrame, verdict: str) -> go.Scatter:
    colour, mark = _LOOK[verdict]
    return go.Scatter(
        x=small(rows["cpu_p95"]),
        y=small(rows["memory"].fillna(0.0)),
        name=verdict,
        mode="markers",
        marker={"color": colour, "symbol": mark, "size": 9, "line": {"width": 0.5}},
        customdata=[[label(f"{row.vm}, {row.size}")] for row in rows.itertuples(index=False)],
        hovertemplate="%{customdata[0]}<br>%{x:.0f} % of the cores, %{y:.0f} % of the memory<extra>"
        + verdict
        + "</extra>",
    )


def _fit_words(fits: pd.DataFrame, seen: int, drawn: int) -> list[str]:
    counts = fits["verdict"].value_counts().sort_index()
    words = [
        f"{len(fits):,} machines: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()) + "."
    ]
    return words + (
        [f"Of {seen:,} machines that were measured the first {drawn:,} are drawn."] if drawn < seen else []
    )


def _fit_row(row: Mapping[Hashable, Any]) -> list[str]:
    percent = ["-" if pd.isna(row[name]) else f"{row[name]:.0f}%" for name in ("cpu_p95", "memory")]
    other = row["to_size"] if isinstance(row["to_size"], str) else "-"
    return [row["vm"], row["size"], row["verdict"], *percent, other]


def resize_chart(options: pd.DataFrame, *, currency: str, days: int) -> go.Figure:
    """A bar an option of a ``ResizePlan``: what its reservations cost over the window, and what stays pay-as-you-go."""
    return figure(
        cost_bars(options, currency),
        title=f"What resizing and reserving cost over {days} days",
        summary=_option_words(options, currency),
        columns=[
            "Option",
            "Instances",
            *(f"{name} ({currency})" for name in ("Reservation", "Pay-as-you-go", "Total", "Saving")),
        ],
        rows=[_option_row(row) for row in options.to_dict("records")],
        world=world_of(options),
        barmode="stack",
        uniformtext={"minsize": 10, "mode": "hide"},
        height=290,
        xaxis={"title": {"text": f"cost over the window, {label(currency)}"}, "tickformat": ",~f"},
        yaxis={"autorange": "reversed", "automargin": True},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "x": 0,
            "traceorder": "normal",
        },
        margin={"l": 180, "r": 24, "t": 36, "b": 44},
    )


def _option_words(options: pd.DataFrame, currency: str) -> list[str]:
    base = float(options["cost"].iloc[0])
    return [
        f"{row['option']}: {money(row['cost'], currency)}"
        + (
            f", {money(row['saving'], currency)} less ({share(row['saving'] / base)})."
            if row["saving"] and base
            else "."
        )
        for row in options.to_dict("records")
    ]


def _option_row(row: Mapping[Hashable, Any]) -> list[str]:
    amounts = [f"{row[name]:,.2f}" for name in ("reservation", "payg", "cost", "saving")]
    return [str(row["option"]), str(row["quantity"]), *amounts]
