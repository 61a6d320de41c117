"""Opening a figure: the records behind it, counted and set aside, with the text that was received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bespeak.usage.spans import hours_since_epoch
from bespeak.usage.store.columns import frame
from bespeak.usage.store.delivery import words
from bespeak.usage.store.months import Month
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.raw_text import record_texts
from bespeak.usage.store.shelf import Shelf

_COLUMNS = [
    *("delivery", "source", "received", "page", "row", "hour", "resource", "size", "region"),
    *("hours_e6", "cost_e6", "currency", "reason", "raw"),
]
_GONE = "The bytes of this page were removed, or are not what was received."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are to be opened; what is empty does not narrow them down.

    ``reason`` is a sentence of what is set aside; "" opens those that count as well. ``start`` and ``end`` are hours
    since 1970.
    """

    reason: str = ""
    resource: str = ""
    start: float | None = None
    end: float | None = None
    limit: int = 1000


def opened(shelf: Shelf, found: Sequence[Month], wanted: Wanted) -> pd.DataFrame:
    """The records of these customer-months that are wanted, by machine, hour and order of arrival."""
    parts = [_narrowed(shelf, month, name, wanted) for month in found for name in ("rows", "aside")]
    known = {one.id: one for one in shelf.parcels()}
    lines = [_told(part, known) for part in parts if len(part)]
    table = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=[*_COLUMNS[:-1], "order"])
    order = ["resource", "hour", "order", "page", "row"]
    table = table.sort_values(order, kind="stable", ignore_index=True).head(wanted.limit)
    received = pd.to_datetime(table["received"], utc=True, format="ISO8601").astype("datetime64[us, UTC]")
    return table.assign(raw=_raw(shelf, table, known), received=received)[_COLUMNS]


def _narrowed(shelf: Shelf, month: Month, name: str, wanted: Wanted) -> pd.DataFrame:
    if name == "rows" and wanted.reason:
        return pd.DataFrame()
    path = shelf.part(month.folder, month.facts["parts"][name])
    if path is None:
        return pd.DataFrame()
    table = pq.read_table(path, partitioning=None)
    return frame(table.filter(_mask(table, wanted)))


def _mask(table: pa.Table, wanted: Wanted) -> pa.Array:
    mask = pa.array(np.ones(table.num_rows, dtype=bool))
    if wanted.reason:
        mask = pc.and_(mask, pc.equal(table["reason"].cast(pa.string()), wanted.reason))
    if wanted.resource:
        own = pc.utf8_lower(table["resource"].cast(pa.string()))
        mask = pc.and_(mask, pc.equal(own, wanted.resource.lower()))
    if wanted.start is not None:
        after = pc.add(table["hour"], table["hours_in_window"])
        mask = pc.and_(mask, pc.greater(after, wanted.start))
    if wanted.end is not None:
        mask = pc.and_(mask, pc.less(table["hour"], wanted.end))
    return mask


def _told(part: pd.DataFrame, known: Mapping[str, Parcel]) -> pd.DataFrame:
    """The columns that are shown, with what is known of the delivery."""
    deliveries = part["delivery"].astype("str")
    facts = {one: known.get(one) for one in deliveries.unique()}
    aside = "as_size" in part.columns
    columns: dict[str, Any] = {
        "delivery": deliveries,
        "source": deliveries.map({one: words(found.source) if found else "" for one, found in facts.items()}),
        "received": deliveries.map({one: found.order[0] if found else "" for one, found in facts.items()}),
        "order": deliveries.map(
            {one: f"{found.order[1]:012d}" if found else "" for one, found in facts.items()}
        ),
        "resource": part["resource"].astype("str").str.lower(),
        "size": part["as_size" if aside else "size"].astype("str"),
        "region": part["as_region" if aside else "region"].astype("str"),
        "currency": part["currency"].astype("str"),
        "reason": part["reason"].astype("str") if aside else "",
    }
    numbers = ("page", "row", "hour", "hours_e6", "cost_e6")
    return pd.DataFrame(columns | {name: part[name] for name in numbers})


def _raw(shelf: Shelf, table: pd.DataFrame, known: Mapping[str, Parcel]) -> list[str]:
    pages: dict[tuple[str, int], Sequence[str]] = {}
    texts = []
    for delivery, page, row in zip(table["delivery"], table["page"], table["row"], strict=True):
        key = str(delivery), int(page)
        if key not in pages:
            parcel = known.get(key[0])
            pages[key] = record_texts(page_bytes(shelf, parcel, key[1])) if parcel else ()
        texts.append(pages[key][int(row)] if int(row) < len(pages[key]) else _GONE)
    return texts


def page_bytes(shelf: Shelf, parcel: Parcel, page: int) -> bytes:
    """A page as it was received; nothing when it is not there any more."""
    for part in parcel.facts["parts"]:
        path = shelf.part(parcel.folder, part["raw"])
        if path is None:
            continue
        found = pq.read_table(path, filters=[("page", "=", page)], partitioning=None)
        if found.num_rows:
            return bytes(found["bytes"][0].as_py())
    return b""


def hour_of(moment: Any) -> float | None:  # noqa: ANN401 - a datetime or nothing
    """A moment as hours since 1970."""
    return None if moment is None else hours_since_epoch(moment)
