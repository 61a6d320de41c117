"""What a door can do beyond single answers: lists page by page, long-running jobs, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from bespeak.clients.call import Answer, Call
from bespeak.clients.cursor import Cursor
from bespeak.clients.pages import Page
from bespeak.clients.secret import Secret
from bespeak.clients.session import Session
from bespeak.errors import InputError

T = TypeVar("T")


@runtime_checkable
class BulkDoor(Protocol):
    """The transport of a world; a door that only writes requests down is none."""

    def send(self, call: Call[T]) -> T:
        """The answer to one call, read."""
        ...

    def pages(self, call: Call[list[T]], after: Cursor | None = None) -> Iterator[Page[T]]:
        """The pages of a list, one by one."""
        ...

    def finish(self, call: Call[Any], read: Callable[[Answer], T]) -> T:
        """What becomes of a long-running job."""
        ...

    def download(self, link: Secret | str, into: Path) -> int:
        """Fetches a file behind a signed address; gives its size."""
        ...


def bulk_door(session: Session) -> BulkDoor:
    """The door of a session, for what comes by the million; raises ``InputError`` for one that only writes down."""
    door = session.door
    if not isinstance(door, BulkDoor):
        raise InputError("This session does not read whole lists.", "Use a session that 'connect' gives.")
    return door
