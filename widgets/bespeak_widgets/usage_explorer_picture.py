"""What the chart and the filters of the explorer show, out of what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bespeak import CustomerDetails, Exploration, Series, Slice, charts, usage_words
from bespeak_widgets.usage_explorer_filters import Filter
from bespeak_widgets.usage_explorer_words import FIELDS, STEPS, UNITS, chart_words

_LISTED = 60


def filters(found: Exploration, where: Slice, field: str, typed: str, customer: Any) -> Filter:  # noqa: ANN401 - details or an id
    """One filter under all other choices."""
    names = _names(customer) if field == "azure_subscription_id" else {}
    listed, count = found.choices(where, field, typed, _LISTED)
    values, told = listed["value"].astype("str"), listed["name"].astype("str")
    hours = listed["hours"].to_numpy(dtype=float)
    most = max([*hours, 0.0]) or 1.0
    machines = listed["machines"].tolist() if "machines" in listed else [None] * len(listed)
    rows = tuple(
        (value, names.get(value, _read(name)), _more(each, count_), each / most)
        for value, name, each, count_ in zip(values, told, hours.tolist(), machines, strict=True)
    )
    chosen = where.chosen.get(field, "")
    own = dict(zip(listed["value"], listed["name"], strict=True)).get(chosen, chosen.rpartition("/")[2])
    return Filter(
        field=field,
        label=FIELDS[field],
        chosen=chosen,
        chosen_name=(names.get(chosen) or _read(str(own))) if chosen else "",
        count=count,
        rows=rows,
        status=_status(found, where, field, count, len(rows), typed),
        typed=typed,
    )


def _status(found: Exploration, where: Slice, field: str, count: int, shown: int, typed: str) -> str:
    if field == "resource" and not found.knows_machines:
        return "The VMs are being listed."
    if not count:
        return f"Nothing here is called '{typed}'." if typed else "Nothing ran here."
    whole_days = field == "resource" and bool(where.first % 24 or where.end % 24)
    told = f"{count:,} in this span{'; hours are of whole days' if whole_days else ''}"
    return f"The first {shown:,} of {count:,}; type to find others." if count > shown else told


def _more(hours: float, machines: int | None) -> str:
    told = f"{hours:,.0f} h"
    return told if machines is None else f"{machines:,} VM{'' if machines == 1 else 's'} \u00b7 {told}"


def _names(customer: Any) -> Mapping[str, str]:  # noqa: ANN401 - details or an id
    """The names of subscriptions by their ids, each with the beginning of its id."""
    if not isinstance(customer, CustomerDetails):
        return {}
    table = customer.azure_subscriptions
    pairs = zip(table["azure_subscription_id"], table["name"], strict=True)
    return {str(one): f"{name} ({str(one)[:8]})" for one, name in pairs if name}


def _read(name: str) -> str:
    return name.removeprefix("Standard_").removeprefix("size:Standard_").removeprefix("size:") or "(none)"


def look(found: Exploration, series: Series, where: Slice, currency: str, customer: Any) -> charts.UsageLook:  # noqa: ANN401 - details or an id
    """How the chart looks for what is looked at."""
    names = _names(customer) if series.by == "azure_subscription_id" else {}
    alone = {"all": "all together"} if not series.by else {}
    one = where.hours == 1
    shown = series.where
    open_ = found.open_days()
    late = found.late(shown)
    by_day = late.groupby("first", as_index=False)["records"].sum()
    return charts.UsageLook(
        step=shown.step,
        unit=currency or UNITS[series.measure],
        title=_title(series, where, currency),
        words=chart_words(found, series, where, currency),
        names=[alone.get(key) or names.get(key) or _read(key) for key in series.keys],
        aside_unit="records" if found.has_aside or len(late) else "",
        gaps=_spans(found.gaps(shown)),
        open_days=_spans(open_[(open_["end"] > shown.first) & (open_["first"] < shown.end)]),
        late=[(int(first), f"{records:,} records came late") for first, records in _pairs(by_day)],
        marked=(where.first, where.end) if one else None,
    )


def _title(series: Series, where: Slice, currency: str) -> str:
    what = {"units": "Units that ran", "hours": "VM hours", "cost": f"Cost in {currency}"}[series.measure]
    by = f", stacked by {FIELDS[series.by].lower()}" if series.by else ""
    if where.hours == 1:
        name = what if series.measure == "hours" else what.lower()
        place = where.first - series.where.first
        here = f"{usage_words(where.first, where.end)} UTC: {float(series.total[place]):,.2f} {name}"
        return f"{here}; its day by the hour{by}"
    return f"{what} by {STEPS[series.where.step]}, {usage_words(where.first, where.end)}{by}"


def _pairs(by_day: Any) -> Any:  # noqa: ANN401 - a table, and pairs of numbers
    return by_day[["first", "records"]].itertuples(index=False, name=None)


def _spans(table: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - a table
    return list(zip(table["first"].astype(int), table["end"].astype(int), strict=True))


def strip_words(found: Exploration, where: Slice) -> tuple[str, list[str]]:
    """The name of the machine, and what its strip shows."""
    name = where.resource.rpartition("/")[2]
    table = found.strip(where)
    hours = table[[f"h{hour:02d}" for hour in range(24)]].to_numpy()
    ran = int((hours.sum(axis=1) > 0).sum())
    words = [f"It ran {hours.sum():,.1f} hours on {ran:,} of {len(table):,} days."]
    if table["daily"].any():
        words.append("Only its days are known: the hours of a day are spread evenly over it.")
    return name, words
