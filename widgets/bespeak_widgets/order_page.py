"""The invisible helper of a page on which one goes on: its style, and moving a person on to the next place."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses


class OrderPage(anywidget.AnyWidget):
    """Brings the style of the order form; ``move_on`` shows a place and gives the keyboard to a control in it."""

    _esm = Path(__file__).with_name("order.js")
    _css = Path(__file__).with_name("order.css")
    target = T.Dict(
        help="The class of the place to show, of the place to focus, and how often it was told."
    ).tag(sync=True)
    arrival = T.Unicode(help="The class of what is shown once, when the page has appeared.").tag(sync=True)

    def move_on(self, show: str, focus: str = "", *, to_top: bool = False) -> None:
        """Shows the place with this class; the first usable control of ``focus``, else of the place, gets the keys."""
        block = "start" if to_top else "nearest"
        count = self.target.get("count", 0) + 1
        self.target = {"show": show, "focus": focus or show, "block": block, "count": count}

    def as_text(self) -> str:
        """Nothing: it is not seen."""
        return ""
