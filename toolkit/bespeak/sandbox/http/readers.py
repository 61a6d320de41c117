"""Reads the bodies of the sandbox's own routes: every member known, of its type, or 400 with its name."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from bespeak.sandbox.http.exchange import Ask
from bespeak.sandbox.refusals import RefusalError


def members(ask: Ask, known: Collection[str]) -> dict[str, Any]:
    """The JSON object of a request that has no other members than these."""
    try:
        body = ask.body() if ask.raw.strip() else {}
    except RefusalError as error:
        raise RefusalError(400, "BadRequest", error.description) from error
    for name in body:
        if name not in known:
            raise RefusalError(400, "BadRequest", f"Member '{name}' is unknown.{suggestion(name, known)}")
    return body


def suggestion(name: str, known: Collection[str]) -> str:
    """What may have been meant, else what there is."""
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" There are {', '.join(sorted(known))}." if known else " There is none here."


def whole(body: Mapping[str, Any], name: str) -> int:
    """A whole number that must be there."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RefusalError(400, "BadRequest", f"Member '{name}' must be a whole number, not {shown(value)}.")
    return value


def text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text; without a default it must be there."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise RefusalError(400, "BadRequest", f"Member '{name}' must be a text, not {shown(value)}.")
    return value


def shown(value: object) -> str:
    """What was there instead, for a sentence."""
    return "missing" if value is None else repr(value)[:60]
