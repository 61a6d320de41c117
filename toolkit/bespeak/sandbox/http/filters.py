"""The filter of a list: compact JSON with fields, operators and values (Microsoft, *Partner Center filters*)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bespeak.sandbox.refusals import RefusalError

T = TypeVar("T")
#: How deep filters may lie in each other.
_DEPTH = 20

_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "equals": lambda have, want: have == want,
    "not_equals": lambda have, want: have != want,
    "greater_than": lambda have, want: have > want,
    "greater_than_or_equals": lambda have, want: have >= want,
    "less_than": lambda have, want: have < want,
    "less_than_or_equals": lambda have, want: have <= want,
    "substring": lambda have, want: want in have,
    "starts_with": lambda have, want: have.startswith(want),
    "not_starts_with": lambda have, want: not have.startswith(want),
}


#: Of each field, under its lower-case name: how it is read from an item as text, and the operators that it takes.
Fields = Mapping[str, tuple[Callable[[T], str], tuple[str, ...]]]


def condition(text: str, fields: Fields[T]) -> Callable[[T], bool]:
    """Whether an item meets a filter; everything meets an empty one. Values compare without case."""
    if not text:
        return lambda _item: True
    try:
        node = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad("is not the JSON of a filter") from error
    return _parsed(node, fields, _DEPTH)


def _parsed(node: object, fields: Fields[T], depth: int) -> Callable[[T], bool]:
    if not isinstance(node, dict) or not depth:
        raise _bad("is not a JSON object, or too many lie in each other")
    members = {str(key).lower(): value for key, value in node.items()}
    operator = _operator(members)
    if operator in ("and", "or"):
        left = _parsed(members.get("leftfilter"), fields, depth - 1)
        right = _parsed(members.get("rightfilter"), fields, depth - 1)
        if operator == "and":
            return lambda item: left(item) and right(item)
        return lambda item: left(item) or right(item)
    name, value = members.get("field"), members.get("value")
    if not isinstance(name, str) or name.lower() not in fields:
        raise _bad(f"names field '{str(name)[:60]}'; there are {', '.join(fields)}")
    read, operators = fields[name.lower()]
    if operator not in operators:
        raise _bad(f"has operator '{operator[:60]}'; field {name} takes {', '.join(operators)}")
    if not isinstance(value, str):
        raise _bad(f"has a value for {name} that is not a text")
    wanted, compare = value.casefold(), _COMPARE[operator]
    return lambda item: compare(read(item).casefold(), wanted)


def _operator(members: dict[str, Any]) -> str:
    operator = members.get("operator")
    if not isinstance(operator, str):
        raise _bad("has no operator")
    if "_" in operator:
        return operator.lower()
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operator).lstrip("_")


def _bad(why: str) -> RefusalError:
    return RefusalError(400, 2000, f"The filter {why}.", source="PartnerApiServiceControllers")
