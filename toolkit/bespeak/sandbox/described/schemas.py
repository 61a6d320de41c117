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
        names = [kind.__name__ for kind in found]
        self._names = {
            kind: kind.__name__ if names.count(kind.__name__) == 1 else _long(kind) for kind in found
        }
        self.components = {name: self._object(kind) for kind, name in self._names.items()}
        self.components = dict(sorted(self.components.items()))

    def of(self, kind: Any) -> Schema:  # noqa: ANN401  (any type that has a schema)
        """The schema of a type."""
        if is_typeddict(kind):
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
        members = get_type_hints(kind, include_extras=True)
        shown: Schema = {
            "type": "object",
            "properties": {name: self.of(member) for name, member in members.items()},
            "required": sorted(name for name in members if _needed(kind, name, members[name])),
            "additionalProperties": False,
        }
        words = (kind.__doc__ or "").strip().partition("\n")[0]
        return {"description": words, **shown} if words else shown


def _plain(kind: Any) -> Schema:  # noqa: ANN401  (any type that msgspec knows)
    return msgspec.json.schema(kind)


def _needed(kind: Any, name: str, member: Any) -> bool:  # noqa: ANN401  (a TypedDict and the type of a member)
    """Whether a member must be there; annotations that are text hide this from the ``TypedDict`` itself."""
    if get_origin(member) in (Required, NotRequired):
        return get_origin(member) is Required
    return name in kind.__required_keys__


def _typed_dicts(kind: Any, seen: set[Any]) -> Iterator[Any]:  # noqa: ANN401  (any type)
    """All ``TypedDict``s in a type, at any depth."""
    if is_typeddict(kind) and kind not in seen:
        seen.add(kind)
        yield kind
        for member in get_type_hints(kind, include_extras=True).values():
            yield from _typed_dicts(member, seen)
    for inner in get_args(kind):
        yield from _typed_dicts(inner, seen)


def _long(kind: Any) -> str:  # noqa: ANN401  (a TypedDict)
    return f"{kind.__module__.removeprefix(_SHAPES)}.{kind.__name__}"
