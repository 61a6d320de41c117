"""The usage store: all that was received of usage, kept as it came, and the tables that are made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bespeak.clients.session import Session
from bespeak.usage.reading import UsageReading
from bespeak.usage.store import files, forgetting
from bespeak.usage.store.building import WAVE, Building
from bespeak.usage.store.columns import ASIDE_SCHEMA, ROWS_SCHEMA
from bespeak.usage.store.delivery import Added, Built, Delivery, Progress, words
from bespeak.usage.store.engine import Engine
from bespeak.usage.store.knowing import cut_since, known_span, streams
from bespeak.usage.store.months import Month
from bespeak.usage.store.opening import Wanted, hour_of, opened
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.reading import reading
from bespeak.usage.store.shelf import Shelf
from bespeak.usage.store.summary import conservation, customers, set_aside
from bespeak.usage.store.taking import Taking
from bespeak.usage.store.writing import HOURLY_SCHEMA
from bespeak.worlds import stamp


class UsageStore:
    """The usage of one instance of one world, in a private folder that several processes may share.

    What is received is added as it came; ``build`` makes the tables, and everything else reads them. ``threads`` is how
    many DuckDB uses (by default one a core), ``wave`` how many records are settled at once.
    """

    def __init__(
        self, home: Path, *, world: str, instance: str, threads: int | None = None, wave: int = WAVE
    ) -> None:
        self.home = files.private_folder(home.resolve())
        self.world = world
        self._shelf = Shelf(self.home, {"world": world, "instance": instance})
        self._engine = Engine(self.home, threads)
        self._wave = wave

    def __repr__(self) -> str:
        return f"UsageStore({self.world}, {self.bytes_on_disk / 1e6:,.1f} MB)"

    def add(self, delivery: Delivery, progress: Progress | None = None) -> Added:
        """Keeps a delivery: bytes as received and RECORDS; what was there already is counted.

        Of a delivery by record everything is kept up to where ``progress`` or the pages raise; of a whole one nothing
        before its end. Raises ``StoreError`` when the disk refuses; what was there stays as it was.
        """
        return Taking(self._shelf, delivery, progress).done()

    def build(self, customer_ids: Collection[str] | None = None, progress: Progress | None = None) -> Built:
        """Makes the tables of each customer-month whose deliveries changed, of all customers or of these.

        A build that ends early goes on where it was. Raises ``StoreError`` when the disk refuses.
        """
        wanted = None if customer_ids is None else {one.lower() for one in customer_ids}
        return Building(self._shelf, self._engine, progress, self._wave).done(wanted)

    def customers(self) -> pd.DataFrame:
        """A row for each customer that tables were made of, also for "", the records of nobody known.

        Columns: customer_id, months, rows, set_aside (records), first, last (UTC), received, incomplete ("" or a
        sentence).
        """
        return stamp(self.world, customers(self._shelf.months()))

    def rows(
        self, customer_id: str | None = None, months: Collection[str] | None = None
    ) -> nw.LazyFrame[Any]:
        """STORED_USAGE of all customers or one, all months or these ("2026-10"), read when it is collected."""
        found = self._months(customer_id, months)
        paths = [self._shelf.part(month.folder, month.facts["parts"]["rows"]) for month in found]
        return self._engine.parquet([path for path in paths if path is not None], ROWS_SCHEMA)

    def hourly(
        self, customer_id: str | None = None, months: Collection[str] | None = None
    ) -> nw.LazyFrame[Any]:
        """HOURLY_USAGE, as ``rows``."""
        found = self._months(customer_id, months)
        return self._engine.parquet([month.root for month in found], HOURLY_SCHEMA)

    def aside(self, customer_id: str | None = None) -> nw.LazyFrame[Any]:
        """RECORDS that are set aside, with reason, hours_e6, hour, hours_in_window, as_size, as_region and delivery."""
        found = self._months(customer_id)
        paths = [self._shelf.part(month.folder, month.facts["parts"]["aside"]) for month in found]
        return self._engine.parquet([path for path in paths if path is not None], ASIDE_SCHEMA)

    def batches(self, customer_id: str, part: str, columns: Collection[str]) -> Iterator[pa.Table]:
        """Some columns of a customer's "rows", "aside" or "hourly" as Arrow, a batch at a time, in the files' order."""
        for month in self._months(customer_id):
            told = month.facts["parts"]
            path = month.root if part == "hourly" else self._shelf.part(month.folder, told[part])
            if path is not None:
                with pq.ParquetFile(path) as file:
                    for group in range(file.num_row_groups):
                        yield file.read_row_group(group, columns=list(columns))

    def deliveries(self, customer_id: str) -> pd.DataFrame:
        """What was received for a customer. Columns: delivery (its id in rows), source (in words), received (UTC)."""
        key = customer_id.lower()
        mine = [one for one in self._shelf.parcels() if key in {owner for owner, _ in one.owned}]
        rows = [(one.id, words(one.source), one.order[0]) for one in mine]
        table = pd.DataFrame(rows, columns=["delivery", "source", "received"], dtype="str")
        moments = pd.to_datetime(table["received"], utc=True, format="ISO8601").astype("datetime64[us, UTC]")
        return stamp(self.world, table.assign(received=moments))

    def beside(self, table: pa.Table | pd.DataFrame) -> nw.LazyFrame[Any]:
        """A table in memory as a frame that can be joined to ``rows`` and ``hourly``."""
        return self._engine.beside(table)

    def set_aside(self, customer_id: str) -> pd.DataFrame:
        """SET_ASIDE of a customer, with the cost of each line."""
        return stamp(self.world, set_aside(self._shelf, self._months(customer_id)))

    def conservation(self, customer_id: str | None = None) -> pd.DataFrame:
        """What came in, what is used of it and what is set aside, of one customer or all.

        A row for records, hours and each currency. Columns: what, came, used, set_aside; hours and cost in whole
        millionths.
        """
        return stamp(self.world, conservation(self._months(customer_id)))

    def opened(
        self,
        customer_id: str,
        *,
        reason: str = "",
        resource: str = "",
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 1000,
    ) -> pd.DataFrame:
        """The records behind a figure, each version of them, with the text as received.

        ``reason`` is that of a line of ``set_aside``, "" for all; ``resource`` may have any spelling; the window is in
        UTC. In the table ``reason`` is "" where a record counts.
        """
        wanted = Wanted(reason, resource, hour_of(start), hour_of(end), limit)
        return stamp(self.world, opened(self._shelf, self._months(customer_id), wanted))

    def reading(
        self, customer_id: str, start: datetime | None = None, end: datetime | None = None
    ) -> UsageReading:
        """The usage of a customer between two moments (UTC), as advice takes it.

        Raises ``InputError`` when the store knows nothing of the customer, ``StoreError`` when a file is broken.
        """
        found = reading(self._shelf, self._months(customer_id), start, end, self.world)
        stamp(self.world, found.usage)
        stamp(self.world, found.set_aside)
        return found

    def known_until(self, customer_id: str, subscription: str = "", source: str = "") -> datetime | None:
        """Up to when (UTC) whole deliveries tell; ``None`` where there is none.

        Of one subscription and one source where they are given.
        """
        span = known_span(self._about(customer_id, subscription, source))
        return None if span is None else span[1]

    def known_since(self, customer_id: str, subscription: str = "", source: str = "") -> datetime | None:
        """From when (UTC) whole deliveries tell without a gap up to ``known_until``."""
        span = known_span(self._about(customer_id, subscription, source))
        return None if span is None else span[0]

    def cut_since(self, customer_id: str, subscription: str = "", source: str = "") -> datetime | None:
        """From when (UTC) a delivery was to tell that was cut off and not made good; ``None`` where none was.

        Reading from there to now in one delivery makes it good.
        """
        return cut_since(self._about(customer_id, subscription, source))

    def forget(self, customer_id: str) -> int:
        """Removes all that is kept of a customer, the bytes as received included; how many deliveries it was in."""
        return forgetting.forget(self._shelf, customer_id.lower())

    @property
    def rejected(self) -> pd.DataFrame:
        """The files that are not what was written and are not read: file, and a sentence that says what is wrong."""
        self._shelf.parcels()
        self._shelf.months()
        rows = sorted((path.as_posix(), why) for path, why in dict(self._shelf.rejected).items())
        return pd.DataFrame(rows, columns=["file", "what"], dtype="str")

    @property
    def bytes_on_disk(self) -> int:
        """How large the store is."""
        return files.bytes_in(self.home)

    @property
    def fingerprint(self) -> str:
        """A digest of all tables: the same deliveries give the same tables to the last byte."""
        told = [
            [one.customer_id, one.month, one.facts["data_sha256"], *_digests(one)]
            for one in self._shelf.months()
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def _about(self, customer_id: str, subscription: str, source: str) -> list[Parcel]:
        return streams(self._shelf.parcels(), customer_id.lower(), subscription.lower(), source)

    def _months(self, customer_id: str | None, months: Collection[str] | None = None) -> list[Month]:
        found = self._shelf.months(None if customer_id is None else customer_id.lower())
        return [one for one in found if months is None or one.month in months]


def usage_store(session: Session) -> UsageStore:
    """The usage store of a session's world, in its private folder."""
    return UsageStore(session.home / "usage", world=session.world, instance=session.instance)


def _digests(month: Month) -> list[str]:
    return [str(month.facts["parts"][name]["sha256"]) for name in ("rows", "aside")]
