"""Writing down what a person found by hand about a purchase, when looking again cannot tell what became of it."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import markup
from bespeak_widgets.by_hand import HandButton
from bespeak_widgets.look import Shown, hide
from bespeak_widgets.order_fields import wide

_ORDER, _NOTHING = "order", "nothing"
_TOLD = (
    "What you write down is compared with Partner Center first. It stands in the journal with your name, and cannot be "
    "taken back."
)


class SettleByHand(W.VBox):
    """What was found, the order number where there is one, and a reason; ``settle`` hears them after a press."""

    def __init__(self, settle: Callable[[str, str], None]) -> None:
        self._settle, self._locked = settle, False
        self.found = W.Dropdown(
            description="What I found",
            options=[("choose", ""), ("the order", _ORDER), ("nothing was ordered", _NOTHING)],
            **wide(),
        )
        self.order_id = W.Text(description="Order number", placeholder="as Partner Center shows it", **wide())
        self.reason = W.Text(
            description="Reason", placeholder="where you looked, and what you saw there", **wide()
        )
        self.button = HandButton(description="Write it down", button_style="warning", disabled=True)
        self._against = Shown(live="status")
        row = W.HBox([self.button, self._against])
        row.add_class("order-buy")
        told = markup.join(markup.tag("h4", "When you have looked"), markup.tag("p", _TOLD, class_="faint"))
        super().__init__([Shown(told), self.found, self.order_id, self.reason, row])
        self.add_class("order-box")
        for field in (self.found, self.order_id, self.reason):
            field.observe(lambda _: self._show(), "value")
        self.button.on_press(self._pressed)
        self.offer(may_be=False, locked=False)

    def offer(self, *, may_be: bool, locked: bool) -> None:
        """Shows the place while a person must look; while something is under way nothing in it can be used."""
        self._locked = locked
        hide(self, when=not may_be)
        self._show()

    def _show(self) -> None:
        missing = self._missing()
        hide(self.order_id, when=self.found.value != _ORDER)
        for field in (self.found, self.order_id, self.reason):
            field.disabled = self._locked
        self.button.disabled = bool(missing) or self._locked
        before = markup.join(markup.tag("p", "Before you can write it down:"), markup.bullets(missing))
        self._against.put(before if missing else "")

    def _missing(self) -> list[str]:
        missing = []
        if not self.found.value:
            missing.append("Say what you found.")
        if self.found.value == _ORDER and not self.order_id.value.strip():
            missing.append("Give the order number.")
        if not self.reason.value.strip():
            missing.append("Say where you looked, and what you saw there.")
        return missing

    def _pressed(self) -> None:
        if not self._missing() and not self._locked:
            order = self.order_id.value.strip() if self.found.value == _ORDER else ""
            self._settle(order, self.reason.value.strip())
