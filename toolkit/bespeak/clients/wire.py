"""From bytes to an answer, and from a refusal to its code and words. Pure: nothing here sends or waits."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

#: No page is larger than this, neither on the wire nor unpacked (bytes).
BODY_LIMIT = 32 * 1024 * 1024
#: A body that unpacks to more than this many times its size is an attack, not a page.
_RATIO_LIMIT = 200
_SMALL = 64 * 1024
_WORDS_LIMIT = 400
_TOKEN_LIKE = re.compile(r"(?i)(bearer\s+\S+|eyJ[\w.\-]{20,}|(?<=sig=)[^&\s]+)")
_TAGS = re.compile(r"(?s)<(script|style).*?</\1>|<[^>]*>")


class ShapeError(ValueError):
    """A body is not what it says it is; the message completes 'The answer ...'."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a refusal says: Microsoft's code ("" when none), the words, and whether it was an error object at all."""

    code: str
    words: str
    in_words: bool


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its transfer packing, bounded in size; a zip archive sent as 'deflate' stays as it is.

    Raises ``ShapeError`` for a packing that was not asked for, a broken one, or one that grows too much.
    """
    named = encoding.strip().lower()
    if named in {"", "identity"} or body[:2] == b"PK":
        return body
    if named != "gzip":
        raise ShapeError(f"is packed as '{named[:20]}', which was not asked for.")
    unpacker = zlib.decompressobj(wbits=31)
    allowed = min(BODY_LIMIT, max(_SMALL, len(body) * _RATIO_LIMIT))
    try:
        whole = unpacker.decompress(body, allowed + 1)
    except zlib.error as error:
        raise ShapeError("is packed, and the packing is broken.") from error
    if len(whole) > allowed:
        raise ShapeError(f"unpacks to more than {allowed // 1024:,} KiB.")
    if not unpacker.eof:
        raise ShapeError("is packed, and its end is missing.")
    return whole


def parse(body: bytes) -> object:
    """What JSON bytes say: fractions as ``Decimal``, a byte order mark allowed.

    Raises ``ShapeError`` for anything that is not JSON, for NaN or Infinity, and for a name that stands twice.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_doubles,
        )
    except ShapeError:
        raise
    except RecursionError as error:
        raise ShapeError("is nested too deeply.") from error
    except ValueError as error:
        raise ShapeError("is not JSON.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ShapeError(f"holds {name}, which is not a number.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ShapeError(f"has the name '{twice[:40]}' twice in one object.")
    return made


def is_json(headers: Mapping[str, str]) -> bool:
    """Whether the answer says that it is JSON."""
    return "json" in headers.get("content-type", "").lower()


def problem(body: bytes) -> Problem:
    """The code and words of a refusal, in any of the documented shapes; a page of a gateway gives its text."""
    try:
        told = parse(body)
    except ShapeError:
        return Problem("", _tidy(_TAGS.sub(" ", body[:4000].decode("utf-8", "replace"))), in_words=False)
    found = _from_object(told) if isinstance(told, dict) else None
    return found or Problem("", _tidy(str(told)), in_words=False)


def _from_object(told: dict[str, Any]) -> Problem | None:
    """Partner Center, its throttle, its agreement service, Resource Manager and the token endpoint."""
    inner = told.get("error")
    if isinstance(inner, dict):
        told, inner = inner, None
    code = next((told[name] for name in ("code", "statusCode") if told.get(name) is not None), inner)
    names = ("description", "message", "error_description", "errorMessage")
    words = next((told[name] for name in names if told.get(name)), "")
    if code is None and not words:
        return None
    return Problem(_tidy(str("" if code is None else code), 60), _tidy(str(words)), in_words=True)


def _tidy(text: str, limit: int = _WORDS_LIMIT) -> str:
    """One line of printable text, cut, without anything that looks like a token."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    hidden = _TOKEN_LIKE.sub("(hidden)", line)
    return hidden if len(hidden) <= limit else hidden[: limit - 1] + "…"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of ``Retry-After``; ``None`` when it is absent or no number of seconds."""
    text = headers.get("retry-after", "").strip()
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else None


def correlation_id(headers: Mapping[str, str], sent: str) -> str:
    """What support asks for: the service's own id, else the one that was sent; the catalogue writes it twice."""
    names = ("ms-correlationid", "x-ms-correlation-request-id", "x-ms-request-id", "request-id")
    told = next((headers[name] for name in names if headers.get(name)), sent)
    return _tidy(told.split(",")[0], 80)
