"""The world that a form works in, as a coloured line above it: nobody buys in the wrong one."""

from __future__ import annotations

from bespeak import Session, markup, world_sentence
from bespeak_widgets.look import Shown


class WorldBanner(Shown):
    """The name of the world, where it is, and what an order means there."""

    def __init__(self, session: Session) -> None:
        name = markup.tag("span", session.world.upper(), class_="world-name")
        words = f" {world_sentence(session.world)} ({session.where})"
        super().__init__(markup.tag("p", name, words, class_=f"world {session.world}"))
