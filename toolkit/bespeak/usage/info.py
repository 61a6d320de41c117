"""The bag of extra facts in a record: an object, the text of one, or absent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_NOTHING: Mapping[str, Any] = {}

#: What a bag of extra facts holds that sizing needs, and how the services spell it.
FACTS: Mapping[str, tuple[str, ...]] = {
    "size": ("ServiceType", "serviceType"),
    "usage_type": ("UsageType", "usageType"),
    "vm": ("VMName", "vmName"),
    "meter": ("ConsumptionMeter", "consumptionMeter"),
    "reservation": ("ReservationId", "reservationId"),
}


def info_bags(values: Iterable[object]) -> list[Mapping[str, Any]]:
    """Each value as a mapping; an unreadable or absent one is empty. Equal texts are read once."""
    read = _reader()
    return [value if isinstance(value, dict) else read(value) for value in values]


def facts(bags: list[Mapping[str, Any]], *spellings: str) -> list[str]:
    """One fact of each bag as text, "" where absent; the spellings of its name are tried in turn."""
    first, *others = spellings
    found = [bag.get(first) or "" for bag in bags]
    for name in others:
        found = [known or bag.get(name) or "" for known, bag in zip(found, bags, strict=True)]
    return [value if isinstance(value, str) else str(value) for value in found]


def _reader() -> Callable[[object], Mapping[str, Any]]:
    known: dict[str, Mapping[str, Any]] = {}

    def read(value: object) -> Mapping[str, Any]:
        if not isinstance(value, str) or not value:
            return _NOTHING
        if value not in known:
            known[value] = _parsed(value)
        return known[value]

    return read


def facts_of(texts: Iterable[str]) -> list[dict[str, str]]:
    """The facts that sizing needs from the text of each bag, "" where absent."""
    return [_facts_of(parsed_info(text)) for text in texts]


def _facts_of(told: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name: next((told[one] for one in (*names, f"x_{names[0]}") if told.get(one)), "")
        for name, names in FACTS.items()
    }  # SkuPriceDetails of FOCUS 1.1 and later has x_ before Microsoft's own names
    return {name: value if isinstance(value, str) else str(value) for name, value in found.items()}


def parsed_info(text: str) -> dict[str, Any]:
    """One bag from its text: an object, a text that holds one, or its members without braces; else nothing."""
    stripped = text.strip()
    if stripped.startswith('"'):
        try:
            inner = json.loads(stripped)
        except (ValueError, RecursionError):
            return {}
        return _parsed(inner) if isinstance(inner, str) else {}
    return _parsed(stripped)


def _parsed(text: str) -> dict[str, Any]:
    """A JSON object; some exports leave its braces out."""
    stripped = text.strip()
    if not stripped.startswith("{"):
        stripped = f"{{{stripped}}}"
    try:
        value = json.loads(stripped)
        if "\\u" in stripped:
            json.dumps(value, ensure_ascii=False).encode()  # half a character (a lone surrogate) is no text
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
