"""What the explorer says: the customer, the balance of its records, what is looked at, and tables of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from bespeak import Exploration, Opened, Series, Slice, markup, usage_words

FIELDS = {
    "azure_subscription_id": "Subscription",
    "resource_group": "Resource group",
    "region": "Region",
    "group": "Flexibility group",
    "size": "Size",
    "resource": "VM",
}
STEPS = {"month": "month", "day": "day", "hour": "hour"}
UNITS = {"units": "units (mean an hour)", "hours": "VM hours"}
_LIMIT = 3
_LISTED = 200
_RECORD = {
    "starts": "Start (UTC)",
    "reason": "Why it is set aside",
    "vm": "VM",
    "quantity": "Quantity",
    "unit": "Unit",
    "category": "Category",
    "meter": "Meter",
    "resource_group": "Resource group",
    "region": "Region",
    "size": "Size",
    "hours": "VM hours",
    "hours_in_window": "Window, h",
    "cost": "Cost",
    "currency": "",
    "reservation_id": "Reservation",
    "source": "Source",
    "received": "Received (UTC)",
    "page": "Page",
    "row": "Row",
}
_NUMBERS = {"quantity", "hours", "hours_in_window", "cost", "page", "row"}


def head(name: str, found: Exploration) -> markup.Markup:
    """Whose usage it is, from when to when, and when something came last."""
    came = f", last received {found.received:%Y-%m-%d %H:%M} UTC" if found.received else ""
    span = usage_words(found.first, found.end)
    return markup.tag("p", markup.tag("b", name), f": usage of {span}{came}.", class_="big")


def warning(found: Exploration) -> markup.Markup | str:
    """The banner of what is known to be missing; nothing where nothing is."""
    if not found.incomplete:
        return ""
    words = found.incomplete.removeprefix("INCOMPLETE:").strip()
    return markup.tag("div", markup.tag("b", "INCOMPLETE"), f" {words}", class_="incomplete", role="status")


def balance(found: Exploration) -> markup.Markup:
    """In = used + set aside, for records, VM hours and each currency."""
    told = [_line(str(what), int(came), int(used), int(aside)) for what, came, used, aside in _lines(found)]
    return markup.tag("p", "Received = used + set aside. ", *told, class_="balance")


def _lines(found: Exploration) -> list[tuple[Any, ...]]:
    table = found.conservation()[["what", "came", "used", "set_aside"]]
    return list(table.itertuples(index=False, name=None))


def _line(what: str, came: int, used: int, aside: int) -> markup.Markup:
    if what == "records":
        name, numbers = "Records", [f"{value:,}" for value in (came, used, aside)]
    else:
        name = "VM hours" if what == "hours_e6" else f"Cost {what.removeprefix('cost_e6 ')}"
        numbers = [f"{value / 1_000_000:,.2f}" for value in (came, used, aside)]
    return markup.join(markup.tag("b", name), f" {numbers[0]} = {numbers[1]} + {numbers[2]}. ")


def amount(value: float, measure: str, currency: str = "") -> str:
    """A figure with its unit."""
    told = f"{value:,.2f}".rstrip("0").rstrip(".")
    if measure == "cost":
        return f"{currency} {value:,.2f}".strip()
    return f"{told} {'units' if measure == 'units' else 'VM hours'}"


def chart_words(found: Exploration, series: Series, where: Slice, currency: str) -> list[str]:
    """What the chart shows, in sentences."""
    total, step = series.total, STEPS[where.step]
    if not total.any():
        span = usage_words(series.where.first, series.where.end)
        return [f"{span}: nothing ran here. Choose another span, or take a filter back."]
    unit = "" if series.measure == "cost" else "units" if series.measure == "units" else "VM hours"
    low, high = (amount(float(value), series.measure, currency) for value in (total.min(), total.max()))
    whole = total.mean() if series.measure == "units" else total.sum()
    mean = " on average" if series.measure == "units" else ""
    span = (
        f"{low} in each {step}"
        if low == high
        else f"between {low.removesuffix(unit).strip()} and {high} in each {step}"
    )
    words = [f"{amount(float(whole), series.measure, currency)}{mean}; {span}."]
    if series.spread.any() and series.measure != "cost":
        sure, most = float(series.known.sum(axis=0).min()), float(series.most.max())
        words.append(
            "Daily records do not tell the hour: the hatched part is spread over its day, and in one hour between "
            f"{sure:,.5g} and {amount(most, series.measure)} can have run."
        )
    elif series.spread.any():
        words.append("Daily records do not tell the hour: their cost is spread over the day.")
    return words + notes(found, series.where)


def notes(found: Exploration, where: Slice) -> list[str]:
    """Gaps, days that may still grow and records that came late, in a sentence each."""
    words = []
    gaps = found.gaps(where)
    if len(gaps):
        named = _named(gaps)
        words.append(f"No record at all for {named}: nothing ran then, or nothing was reported.")
    late = found.late(where)
    if len(late):
        days = late["first"].nunique()
        words.append(f"{late['records'].sum():,} records of {days:,} {_days(days)} came late.")
    open_ = found.open_days()
    mine = open_[(open_["end"] > where.first) & (open_["first"] < where.end)]
    if len(mine):
        words.append(f"{len(mine):,} {_days(len(mine))} may still grow.")
    return words


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


def _named(gaps: pd.DataFrame) -> str:
    spans = [usage_words(int(first), int(end)) for first, end in zip(gaps["first"], gaps["end"], strict=True)]
    more = f" and {len(spans) - _LIMIT:,} more spans" if len(spans) > _LIMIT else ""
    return f"{', '.join(spans[:_LIMIT])}{more}"


def gap_page(found: Exploration, where: Slice) -> markup.Markup:
    """All gaps, late records and open days of a slice, as lists."""
    late = _late_page(found, where) if found.knows_machines else markup.tag("p", "The VMs are being listed.")
    return markup.join(_gaps_page(found, where), late, _open_page(found))


def _gaps_page(found: Exploration, where: Slice) -> markup.Markup:
    gaps, what = found.gaps(where), "hours" if where.step == "hour" else "days"
    if gaps.empty:
        return markup.tag("p", f"There are no {what} without any record in this span.")
    rows = [
        (usage_words(int(first), int(end)), f"{hours:,}")
        for first, end, hours in gaps.head(_LISTED).itertuples(index=False, name=None)
    ]
    caption = f"{what.capitalize()} without any record: nothing ran, or nothing was reported"
    return markup.grid(["Span (UTC)", "Hours"], rows, caption=caption, numbers=[1])


def _late_page(found: Exploration, where: Slice) -> markup.Markup:
    late = found.late(where)
    if late.empty:
        told = "No records came late: more than 72 hours after their day was over and first read."
        return markup.tag("p", told)
    rows = [
        (
            usage_words(first, first + 24),
            f"{records:,}",
            source,
            f"{received:%Y-%m-%d %H:%M}",
            f"{hours / 24:,.1f}",
        )
        for first, records, source, received, hours in late.head(_LISTED).itertuples(index=False, name=None)
    ]
    columns = ["Day", "Records", "Source", "Received (UTC)", "Days late"]
    return markup.grid(columns, rows, caption="Records that came late", numbers=[1, 4])


def _open_page(found: Exploration) -> markup.Markup:
    open_ = found.open_days()
    if open_.empty:
        return markup.tag(
            "p", "No day may still grow: the last reading was more than 72 hours after all of them."
        )
    listed = [
        f"{usage_words(int(first), int(end))}: read within {within} hours of its end"
        for first, end, within in open_.itertuples(index=False, name=None)
    ]
    sentence = "These days may still grow: usage is reported within about 24 hours, and corrected for 72."
    return markup.join(markup.tag("p", sentence), markup.bullets(listed))


def machine_lines(table: pd.DataFrame) -> Mapping[str, Sequence[str]]:
    """A line for each machine, by its key."""
    columns = ["value", "name", "resource_group", "region", "size", "hours"]
    return {
        str(key): [str(name), str(group), str(region), str(size).removeprefix("Standard_"), f"{hours:,.1f}"]
        for key, name, group, region, size, hours in table[columns].itertuples(index=False, name=None)
    }


def record_table(opened: Opened) -> tuple[list[str], list[list[str]], list[int]]:
    """Heads, cells and the positions of numbers of opened records; columns that say nothing are left out."""
    table = opened.table
    paid = "currency" in table.columns and not _empty(table["currency"])
    names = [
        name
        for name in _RECORD
        if name in table.columns and not _empty(table[name]) and (paid or name != "cost")
    ]
    cells = [
        [_cell(name, value) for name, value in zip(names, line, strict=True)]
        for line in table[names].itertuples(index=False, name=None)
    ]
    return (
        [_RECORD[name] for name in names],
        cells,
        [place for place, name in enumerate(names) if name in _NUMBERS],
    )


def _empty(column: pd.Series) -> bool:
    return bool(column.isna().all() or (column.astype("str") == "").all())


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - whatever a table holds
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.6f}".rstrip("0").rstrip(".") if name != "cost" else f"{value:,.4f}"
    return str(value).removeprefix("Standard_") if name == "size" else str(value)


def aside_lines(table: pd.DataFrame) -> Mapping[str, Sequence[str]]:
    """A line for each reason and currency of what is set aside, by its reason."""
    lines: dict[str, Sequence[str]] = {}
    for reason, records, hours, cost, currency, first, end in table.itertuples(index=False, name=None):
        paid = f"{currency} {cost:,.2f}" if currency else "not told"
        span = "no time told" if pd.isna(first) else usage_words(int(first), int(end))
        key = reason if reason not in lines else f"{reason}\n{currency}"
        lines[key] = [reason, f"{records:,}", f"{hours:,.2f}", paid, span]
    return lines
