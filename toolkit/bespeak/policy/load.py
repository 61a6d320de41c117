"""Reads a family of rules from its TOML file into records."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from bespeak.errors import BespeakError
from bespeak.policy.records import Rule

R = TypeVar("R", bound=Rule)


def load(kind: type[R], on: date | None = None) -> tuple[R, ...]:
    """All rules of a family in the order of its file; with ``on`` only those that hold on that day.

    >>> from bespeak.policy import Term, load
    >>> [(term.term, term.hours) for term in load(Term)]
    [('P1Y', 8760), ('P3Y', 26280)]
    """
    rules = tuple(_record(kind, entry) for entry in _entries(kind.FAMILY))
    return rules if on is None else tuple(rule for rule in rules if rule.holds(on))


@cache
def _entries(family: str) -> tuple[dict[str, Any], ...]:
    text = (files("bespeak.policy") / f"{family}.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text, parse_float=Decimal)["rule"])


def _record(kind: type[R], entry: dict[str, Any]) -> R:
    build: Callable[..., R] = kind
    try:
        return build(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
        )
    except TypeError as error:
        raise BespeakError(
            f"Rule {entry.get('id', 'without id')} in {kind.FAMILY}.toml is not a {kind.__name__}: {error}.",
            "Compare it with the record's fields in bespeak/policy/records.py.",
        ) from error
