"""The controls above the table of all customers: rank, currency, search, and reading."""

from __future__ import annotations

from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import PortfolioView
from bespeak_widgets.look import control, hide

_RANKS = (
    ("Money at stake", "money"),
    ("Next end", "expiry"),
    ("Paid and not used", "under_use"),
    ("Exchange right ending", "exchange"),
)
_ALL = "all"


class PortfolioBar(W.HBox):
    """Observe ``rank``, ``currencies`` and ``find`` by their ``value``; ``usage`` and ``again`` are buttons."""

    def __init__(self) -> None:
        self.rank = W.Dropdown(
            description="Rank by", options=_RANKS, value="money", **_field("250px", "60px")
        )
        self.currencies = W.Dropdown(description="Currency", options=[_ALL], **_field("150px", "66px"))
        self.find = W.Text(
            description="Find", placeholder="name, domain or tenant id", **_field("270px", "40px")
        )
        self.usage = W.Button(
            description="Read usage",
            tooltip="Read what the machines of all customers used into the store on this machine",
            layout={"width": "110px"},
        )
        self.again = W.Button(
            description="Read again",
            tooltip="Read all customers and what they own again",
            layout={"width": "110px"},
        )
        super().__init__([self.rank, self.currencies, self.find, self.usage, self.again])
        self.add_class("in-a-row")

    @property
    def currency(self) -> str:
        """The chosen currency, "" for all."""
        return "" if self.currencies.value == _ALL else str(self.currencies.value)

    def stand_back(self, *, reading: bool) -> None:
        """Holds the buttons while something is read: what they start would take its place half done."""
        self.usage.disabled = self.again.disabled = reading

    def offer(self, view: PortfolioView) -> None:
        """Offers the currencies of the view; where there is one alone, there is no choice."""
        options = (_ALL, *view.totals()["currency"])
        if tuple(self.currencies.options) != options:
            chosen = self.currencies.value
            self.currencies.options = options
            self.currencies.value = chosen if chosen in options else _ALL
        hide(self.currencies, when=len(options) < 3)  # noqa: PLR2004 - "all" and one currency


def _field(width: str, label: str) -> dict[str, Any]:
    """The look of a short control, whose name takes no more than it needs."""
    return control(width=width) | {"style": {"description_width": label}}
