"""The place where a person confirms a purchase: what is at stake, what cannot be undone, the phrase, and Buy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import PurchasePlan, markup, phrase_hint, phrase_parts
from bespeak_widgets.by_hand import HandButton, HandText
from bespeak_widgets.look import Shown
from bespeak_widgets.order_fields import wide

_BY_PROGRAM = "The confirmation was written by a program and is taken out: a person types it, on this page."
_NOT_CHECKED = (
    "Here stand, once the offer is checked: what will be bought at which price, and what cannot be undone."
)


class Confirmation(W.VBox):
    """Shows a plan, takes the phrase, and calls ``buy`` for a press on the page when nothing speaks against it."""

    def __init__(self, edited: Callable[[], None], buy: Callable[[], None]) -> None:
        self._edited = edited
        self._plan: PurchasePlan | None = None
        self._written_by_program = False
        self._facts, self._undo, self._hint = Shown(), Shown(), Shown(live="status")
        self._against = Shown(live="status")
        self.phrase = HandText(description="Type to confirm", disabled=True, **wide())
        self.button = HandButton(description="Buy", disabled=True, button_style="danger")
        hint = W.Box([self._hint])
        hint.add_class("order-note")
        row = W.HBox([self.button, self._against])
        row.add_class("order-buy")
        super().__init__([self._facts, self._undo, self.phrase, hint, row])
        self.add_class("order-box")
        self.phrase.observe(self._typed, "value")
        self.button.on_press(buy)
        self.show(None, ())

    @property
    def is_given(self) -> bool:
        """Whether a person has typed the phrase of the plan that is shown."""
        plan = self._plan
        return plan is not None and self.phrase.by_hand and plan.is_confirmed_by(self.phrase.value)

    def show(self, plan: PurchasePlan | None, undo: Sequence[str]) -> None:
        """Shows another plan, or none; what was typed for the one before is taken back."""
        self._plan = plan
        self._written_by_program = False
        self.phrase.value = ""
        self.phrase.disabled = plan is None
        self._facts.put(markup.tag("p", _NOT_CHECKED, class_="faint") if plan is None else _facts(plan))
        heading = markup.tag("h4", "What cannot be undone")
        self._undo.put(markup.join(heading, markup.bullets(undo)) if undo else "")

    def say(self, against: Sequence[str], *, locked: bool) -> None:
        """Says what still stands before the purchase, and lets Buy be pressed when that is nothing."""
        steps = list(against) or self._missing()
        self._hint.put(self._hint_words())
        ready = not steps and not locked
        self.button.disabled = not ready
        self.phrase.disabled = self._plan is None or locked
        heading = "Before you can buy:" if steps else "Ready: Buy sends the order." if ready else ""
        lines = markup.bullets(steps) if steps else ""
        self._against.put(markup.join(markup.tag("p", heading), lines) if heading else "")

    def _missing(self) -> list[str]:
        if self._plan is None:
            return ["Check the offer: its price is read anew."]
        return [] if self.is_given else ["Type the confirmation."]

    def _hint_words(self) -> str:
        if self._plan is None:
            return ""
        if self._written_by_program:
            return _BY_PROGRAM
        return phrase_hint(self._plan, self.phrase.value) or "This is the confirmation."

    def _typed(self, change: dict[str, str]) -> None:
        if change["new"] and not self.phrase.by_hand:
            self.phrase.value = ""
            self._written_by_program = True
        elif change["new"]:
            self._written_by_program = False
        self._edited()


def _facts(plan: PurchasePlan) -> markup.Markup:
    """The parts of the phrase in its order, each with its name above it."""
    return markup.join(markup.tag("h4", "What will be bought"), markup.facts(phrase_parts(plan)))
