"""Resizing and reserving together: what each costs alone, and what to reserve for the sizes that will be.

A commitment makes waste cheaper and keeps it (Azure savings plan: decide between a plan and a reservation, 2026-01-08),
so what is reserved is worked out for the demand as it would be after the machines were resized. A size of the same
flexibility group only draws fewer units of a reservation; one of another group leaves units behind that were reserved
for it, and costs more than its price says. So which of the two is taken is decided by the cost of both together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from bespeak.advice.curve import savings_curve
from bespeak.advice.exact import recommend
from bespeak.catalogue import PriceBook
from bespeak.errors import InputError
from bespeak.tables import FITS, SET_ASIDE
from bespeak.terms import term_hours
from bespeak.usage import SHARED, Demand, UsageReading, demand
from bespeak.worlds import stamp, world_of

Term = Literal["P1Y", "P3Y"]
#: A cent is what money is counted in: what is gained below it is nothing.
_CENT = 0.01
_STEPS = 8
_STOPPED = "Would be stopped: it does next to nothing."


@dataclass(frozen=True, eq=False)
class ResizePlan:
    """What resizing and reserving cost, alone and together.

    ``moves``: FITS rows of the machines that change, with ``becomes`` ("" for stopped). ``options``: a row each for
    "As it is", "Reserve only", "Resize only", "Reserve first, then resize" and "Resize, then reserve", with ``payg``,
    ``reserved``, ``cost`` and ``saving`` (currency of the prices, over the window of the demand). ``advice`` is what to
    reserve after the resizing, ``before`` what would be reserved for the sizes of today.
    """

    moves: pd.DataFrame
    options: pd.DataFrame
    advice: pd.DataFrame
    before: pd.DataFrame
    currency: str
    term: str
    hours: int

    def __repr__(self) -> str:
        best = self.options.iloc[-1]
        return (
            f"ResizePlan({len(self.moves)} machines change, {best['option'].lower()} saves {self.currency} "
            f"{best['saving']:,.2f} over {self.hours // 24} days)"
        )


def plan_sizes(
    reading: UsageReading,
    fits: pd.DataFrame,
    prices: PriceBook,
    holdings: pd.DataFrame,
    as_of: date,
    *,
    term: Term = "P1Y",
    stop_idle: bool = True,
) -> ResizePlan:
    """The resizing that costs least together with the reservations that are worth buying after it.

    What is owned already is used first and costs the same in every option, so it is left out of the costs. Raises
    ``InputError`` when the usage is incomplete or there are no fits.
    """
    FITS.check(fits)
    if fits.empty:
        raise InputError("No machine was judged.", "Measure the machines of this customer first.")
    case = _Case(reading, prices, holdings, as_of, term)
    stopped = dict.fromkeys(fits.loc[fits["verdict"] == "idle", "resource"], "") if stop_idle else {}
    becomes = _cheapest(case, fits, stopped)
    return _plan(case, fits, becomes)


@dataclass(frozen=True, eq=False)
class _Case:
    """All that a cost depends on besides the sizes."""

    reading: UsageReading
    prices: PriceBook
    holdings: pd.DataFrame
    as_of: date
    term: Term

    def demand(self, becomes: Mapping[str, str]) -> Demand:
        return demand(resized(self.reading, becomes))

    def advice(self, after: Demand) -> pd.DataFrame:
        rows = recommend(
            after, self.prices, self.holdings, self.as_of, scopes=[SHARED] if len(after.groups) else []
        )
        return rows[rows["term"] == self.term].reset_index(drop=True)

    def cost(self, becomes: Mapping[str, str]) -> float:
        return float(self.advice(self.demand(becomes))["cost"].sum())


def resized(reading: UsageReading, becomes: Mapping[str, str]) -> UsageReading:
    """The same usage with the machines in their new sizes; those that become "" are stopped, and set aside."""
    usage = reading.usage
    new = usage["resource"].astype("str").map(dict(becomes))
    stopped = (new == "").to_numpy()
    size = new.where(new.notna(), usage["size"].astype("str")).astype("str")
    kept = usage.assign(size=size.astype("category"))[~stopped]
    if not stopped.any():
        return replace(reading, usage=kept)
    return replace(reading, usage=kept, set_aside=_with_stopped(reading.set_aside, usage[stopped]))


def _with_stopped(aside: pd.DataFrame, stopped: pd.DataFrame) -> pd.DataFrame:
    """What is set aside together with the hours and the costs of the machines that are stopped."""
    costs = "cost_e6" in stopped.columns
    lines = stopped.groupby(stopped["currency"].astype("str") if costs else np.zeros(len(stopped)), sort=True)
    made = SET_ASIDE.frame(
        {"reason": _STOPPED, "hours": float(rows["hours"].sum()), "rows": len(rows)} for _, rows in lines
    )
    if costs:
        made["cost_e6"] = lines["cost_e6"].sum().to_numpy()
        made["currency"] = [str(name) for name, _ in lines]
    return pd.concat([aside, made], ignore_index=True)


def _cheapest(case: _Case, fits: pd.DataFrame, stopped: Mapping[str, str]) -> dict[str, str]:
    """For each kind of machine the option of least cost: near (same group), far (any group), or to stay.

    Begun with all near, all far and all as they are; from there each kind in turn takes its best option while the
    others stay, until no change of one kind makes it cheaper. The cheapest end counts.
    """
    kinds = list(_kinds(fits, case.reading))
    known: dict[tuple[str | None, ...], float] = {}

    def cost(chosen: tuple[str | None, ...]) -> float:
        if chosen not in known:
            known[chosen] = case.cost(_all(kinds, chosen) | dict(stopped))
        return known[chosen]

    starts = {tuple(options[place] for _, options in kinds) for place in (0, -2, -1)}
    ends = [_descended(start, kinds, cost) for start in sorted(starts, key=str)]
    best = min((cost(end), place) for place, end in enumerate(ends))[1]
    return _all(kinds, ends[best]) | dict(stopped)


def _descended(
    chosen: tuple[str | None, ...], kinds: list[_KindOf], cost: Callable[[tuple[str | None, ...]], float]
) -> tuple[str | None, ...]:
    """The end of a descent, one kind of machine at a time."""
    while True:
        before = chosen
        for place, (_, options) in enumerate(kinds):
            tried = [(*chosen[:place], option, *chosen[place + 1 :]) for option in options]
            best = min(tried, key=cost)
            if cost(best) < cost(chosen) - _CENT:
                chosen = best
        if chosen == before:
            return chosen


_KindOf = tuple[list[str], list[str | None]]


def _kinds(fits: pd.DataFrame, reading: UsageReading) -> Iterator[_KindOf]:
    """The machines of each kind with their options, the nearest first, staying last.

    One kind are machines of one size, region and pair of options that ran about as long, to an eighth of the window: a
    reservation treats them alike.
    """
    usage = reading.usage
    hours = usage.groupby(usage["resource"].astype("str"))["hours"].sum()
    window = (reading.end - reading.start).total_seconds() / 3600
    over = fits[fits["verdict"] == "oversized"]
    ran = (over["resource"].map(hours).astype("float64").fillna(0.0) / window * _STEPS).round()
    keys = ["size", "region", "to_size", "near_size", "ran"]
    for (_, _, far, near, _), rows in over.assign(ran=ran).groupby(keys, dropna=False, sort=True):
        options: list[str | None] = [str(near)] if isinstance(near, str) else []
        options += [str(far)] if far != near else []
        yield list(rows["resource"]), [*options, None]


def _all(kinds: list[_KindOf], chosen: Sequence[str | None]) -> dict[str, str]:
    """The new size of each machine that changes."""
    pairs = zip(kinds, chosen, strict=True)
    return {resource: size for (machines, _), size in pairs if size is not None for resource in machines}


def _plan(case: _Case, fits: pd.DataFrame, becomes: Mapping[str, str]) -> ResizePlan:
    now, after = case.demand({}), case.demand(becomes)
    before, advice = case.advice(now), case.advice(after)
    base = float(before["payg_cost"].sum())
    late = _reserved_too_early(case, before, after)
    today, later = int(before["quantity"].sum()), int(advice["quantity"].sum())
    options = [
        _option("As it is", 0, base, 0.0, base),
        _option("Reserve only", today, *_parts(before), base),
        _option("Resize only", 0, float(advice["payg_cost"].sum()), 0.0, base),
        _option("Reserve first, then resize", today, *late, base),
        _option("Resize, then reserve", later, *_parts(advice), base),
    ]
    moves = fits[fits["resource"].isin(becomes.keys())]
    moves = moves.assign(becomes=moves["resource"].map(dict(becomes))).reset_index(drop=True)
    world = world_of(case.reading.usage, case.holdings)
    return ResizePlan(
        moves=stamp(world, moves),
        options=stamp(world, pd.DataFrame(options)),
        advice=advice,
        before=before,
        currency=case.prices.currency,
        term=case.term,
        hours=now.hours,
    )


def _option(name: str, quantity: int, payg: float, reserved: float, base: float) -> dict[str, object]:
    cost = payg + reserved
    amounts = {"reservation": reserved, "payg": payg, "cost": cost, "saving": base - cost}
    return {"option": name, "quantity": quantity, **amounts}


def _parts(advice: pd.DataFrame) -> tuple[float, float]:
    """What stays at pay-as-you-go, and what the reservations cost over the window."""
    reserved = sum(_price(row) for row in advice.to_dict("records"))
    return float(advice["cost"].sum()) - reserved, reserved


def _price(row: Mapping[Hashable, Any]) -> float:
    """What the quantity of a row of advice costs over the window."""
    return float(row["total"]) / term_hours(row["term"]) * row["hours"] if row["quantity"] else 0.0


def _reserved_too_early(case: _Case, before: pd.DataFrame, after: Demand) -> tuple[float, float]:
    """The same for what is reserved for the sizes of today and meets the demand after the resizing."""
    here = {(str(row.region), str(row.group)) for row in case.advice(after).itertuples(index=False)}
    payg = float(case.advice(after)["payg_cost"].sum())
    reserved = 0.0
    for row in before[before["quantity"] > 0].to_dict("records"):
        price, quantity = _price(row), int(row["quantity"])
        reserved += price
        if (row["region"], row["group"]) in here:
            place = {name: str(row[name]) for name in ("region", "group", "size")}
            curve = savings_curve(after, case.prices, case.holdings, scope=SHARED, term=case.term, **place)
            at = curve[curve["quantity"] <= quantity].iloc[-1]
            payg -= float(at["saving"]) + price * float(at["quantity"]) / quantity
    return payg, reserved
