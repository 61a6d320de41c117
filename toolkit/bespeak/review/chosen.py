"""One row of advice under the magnifying glass: its savings curve, its pictures, and any quantity in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from bespeak.advice import savings_curve
from bespeak.catalogue import group_of
from bespeak.charts import demand_by_size, draw_reserved, heat_map, price_comparison, savings_curve_chart
from bespeak.errors import InputError, MissingError
from bespeak.money import Money
from bespeak.review.study import Study, compare_terms
from bespeak.review.words import advice_key, short
from bespeak.terms import term_label

_CENT = 0.01


@dataclass(frozen=True, eq=False)
class Chosen:
    """A row of a study's advice; ``row`` is the row of the ADVICE table by column."""

    study: Study
    row: Mapping[Hashable, Any]

    @property
    def place(self) -> dict[str, str]:
        """Scope, region and flexibility group."""
        return {name: str(self.row[name]) for name in ("scope", "region", "group")}

    @property
    def size(self) -> str:
        """The size that would be bought."""
        return str(self.row["size"])

    @property
    def term(self) -> str:
        """The term, P1Y or P3Y."""
        return str(self.row["term"])

    @property
    def advised(self) -> int:
        """The quantity that is advised, 0 for none."""
        return int(self.row["quantity"])

    @property
    def highest(self) -> int:
        """The highest quantity that the curve knows."""
        return int(self.curve["quantity"].max())

    @cached_property
    def curve(self) -> pd.DataFrame:
        """What each quantity would have cost and saved over the window."""
        study = self.study
        return savings_curve(
            study.demand, study.prices, study.holdings, **self.place, size=self.size, term=self.term
        )

    def total(self, quantity: int) -> Money:
        """The price of so many instances for the whole term, tax excluded."""
        return self.study.prices.reservation_total(str(self.row["region"]), self.size, self.term) * quantity

    def title(self) -> str:
        """The row in a few words."""
        scope = self.study.scope_name(str(self.row["scope"]))
        return f"{short(self.size)}, {term_label(self.term)}, {self.row['region']}, {scope}"

    def words(self, quantity: int) -> str:
        """What a quantity would have meant, in one sentence."""
        at = self._at(quantity)
        currency = self.study.prices.currency
        if quantity == 0:
            return f"Nothing is bought: {currency} {at['cost']:,.2f} at pay-as-you-go over the window."
        saving = float(at["saving"])
        effect = f"saves {currency} {saving:,.2f}" if saving >= 0 else f"costs {currency} {-saving:,.2f} more"
        sold = " It cannot be bought on this day." if self._not_sold else ""
        best = float(at["saving_high"])
        if best > saving + _CENT:
            sold = f" That is the least; at best it saves {currency} {best:,.2f}.{sold}"
        return (
            f"{quantity} x {short(self.size)} for {term_label(self.term)}: {self.total(quantity)} in all; over the "
            f"window it {effect}, {at['utilisation']:.1%} of the reserved hours are used and "
            f"{at['coverage']:.1%} of the demand is covered.{sold}"
        )

    def picture_of_the_week(self) -> go.Figure:
        """The heat map of the hours of the week."""
        return heat_map(self.study.demand.groups, **self.place)

    def picture_of_demand(self, quantity: int) -> go.Figure:
        """What ran, size by size, with the lines of what is and would be reserved."""
        owned = self.study.owned_units(**self.place)
        return draw_reserved(self._bands, owned_units=owned, chosen_units=quantity * group_of(self.size)[1])

    @cached_property
    def _bands(self) -> go.Figure:
        """What ran, which no quantity changes."""
        study, place = self.study, self.place
        return demand_by_size(
            study.demand.sizes,
            study.demand.groups,
            scope=place["scope"],
            region=place["region"],
            group=place["group"],
            ratios=study.ratios(**place),
            estimate=study.estimate(place["region"], place["group"]) if place["scope"] == "shared" else None,
        )

    def picture_of_savings(self, quantity: int) -> go.Figure:
        """The savings curve with the quantity marked on it."""
        sold = "; not sold on this day" if self._not_sold else ""
        what = f"{short(self.size)} for {term_label(self.term)}"
        title = f"Saving of each quantity of {what}, over {self._days} days{sold}"
        even = self.row["break_even"]
        return savings_curve_chart(
            self.curve,
            quantity,
            currency=self.study.prices.currency,
            title=title,
            break_even=None if pd.isna(even) else float(even),
        )

    def picture_of_terms(self) -> go.Figure:
        """Pay-as-you-go, one year and three years side by side, each with its best quantity."""
        title = f"What {self._days} days cost, with the best quantity of each term"
        return price_comparison(
            compare_terms(self.study, **self.place), currency=self.study.prices.currency, title=title
        )

    def choice(self, quantity: int) -> dict[str, Any]:
        """What a purchase form takes: scope, region, group, size, term, quantity and the Azure subscription to bill.

        For the shared scope any subscription of the customer may be billed; it is the first active one.
        """
        if quantity < 1:
            raise InputError(
                "There is nothing to buy at a quantity of 0.", "Move the quantity to at least 1."
            )
        return {
            **self.place,
            "size": self.size,
            "term": self.term,
            "quantity": quantity,
            "azure_subscription_id": self._billed(),
        }

    def _billed(self) -> str:
        if self.row["scope"] != "shared":
            return str(self.row["scope"])
        table = self.study.details.azure_subscriptions
        active = table.loc[table["status"] == "active", "azure_subscription_id"]
        return str(active.iloc[0]) if len(active) else ""

    def _at(self, quantity: int) -> Mapping[str, Any]:
        found = self.curve[self.curve["quantity"] == quantity]
        if found.empty:
            raise InputError(f"{quantity} instances are not on the curve.", f"Choose 0 to {self.highest}.")
        return dict(found.iloc[0])

    @property
    def _not_sold(self) -> bool:
        return self.study.not_sold(self.size, self.term)

    @property
    def _days(self) -> int:
        return self.study.demand.hours // 24


def choose(study: Study, key: str) -> Chosen:
    """The row of the study's advice with this key (see ``advice_rows``)."""
    for row in study.advice.to_dict("records"):
        if advice_key(row) == key:
            return Chosen(study, row)
    raise MissingError("This row is not in the advice any more.", "Choose another one.")
