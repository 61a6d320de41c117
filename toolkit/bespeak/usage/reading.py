"""The usage table together with what was left out of it, so that nothing disappears."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import pandas as pd

from bespeak.errors import TableError
from bespeak.tables import SET_ASIDE, USAGE

_MICRO = Decimal("0.000001")


@dataclass(frozen=True, eq=False)
class UsageReading:
    """Usage records read from one source, between ``start`` and ``end`` (UTC).

    ``usage`` (table USAGE) and ``set_aside`` (table SET_ASIDE) together account for all ``rows_in`` records, for all
    ``hours_in`` VM hours, and for the whole ``cost_in`` (millionths, by currency; empty where the source knows no cost)
    that came in; anything else raises ``TableError``. ``licensed`` are the resources (ids as in ``usage``) that run
    software which is paid for beside or on top of their compute, such as Windows. ``incomplete`` says what is known to
    be missing from the source; nothing is advised from such a reading. ``aside`` are the records that are set aside.
    """

    usage: pd.DataFrame
    set_aside: pd.DataFrame
    rows_in: int
    hours_in: float
    start: datetime
    end: datetime
    source: str
    licensed: frozenset[str] = frozenset()
    incomplete: str = ""
    cost_in: Mapping[str, int] = field(default_factory=dict)
    aside: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        USAGE.check(self.usage)
        SET_ASIDE.check(self.set_aside)
        rows = len(self.usage) + int(self.set_aside["rows"].sum())
        if rows != self.rows_in:
            raise TableError("usage", "rows", f"accounts for {rows} of {self.rows_in} records.")
        hours = float(self.usage["hours"].sum() + self.set_aside["hours"].sum())
        if not math.isclose(hours, self.hours_in, rel_tol=1e-9, abs_tol=1e-6):
            raise TableError("usage", "hours", f"accounts for {hours:,.3f} of {self.hours_in:,.3f} hours.")
        for currency, amount in self.cost_in.items():
            found = _cost(self.usage, currency) + _cost(self.set_aside, currency)
            if found != amount:
                raise TableError(
                    "usage", "cost_e6", f"accounts for {_money(found)} of {_money(amount)} {currency}."
                )

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of its costs, each of which stands alone: amounts of two are never added."""
        return tuple(sorted(self.cost_in))

    @property
    def conservation(self) -> pd.DataFrame:
        """What came in, what is used of it and what is set aside: a row for records, VM hours, and each currency.

        Columns: ``what``, ``came``, ``used``, ``set_aside``; amounts of money are Decimal.
        """
        aside = self.set_aside
        lines: list[tuple[str, object, object, object]] = [
            ("records", self.rows_in, len(self.usage), int(aside["rows"].sum())),
            ("VM hours", self.hours_in, float(self.usage["hours"].sum()), float(aside["hours"].sum())),
        ]
        lines += [
            (
                f"cost in {name}",
                _money(self.cost_in[name]),
                _money(_cost(self.usage, name)),
                _money(_cost(aside, name)),
            )
            for name in self.currencies
        ]
        return pd.DataFrame(lines, columns=["what", "came", "used", "set_aside"])

    def opened(self, reason: str = "", resource: str = "") -> pd.DataFrame:
        """The records (RECORDS) behind what is set aside, of one reason or machine or of all."""
        if self.aside is None:
            return pd.DataFrame()
        kept = self.aside
        if reason:
            kept = kept[kept["reason"] == reason]
        if resource:
            kept = kept[kept["resource"].astype("str").str.lower() == resource.lower()]
        return kept.reset_index(drop=True)

    def __repr__(self) -> str:
        return (
            f"UsageReading({self.source}, {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} UTC, "
            f"{len(self.usage):,} of {self.rows_in:,} records used, "
            f"{int(self.set_aside['rows'].sum()):,} set aside{', INCOMPLETE' if self.incomplete else ''})"
        )


def _cost(table: pd.DataFrame, currency: str) -> int:
    """Millionths of one currency in a table; none in a table that knows no cost."""
    if "cost_e6" not in table.columns:
        return 0
    return int(table.loc[(table["currency"] == currency).to_numpy(), "cost_e6"].sum())


def _money(amount: int) -> Decimal:
    return amount * _MICRO
