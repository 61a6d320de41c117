"""What time a service thinks it is: the reference for every wait until a date, and for a clock that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def date_of(text: str) -> float | None:
    """The seconds since 1970 of a date of HTTP; ``None`` for anything else."""
    try:
        found: datetime = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


class ServerClock:
    """Notes the header ``Date`` of answers against ``wall``, the time of day in seconds (``None``: not known)."""

    def __init__(self, wall: Callable[[], float] | None) -> None:
        self._wall = wall
        self._skew: float | None = None

    @property
    def skew(self) -> float | None:
        """The seconds by which the service's clock is ahead of this machine's, to about a second; else ``None``."""
        return self._skew

    def note(self, headers: Mapping[str, str]) -> None:
        """Compares the ``Date`` of an answer that has just come."""
        told = date_of(headers.get("date", ""))
        if told is not None and self._wall is not None:
            self._skew = told - self._wall()
