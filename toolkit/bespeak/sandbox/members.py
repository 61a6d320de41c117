"""Reads members of an Azure request body (lower-case keys) and names the one that is missing or of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bespeak.sandbox.refusals import RefusalError

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST = 2048


def wrong(name: str, what: str, value: object = None) -> RefusalError:
    """The refusal of a member: what it must be, and what was there instead."""
    shown = "" if value is None else f", not {value!r}"[:200]
    return RefusalError(400, "InvalidRequestContent", f"Member '{name}' must be {what}{shown}.")


def object_at(raw: Mapping[str, Any], name: str, *, needed: bool = False) -> dict[str, Any]:
    """An object; an empty one when it is absent or null and need not be there."""
    value = _get(raw, name)
    if value is None and not needed:
        return {}
    if not isinstance(value, dict):
        raise wrong(name, "an object", value)
    return value


def text_at(raw: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text; one without a default must be there and not be empty."""
    value = _get(raw, name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise wrong(name, "a text that is not empty", value)
    if len(value) > _MOST:
        raise wrong(name, f"at most {_MOST} characters long")
    return value.strip()


def whole_at(raw: Mapping[str, Any], name: str) -> int:
    """A whole number that must be there."""
    value = _get(raw, name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(name, "a whole number", value)
    return value


def truth_at(raw: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """True or false."""
    value = _get(raw, name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise wrong(name, "true or false", value)
    return value


def texts_at(raw: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts; an empty one when it is absent or null."""
    value = _get(raw, name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) and len(one) <= _MOST for one in value):
        raise wrong(name, "a list of texts", value)
    return [one.strip() for one in value]


def _get(raw: Mapping[str, Any], name: str) -> object:
    return raw.get(name.lower())


def subscription_in(text: str) -> str:
    """The Azure subscription of ``/subscriptions/{id}`` or of a bare GUID; nothing for any other text."""
    bare = text.strip().strip("/").lower().removeprefix("subscriptions/")
    return bare if GUID.fullmatch(bare) else ""
