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

#: Makes RECORDS of the bytes of one page; the number is the page's.
Decode = Callable[[bytes, int], pd.DataFrame]


def bodies(session: Session, call: Call[Any]) -> Iterator[bytes]:
    """The pages of a list call, byte for byte; a page that comes again as a whole comes once.

    When the service has lost its place it begins again: the same bytes then come a second time, and whoever keeps them
    knows them.
    """
    plain: Call[list[bytes]] = replace(call, read=lambda answer: [answer.body], key=_digest, total=None)
    for page in bulk_door(session).pages(plain):
        yield from page.items


def decoded(session: Session, call: Call[Any], decode: Decode) -> Iterator[tuple[bytes, pd.DataFrame]]:
    """Each page beside its RECORDS."""
    for number, body in enumerate(bodies(session, call)):
        yield body, decode(body, number)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
