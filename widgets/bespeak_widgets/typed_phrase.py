"""The phrase that a person types, and the button that it wakes: what costs money goes through here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import PurchasePlan, markup, phrase_hint
from bespeak_widgets.by_hand import HandButton, HandText
from bespeak_widgets.look import Shown
from bespeak_widgets.order_fields import wide

_BY_PROGRAM = "The confirmation was written by a program and is taken out: a person types it, on this page."


class TypedPhrase(W.VBox):
    """A field for the phrase of a plan, and a button that can be pressed, on the page only, once it was typed there.

    ``act`` names the button, ``ready`` is said when it may be pressed; ``edited`` hears each change of the field,
    ``pressed`` each press while nothing stands against it.
    """

    def __init__(
        self, act: str, ready: str, edited: Callable[[], None], pressed: Callable[[], None], *, wait: str = ""
    ) -> None:
        self._edited, self._ready, self._wait = edited, ready, wait
        self._plan: PurchasePlan | None = None
        self._written_by_program = False
        self._hint, self._against = Shown(live="status"), Shown(live="status")
        self.phrase = HandText(description="Type to confirm", disabled=True, **wide())
        self.button = HandButton(description=act, disabled=True, button_style="danger")
        hint = W.Box([self._hint])
        hint.add_class("order-note")
        row = W.HBox([self.button, self._against])
        row.add_class("order-buy")
        super().__init__([self.phrase, hint, row], layout=W.Layout(width="100%"))
        self.phrase.observe(self._typed, "value")
        self.button.on_press(pressed)

    @property
    def is_given(self) -> bool:
        """Whether a person has typed the phrase of the plan that is expected."""
        plan = self._plan
        return plan is not None and self.phrase.by_hand and plan.is_confirmed_by(self.phrase.value)

    def expect(self, plan: PurchasePlan | None) -> None:
        """Expects the phrase of this plan, or of none; what was typed before is taken out."""
        self._plan = plan
        self._written_by_program = False
        self.phrase.value = ""
        self.phrase.disabled = plan is None

    def say(self, against: Sequence[str], *, locked: bool) -> None:
        """Says what still stands before the press, and lets the button be pressed when that is nothing."""
        steps = list(against) or self._missing()
        self._hint.put(self._hint_words())
        ready = not steps and not locked
        self.button.disabled = not ready
        self.phrase.disabled = self._plan is None or locked
        before = f"Before you can {self.button.description.lower()}:"
        heading = before if steps else self._ready if ready else ""
        lines = markup.bullets(steps) if steps else ""
        self._against.put(markup.join(markup.tag("p", heading), lines) if heading else "")

    def _missing(self) -> list[str]:
        if self._plan is None:
            return [self._wait]
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
