"""Dates as the services write them: seven digits, an offset or none, and "never". All become UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

#: "Never", written as a date (Partner Center samples, 2021-03).
_NEVER_YEARS = frozenset({1, 9999})


def read_time(told: object) -> datetime | None:
    """The instant in UTC; ``None`` for an empty or unreadable text and for "never". Without an offset it is UTC.

    >>> read_time("2026-05-04T08:41:02.3310045Z")
    datetime.datetime(2026, 5, 4, 8, 41, 2, 331004, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(told, str):
        return None
    # Python reads six digits of a fraction; the services write up to seven.
    text = re.sub(r"(\.\d{6})\d+", r"\1", told.strip())
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year in _NEVER_YEARS:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
