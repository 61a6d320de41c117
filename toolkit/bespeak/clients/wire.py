"""From bytes to an answer, and from a refusal to its code and words. Pure: nothing here sends or waits."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from bespeak.clients.server_clock import date_of

#: No page is larger than this, neither on the wire nor unpacked (bytes).
BODY_LIMIT = 32 * 1024 * 1024
#: A body that unpacks to more than this many times its size is an attack, not a page.
_RATIO_LIMIT = 200
_SMALL = 64 * 1024
_WORDS_LIMIT = 400
_LEVELS = 64
_DIGITS = 400
#: All members of an error of Partner Center, its agreement service included (REST error codes, 2021-03).
_OF_ERRORS = frozenset({"code", "description", "message", "data", "source"}) | frozenset(
    {"errorname", "isretryable", "parameters", "errormessageextended"}
)
_TOO_DEEP = "is nested too deeply."
_TOO_LONG = "holds a number of too many digits."
_A_DAY = 86_400.0
_CLAIMS = re.compile(r"""(?i)\bclaims="([A-Za-z0-9+/_-]{2,16384}={0,2})\"""")
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

    Raises ``ShapeError`` for anything that is not JSON, for NaN, Infinity or a number without measure, for a name that
    stands twice, and for more than 64 levels.
    """
    try:
        told = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_fraction,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_doubles,
        )
    except ShapeError:
        raise
    except RecursionError as error:
        raise ShapeError(_TOO_DEEP) from error
    except ValueError as error:
        # Python itself refuses to read a whole number of more than 4,300 digits.
        what = _TOO_LONG if "digits" in str(error) else "is not JSON."
        raise ShapeError(what) from error
    _check_levels(told)
    return told


def _fraction(text: str) -> Decimal:
    """A number with a point or an exponent; one like 1e999999999 would fill the memory when it is written out."""
    number = Decimal(text)
    if len(text) > _DIGITS or (number and abs(number.adjusted()) > _DIGITS):
        raise ShapeError(_TOO_LONG)
    return number


def _check_levels(told: object) -> None:
    """Goes down level by level, and looks at lists and objects only."""
    level: list[Any] = [told] if isinstance(told, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > _LEVELS:
            raise ShapeError(_TOO_DEEP)
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) is dict or type(inner) is list
        ]


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


def is_error_object(told: object) -> bool:
    """Whether a body is nothing but an error, in the shape of Partner Center or of Azure; a resource says more."""
    if not isinstance(told, dict):
        return False
    names = {name.lower() for name in told}
    if names == {"error"}:
        return all(isinstance(inner, dict) and "code" in inner for inner in told.values())
    return "code" in names and bool(names & {"description", "message"}) and names <= _OF_ERRORS


def _tidy(text: str, limit: int = _WORDS_LIMIT) -> str:
    """One line of printable text, cut, without anything that looks like a token."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    hidden = _TOKEN_LIKE.sub("(hidden)", line)
    return hidden if len(hidden) <= limit else hidden[: limit - 1] + "…"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of ``Retry-After``, a date counted from the answer's own ``Date``.

    ``None`` when it is absent, of no use (nonsense, not in the future), or further away than a day.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,3})?", text):
        seconds = float(text)
    else:
        until, now = date_of(text), date_of(headers.get("date", ""))
        if until is None or now is None:
            return None
        seconds = until - now
    return seconds if 0 < seconds <= _A_DAY else None


def claims_challenge(headers: Mapping[str, str]) -> str:
    """The claims (JSON) that a new sign-in must satisfy, from a refusal's ``WWW-Authenticate``; "" for none.

    Source: Claims challenges, claims requests and client capabilities (Microsoft identity platform, 2024).
    """
    found = _CLAIMS.search(headers.get("www-authenticate", ""))
    if found is None:
        return ""
    packed = found.group(1).replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")
        return text if isinstance(json.loads(text), dict) else ""
    except (ValueError, RecursionError):
        return ""


def correlation_id(headers: Mapping[str, str], sent: str) -> str:
    """What support asks for: the service's own id, else the one that was sent; the catalogue writes it twice."""
    names = ("ms-correlationid", "x-ms-correlation-request-id", "x-ms-request-id", "request-id")
    told = next((headers[name] for name in names if headers.get(name)), sent)
    return _tidy(told.split(",")[0], 80)
