"""``$filter`` and ``$orderby`` of Microsoft.Capacity: ``eq``, ``or``, ``and`` and brackets, nothing else.

A path such as ``properties/quantity`` is looked up in the answer itself, without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from bespeak.sandbox.refusals import RefusalError

Row = Mapping[str, object]
Condition = Callable[[Row], bool]
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([()])|([^\s()']+))")
_DEPTH = 30


def condition(text: str) -> Condition:
    """Whether a row meets a filter; every row meets an empty one. 400 / BadRequest for one that cannot be read."""
    if not text.strip():
        return lambda _row: True
    parser = _Parser(_tokens(text))
    found = parser.either(0)
    if parser.left():
        raise _bad(f"has '{parser.left()[0]}' where it should end")
    return found


def ordered(text: str) -> tuple[Callable[[Row], tuple[bool, Decimal, str]], bool] | None:
    """The key by which rows are sorted and whether backwards; None for no order."""
    path, *way = text.split() or [""]
    if not path:
        return None
    if len(way) > 1 or (way and way[0].lower() not in ("asc", "desc")):
        what = f"Write $orderby as a property and asc or desc, not '{text}'."
        raise RefusalError(400, "BadRequest", what[:300])
    return lambda row: _rank(_value(row, path)), bool(way) and way[0].lower() == "desc"


def _rank(value: object) -> tuple[bool, Decimal, str]:
    """Numbers before texts."""
    if isinstance(value, (int, float)):
        return False, Decimal(str(float(value))), ""
    return True, Decimal(0), "" if value is None else str(value).casefold()


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _bad("has a quotation mark without its partner")
        found.append(match[0].strip())
        at = match.end()
    return found


def _bad(why: str) -> RefusalError:
    what = f"The $filter {why[:200]}. It takes eq, or, and: properties/quantity eq 2."
    return RefusalError(400, "BadRequest", what)


class _Parser:
    """Reads the words of a filter from left to right; ``and`` binds stronger than ``or``."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens

    def left(self) -> list[str]:
        """The words that were not read."""
        return self._tokens

    def either(self, depth: int) -> Condition:
        """One or several alternatives."""
        if depth > _DEPTH:
            raise _bad("has too many brackets in each other")
        parts = [self._all(depth)]
        while self._took("or"):
            parts.append(self._all(depth))
        return lambda row: any(part(row) for part in parts)

    def _all(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._took("and"):
            parts.append(self._one(depth))
        return lambda row: all(part(row) for part in parts)

    def _one(self, depth: int) -> Condition:
        if self._took("("):
            inner = self.either(depth + 1)
            if not self._took(")"):
                raise _bad("has a bracket that is not closed")
            return inner
        path, operator, value = self._next(), self._next(), self._next()
        if operator.lower() != "eq":
            raise _bad(f"has operator '{operator}'")
        wanted = _text(value[1:-1].replace("''", "'") if value.startswith("'") else value)
        return lambda row: _text(_value(row, path)) == wanted

    def _took(self, word: str) -> bool:
        if self._tokens and self._tokens[0].lower() == word:
            self._tokens = self._tokens[1:]
            return True
        return False

    def _next(self) -> str:
        if not self._tokens or self._tokens[0] in "()":
            raise _bad("ends in the middle of a comparison")
        word, self._tokens = self._tokens[0], self._tokens[1:]
        return word


def _value(row: Row, path: str) -> object:
    found: object = row
    for part in path.lower().split("/"):
        if not isinstance(found, Mapping):
            return None
        found = next((value for key, value in found.items() if str(key).lower() == part), None)
    return found


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return "" if value is None else str(value).casefold()
