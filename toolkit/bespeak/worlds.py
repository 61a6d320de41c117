"""The three worlds by name: the colour each is told by, what its figures are, and what an order means in it.

Every figure, page, file, form and banner takes its words and colours from here, so that nobody takes one world for
another. A table carries the name of its world along (``stamp``), so that a figure drawn from it can say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

#: Under this name a table holds its world in ``attrs``.
_STAMP = "bespeak_world"


@dataclass(frozen=True, slots=True)
class World:
    """One world: its name, the colour it is told by (white text on it has a contrast of at least 5:1), its words.

    ``figures`` says where its figures come from, ``orders`` what an order means.
    """

    name: str
    colour: str
    figures: str
    orders: str

    @property
    def label(self) -> str:
        """The name in capitals, as it stands in corners and on strips."""
        return self.name.upper()


#: From the harmless to the costly one.
WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (
        World(
            "sandbox",
            "#8a5a00",
            "Sandbox: the customers, machines and purchases are invented; prices are real but may be old.",
            "Synthetic customers; an order here costs nothing and reaches nobody.",
        ),
        World(
            "integration",
            "#005a9e",
            "Microsoft's integration sandbox: nothing here is billed.",
            "Microsoft's test tenant: an order here is real for Microsoft's systems, and no customer pays it.",
        ),
        World(
            "live",
            "#a4262c",
            "Live figures of a real customer.",
            "Real customers: an order here costs real money at once.",
        ),
    )
}


def world(name: str) -> World:
    """The world with this name; for any other name one that says that nobody knows it.

    >>> world("live").label, world("live").colour
    ('LIVE', '#a4262c')
    """
    unknown = f"Nobody knows what an order in the world '{name}' means; do not buy here."
    return WORLDS.get(name) or World(name, "#5c5c5c", name, unknown)


def stamp(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The same table with the name of its world on it; what pandas makes of a part of it keeps the name."""
    if name:
        table.attrs[_STAMP] = name
    return table


def world_of(*tables: pd.DataFrame) -> str:
    """The name of the world that tables are from: of several the costliest, "" where none is known."""
    found = {str(table.attrs.get(_STAMP, "")) for table in tables}
    strangers = sorted(found - set(WORLDS) - {""})
    return next((name for name in reversed(list(WORLDS)) if name in found), strangers[0] if strangers else "")
