"""The sandbox clock stands still until it is told to move; here are also the many ways Microsoft prints an instant."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bespeak.sandbox.refusals import RefusalError

#: The instant at which a fresh world begins.
START = datetime(2026, 11, 16, tzinfo=UTC)

#: Real seconds, only for the life of access tokens. The world itself never looks at them.
wall: Callable[[], float] = time.time
#: Real waiting, only for the fault that makes an answer slow.
sleep: Callable[[float], None] = time.sleep

HOUR = 3600
DAY_HOURS = 24


#: No world goes on after this instant: terms that begin before it still end in years that a date can hold.
END = datetime(2100, 1, 1, tzinfo=UTC)

#: The longest way that the clock goes in one call: 190 years.
MOST_MINUTES = 10**8


def later(now: datetime, minutes: int) -> datetime:
    """The instant so many minutes later; refuses to go back or beyond the end of all worlds."""
    if not 0 <= minutes <= MOST_MINUTES:
        what = f"The clock cannot move by {minutes} minutes. Give 0 to {MOST_MINUTES}."
        raise RefusalError(400, "BadRequest", what)
    moved = now + timedelta(minutes=minutes)
    if moved > END:
        raise RefusalError(400, "BadRequest", f"This world ends at {iso(END)}. Reset it or move less far.")
    return moved


def hour_number(instant: datetime) -> int:
    """How many whole hours lie between 1970 and the instant."""
    return int(instant.timestamp() // HOUR)


def hour_ceiling(instant: datetime) -> int:
    """The number of the first clock hour that begins at or after the instant."""
    return -int(-instant.timestamp() // HOUR)


def instant_of(hour: int) -> datetime:
    """The instant at which the hour of this number begins."""
    return datetime.fromtimestamp(hour * HOUR, UTC)


def iso(instant: datetime) -> str:
    """``2026-11-16T00:00:00Z``."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso7(instant: datetime) -> str:
    """``2026-11-16T00:00:00.0000000Z``, as most answers of Partner Center print it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def offset(instant: datetime) -> str:
    """``2026-11-16T00:00:00+00:00``, as utilization records print it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def bare(instant: datetime) -> str:
    """``2026-11-16T00:00:00`` without an offset, as expiry dates and rated lines print it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S")


def plus_years(instant: datetime, years: int) -> datetime:
    """The same day some years later; 29 February becomes 28 February."""
    try:
        return instant.replace(year=instant.year + years)
    except ValueError:
        return instant.replace(year=instant.year + years, day=28)
