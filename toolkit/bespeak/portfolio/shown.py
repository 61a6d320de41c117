"""A portfolio as a person reads it: the cells of its table, and the figures above it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bespeak.portfolio.view import PortfolioView
from bespeak.tables import PORTFOLIO


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as it is shown: its head, the column of PORTFOLIO behind it, whether the largest comes first."""

    head: str
    name: str
    descends: bool = False
    is_number: bool = False


_COLUMNS = (
    ShownColumn("Customer", "name"),
    ShownColumn("At stake", "saving_low", descends=True, is_number=True),
    ShownColumn("Pay-as-you-go", "payg", descends=True, is_number=True),
    ShownColumn("VMs", "machines", descends=True, is_number=True),
    ShownColumn("Owned", "reservations", descends=True, is_number=True),
    ShownColumn("Next end", "next_expiry"),
    ShownColumn("Used", "used_30", is_number=True),
    ShownColumn("Unused", "unused", descends=True, is_number=True),
    ShownColumn("Exchange ends", "exchange_ends"),
    ShownColumn("Usage until", "known_until"),
)
_SPANS = (30, 90)


@dataclass(frozen=True, slots=True)
class Line:
    """One customer as a line: its id, its cells, and in their place a ``note`` where it could not be read."""

    key: str
    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure above the table: what it is, its amounts, and what is said below them."""

    name: str
    values: tuple[str, ...]
    below: str = ""


def portfolio_columns() -> tuple[ShownColumn, ...]:
    """The columns in their order."""
    return _COLUMNS


def portfolio_lines(table: pd.DataFrame) -> list[Line]:
    """The rows of a PORTFOLIO table as lines, in their order."""
    PORTFOLIO.check(table)
    return [_line(row) for row in table.to_dict("records")]


def portfolio_tiles(view: PortfolioView) -> list[Tile]:
    """What stands above the table: money by currency, what ends, what is not used, which rights end, what is unread."""
    totals = view.totals()
    soon, later = (view.expiring(days) for days in _SPANS)
    exchange, exchange_later = (view.exchange_ending(days) for days in _SPANS)
    known = int(view.table["saving_low"].notna().sum())
    unread = len(view.unread)
    return [
        Tile(
            "At stake in 30 days",
            _amounts(totals, "saving_low"),
            f"for certain, at {known:,} customers",
        ),
        Tile("Unused in 30 days", _amounts(totals, "unused"), "at list prices"),
        Tile("A reservation ends", (f"{soon:,} in 30 days",), f"{later:,} in 90 days"),
        Tile("Exchange right ends", (f"{exchange:,} in 30 days",), f"{exchange_later:,} in 90 days"),
        Tile("Customers", (f"{len(view.table):,}",), f"{unread:,} not read" if unread else "all read"),
    ]


def _amounts(totals: pd.DataFrame, column: str) -> tuple[str, ...]:
    pairs = zip(totals["currency"], totals[column], strict=True)
    return tuple(f"{currency} {amount:,.0f}" for currency, amount in pairs if amount) or ("nothing",)


def _line(row: Mapping[Hashable, Any]) -> Line:
    key, name = str(row["customer_id"]), str(row["name"])
    if row["why_not"]:
        return Line(key, (name,), str(row["why_not"]))
    currency = str(row["currency"])
    cells = (
        name,
        _money(row["saving_low"], currency),
        _money(row["payg"], currency),
        _count(row["machines"]),
        _count(row["reservations"] or None),
        _end(row["days_left"], str(row["renews"])),
        "-" if pd.isna(row["used_30"]) else f"{row['used_30']:.1%}",
        _money(row["unused"], currency),
        _days(row["exchange_days"]),
        _until(row),
    )
    return Line(key, cells)


def _money(amount: float, currency: str) -> str:
    return "-" if pd.isna(amount) else f"{currency} {amount:,.0f}"


def _count(number: float | None) -> str:
    return "-" if number is None or pd.isna(number) else f"{number:,.0f}"


def _days(days: float) -> str:
    return "-" if pd.isna(days) else f"in {days:,.0f} d"


def _end(days: float, renews: str) -> str:
    return f"{_days(days)}, renews" if renews == "yes" else _days(days)


def _until(row: Mapping[Hashable, Any]) -> str:
    if row["incomplete"]:
        return "incomplete"
    return "-" if pd.isna(row["known_until"]) else f"{row['known_until']:%Y-%m-%d}"
