"""A page of utilization records, from its bytes straight into columns: what comes by the million."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pandas as pd

from bespeak.errors import UnreadableError
from bespeak.usage.info import FACTS, parsed_info
from bespeak.usage.records import own_or_named, records_frame
from bespeak.usage.utilization import flaw, tolerant_frame

_MARK = b"\xef\xbb\xbf"


class _Meter(msgspec.Struct):
    id: str
    name: str | None = None
    category: str | None = None
    subcategory: str | None = None


class _Instance(msgspec.Struct):
    resourceUri: str | None = None  # noqa: N815 - as the service spells it
    location: str | None = None
    additionalInfo: msgspec.Raw = msgspec.Raw()  # noqa: N815 - as the service spells it


class _Record(msgspec.Struct):
    usageStartTime: str  # noqa: N815 - as the service spells it
    usageEndTime: str  # noqa: N815 - as the service spells it
    resource: _Meter
    quantity: float
    unit: str | None = None
    instanceData: _Instance | None = None  # noqa: N815 - as the service spells it


class _Page(msgspec.Struct):
    items: list[_Record]


_DECODER = msgspec.json.Decoder(_Page)
_NOWHERE = _Instance()


def records_of_page(body: bytes, page: int = 0) -> pd.DataFrame:
    """RECORDS of one page of utilization records as it was received (*Azure utilization record resources*, 2019-08-16).

    A record in another shape does not sink its page: then every record is read by itself, and one that lacks what all
    have keeps that as its flaw. Raises ``UnreadableError`` for what is no page at all, such as half of one.
    """
    plain = body.removeprefix(_MARK)
    try:
        found = _DECODER.decode(plain).items
    except msgspec.ValidationError:
        return _tolerant(plain, page)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_json(error) from None
    if not all(one.usageStartTime and one.usageEndTime and one.resource.id for one in found):
        return _tolerant(plain, page)
    return _columns(found, page)


def _columns(found: Sequence[_Record], page: int) -> pd.DataFrame:
    meters = [one.resource for one in found]
    instances = [one.instanceData or _NOWHERE for one in found]
    facts = _facts([bytes(one.additionalInfo) for one in instances])
    own = [meter.id.lower() for meter in meters]
    return records_frame(
        {
            "start": [one.usageStartTime for one in found],
            "end": [one.usageEndTime for one in found],
            "quantity": [one.quantity for one in found],
            "unit": [one.unit or "" for one in found],
            "category": [meter.category or "" for meter in meters],
            "subcategory": [meter.subcategory or "" for meter in meters],
            "meter": [meter.name or "" for meter in meters],
            "own_meter_id": own,
            "meter_id": own_or_named(own, facts["meter"], named_first=True),
            "reservation_id": [text.lower() for text in facts["reservation"]],
            "region": [one.location or "" for one in instances],
            "resource": [one.resourceUri or "" for one in instances],
            "size": facts["size"],
            "usage_type": facts["usage_type"],
            "vm": facts["vm"],
            "page": page,
        }
    )


def _facts(bags: Sequence[bytes]) -> dict[str, list[str]]:
    """What the bags of extra facts say; equal bags are read once."""
    told = {bag: parsed_info(bag.decode(errors="replace")) for bag in set(bags)}
    known = {bag: tuple(_first(one, names) for names in FACTS.values()) for bag, one in told.items()}
    rows = [known[bag] for bag in bags]
    columns = zip(*rows, strict=True) if rows else [()] * len(FACTS)
    return {name: list(column) for name, column in zip(FACTS, columns, strict=True)}


def _first(told: dict[str, Any], spellings: Sequence[str]) -> str:
    value = next((told[name] for name in spellings if told.get(name)), "")
    return value if isinstance(value, str) else str(value)


def _no_json(error: Exception) -> UnreadableError:
    return UnreadableError(
        f"A page of utilization records is no JSON ({str(error)[:120]}).", "Read the page again."
    )


def _tolerant(body: bytes, page: int) -> pd.DataFrame:
    """The records of a page in which not all are in the documented shape, one by one."""
    try:
        told = json.loads(body)
        if b"\\u" in body:
            json.dumps(told, ensure_ascii=False).encode()  # half a character (a lone surrogate) is no text
    except (
        ValueError,
        RecursionError,
    ) as error:  # the odd record stood before the place where the page breaks off
        raise _no_json(error) from None
    items = told.get("items") if isinstance(told, dict) else None
    if not isinstance(items, list):
        raise UnreadableError("A page of utilization records has no list of items.", "Read the page again.")
    return tolerant_frame(items, [flaw(item) for item in items]).assign(page=page)
