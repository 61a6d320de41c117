"""The place where a person confirms a purchase: what is at stake, what is charged, what cannot be undone, and Buy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Checked, markup
from bespeak_widgets.look import Shown
from bespeak_widgets.order_words import charged, stakes
from bespeak_widgets.typed_phrase import TypedPhrase, asked_for

_NOT_CHECKED = (
    "Here stand, once the offer is checked: what will be bought and charged, and what cannot be undone."
)
_BUY = ("Buy", "Ready: Buy sends the order.")
_ASK = ("Ask for approval", "Ready: a second person is asked. Nothing is sent yet, and nothing is charged.")


class Confirmation(W.VBox):
    """Shows a plan, takes the phrase, and calls ``buy`` for a press on the page when nothing speaks against it."""

    def __init__(self, edited: Callable[[], None], buy: Callable[[], None]) -> None:
        self._facts, self._charge, self._care, self._undo = Shown(), Shown(), Shown(), Shown()
        self._typed = TypedPhrase(*_BUY, edited, buy, wait="Check the offer: its price is read anew.")
        self.phrase, self.button = self._typed.phrase, self._typed.button
        super().__init__([self._facts, self._charge, self._care, self._undo, self._typed])
        self.add_class("order-box")
        self.show(None)

    @property
    def is_given(self) -> bool:
        """Whether a person has typed the phrase of the plan that is shown."""
        return self._typed.is_given

    def show(self, checked: Checked | None) -> None:
        """Shows what a check has brought, or nothing; what was typed for the plan before is taken back."""
        plan = None if checked is None else checked.plan
        self._typed.expect(asked_for(plan))
        self._typed.name(*(_ASK if checked is not None and checked.second_person else _BUY))
        self._facts.put(markup.tag("p", _NOT_CHECKED, class_="faint") if plan is None else stakes(plan))
        charge = None if checked is None else checked.charge
        self._charge.put("" if charge is None else charged(charge))
        care, undo = ((), ()) if checked is None else _parted(checked)
        self._care.put(_listed("Look twice", care, "order-care"))
        self._undo.put(_listed("What cannot be undone", undo))

    def can_buy(self) -> None:
        """A second person was asked: from now on the press buys, once they have approved."""
        self._typed.name(*_BUY)

    def say(self, against: Sequence[str], *, locked: bool) -> None:
        """Says what still stands before the purchase, and lets Buy be pressed when that is nothing."""
        self._typed.say(against, locked=locked)


def _parted(checked: Checked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands out: earlier purchases of the same, the second person; and what cannot be undone."""
    care = tuple(one for one in (*checked.repeats, checked.second_person) if one)
    return care, tuple(one for one in checked.undo if one not in care)


def _listed(title: str, sentences: Sequence[str], style: str | None = None) -> str:
    listed = markup.tag("div", markup.tag("h4", title), markup.bullets(sentences), class_=style)
    return listed if sentences else ""
