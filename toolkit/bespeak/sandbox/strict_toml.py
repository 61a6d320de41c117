"""Reads tables of a TOML file strictly: each key known, of its kind, in its range, or a sentence that says where."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal["text", "truth", "whole", "amount", "instant", "texts"]
_NAMES: Mapping[Kind, str] = {
    "text": "a text",
    "truth": "true or false",
    "whole": "a whole number",
    "amount": 'a number, or one in quotes such as "1.25"',
    "instant": "a date such as 2026-12-01, or with a time such as 2026-12-01T08:00:00Z",
    "texts": "a list of texts",
}


class ScenarioError(Exception):
    """What is wrong with a scenario: the file, the table, the key, what was there, what is allowed."""


@dataclass(frozen=True, slots=True)
class Key:
    """What one key takes. Without a default it must be there; ``words`` are the only texts that are allowed."""

    kind: Kind = "text"
    default: Any = None
    words: tuple[str, ...] = ()
    least: int = 0
    most: int = 10**6


@dataclass(frozen=True, slots=True)
class Place:
    """A table of a file, as a person finds it."""

    file: str
    table: str

    def wrong(self, sentence: str) -> ScenarioError:
        """The error that this table has."""
        return ScenarioError(f"{self.file}, {self.table}: {sentence}")


def read(table: object, keys: Mapping[str, Key], place: Place) -> dict[str, Any]:
    """The values of a table; defaults where a key is not there."""
    if not isinstance(table, dict):
        raise place.wrong(f"this must be a table, not {table!r:.60}.")
    for name in table:
        if name not in keys:
            raise place.wrong(f"key '{name}' is unknown.{suggestion(name, keys)}")
    return {name: _value(table, name, key, place) for name, key in keys.items()}


def suggestion(name: str, known: Collection[str]) -> str:
    """What may have been meant, else what there is."""
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f" Did you mean '{near[0]}'?"
    shown = ", ".join(list(known)[:20])
    return f" Allowed are {shown}." if known else " There is none."


def _value(table: Mapping[str, Any], name: str, key: Key, place: Place) -> Any:  # noqa: ANN401  (of the key's kind)
    if name not in table:
        if key.default is None:
            raise place.wrong(f"key '{name}' is missing. It takes {_NAMES[key.kind]}.")
        return key.default
    value = _converted(table[name], key.kind)
    if value is None:
        raise place.wrong(f"key '{name}' takes {_NAMES[key.kind]}, not {table[name]!r:.60}.")
    if key.words and value not in key.words:
        raise place.wrong(f"key '{name}' is '{value}'.{suggestion(str(value), key.words)}")
    if isinstance(value, int) and key.kind == "whole" and not key.least <= value <= key.most:
        raise place.wrong(f"key '{name}' lies between {key.least} and {key.most}, not at {value}.")
    return value


def _converted(value: object, kind: Kind) -> object:
    """The value as its kind, None when it is of another one."""
    match kind:
        case "text":
            return value if isinstance(value, str) and value else None
        case "truth":
            return value if isinstance(value, bool) else None
        case "whole":
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        case "amount":
            return _amount(value)
        case "instant":
            return _instant(value)
        case "texts":
            fits = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
            return value if fits else None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _instant(value: object) -> datetime | None:
    """An instant in UTC; a date is its midnight, a time without a zone is taken as UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None
