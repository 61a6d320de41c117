"""When a record's window begins and how long it is: one clock hour or one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_HOUR = timedelta(hours=1)
#: Services write the first or the last moment of their calendar for "no time".
_YEARS = range(2000, 2200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """The window of a record: its first hour (hours since 1970 in UTC) and its length of 1 or 24 hours.

    When the record states no such window, ``hours`` is 0 and ``reason`` says why.
    """

    first: int
    hours: int
    reason: str


def span(start: str, end: str) -> Span:
    """The window between two texts in ISO 8601; without an end it is a day.

    An offset is honoured (days are UTC days even when the service prints another zone); without one it is UTC.
    """
    begins = _moment(start)
    if begins is None:
        return Span(0, 0, f"The start '{start}' is not a date.")
    if begins.year not in _YEARS:
        return Span(0, 0, f"The start '{start}' stands for no time at all.")
    if begins.minute or begins.second or begins.microsecond:
        return Span(0, 0, f"The start '{start}' is not on a full hour.")
    hours = 24.0 if not end else _length(begins, end)
    if hours not in (1.0, 24.0):
        return Span(0, 0, f"The window '{start}' to '{end}' is neither one hour nor one day.")
    return Span((begins - _EPOCH) // _HOUR, int(hours), "")


def hours_since_epoch(moment: datetime) -> float:
    """A moment as hours since 1970."""
    return (moment - _EPOCH) / _HOUR


def moment_of(hours: float) -> datetime:
    """The moment so many hours after the start of 1970."""
    return _EPOCH + hours * _HOUR


def _length(begins: datetime, end: str) -> float:
    ends = _moment(end)
    return 0.0 if ends is None else (ends - begins) / _HOUR


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
