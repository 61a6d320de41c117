"""The world that a form works in, as a coloured line above it: nobody buys in the wrong one."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Session, markup, world_sentence
from bespeak_widgets.look import Shown


class OrderStyle(anywidget.AnyWidget):
    """Invisible; it brings the style of the order form to the page."""

    _esm = "export default { render({ el }) { el.style.display = 'none'; } }"
    _css = Path(__file__).with_name("order.css")

    def as_text(self) -> str:
        """Nothing: it is not seen."""
        return ""


class WorldBanner(W.VBox):
    """The name of the world, where it is, and what an order means there."""

    def __init__(self, session: Session) -> None:
        name = markup.tag("span", session.world.upper(), class_="world-name")
        words = f" {world_sentence(session.world)} ({session.where})"
        body = markup.tag("p", name, words, class_=f"world {session.world}")
        super().__init__([OrderStyle(), Shown(body)], layout=W.Layout(width="100%"))
