"""The phrase that a person types, and the button that it wakes: what costs money goes through here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import PurchasePlan, markup, phrase_hint
from bespeak_widgets.by_hand import HandButton, HandText
from bespeak_widgets.look import Shown
from bespeak_widgets.order_fields import wide

_BY_PROGRAM = "The confirmation was written by a program and is taken out: a person types it, on this page."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: ``hint`` says how far what is typed is right, and nothing when it is all there."""

    hint: Callable[[str], str]


def asked_for(plan: PurchasePlan | None) -> Asked | None:
    """The phrase of a plan as what is asked for; nothing without a plan."""
    return None if plan is None else Asked(lambda typed: phrase_hint(plan, typed))


class TypedPhrase(W.VBox):
    """A field for a phrase, and a button that can be pressed, on the page only, once the phrase was typed there.

    ``act`` names the button, ``ready`` is said when it may be pressed, ``wait`` while nothing is asked for; ``edited``
    hears each change of the field, ``pressed`` each press while nothing stands against it.
    """

    def __init__(
        self, act: str, ready: str, edited: Callable[[], None], pressed: Callable[[], None], *, wait: str = ""
    ) -> None:
        self._edited, self._ready, self._wait = edited, ready, wait
        self._asked: Asked | None = None
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
        """Whether a person has typed what is asked for."""
        return self._asked is not None and self.phrase.by_hand and not self._asked.hint(self.phrase.value)

    def name(self, act: str, ready: str) -> None:
        """Gives the button another name, and other words for when it may be pressed."""
        self.button.description, self._ready = act, ready

    def expect(self, asked: Asked | None) -> None:
        """Asks for this, or for nothing; what was typed before is taken out."""
        self._asked = asked
        self._written_by_program = False
        self.phrase.value = ""
        self.phrase.disabled = asked is None

    def say(self, against: Sequence[str], *, locked: bool) -> None:
        """Says what still stands before the press, and lets the button be pressed when that is nothing."""
        steps = list(against) or self._missing()
        self._hint.put(self._hint_words())
        ready = not steps and not locked
        self.button.disabled = not ready
        self.phrase.disabled = self._asked is None or locked
        act = self.button.description
        heading = f"Before you can {act[0].lower()}{act[1:]}:" if steps else self._ready if ready else ""
        lines = markup.bullets(steps) if steps else ""
        self._against.put(markup.join(markup.tag("p", heading), lines) if heading else "")

    def _missing(self) -> list[str]:
        if self._asked is None:
            return [self._wait]
        return [] if self.is_given else ["Type the confirmation."]

    def _hint_words(self) -> str:
        if self._asked is None:
            return ""
        if self._written_by_program:
            return _BY_PROGRAM
        return self._asked.hint(self.phrase.value) or "This is the confirmation."

    def _typed(self, change: dict[str, str]) -> None:
        if change["new"] and not self.phrase.by_hand:
            self.phrase.value = ""
            self._written_by_program = True
        elif change["new"]:
            self._written_by_program = False
        self._edited()
