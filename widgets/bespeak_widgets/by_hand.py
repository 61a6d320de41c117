"""Controls that know whether a person used them on the page, or a program did.

What costs money may start only from a person's hand: running a cell sends no message of a page, and ``click()`` or
``value = ...`` from a cell is not one either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import traitlets as T  # noqa: N812 - as above


class HandButton(W.Button):
    """A button whose handlers hear the press on the page only; ``click()`` from Python reaches none of them."""

    def on_press(self, handler: Callable[[], None]) -> None:
        """Calls the handler when the button is pressed on the page while it is enabled."""

        def heard(_: W.Widget, content: Any, __: Any) -> None:  # noqa: ANN401 - whatever a page sends
            if isinstance(content, dict) and content.get("event") == "click" and not self.disabled:
                handler()

        self.on_msg(heard)


class HandText(W.Text):
    """A text field; ``by_hand`` says whether what stands in it now came from the page."""

    by_hand = T.Bool(default_value=False, help="Whether the value was typed on the page.")

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - ipywidgets is not typed
        self._from_page = False
        super().__init__(**more)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes the state that the page sends; ipywidgets calls it for messages of the page only."""
        self._from_page = True
        try:
            super().set_state(sync_data)
        finally:
            self._from_page = False

    @T.observe("value")
    def _note_the_hand(self, change: dict[str, Any]) -> None:
        self.by_hand = self._from_page and bool(change["new"])
