"""The portfolio as a table with its ranks, its totals and its search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

from bespeak.customers import search
from bespeak.errors import InputError
from bespeak.tables import PORTFOLIO

Rank = Literal["money", "expiry", "under_use", "exchange"]
#: Of each rank the column that it goes by, and whether the smallest comes first.
RANKS: dict[str, tuple[str, bool]] = {
    "money": ("saving_low", False),
    "expiry": ("days_left", True),
    "under_use": ("unused", False),
    "exchange": ("exchange_days", True),
}
#: These are amounts, which are compared within one currency only.
_MONEY = frozenset({"saving_low", "unused"})


@dataclass(frozen=True, eq=False)
class PortfolioView:
    """All customers on one day; ``days`` is how far back their usage was looked at.

    ``table`` is a PORTFOLIO table by name. Money is for 30 days, from the same advice as the customer's own page.
    """

    world: str
    as_of: datetime
    days: int
    table: pd.DataFrame

    def __post_init__(self) -> None:
        PORTFOLIO.check(self.table)

    def ranked(self, by: Rank = "money", currency: str = "") -> pd.DataFrame:
        """The table with the most pressing customers first; ties stand by name, and what is not known comes last.

        Amounts of different currencies are not compared: the currency of most customers comes first, then the others.
        ``currency`` leaves the others out.
        """
        if by not in RANKS:
            raise InputError(f"There is no rank '{by}'.", f"Use {', '.join(RANKS)}.")
        column, smallest_first = RANKS[by]
        table = self.table if not currency else self.table[self.table["currency"] == currency]
        amounts = table[column] if smallest_first else -table[column]
        keys = pd.DataFrame(
            {
                "unknown": amounts.isna(),
                "currency": table["currency"].map(_place_of(self.table["currency"]))
                if column in _MONEY
                else 0,
                "amount": amounts,
                "name": table["name"].str.casefold(),
                "id": table["customer_id"],
            }
        )
        return table.loc[
            keys.sort_values(["unknown", "currency", "amount", "name", "id"], kind="stable").index
        ].reset_index(drop=True)

    def found(self, text: str, by: Rank = "money", currency: str = "") -> pd.DataFrame:
        """The customers with this in name, domain or tenant id, ranked."""
        ranked = self.ranked(by, currency)
        if not text.strip():
            return ranked
        hits = set(search(self.table, text, limit=max(len(self.table), 1))["customer_id"])
        return ranked[ranked["customer_id"].isin(hits)].reset_index(drop=True)

    def sorted(self, column: str, *, descending: bool = False) -> pd.DataFrame:
        """The table by any of its columns; ties stand by name, empty cells come last.

        Raises ``InputError`` for a column that it has not.
        """
        if column not in self.table.columns:
            raise InputError(f"There is no column '{column}'.", f"Use {', '.join(self.table.columns)}.")
        table = self.table.sort_values(
            ["name", "customer_id"], key=lambda values: values.str.casefold(), kind="stable"
        )
        values = table[column]
        if column == "name" and not descending:
            return table.reset_index(drop=True)
        return table.loc[
            values.sort_values(ascending=not descending, kind="stable", na_position="last").index
        ].reset_index(drop=True)

    def totals(self) -> pd.DataFrame:
        """For each currency: customers, ``payg``, ``saving_low``, ``saving_high`` and ``unused`` for 30 days.

        Amounts of different currencies are never added up. Customers whose money is not known count in no amount.
        """
        known = self.table[self.table["currency"] != ""]
        groups = known.groupby("currency")
        sums = groups[["payg", "saving_low", "saving_high", "unused"]].sum()
        found = groups.size().to_frame("customers").join(sums).reset_index()
        return found.sort_values(["customers", "currency"], ascending=[False, True], ignore_index=True)

    def expiring(self, days: int) -> int:
        """How many customers own something that ends within so many days."""
        return self._within("days_left", days)

    def exchange_ending(self, days: int) -> int:
        """How many customers own something whose exchange right gets smaller within so many days."""
        return self._within("exchange_days", days)

    @property
    def unread(self) -> pd.DataFrame:
        """The customers that could not be read, with the reason."""
        return self.table.loc[self.table["why_not"] != "", ["customer_id", "name", "why_not"]]

    def _within(self, column: str, days: int) -> int:
        return int((self.table[column] <= days).sum())

    def __repr__(self) -> str:
        totals = self.totals()
        pairs = zip(totals["currency"], totals["saving_low"], strict=True)
        amounts = [f"{currency} {saving:,.2f}" for currency, saving in pairs if saving]
        return (
            f"PortfolioView({len(self.table):,} customers, {self.world}, {self.as_of:%Y-%m-%d}, at stake in 30 days: "
            f"{' and '.join(amounts) or 'nothing'}, {len(self.unread):,} not read)"
        )


def _place_of(currencies: pd.Series[str]) -> Callable[[str], int]:
    """The place of a currency: that of most customers first, then by its code; no currency comes last."""
    counts = currencies[currencies != ""].value_counts()
    ordered = sorted(map(str, counts.index), key=lambda code: (-int(counts[code]), code))
    places = {code: place for place, code in enumerate(ordered)}
    return lambda code: places.get(code, len(places))
