"""Pages of a list as the bytes that came, so that they can be kept as they were received."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from bespeak.clients.bulk import bulk_door
from bespeak.clients.call import Call
from bespeak.clients.session import Session
from bespeak.errors import UnreadableError

#: Makes RECORDS of the bytes of one page; the number is the page's.
Decode = Callable[[bytes, int], pd.DataFrame]


class BegunAgainError(UnreadableError):
    """A list was read again from its start, so its pages do not fit together."""


def bodies(session: Session, call: Call[Any], *, whole: bool = False) -> Iterator[bytes]:
    """The pages of a list call, byte for byte; a page that comes again as a whole comes once.

    When the service has lost its place it begins again, and may cut its pages elsewhere. Where each record is known by
    itself that does no harm; a list that counts as a ``whole`` ends with ``BegunAgainError``.
    """
    plain: Call[list[bytes]] = replace(call, read=lambda answer: [answer.body], key=_digest, total=None)
    for page in bulk_door(session).pages(plain):
        if page.starts_over and whole:
            raise BegunAgainError(
                "The service began the list again while it was read, so its pages do not fit together.",
                "Read the usage again.",
            )
        yield from page.items


def decoded(
    session: Session, call: Call[Any], decode: Decode, *, whole: bool = False
) -> Iterator[tuple[bytes, pd.DataFrame]]:
    """Each page beside its RECORDS."""
    for number, body in enumerate(bodies(session, call, whole=whole)):
        yield body, decode(body, number)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
