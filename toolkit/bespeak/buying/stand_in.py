"""A session that is like another one but for its door and its private folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bespeak.clients.call import Door
from bespeak.clients.session import Person, Session, WorldName


@dataclass(frozen=True, slots=True)
class StandInSession:
    """The world, the person and the clock of ``real``, with a door and a folder of its own."""

    real: Session
    door: Door
    home: Path

    @property
    def world(self) -> WorldName:
        """The name of the world."""
        return self.real.world

    @property
    def instance(self) -> str:
        """Which one of its world it is."""
        return self.real.instance

    @property
    def where(self) -> str:
        """Where it is, in words."""
        return self.real.where

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return self.real.person

    @property
    def locked(self) -> str:
        """Why no write may leave, or an empty text."""
        return self.real.locked

    def now(self) -> datetime:
        """The time of the world."""
        return self.real.now()
