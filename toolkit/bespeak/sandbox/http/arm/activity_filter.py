"""The filter of the activity log: a span of time and at most one more property (Microsoft, *Activity Logs - List*)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bespeak.sandbox.activity import Event
from bespeak.sandbox.clock import iso
from bespeak.sandbox.instants import instant_in
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import activity_days

_PART = re.compile(r"(?P<name>[A-Za-z]+)\s+(?P<operator>[a-z]{2})\s+'(?P<value>[^']{0,600})'", re.IGNORECASE)
_READ: dict[str, Callable[[Event], str]] = {
    "resourcegroupname": lambda one: one.group,
    "resourceuri": lambda one: one.resource,
    "resourceid": lambda one: one.resource,
    "resourceprovider": lambda one: one.provider,
    "correlationid": lambda one: one.operation,
}
#: Said by many callers and always so here.
_GIVEN = {"eventchannels": ("admin, operation", "operation", "admin,operation")}


@dataclass(frozen=True, slots=True)
class Span:
    """Which events are asked for: from when, up to when, of what (the value in lower case)."""

    first: datetime
    last: datetime
    name: str = ""
    value: str = ""

    def meets(self, event: Event) -> bool:
        """Whether an event is asked for."""
        if not self.first <= event.at <= self.last:
            return False
        return not self.name or _READ[self.name](event).lower() == self.value


def span_of(text: str, now: datetime) -> Span:
    """The span of a filter; 400 / BadRequest names what is wrong with it."""
    if not text.strip():
        raise _wrong("It must have a $filter with at least eventTimestamp ge '...'.")
    bounds: dict[str, datetime] = {}
    name = value = ""
    for part in re.split(r"\s+and\s+(?=[A-Za-z]+\s)", text.strip(), flags=re.IGNORECASE):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise _wrong(f"The part '{part[:100]}' of the filter is not understood.")
        field, operator = found["name"].lower(), found["operator"].lower()
        if field == "eventtimestamp":
            _bound(bounds, operator, found["value"])
        elif operator != "eq" or (field not in _READ and field not in _GIVEN):
            raise _wrong(
                f"'{found['name']} {operator}' is not supported. Use one of {', '.join(sorted(_READ))} with eq."
            )
        elif field in _READ:
            if name:
                raise _wrong(f"Beside the time there can be one property only, not {name} and {field}.")
            name, value = field, found["value"].lower().rstrip("/")
        elif found["value"].lower() not in _GIVEN[field]:
            raise _wrong(f"There is no '{found['value'][:60]}' for {found['name']}.")
    return _checked(bounds, name, value, now)


def _bound(bounds: dict[str, datetime], operator: str, text: str) -> None:
    if operator not in ("ge", "le") or operator in bounds:
        raise _wrong(f"eventTimestamp takes one ge and one le, not '{operator}'.")
    bounds[operator] = instant_in(text, "eventTimestamp")


def _checked(bounds: dict[str, datetime], name: str, value: str, now: datetime) -> Span:
    if "ge" not in bounds:
        raise _wrong("The filter must have eventTimestamp ge '...'.")
    first, last = bounds["ge"], min(bounds.get("le", now), now)
    days = activity_days()
    if first < now - timedelta(days=days):
        raise _wrong(f"The start time cannot be more than {days} days in the past; {iso(first)} is.")
    if bounds.get("le", first) < first:
        raise _wrong(f"The end time {iso(bounds['le'])} is before the start time {iso(first)}.")
    return Span(first, last, name, value)


def _wrong(what: str) -> RefusalError:
    return RefusalError(400, "BadRequest", what)
