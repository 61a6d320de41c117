"""Ids are checked before they go into a path, so that no id can turn one address into another."""

from __future__ import annotations

import re

from bespeak.errors import InputError

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHAPES = {
    "product": (re.compile(r"[A-Za-z0-9]{4,32}"), "DZH318Z0BPS6"),
    "SKU": (re.compile(r"[A-Za-z0-9]{1,16}"), "00K7"),
    # Three documented shapes: a GUID, 33 letters, digits, '-' and '_', or 12 hex digits.
    "order": (re.compile(r"[A-Za-z0-9_-]{8,64}"), "4be1c09a77d2"),
    "invoice": (re.compile(r"[A-Za-z0-9-]{4,40}"), "G010020030"),
    "country": (re.compile(r"[A-Za-z]{2}"), "GB"),
    "currency": (re.compile(r"[A-Za-z]{3}"), "GBP"),
    "tenant": (re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"), "contoso.onmicrosoft.com"),
}
_SHOWN = 60


def guid(value: str, of: str) -> str:
    """The id in lower case; raises ``InputError`` when it is no GUID.

    >>> guid("1F0C8E52-7B3D-4A86-9D11-5E2A7C40B9F3", "customer")
    '1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3'
    """
    lowered = value.strip().lower()
    if not _GUID.fullmatch(lowered):
        raise InputError(
            f"'{value[:_SHOWN]}' is not the id of a {of}.",
            "Such an id looks like 1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3.",
        )
    return lowered


def code(value: str, of: str) -> str:
    """The id as it is; raises ``InputError`` when it has not the shape that a ``of`` id has."""
    shape, sample = _SHAPES[of]
    if not shape.fullmatch(value):
        raise InputError(f"'{value[:_SHOWN]}' is not a {of} id.", f"Such an id looks like {sample}.")
    return value
