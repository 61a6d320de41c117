"""Pay-as-you-go, one year and three years side by side, over the same window."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import PALETTE, figure, label, money, share, small
from bespeak.errors import TableError
from bespeak.worlds import world_of

_PARTS = {"reservation": ("reservation", PALETTE[1]), "payg": ("stays on pay-as-you-go", PALETTE[0])}
COLUMNS = ("option", "quantity", "reservation", "payg", "cost", "saving")


def price_comparison(options: pd.DataFrame, *, currency: str, title: str) -> go.Figure:
    """One bar an option: what the reservation costs over the window and what stays on pay-as-you-go.

    ``options`` has the columns option, quantity, reservation, payg, cost and saving (amounts over the window);
    its first row is pay-as-you-go alone.
    """
    for column in COLUMNS:
        if column not in options.columns:
            raise TableError("options", column, "is missing.")
    return figure(
        cost_bars(options, currency),
        title=title,
        summary=_words(options, currency),
        columns=[
            "Option",
            "Quantity",
            *(f"{name} ({currency})" for name in ("Reservation", "Pay-as-you-go", "Total", "Saving")),
        ],
        rows=[_row(row) for row in options.to_dict("records")],
        world=world_of(options),
        barmode="stack",
        uniformtext={"minsize": 10, "mode": "hide"},
        height=230,
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
        margin={"l": 120, "r": 24, "t": 36, "b": 44},
    )


def cost_bars(options: pd.DataFrame, currency: str) -> list[go.Bar]:
    """What each option pays for its reservation and at pay-as-you-go, end to end."""
    names = [label(option) for option in options["option"]]
    return [
        go.Bar(
            y=names,
            x=small(options[column]),
            name=name,
            orientation="h",
            marker={"color": colour},
            text=[_bar_text(name, amount, currency) for amount in options[column]],
            textposition="inside",
            insidetextfont={"color": "white"},
            hovertemplate=f"{name}: {label(currency)} %{{x:,.2f}}<extra>%{{y}}</extra>",
        )
        for column, (name, colour) in _PARTS.items()
    ]


def _bar_text(name: str, amount: float, currency: str) -> str:
    """What stands in the bar, so that its colour is not the only way to tell it."""
    return f"{name} {label(currency)} {amount:,.0f}" if amount > 0 else ""


def _words(options: pd.DataFrame, currency: str) -> list[str]:
    base = float(options["cost"].iloc[0])
    words = [f"{options['option'].iloc[0]}: {money(base, currency)}."]
    for row in options.iloc[1:].to_dict("records"):
        saved = share(row["saving"] / base) if base else "-"
        words.append(
            f"{row['option']}, {row['quantity']} instances: {money(row['cost'], currency)}, "
            f"{money(row['saving'], currency)} less ({saved})."
            if row["quantity"]
            else f"{row['option']}: buy nothing, no quantity saves anything."
        )
    return words


def _row(row: Mapping[Hashable, Any]) -> list[str]:
    amounts = [f"{row[name]:,.2f}" for name in ("reservation", "payg", "cost", "saving")]
    return [str(row["option"]), str(row["quantity"]), *amounts]
