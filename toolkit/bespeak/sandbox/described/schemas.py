"""JSON schemas of the bodies, made from their types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

Schema = dict[str, Any]

_SHAPES = "bespeak.sandbox.http.shapes."
_PLACE = "#/components/schemas/"


class Schemas:
    """The schemas of these types: ``of`` gives that of one, ``components`` those that have a name.

    Two types of one name in different modules keep the module in their name. No object that is described has members
    beside the described ones.
    """

    def __init__(self, types: Iterable[Any]) -> None:
        listed = list({repr(one): one for one in types}.values())
        outer, inner = msgspec.json.schema_components(listed, ref_template=f"{_PLACE}{{name}}")
        self._outer: dict[str, Schema] = {
            repr(one): _strict(schema) for one, schema in zip(listed, outer, strict=True)
        }
        self.components = {_short(name): _strict(schema) for name, schema in sorted(inner.items())}

    def of(self, kind: Any) -> Schema:  # noqa: ANN401  (any type that msgspec knows)
        """The schema of a type."""
        return self._outer[repr(kind)]


def _short(name: str) -> str:
    return name.removeprefix(_SHAPES)


def _strict(schema: Any) -> Any:  # noqa: ANN401  (any part of a schema)
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "properties" in schema:
        members = {name: _strict(one) for name, one in schema["properties"].items()}
        closed = {"additionalProperties": False, "required": schema.get("required", [])}
        return schema | {"properties": members} | closed
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_PLACE)
        return schema | {"$ref": _PLACE + _short(name)}
    return {name: _strict(one) for name, one in schema.items()}
