"""Parcels: what a delivery is on the disk. A parcel is a folder: its root, the records, and the bytes as received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = "delivery.parquet"
KIND = "delivery"
_EPOCH = date(1970, 1, 1)

#: The root's own rows: how many records a customer's subscription has on a day.
INDEX_SCHEMA = pa.schema(
    [("customer_id", pa.string()), ("subscription", pa.string()), ("day", pa.int32()), ("rows", pa.int64())]
)
RAW_SCHEMA = pa.schema([("page", pa.int32()), ("sha256", pa.string()), ("bytes", pa.large_binary())])


@dataclass(frozen=True, eq=False)
class Parcel:
    """A delivery, or a part of one, as its root tells it.

    ``index`` says how many records there are of (customer, subscription, day); ``stream`` is what a reading goes on
    from: source, customer, subscription.
    """

    folder: Path
    facts: Mapping[str, Any]
    index: Mapping[tuple[str, str, int], int] = field(repr=False)

    @property
    def id(self) -> str:
        """What it is called in tables; the same bytes in the same place have the same id."""
        return str(self.facts["id"])

    @property
    def order(self) -> tuple[str, int]:
        """Where it stands among all: by when it was received, and by when it was added."""
        return str(self.facts["received"]), int(self.facts["serial"])

    @property
    def source(self) -> str:
        """The name of the source."""
        return str(self.facts["source"])

    @property
    def stream(self) -> tuple[str, str, str]:
        """Source, customer and subscription that were asked for."""
        return self.source, str(self.facts["customer_id"]), str(self.facts["subscription"])

    @property
    def by_record(self) -> bool:
        """Whether each of its records is a version of its own."""
        return bool(self.facts["by_record"])

    @property
    def pages(self) -> frozenset[str]:
        """The digests of the pages that it holds, and of those that were there already when it came."""
        return frozenset([*(one for one in self.facts["pages"] if one), *self.facts["also"]])

    @cached_property
    def owned(self) -> frozenset[tuple[str, str]]:
        """The customers and subscriptions of which it has any record."""
        return frozenset(one[:2] for one in self.index)

    @cached_property
    def months(self) -> Mapping[tuple[str, str], Mapping[tuple[str, int], int]]:
        """For each customer and month of which it has records: how many of each subscription and day."""
        found: dict[tuple[str, str], dict[tuple[str, int], int]] = {}
        for (customer, subscription, day), rows in self.index.items():
            found.setdefault((customer, month_of(day)), {})[subscription, day] = rows
        return found

    @cached_property
    def customers(self) -> frozenset[str]:
        """Whose records it may be the truth about: the customer that was asked for, else those in it."""
        owner = self.stream[1]
        return frozenset([owner] if owner else (customer for customer, _ in self.owned))

    @cached_property
    def covered_months(self) -> tuple[str, str]:
        """The first and the last month of the time that was asked for; two empty texts when that is not known."""
        if self.covers is None:
            return "", ""
        return f"{self.covers[0]:%Y-%m}", f"{self.covers[1] - timedelta(microseconds=1):%Y-%m}"

    @property
    def covers(self) -> tuple[datetime, datetime] | None:
        """The time that the source was asked for."""
        told = self.facts["covers"]
        return (datetime.fromisoformat(told[0]), datetime.fromisoformat(told[1])) if told else None

    def covers_day(self, customer: str, subscription: str, day: int) -> bool:
        """Whether this delivery is the truth about a day, also when it has no record of it."""
        if (customer, subscription, day) in self.index:
            return True
        if self.covers is None or day < 0:
            return False
        start, end = (
            moment.date() for moment in (self.covers[0], self.covers[1] - timedelta(microseconds=1))
        )
        if not (start - _EPOCH).days <= day <= (end - _EPOCH).days:
            return False
        _, owner, asked = self.stream
        if owner == customer and owner:
            return asked in ("", subscription)
        return (customer, subscription) in self.owned


@lru_cache(maxsize=4096)
def month_of(day: int) -> str:
    """The month of a day, "2026-10"; "unknown" for a record that does not say when."""
    return "unknown" if day < 0 else f"{_EPOCH + timedelta(days=day):%Y-%m}"


def read_parcel(folder: Path, facts: Mapping[str, Any]) -> Parcel:
    """The parcel with what its root says of customers and days."""
    table = pq.read_table(folder / ROOT, partitioning=None)
    columns = [table[name].to_pylist() for name in INDEX_SCHEMA.names]
    index = {(customer, sub, day): rows for customer, sub, day, rows in zip(*columns, strict=True)}
    return Parcel(folder, facts, index)
