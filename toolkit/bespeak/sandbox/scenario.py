"""A scenario: a world told in a small TOML file, with customers, machines, what they own, and what will happen."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bespeak.sandbox.clock import END, START
from bespeak.sandbox.strict_toml import Key, Place, ScenarioError, read, suggestion
from bespeak.sandbox.utilization import RECORDS_FROM

FOLDER = Path(__file__).with_name("scenarios")
DEMANDS = ("always", "office_hours", "nights", "growth", "decline")
_TOP = {
    "title": Key(),
    "about": Key(default=""),
    "start": Key("instant", START),
    "sample_customers": Key("truth", default=False),
}
_TERM = Key(words=("P1Y", "P3Y"))
_SCOPE = Key(default="shared", words=("shared", "single"))
#: The tables of a scenario besides its events, and the keys of each.
TABLES: Mapping[str, Mapping[str, Key]] = {
    "customers": {
        "name": Key(),
        "kind": Key(default="azure_plan", words=("legacy", "azure_plan", "none")),
        "country": Key(default="US"),
        "agreement": Key("truth", default=True),
        "registered": Key("truth", default=True),
        "subscriptions": Key("texts", default=()),
        "may_buy": Key("truth", default=False),
    },
    "machines": {
        "customer": Key(),
        "subscription": Key(default=""),
        "name": Key(default="vm"),
        "count": Key("whole", 1, least=1, most=500),
        "size": Key(),
        "os": Key(default="Linux", words=("Linux", "Windows")),
        "region": Key(default="polandcentral"),
        "resource_group": Key(default="rg-scenario"),
        "demand": Key(default="always"),
        "every_days": Key("whole", 14, least=1, most=1000),
    },
    "reservations": {
        "customer": Key(),
        "subscription": Key(default=""),
        "size": Key(),
        "region": Key(default="polandcentral"),
        "term": _TERM,
        "quantity": Key("whole", 1, least=1, most=100_000),
        "bought": Key("instant"),
        "scope": _SCOPE,
        "billing": Key(default="Upfront", words=("Upfront", "Monthly")),
        "flexible": Key("truth", default=True),
        "renew": Key("truth", default=False),
        "name": Key(default=""),
    },
    "savings_plans": {
        "customer": Key(),
        "subscription": Key(default=""),
        "term": _TERM,
        "per_hour": Key("amount"),
        "bought": Key("instant"),
        "scope": _SCOPE,
    },
}
_CUSTOMER = {"customer": Key()}
#: What can happen, and what each event takes besides ``at`` or ``after_days``, and ``what``.
EVENTS: Mapping[str, Mapping[str, Key]] = {
    "migrate": _CUSTOMER
    | {"from_size": Key(), "to_size": Key(), "count": Key("whole", 500, least=1, most=500)},
    "agreement_lapses": _CUSTOMER,
    "agreement_signed": _CUSTOMER,
    "relationship_ends": _CUSTOMER,
    "prices_change": {
        "of": Key(default="reservation", words=("reservation", "consumption")),
        "percent": Key("amount"),
        "size": Key(default=""),
    },
    "customer_buys": _CUSTOMER
    | {
        "subscription": Key(default=""),
        "size": Key(),
        "region": Key(default="polandcentral"),
        "term": _TERM,
        "quantity": Key("whole", 1, least=1, most=100_000),
        "scope": _SCOPE,
    },
    "fault": {
        "match": Key(),
        "kind": Key(),
        "times": Key("whole", 1, most=10**6),
        "status": Key("whole", 500, least=200, most=599),
        "value": Key(default=""),
    },
    "switch": {"name": Key(), "value": Key(default="")},
}


@dataclass(slots=True)
class EventState:
    """The events that have happened, by their place in the file, and what became of each: nothing, or a refusal."""

    done: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that will happen at an instant."""

    at: datetime
    what: str
    values: Mapping[str, Any]
    #: Its place in the file, from 0.
    number: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """The whole file; ``mark`` is its name and the sum of its contents."""

    name: str
    mark: str
    title: str
    about: str
    start: datetime
    sample_customers: bool
    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    events: tuple[Event, ...]

    def place(self, table: str, number: int) -> Place:
        """The n-th table of a kind, from 0, as a person counts."""
        return Place(self.name, f"[[{table}]] number {number + 1}")


def shipped() -> dict[str, Path]:
    """The scenarios that come with the sandbox, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def find(name_or_path: str) -> Path:
    """The file of a scenario by its name or its path."""
    known = shipped()
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return path
    raise ScenarioError(f"There is no scenario '{name_or_path}'.{suggestion(name_or_path, known)}")


def load(path: Path) -> Scenario:
    """The scenario of a file; ``ScenarioError`` names the file, the table and the key of a mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        raise ScenarioError(f"{path.name}: it cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ScenarioError(f"{path.name}: this is no TOML: {error}.") from error
    mark = f"{path.stem} {hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return _scenario(path.name, mark, raw)


def _scenario(name: str, mark: str, raw: dict[str, Any]) -> Scenario:
    here = Place(name, "at the top")
    known = (*_TOP, *TABLES, "events")
    for key in raw:
        if key not in known:
            raise here.wrong(f"'{key}' is unknown.{suggestion(key, known)}")
    top = read({key: value for key, value in raw.items() if key in _TOP}, _TOP, here)
    if not RECORDS_FROM <= top["start"] < END:
        raise here.wrong(f"key 'start' lies between {RECORDS_FROM:%Y-%m-%d} and {END:%Y-%m-%d}.")
    tables = {
        kind: tuple(
            read(one, keys, Place(name, f"[[{kind}]] number {n}")) for n, one in _listed(raw, kind, here)
        )
        for kind, keys in TABLES.items()
    }
    events = tuple(
        _event(one, top["start"], n - 1, Place(name, f"[[events]] number {n}"))
        for n, one in _listed(raw, "events", here)
    )
    return Scenario(name, mark, tables=tables, events=tuple(sorted(events, key=lambda one: one.at)), **top)


def _listed(raw: Mapping[str, Any], kind: str, here: Place) -> list[tuple[int, object]]:
    tables = raw.get(kind, [])
    if not isinstance(tables, list):
        raise here.wrong(f"'{kind}' is a list of tables. Write [[{kind}]] above each.")
    return list(enumerate(tables, 1))


def _event(raw: object, start: datetime, number: int, place: Place) -> Event:
    if not isinstance(raw, dict):
        raise place.wrong("this must be a table.")
    when = read(
        {key: raw[key] for key in ("at", "after_days", "what") if key in raw},
        {
            "at": Key("instant", start),
            "after_days": Key("whole", -1, most=36_500),
            "what": Key(words=tuple(EVENTS)),
        },
        place,
    )
    if ("at" in raw) == ("after_days" in raw):
        raise place.wrong("an event has either 'at' or 'after_days'.")
    at = when["at"] if "at" in raw else start + timedelta(days=when["after_days"])
    if not start < at < END:
        raise place.wrong(f"it happens at {at:%Y-%m-%d}, but must come after the start at {start:%Y-%m-%d}.")
    rest = {key: value for key, value in raw.items() if key not in ("at", "after_days", "what")}
    return Event(at, when["what"], read(rest, EVENTS[when["what"]], place), number)
