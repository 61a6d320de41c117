"""A figure of a benchmark: its value beside the bound that it has to keep."""

from __future__ import annotations

from typing import TypedDict


class Figure(TypedDict):
    """One line of bench.json; ``bound`` is a ceiling or a floor, ``ok`` says whether the value keeps it."""

    name: str
    value: float
    unit: str
    bound: float
    ok: bool


def at_most(name: str, value: float, unit: str, bound: float) -> Figure:
    """A figure that may not be higher than its bound."""
    return Figure(name=name, value=round(float(value), 4), unit=unit, bound=bound, ok=bool(value <= bound))


def at_least(name: str, value: float, unit: str, bound: float) -> Figure:
    """A figure that may not be lower than its bound."""
    return Figure(name=name, value=round(float(value), 4), unit=unit, bound=bound, ok=bool(value >= bound))


def percentile(values: list[float], share: float = 0.95) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]
