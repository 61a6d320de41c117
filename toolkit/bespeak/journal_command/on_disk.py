"""The journals of this user, one for each instance of each world, found on the disk without asking any service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bespeak.buying.bookkeeping import rows_of
from bespeak.errors import InputError
from bespeak.journal import FILE_NAME, Intent, Journal

#: From the harmless to the costly world.
WORLDS = ("sandbox", "integration", "live")
#: So much of an id is enough to name a purchase, when no other begins with it.
_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A journal on the disk: of which instance of which world, in which folder."""

    world: str
    instance: str
    home: Path

    def open(self) -> Journal:
        """The journal; raises ``JournalError`` when it cannot be read."""
        return Journal.in_folder(self.home, self.world, self.instance)

    def __str__(self) -> str:
        return f"{self.world} ({self.instance})"


def find_journals(root: Path, world: str = "", instance: str = "") -> tuple[Found, ...]:
    """The journals below the user's folder, by world and instance; of one world or instance when it is named."""
    return tuple(
        Found(name, home.name, home)
        for name in WORLDS
        if world in ("", name) and (root / name).is_dir()
        for home in sorted((root / name).iterdir())
        if instance in ("", home.name) and (home / FILE_NAME).is_file()
    )


def rows(journals: tuple[Found, ...]) -> pd.DataFrame:
    """The purchases of all these journals: the contract ``JOURNAL``, and the instance."""
    tables = [rows_of(found.open().intents()).assign(instance=found.instance) for found in journals]
    return pd.concat([rows_of(()).assign(instance=""), *tables], ignore_index=True)


def find_purchase(journals: tuple[Found, ...], wanted: str) -> tuple[Found, Intent]:
    """The purchase whose id this is, or the only one whose id begins so; raises ``InputError`` otherwise."""
    known = list(_all(journals))
    whole = [one for one in known if one[1].intent_id == wanted]
    begun = [one for one in known if len(wanted) >= _ENOUGH and one[1].intent_id.startswith(wanted)]
    fitting = whole or begun
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        places = ", ".join(f"{intent.intent_id} in {found}" for found, intent in fitting)
        raise InputError(
            f"Several purchases are called '{wanted}': {places}.", "Name the world and the instance."
        )
    raise InputError(
        f"No journal here has a purchase '{wanted}'.", "'bespeak journal list' shows all with their ids."
    )


def _all(journals: tuple[Found, ...]) -> Iterator[tuple[Found, Intent]]:
    for found in journals:
        for intent in found.open().intents():
            yield found, intent
