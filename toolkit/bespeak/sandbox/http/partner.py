"""What the routes of Partner Center share: links and lists as types, and readers of bodies that name a wrong member."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.http.shapes.partner import Attributes, Collection, Link
from bespeak.sandbox.refusals import RefusalError

T = TypeVar("T")
_MOST = 1024


def to(uri: str, method: str = "GET") -> Link:
    """A link; its address is relative and as it is given."""
    return {"uri": uri, "method": method, "headers": []}


def is_a(kind: str, etag: str = "") -> Attributes:
    """The attributes of an object of this kind."""
    return {"etag": etag, "objectType": kind} if etag else {"objectType": kind}


def listing(items: list[T]) -> Collection[T]:
    """A list on one page, without links."""
    return {"totalCount": len(items), "items": items, "attributes": {"objectType": "Collection"}}


def number(amount: Decimal) -> float:
    """Money as a JSON number."""
    return float(amount)


def flag(ask: Ask, name: str) -> bool:
    """A boolean query parameter as pages (``true``) and the SDK (``True``) spell it; anything else is false."""
    return ask.query.get(name, "").strip().lower() == "true"


def bad(member: str, why: str, code: int = 3000) -> RefusalError:
    """400 for a member of the body that is wrong."""
    return RefusalError(400, code, f"Member '{member}' {why}.")


def text(body: Mapping[str, Any], name: str, *, needed: bool = False, most: int = _MOST) -> str:
    """A text of the body under its lower-case name; empty when it is absent or null and not needed."""
    value = body.get(name)
    if value is None or value == "":
        if needed:
            raise bad(name, "is missing")
        return ""
    if not isinstance(value, str):
        raise bad(name, f"must be a text, not {type(value).__name__}")
    if len(value) > most:
        raise bad(name, f"has more than {most} characters")
    return value


def whole(body: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """A whole number of the body, also when it is written as 4.0."""
    value = body.get(name, default)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad(name, f"must be a whole number, not {value!r}"[:200])
    return value


def truth(body: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A boolean of the body."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad(name, "must be true or false")
    return value


def inside(body: Mapping[str, Any], name: str, *, needed: bool = False) -> dict[str, Any]:
    """An object of the body; empty when it is absent or null and not needed."""
    value = body.get(name)
    if value is None:
        if needed:
            raise bad(name, "is missing")
        return {}
    if not isinstance(value, dict):
        raise bad(name, "must be an object")
    return value


def rows(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects of the body; empty when it is absent or null."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise bad(name, "must be a list of objects")
    return value


def check_etag(ask: Ask, etag: str, *, needed: bool = True) -> None:
    """Refuses an ``If-Match`` that is not the quoted etag of now with 400 / 2055; ``*`` fits anything.

    Microsoft, *Partner Center REST error codes*: 2055, the etag is no longer valid.
    """
    sent = ask.headers.get("if-match", "").strip()
    if not sent and not needed:
        return
    if sent not in (f'"{etag}"', "*"):
        what = "is missing" if not sent else "is not the one of now (in double quotes)"
        raise RefusalError(400, 2055, f"The etag in the header If-Match {what}. Read the resource again.")
