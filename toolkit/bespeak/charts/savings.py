"""The savings curve: what each quantity would have saved over the window, and where it stops to pay."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import ACCENT, PALETTE, UNKNOWN, figure, label, money, share, small
from bespeak.errors import InputError, TableError
from bespeak.worlds import world_of

#: Up to so many instances each has a mark of its own on the axis.
_EACH = 10
_CENT = 0.01
COLUMNS = ("quantity", "units", "cost", "saving", "utilisation", "coverage")


def savings_curve_chart(
    curve: pd.DataFrame, quantity: int, *, currency: str, title: str, break_even: float | None = None
) -> go.Figure:
    """The saving of every quantity, with the best, the chosen one and the last one that pays marked.

    ``curve`` has a row a quantity, from 0 on; ``break_even`` is the utilisation from which a reserved hour pays.
    When the last row of the curve still pays, nobody knows from it which one is the last, so none is marked. Where the
    hours of the day are not known, the saving is the least there can be, and a paler line shows the most.
    """
    _check(curve, quantity)
    quantities, savings = curve["quantity"].to_numpy(), curve["saving"].to_numpy()
    best = int(quantities[savings.argmax()])
    pays = int(quantities[savings >= 0].max())
    highest = int(quantities.max())
    last = pays if best < pays < highest else None
    marks = [("best", best, PALETTE[2], "star")]
    marks += [] if last is None else [("last that pays", last, PALETTE[3], "line-ns-open")]
    marks.append(("chosen", quantity, ACCENT, "diamond-open"))
    return figure(
        [
            *_at_best(curve, currency),
            _line(curve, currency),
            *(_mark(curve, *mark, currency) for mark in marks),
        ],
        title=title,
        summary=_words(curve, quantity, best, pays, currency, break_even),
        columns=["Quantity", f"Cost ({currency})", f"Saving ({currency})", "Utilisation", "Coverage"],
        rows=[_row(row) for row in curve.to_dict("records")],
        world=world_of(curve),
        xaxis={
            "title": {"text": "instances"},
            "rangemode": "tozero",
            **({"dtick": 1} if highest <= _EACH else {}),  # half an instance is none
        },
        yaxis={
            "title": {"text": f"saving, {label(currency)}"},
            "zeroline": True,
            "zerolinewidth": 2,
            "tickformat": ",~f",
        },
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        margin={"l": 80, "r": 24, "t": 40, "b": 44},
    )


def _check(curve: pd.DataFrame, quantity: int) -> None:
    for column in COLUMNS:
        if column not in curve.columns:
            raise TableError("savings curve", column, "is missing.")
    if quantity not in set(curve["quantity"]):
        ends = f"{curve['quantity'].min()} to {curve['quantity'].max()}"
        raise InputError(f"The curve has no quantity {quantity}.", f"Choose one from {ends}.")


def _at_best(curve: pd.DataFrame, currency: str) -> list[go.Scatter]:
    """The most that each quantity can save, where that is more than the least."""
    if not is_open(curve):
        return []
    line = go.Scatter(
        x=small(curve["quantity"]),
        y=small(curve["saving_high"]),
        name="at best",
        mode="lines",
        line={"color": UNKNOWN, "width": 1.5, "dash": "dot"},
        hovertemplate=f"%{{x}} instances: at best {label(currency)} %{{y:,.2f}}<extra></extra>",
    )
    return [line]


def is_open(curve: pd.DataFrame) -> bool:
    """Whether the curve says that more can be saved than is certain."""
    return "saving_high" in curve and bool((curve["saving_high"] > curve["saving"] + _CENT).any())


def _line(curve: pd.DataFrame, currency: str) -> go.Scatter:
    return go.Scatter(
        x=small(curve["quantity"]),
        y=small(curve["saving"]),
        customdata=curve[["utilisation", "coverage"]].to_numpy(dtype="float32"),
        name="at least" if is_open(curve) else "saving",
        mode="lines+markers",
        line={"color": PALETTE[0], "width": 2},
        marker={"size": 4},
        hovertemplate=f"%{{x}} instances: {label(currency)} %{{y:,.2f}}<br>utilisation %{{customdata[0]:.1%}}"
        "<br>coverage %{customdata[1]:.1%}<extra></extra>",
    )


def _mark(
    curve: pd.DataFrame, name: str, quantity: int, colour: str, symbol: str, currency: str
) -> go.Scatter:
    saving = float(curve.loc[curve["quantity"] == quantity, "saving"].iloc[0])
    return go.Scatter(
        x=small([quantity]),
        y=small([saving]),
        name=f"{name}: {quantity}",
        mode="markers",
        marker={
            "color": colour,
            "size": 14,
            "symbol": symbol,
            "line": {"width": 3 if "open" in symbol else 1},
        },
        hovertemplate=f"{name}: {quantity} instances, {label(money(saving, currency))}<extra></extra>",
    )


def _words(
    curve: pd.DataFrame, quantity: int, best: int, pays: int, currency: str, break_even: float | None
) -> list[str]:
    chosen = curve[curve["quantity"] == quantity].iloc[0]
    words = [_best_words(curve, best, currency)]
    if quantity:
        words.append(
            f"At {quantity}: {_saves(float(chosen['saving']), currency)}, utilisation {share(chosen['utilisation'])}, "
            f"coverage {share(chosen['coverage'])}."
        )
    if quantity and is_open(curve[curve["quantity"] == quantity]):
        words.append(
            f"That is the least: daily records do not tell the hours of the day. At best it "
            f"{_saves(float(chosen['saving_high']), currency)}, utilisation {share(chosen['utilisation_high'])}."
        )
    words.append(_last_words(int(curve["quantity"].max()), best, pays))
    if break_even is not None and not pd.isna(break_even):
        words.append(f"A reserved hour pays from a utilisation of {share(break_even)} on.")
    return [word for word in words if word]


def _last_words(highest: int, best: int, pays: int) -> str:
    if pays == highest:
        return f"Even {highest} instances would cost no more than pay-as-you-go."
    if pays == best:
        return ""
    return f"Up to {pays} it costs no more than pay-as-you-go, from {pays + 1} on it costs more."


def _best_words(curve: pd.DataFrame, best: int, currency: str) -> str:
    if best == 0:
        return "No quantity saves anything: buy nothing."
    saving = float(curve.loc[curve["quantity"] == best, "saving"].iloc[0])
    return f"Best: {best} {'instance' if best == 1 else 'instances'}, {_saves(saving, currency)} over the window."


def _saves(saving: float, currency: str) -> str:
    return f"saves {money(saving, currency)}" if saving >= 0 else f"costs {money(-saving, currency)} more"


def _row(row: Mapping[Hashable, Any]) -> list[str]:
    amounts = [f"{row['cost']:,.2f}", f"{row['saving']:,.2f}"]
    return [f"{int(row['quantity'])}", *amounts, share(row["utilisation"]), share(row["coverage"])]
