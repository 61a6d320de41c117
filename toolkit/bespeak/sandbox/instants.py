"""Reads instants from the questions of Azure Monitor: ISO 8601 with a zone or without one, which then is UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bespeak.sandbox.refusals import RefusalError

_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2})?)?(\.\d{1,7})?(Z|[+ -]\d{2}:?\d{2})?", re.IGNORECASE
)


def instant_in(text: str, name: str) -> datetime:
    """The instant of a text, in UTC, to the second; 400 / BadRequest names the part that is none."""
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise _none(text, name)
    zone = (found[5] or "Z").upper().replace("Z", "+00:00").replace(" ", "+")
    day, clock = found[1], (found[2] or "T00:00").upper().replace(" ", "T")
    try:
        return datetime.fromisoformat(f"{day}{clock}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _none(text, name) from error


def _none(text: str, name: str) -> RefusalError:
    what = f"{name} '{text[:60]}' is no instant. Write it like 2026-11-16T00:00:00Z."
    return RefusalError(400, "BadRequest", what)
