"""JSON schemas of the bodies, made from their types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Any, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

Schema = dict[str, Any]

_UNIONS = (Union, UnionType)
_PLACE = "#/components/schemas/"
_SHAPES = "bespeak.sandbox.http.shapes."


class Schemas:
    """The schemas of these types: ``of`` gives that of one, ``components`` those of the ``TypedDict``s.

    No described object has members beside the described ones. Two types of one name keep their module in it. What is
    no ``TypedDict``, list, dictionary or choice is left to msgspec, which for its part takes no choice of two
    ``TypedDict``s.
    """

    def __init__(self, types: Iterable[Any]) -> None:
        found = list(dict.fromkeys(one for kind in types for one in _typed_dicts(kind, set())))
        names = [_name(kind) for kind in found]
        self._names = {
            kind: name if names.count(name) == 1 else _long(kind, name)
            for kind, name in zip(found, names, strict=True)
        }
        self.components = {name: self._object(kind) for kind, name in self._names.items()}
        self.components = dict(sorted(self.components.items()))

    def of(self, kind: Any) -> Schema:  # noqa: ANN401  (any type that has a schema)
        """The schema of a type."""
        if _is_object(kind):
            return {"$ref": _PLACE + self._names[kind]}
        if kind in (object, Any):
            return {}
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Required, NotRequired):
            return self.of(inner[0])
        return self._composed(origin, inner) or ({"type": "null"} if kind is NoneType else _plain(kind))

    def _composed(self, origin: Any, inner: tuple[Any, ...]) -> Schema:  # noqa: ANN401  (any type)
        if origin in _UNIONS:
            return {"anyOf": [self.of(one) for one in inner]}
        if origin is list:
            return {"type": "array", "items": self.of(inner[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        return {}

    def _object(self, kind: Any) -> Schema:  # noqa: ANN401  (a TypedDict)
        members = _members(kind)
        shown: Schema = {
            "type": "object",
            "properties": {name: self.of(member) for name, member in members.items()},
            "required": sorted(name for name in members if _needed(kind, name, members[name])),
            "additionalProperties": False,
        }
        words = ((get_origin(kind) or kind).__doc__ or "").strip().partition("\n")[0]
        return {"description": words, **shown} if words else shown


def _plain(kind: Any) -> Schema:  # noqa: ANN401  (any type that msgspec knows)
    shown = msgspec.json.schema(kind)
    inner: dict[str, Schema] = shown.pop("$defs", {})
    return inner[shown["$ref"].rpartition("/")[2]] if inner else shown


def _needed(kind: Any, name: str, member: Any) -> bool:  # noqa: ANN401  (a TypedDict and the type of a member)
    """Whether a member must be there; annotations that are text hide this from the ``TypedDict`` itself."""
    if get_origin(member) in (Required, NotRequired):
        return get_origin(member) is Required
    return name in (get_origin(kind) or kind).__required_keys__


def _is_object(kind: Any) -> bool:  # noqa: ANN401  (any type)
    """Whether it is a ``TypedDict``, also one of a certain type such as ``Page[Customer]``."""
    return is_typeddict(get_origin(kind) or kind)


def _members(kind: Any) -> dict[str, Any]:  # noqa: ANN401  (a TypedDict)
    """The types of the members, with the certain type put in."""
    plain = get_origin(kind) or kind
    given = dict(zip(getattr(plain, "__parameters__", ()), get_args(kind), strict=True))
    return {name: _put_in(one, given) for name, one in get_type_hints(plain, include_extras=True).items()}


def _put_in(member: Any, given: dict[Any, Any]) -> Any:  # noqa: ANN401  (any type)
    if member in given:
        return given[member]
    open_ones = getattr(member, "__parameters__", ())
    return member[tuple(given[one] for one in open_ones)] if open_ones else member


def _name(kind: Any) -> str:  # noqa: ANN401  (a TypedDict)
    inner = [_name(one) if _is_object(one) else str(getattr(one, "__name__", one)) for one in get_args(kind)]
    return str((get_origin(kind) or kind).__name__) + "".join(f"Of{name}" for name in inner)


def _typed_dicts(kind: Any, seen: set[Any]) -> Iterator[Any]:  # noqa: ANN401  (any type)
    """All ``TypedDict``s in a type, at any depth."""
    if _is_object(kind) and kind not in seen:
        seen.add(kind)
        yield kind
        for member in _members(kind).values():
            yield from _typed_dicts(member, seen)
    for inner in get_args(kind):
        yield from _typed_dicts(inner, seen)


def _long(kind: Any, name: str) -> str:  # noqa: ANN401  (a TypedDict)
    return f"{(get_origin(kind) or kind).__module__.removeprefix(_SHAPES)}.{name}"
