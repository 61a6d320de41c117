"""The filter language of the list prices: ``eq``, ``and``, ``or``, ``contains``, parentheses, nothing else.

Microsoft, *Azure Retail Prices overview*, 2026. The service refuses everything else, and more than twenty comparisons,
with 400 and one sentence; here the sentence goes on to say what is wrong.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bespeak.sandbox.refusals import RefusalError

#: The fields that can be filtered. ``priceType`` is called ``type`` in the rows.
FIELDS = (
    "armRegionName",
    "location",
    "meterId",
    "meterName",
    "productId",
    "skuId",
    "productName",
    "skuName",
    "serviceName",
    "serviceId",
    "serviceFamily",
    "priceType",
    "armSkuName",
    "currencyCode",
)
#: Deepest nesting of parentheses that is read.
_DEEPEST = 20
_WORD = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))")

Row = Mapping[str, str]
Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read: ``test`` says whether a row passes, ``fixed`` which fields must have which value.

    ``fixed`` holds what every row that passes has in common, so that an index can leave out all others.
    """

    test: Test
    fixed: Mapping[str, str]


def read_filter(text: str, *, exact: bool, most: int) -> Filter:
    """The filter of a text; ``exact``: values with regard to case; ``most``: comparisons that are allowed."""
    return _Reader(text, exact, most).read()


def refuse(what: str) -> RefusalError:
    """The refusal of the service for anything wrong in the address."""
    return RefusalError(400, "BadRequest", f"Invalid OData parameters supplied: {what}")


class _Reader:
    """Reads a filter word by word."""

    def __init__(self, text: str, exact: bool, most: int) -> None:
        self._words = _words(text)
        self._at = 0
        self._exact = exact
        self._most = most
        self._count = 0

    def read(self) -> Filter:
        found = self._either(0)
        if self._at < len(self._words):
            raise refuse(f"'{self._words[self._at]}' does not belong where it stands.")
        return found

    def _either(self, depth: int) -> Filter:
        parts = [self._both(depth)]
        while self._take_word("or"):
            parts.append(self._both(depth))
        if len(parts) == 1:
            return parts[0]
        tests = [part.test for part in parts]
        return Filter(lambda row: any(test(row) for test in tests), {})

    def _both(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self._take_word("and"):
            parts.append(self._one(depth))
        if len(parts) == 1:
            return parts[0]
        tests = [part.test for part in parts]
        fixed = {name: value for part in parts for name, value in part.fixed.items()}
        return Filter(lambda row: all(test(row) for test in tests), fixed)

    def _one(self, depth: int) -> Filter:
        if depth > _DEEPEST:
            raise refuse(f"parentheses are nested deeper than {_DEEPEST}.")
        if self._take("("):
            inner = self._either(depth + 1)
            self._expect(")")
            return inner
        self._count += 1
        if self._count > self._most:
            raise refuse(f"there are more than {self._most} comparisons.")
        return self._contains() if self._take_word("contains") else self._equals()

    def _contains(self) -> Filter:
        self._expect("(")
        name = self._field()
        self._expect(",")
        value = self._value()
        self._expect(")")
        if self._exact:
            return Filter(lambda row: value in row[name], {})
        folded = value.lower()
        return Filter(lambda row: folded in row[name].lower(), {})

    def _equals(self) -> Filter:
        name = self._field()
        operator = self._next("an operator")
        if operator.lower() != "eq":
            raise refuse(f"there is no operator '{operator}' here, only eq, and, or and contains.")
        value = self._value()
        if self._exact:
            return Filter(lambda row: row[name] == value, {name: value})
        folded = value.lower()
        return Filter(lambda row: row[name].lower() == folded, {})

    def _field(self) -> str:
        name = self._next("a field")
        if name in FIELDS:
            return name
        near = difflib.get_close_matches(name, FIELDS, 1)
        raise refuse(f"there is no field '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""))

    def _value(self) -> str:
        text = self._next("a value in quotes")
        if not text.startswith("'"):
            raise refuse(f"the value {text} must stand in single quotes.")
        return text[1:-1].replace("''", "'")

    def _next(self, wanted: str) -> str:
        if self._at >= len(self._words):
            raise refuse(f"the filter ends where {wanted} should stand.")
        self._at += 1
        return self._words[self._at - 1]

    def _take(self, mark: str) -> bool:
        found = self._at < len(self._words) and self._words[self._at] == mark
        self._at += found
        return found

    def _take_word(self, word: str) -> bool:
        found = self._at < len(self._words) and self._words[self._at].lower() == word
        self._at += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            found = self._words[self._at] if self._at < len(self._words) else "the end"
            raise refuse(f"there should be '{mark}' instead of {found}.")


def _words(text: str) -> list[str]:
    words, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _WORD.match(text, at)
        if found is None:
            raise refuse(f"a quote is not closed: {text[at : at + 40].strip()}")
        words.append(found["text"] or found["mark"] or found["word"])
        at = found.end()
    return words
