"""How the endpoints read an answer: one object, or the items of a page; anything else is said in a sentence."""

from __future__ import annotations

from typing import Any

from bespeak.clients.call import Answer
from bespeak.errors import UnreadableError

Item = dict[str, Any]
_NEXT = "Try again; if it stays so, Microsoft's support can look it up."


def one(answer: Answer) -> Item:
    """The object that the answer is; raises ``UnreadableError`` when it is something else."""
    if not isinstance(answer.json, dict):
        raise UnreadableError(f"the answer is {_kind(answer)}, not an object", _NEXT)
    return answer.json


def items(answer: Answer) -> list[Item]:
    """The items of a page of Partner Center; raises ``UnreadableError`` when there is no list of objects."""
    return _objects(one(answer).get("items"), "items")


def values(answer: Answer) -> list[Item]:
    """The items of a page of Azure Resource Manager."""
    return _objects(one(answer).get("value"), "value")


def bare(answer: Answer) -> list[Item]:
    """The items of an answer that is a bare array."""
    return _objects(answer.json, "an array")


def having(answer: Answer, *names: str) -> Item:
    """The object, when it has these members; raises ``UnreadableError`` that names the missing one."""
    found = one(answer)
    missing = next((name for name in names if name not in found), None)
    if missing is not None:
        raise UnreadableError(f"the answer has no '{missing}'", _NEXT)
    return found


def nothing(answer: Answer) -> None:
    """Takes an answer whose status is all there is to it."""


def _objects(found: object, name: str) -> list[Item]:
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UnreadableError(f"the answer has no list of objects under '{name}'", _NEXT)
    return found


def _kind(answer: Answer) -> str:
    if answer.json is None:
        return f"'{answer.headers.get('content-type', 'without a type')[:40]}'"
    return {list: "an array", str: "a text", bool: "a truth value"}.get(type(answer.json), "a number")
