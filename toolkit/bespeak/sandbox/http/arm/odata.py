"""The filters of Azure's billing providers: comparisons joined by ``and``, as Consumption and CostManagement read them.

Bare dates and full timestamps, ``AND`` and ``and``, ``usageDate`` and ``UsageDate`` are all accepted, with quotes and
without (recorded, 2018).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.refusals import RefusalError

_JOIN = re.compile(r"\s+and\s+", re.IGNORECASE)
_ONE = re.compile(r"\s*([A-Za-z/]{1,60})\s+([A-Za-z]{2})\s+('[^']{0,200}'|[^\s']{1,200})\s*")

#: Of each property, without ``properties/``: the operators that it takes.
Known = Mapping[str, Sequence[str]]


def conditions(text: str, known: Known) -> dict[tuple[str, str], str]:
    """The values of a filter by property and operator in lower case; 400 for anything else than it may hold."""
    found: dict[tuple[str, str], str] = {}
    for part in _JOIN.split(text) if text.strip() else ():
        match = _ONE.fullmatch(part)
        if match is None:
            raise bad_filter(
                f"'{part[:80]}' is not a comparison such as properties/usageDate ge '2026-11-01'"
            )
        name, operator = match[1].lower().removeprefix("properties/"), match[2].lower()
        if operator not in known.get(name, ()):
            allowed = ", ".join(f"{key} {'/'.join(operators)}" for key, operators in known.items())
            raise bad_filter(f"'{match[1]} {match[2]}' is not supported; there are {allowed}")
        found[name, operator] = match[3].strip("'")
    return found


def bad_filter(why: str) -> RefusalError:
    """The refusal of a filter."""
    return RefusalError(400, "BadRequest", f"Invalid $filter: {why}.")


def day(name: str, text: str) -> date:
    """A date, given alone or as a timestamp, in UTC; 400 with the name of the member otherwise."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        what = f"'{name}' is not a date: '{text[:40]}'. Write it as 2026-11-01."
        raise RefusalError(400, "BadRequest", what) from error
    if instant.tzinfo is None:
        return instant.date()
    try:
        return instant.astimezone(UTC).date()
    except OverflowError as error:
        raise RefusalError(400, "BadRequest", f"'{name}' is out of range: '{text[:40]}'.") from error


def days_between(found: Mapping[tuple[str, str], str], name: str = "usagedate") -> tuple[date, date] | None:
    """The bounds that a filter sets on a date, both inclusive; None when it sets none, 400 when one is missing."""
    first, last = found.get((name, "ge")), found.get((name, "le"))
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise bad_filter(f"{name} needs both ge and le")
    return ordered(day(f"$filter {name} ge", first), day(f"$filter {name} le", last))


def ordered(first: date, last: date) -> tuple[date, date]:
    """The two days, refused when the second comes before the first."""
    if last < first:
        raise RefusalError(400, "BadRequest", f"The range ends on {last} before it begins on {first}.")
    return first, last


def choice(ask: Ask, name: str, known: Sequence[str], *, default: str = "") -> str:
    """A query parameter out of a closed list, without regard to case; 400 when it is missing or another."""
    asked = ask.query.get(name.lower()) or default
    for one in known:
        if one.lower() == asked.lower():
            return one
    raise RefusalError(
        400, "BadRequest", f"Query parameter '{name}' must be {', '.join(known)}, not '{asked[:40]}'."
    )
