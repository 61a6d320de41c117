"""All customers in pictures: the first of a rank beside each other, and what ends in which month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from bespeak.charts.figure import ACCENT, PALETTE, UNKNOWN, figure, label, small
from bespeak.errors import InputError
from bespeak.tables import PORTFOLIO
from bespeak.worlds import world_of

#: So many customers have a bar.
MOST_BARS = 20
#: So many letters of a name stand beside a bar.
_LETTERS = 22
#: Up to so many customers each has a mark of its own on the axis.
_EACH = 6
#: So many months are drawn.
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class _Measure:
    """What the bars of a rank are: the column, the axis, the title, whether it is an amount of money."""

    column: str
    axis: str
    title: str
    colour: str
    money: bool = False


_MEASURES = {
    "money": _Measure(
        "saving_low", "saved for certain in 30 days", "Most money at stake in 30 days", PALETTE[2], money=True
    ),
    "expiry": _Measure("days_left", "days until the next reservation ends", "What ends next", PALETTE[0]),
    "under_use": _Measure(
        "unused", "paid and not used in 30 days", "Most paid for nothing in 30 days", ACCENT, money=True
    ),
    "exchange": _Measure(
        "exchange_days", "days until the exchange right ends", "Exchange rights that end", PALETTE[3]
    ),
}


def rank_chart(ranked: pd.DataFrame, by: str) -> go.Figure:
    """The first customers of a ranked PORTFOLIO table as bars, those of its first currency where the rank is money.

    Amounts of different currencies have no axis in common.
    """
    PORTFOLIO.check(ranked)
    if by not in _MEASURES:
        raise InputError(f"There is no rank '{by}'.", f"Use {', '.join(_MEASURES)}.")
    measure = _MEASURES[by]
    known = ranked[ranked[measure.column] > 0] if measure.money else ranked[ranked[measure.column].notna()]
    currency = str(known["currency"].iloc[0]) if measure.money and len(known) else ""
    same = known[known["currency"] == currency] if currency else known
    shown = same.head(MOST_BARS)
    unit = label(currency) if currency else "days"
    title = f"{measure.title}, {currency}" if currency else measure.title
    names = [_short(name) for name in shown["name"]]
    bars = go.Bar(
        x=small(shown[measure.column]),
        y=list(range(len(shown))),
        orientation="h",
        marker={"color": measure.colour, "line": {"width": 0}},
        text=[_value(value, measure) for value in shown[measure.column]],
        textposition="auto",
        customdata=[[label(name)] for name in shown["name"]],
        hovertemplate=f"%{{customdata[0]}}: %{{x:,.0f}} {unit}<extra></extra>",
    )
    return figure(
        [bars],
        title=title,
        summary=_rank_words(shown, len(known), measure, currency),
        columns=["Customer", f"{measure.axis}" + (f" ({currency})" if currency else "")],
        rows=[
            [name, _value(value, measure)]
            for name, value in zip(shown["name"], shown[measure.column], strict=True)
        ],
        world=world_of(ranked),
        height=max(140, 64 + 22 * len(shown)),
        margin={"l": 188, "r": 24, "t": 12, "b": 44},
        xaxis={"title": {"text": unit}, "rangemode": "tozero", "tickformat": ",d", "nticks": 6},
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": [label(name) for name in names],
            "autorange": "reversed",
            "zeroline": False,
            "showgrid": False,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": "rgba(0,0,0,0)",
        },
        bargap=0.25,
    )


def expiry_calendar(table: pd.DataFrame, as_of: date) -> go.Figure:
    """How many customers have their next reservation end in each of the coming months, and what happens then."""
    PORTFOLIO.check(table)
    ending = table[table["next_expiry"].notna()]
    months = pd.period_range(pd.Period(as_of, "M"), periods=_MONTHS, freq="M")
    when = ending["next_expiry"].dt.tz_localize(None).dt.to_period("M")
    counts = {
        name: [int(((when == month) & (ending["renews"] == state)).sum()) for month in months]
        for state, name, _ in _FATES
    }
    marks = [f"{month:%b %Y}" for month in months]
    drawn = [_month(place, month) for place, month in enumerate(months)]
    return figure(
        [
            go.Bar(x=drawn, y=counts[name], name=name, marker={"color": colour, "line": {"width": 0}})
            for _, name, colour in _FATES
            if sum(counts[name]) or name != _FATES[-1][1]
        ],
        title="What ends in which month",
        summary=_calendar_words(counts, marks, int((when > months[-1]).sum())),
        columns=["Month", *counts],
        rows=[
            [mark, *(str(column[place]) for column in counts.values())] for place, mark in enumerate(marks)
        ],
        world=world_of(table),
        barmode="stack",
        xaxis={"type": "category", "tickangle": 0},
        yaxis={"title": {"text": "customers"}, "rangemode": "tozero", "tickformat": ",d", **_whole(counts)},
        legend={
            "orientation": "h",
            "traceorder": "normal",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "x": 0,
        },
        margin={"l": 56, "r": 24, "t": 40, "b": 48},
    )


#: What happens at the end of a reservation: as the table says it, in words, and the colour.
_FATES = (
    ("no", "ends", PALETTE[1]),
    ("yes", "renews itself", PALETTE[0]),
    ("", "not known", UNKNOWN),
)


def _rank_words(shown: pd.DataFrame, known: int, measure: _Measure, currency: str) -> list[str]:
    if shown.empty:
        return ["No customer has any."]
    first = shown.iloc[0]
    amount = _value(first[measure.column], measure)
    told = f"{currency} {amount}" if currency else f"{amount} days"
    words = [f"{first['name']} comes first: {told}."]
    if known > len(shown):
        words.append(f"{len(shown)} of {known:,} customers are drawn.")
    return words


def _calendar_words(counts: dict[str, list[int]], marks: Sequence[str], later: int) -> list[str]:
    sums = [sum(column[place] for column in counts.values()) for place in range(len(marks))]
    if not sum(sums):
        words = ["No reservation ends within a year."]
    else:
        most = max(range(len(sums)), key=lambda place: (sums[place], -place))
        again = sum(counts["renews itself"])
        sentence = (
            f"Customers with a reservation that ends within a year: {sum(sums):,}; of these renew themselves: "
            f"{again:,}. Most end in {marks[most]} ({sums[most]:,})."
        )
        words = [sentence]
    return [*words, f"Customers with a first end after that: {later:,}."] if later else words


def _month(place: int, month: pd.Period) -> str:
    """The month, with its year below where that is new."""
    return f"{month:%b}<br>{month:%Y}" if place == 0 or month.month == 1 else f"{month:%b}"


def _whole(counts: dict[str, list[int]]) -> dict[str, int]:
    """Half a customer is none: few of them have a mark each."""
    most = max((sum(column) for column in zip(*counts.values(), strict=True)), default=0)
    return {"dtick": 1} if most <= _EACH else {"nticks": 6}


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}\u2026"


def _value(value: Any, measure: _Measure) -> str:  # noqa: ANN401  a number of any kind
    return f"{value:,.2f}" if measure.money and abs(value) < 10 else f"{value:,.0f}"  # noqa: PLR2004  cents count there
