"""What the explorer's chart shows, in what colours, in which currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak_widgets.look import control, hide
from bespeak_widgets.usage_explorer_words import FIELDS

_MEASURES = (("VM hours", "hours"), ("Units", "units"), ("Cost", "cost"))


class ShownChoices(W.HBox):
    """The measure, what bars are stacked by, how long a bar is, and the currency where there are several."""

    def __init__(self, bars: W.Dropdown) -> None:
        self._measure = W.Dropdown(description="Show", options=_MEASURES, **field("170px", "44px"))
        by = [
            ("nothing", ""),
            *((label.lower(), name) for name, label in FIELDS.items() if name != "resource"),
        ]
        self._by = W.Dropdown(description="Stack by", options=by, value="size", **field("230px", "64px"))
        self._currency = W.Dropdown(description="Currency", options=["none"], **field("150px", "66px"))
        super().__init__([self._measure, self._by, bars, self._currency])
        self.add_class("in-a-row")
        self._measure.observe(lambda _: self._hide(), "value")
        self._hide()

    @property
    def controls(self) -> tuple[W.Dropdown, W.Dropdown, W.Dropdown]:
        """The lists of the measure, of what bars are stacked by, and of the currency."""
        return self._measure, self._by, self._currency

    def offer(self, currencies: Sequence[str]) -> None:
        """Offers costs in these currencies; none where no cost is known."""
        self._currency.options = currencies or ["none"]
        self._measure.options = _MEASURES if currencies else _MEASURES[:2]
        self._hide()

    def _hide(self) -> None:
        several = len(self._currency.options) > 1
        hide(self._currency, when=self._measure.value != "cost" or not several)


def field(width: str, label: str) -> dict[str, Any]:
    """The look of a short control, whose name takes no more than it needs."""
    return control(width=width) | {"style": {"description_width": label}}
