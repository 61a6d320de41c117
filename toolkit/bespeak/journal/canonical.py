"""One way to write a value as JSON, so that equal plans have equal bytes and equal hashes.

Keys are sorted, there is no white space, and a float is refused: money is written as decimal text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: What the first event of a journal names as the hash before it.
NOTHING_BEFORE = "0" * 64


def canonical(value: Any) -> str:  # noqa: ANN401  # any JSON value
    """The value as JSON text, the same for equal values; raises ``TypeError`` for a float or a Decimal.

    >>> canonical({"b": 1, "a": ["x", None]})
    '{"a":["x",null],"b":1}'
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(text: str, before: str = "") -> str:
    """The SHA-256 of the hash before it and the text, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """The value with tuples as lists, when JSON can hold it exactly."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    raise TypeError(f"A journal holds no {type(value).__name__}; write it as text.")


def _key(key: Any) -> str:  # noqa: ANN401  # any key of a mapping
    if not isinstance(key, str):
        raise TypeError(f"A key in the journal is text, not {type(key).__name__}.")
    return key
