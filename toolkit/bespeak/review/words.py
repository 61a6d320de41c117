"""A study in words and rows: the same sentences in the widget and in the page that is saved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bespeak.review.study import Study
from bespeak.terms import term_label
from bespeak.worlds import world as known_world


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of text: its head, its rows by key, the positions of its numbers."""

    head: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]
    numbers: tuple[int, ...]


def world_words(world: str) -> str:
    """The sentence that says where the figures come from."""
    return known_world(world).figures


def reading_words(study: Study) -> list[str]:
    """What was read, what was set aside, and what a day does not tell."""
    reading, days = study.reading, study.demand.hours / 24
    aside = study.demand.set_aside
    read = (
        f"{reading.rows_in:,} records read ({reading.source}): {study.demand.start:%Y-%m-%d %H:%M} to "
        f"{study.demand.end:%Y-%m-%d %H:%M} UTC, {days:.0f} days."
    )
    return [read, _aside_words(aside), *_unknown_words(study.demand.groups), *_nothing_words(study)]


def _aside_words(aside: pd.DataFrame) -> str:
    """How many records are set aside, and the reason for most of them."""
    rows, hours = int(aside["rows"].sum()), float(aside["hours"].sum())
    if not rows:
        return "No record is set aside."
    by_reason = aside.groupby("reason", sort=True)["rows"].sum().sort_values(ascending=False, kind="stable")
    how_many = "all" if len(by_reason) == 1 else f"{by_reason.iloc[0]:,}"
    told = f"{rows:,} of them, with {hours:,.0f} VM hours, are set aside"
    return f"{told}, {how_many} for this reason: {by_reason.index[0]}"


def _nothing_words(study: Study) -> list[str]:
    """That there is nothing to advise, and what to do then."""
    if not study.advice.empty:
        return []
    told = (
        "No VM use is known in these days, so there is nothing to advise. "
        "Look further back, or use a cost export of this customer."
    )
    return [told]


def _unknown_words(groups: pd.DataFrame) -> list[str]:
    shared = groups[groups["scope"] == "shared"] if (groups["scope"] == "shared").any() else groups
    unknown, known = float(shared["unknown"].sum()), float(shared["units"].sum())
    if not unknown:
        return []
    part = unknown / (unknown + known) * 100
    told = (
        f"{part:.0f}% of the use is unknown inside the day: daily records say that it ran, not in which hours. "
        "The advice counts it as if it ran at the same time, so its savings are the least there can be."
    )
    return [told]


def scope_words(study: Study) -> list[str]:
    """That the scopes are alternatives, where there are several."""
    if study.advice["scope"].nunique() < 2:  # noqa: PLR2004 - one scope is no choice
        return []
    return ["The rows of different scopes are alternatives for the same machines: do not add them up."]


def set_aside_rows(study: Study) -> Rows:
    """The reasons for which records are set aside, those with the most hours first."""
    grouped = study.demand.set_aside.groupby("reason", sort=False)[["rows", "hours"]].sum()
    listed = grouped.sort_values(["hours", "rows"], ascending=False, kind="stable")
    rows = {
        str(reason): (str(reason), f"{row['rows']:,.0f}", f"{row['hours']:,.1f}")
        for reason, row in listed.iterrows()
    }
    return Rows(("Reason", "Records", "VM hours"), rows, (1, 2))


def advice_key(row: Mapping[Hashable, Any]) -> str:
    """What names a row of advice: scope, region, group and term."""
    return "|".join(str(row[name]) for name in ("scope", "region", "group", "term"))


def advice_rows(study: Study, scope: str | None = None) -> Rows:
    """The exact advice beside Azure's own rule, one row a group and term, the group that saves most first.

    The price is that of the whole term, the saving that of the window; both in the currency of the price book.
    """
    table = study.advice if scope is None else study.advice[study.advice["scope"] == scope]
    place = ["scope", "region", "group"]
    best = -table.groupby(place)["saving"].transform("max")
    ordered = table.assign(best=best, single=table["scope"] != "shared")
    listed = ordered.sort_values(["single", "scope", "best", *place[1:], "term"], kind="stable")
    currency = study.prices.currency
    head = ("Scope", "Group", "Term", "Buy", f"Price, {currency}", f"Saves, {currency}", "Azure's own rule")
    rows = {advice_key(row): _advice_row(study, row) for row in listed.to_dict("records")}
    first = 1 if scope is not None else 0
    return Rows(head[first:], {key: cells[first:] for key, cells in rows.items()}, (4 - first, 5 - first))


def _advice_row(study: Study, row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    bought = int(row["quantity"])
    nothing = "not sold" if study.not_sold(row["size"], row["term"]) else "nothing"
    return (
        study.scope_name(row["scope"]),
        f"{row['group'].removeprefix('size:')}, {row['region']}",
        term_label(row["term"]),
        f"{bought} x {short(row['size'])}" if bought else nothing,
        f"{row['total']:,.2f}" if bought else "-",
        f"{row['saving']:,.2f}" if bought else "-",
        _azure_words(study.azure, row),
    )


def _azure_words(azure: pd.DataFrame, row: Mapping[Hashable, Any]) -> str:
    """What Azure's rule would buy for the same scope, region, group and term, size by size.

    The savings of several sizes are each of that size's own machines: with flexibility their sum is another (D-1008).
    """
    same = pd.Series(data=True, index=azure.index)
    for name in ("scope", "region", "group", "term"):
        same &= azure[name] == row[name]
    bought = azure[same & (azure["quantity"] > 0)]
    if bought.empty:
        return "nothing"
    sizes = " + ".join(f"{q} x {short(s)}" for q, s in zip(bought["quantity"], bought["size"], strict=True))
    apart = "" if len(bought) == 1 else " if each covers its own size only"
    return f"{sizes}, saves {bought['saving'].sum():,.2f}{apart}"


def short(size: str) -> str:
    """A size without the word that all sizes begin with.

    >>> short("Standard_D2s_v5")
    'D2s_v5'
    """
    return size.removeprefix("Standard_")
