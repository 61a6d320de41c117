"""The newest calls of users, for who must know whether they signed in with a second factor.

Kept beside the state of a world, not in it: a refused request is in the list too, and it must not change the world.
So a snapshot has no calls, and the list is empty after a reset, a restore or a start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

#: So many calls are kept at most (Microsoft, *Get App and User API requests*).
MOST = 10_000
#: For so long.
_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Call:
    """One call with an app+user token; ``failed`` means that it was refused."""

    at: datetime
    request_id: str
    correlation_id: str
    operation: str
    tenant: str
    principal: str
    compliant: bool
    failed: bool


class RequestLog:
    """The calls of one life of a world, newest last."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=MOST)

    def note(self, call: Call) -> None:
        """Adds a call; the oldest one may go for it."""
        self._calls.append(call)

    def newest(self, now: datetime, *, minutes: int, failures: bool) -> Iterator[Call]:
        """The calls that are listed by now, newest first.

        ``minutes``: how late a call gets into the list. ``failures``: whether refused ones do; those that were
        refused for a missing second factor always do, since that is what the list is for.
        """
        latest = now - timedelta(minutes=minutes)
        for call in reversed(self._calls):
            if now - _LASTS <= call.at <= latest and (failures or not call.failed or not call.compliant):
                yield call
