"""Sending the cart of an UNKNOWN purchase once more: the same cart, the phrase typed again, never a third time."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Purchase, markup
from bespeak_widgets.look import Shown, hide
from bespeak_widgets.order_words import stakes
from bespeak_widgets.typed_phrase import TypedPhrase, asked_for

_SAME_CART = (
    "Cart and orders show that it was not ordered. The same cart can be sent once more: one cart gives one order, "
    "however often it is sent. It is the last time; a third time it is never sent. The price is read anew first, and "
    "the cart is compared with the plan."
)


class OnceMore(W.VBox):
    """Appears while the cart may be sent once more; ``send`` is called with what was typed, for a press on the page."""

    def __init__(self, purchase: Purchase, send: Callable[[str], None]) -> None:
        self._purchase, self._locked = purchase, False
        self.typed = TypedPhrase(
            "Send once more",
            "Ready: the same cart is sent for the second and last time.",
            self._show,
            lambda: self._pressed(send),
        )
        self.typed.expect(asked_for(purchase.plan))
        told = markup.join(
            markup.tag("h4", "Send once more"), markup.tag("p", _SAME_CART), stakes(purchase.plan)
        )
        super().__init__([Shown(told), self.typed])
        self.add_class("order-box")
        self.offer(may_be=False, locked=False)

    def offer(self, *, may_be: bool, locked: bool) -> None:
        """Shows the place while it may be tried; while something is under way nothing in it can be used."""
        self._locked = locked
        hide(self, when=not may_be)
        self._show()

    def _show(self) -> None:
        self.typed.say((), locked=self._locked)

    def _pressed(self, send: Callable[[str], None]) -> None:
        if self.typed.is_given and not self._locked:
            send(self.typed.phrase.value)
