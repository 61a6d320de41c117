"""Taking a delivery in: its pages become parcels, each of which is there whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from bespeak.usage.store import files, parcels
from bespeak.usage.store.columns import RECORDS_SCHEMA, batch, page_table
from bespeak.usage.store.delivery import Added, Delivery, Progress
from bespeak.usage.store.sealed import Part, writing
from bespeak.usage.store.shelf import Shelf
from bespeak.usage.store.streams import Stream

#: So much becomes one file: pages, records, bytes as received.
_PAGES, _RECORDS, _BYTES = 50, 500_000, 64 << 20
_ROW_GROUP = 65_536
_STATISTICS = ["customer_id", "day"]
_DELTA = {"row": "DELTA_BINARY_PACKED", "cost_e6": "DELTA_BINARY_PACKED"}
_DICTIONARIES = [name for name in RECORDS_SCHEMA.names if name not in _DELTA]


@dataclass(frozen=True, eq=False)
class _Page:
    number: int
    raw: bytes
    sha256: str
    records: pa.Table


@dataclass(eq=False)
class _Batch:
    """Pages that wait to be written."""

    pages: list[_Page] = field(default_factory=list)
    size: int = 0
    rows: int = 0

    def add(self, page: _Page) -> None:
        self.pages.append(page)
        self.size += len(page.raw)
        self.rows += page.records.num_rows

    @property
    def full(self) -> bool:
        return len(self.pages) >= _PAGES or self.size >= _BYTES or self.rows >= _RECORDS


class Taking:
    """One delivery while it is taken in."""

    def __init__(self, shelf: Shelf, delivery: Delivery, progress: Progress | None) -> None:
        self._shelf, self._delivery, self._progress = shelf, delivery, progress
        self._stream = Stream.of(shelf, delivery)
        self._quantities: list[Any] = []
        self._ids: list[str] = []
        self._also: list[str] = []
        self._pages = self._records = self._seen = self._told = 0

    def done(self) -> Added:
        """Takes all pages in and says what became of them."""
        if self._delivery.by_record:
            self._by_batches()
        else:
            self._as_a_whole()
        return Added(tuple(self._ids), self._pages, self._records, self._seen, self._shortfall())

    def _by_batches(self) -> None:
        """Each batch is kept as soon as it is written; what ends the reading keeps what came before."""
        waiting = _Batch()
        try:
            for page in self._coming():
                if waiting.full:
                    self._keep([waiting], finished=False)
                    waiting = _Batch()
                waiting.add(page)
        except BaseException:
            if waiting.pages:
                self._keep([waiting], finished=False)
            raise
        if waiting.pages or self._stream.wants_a_mark(self._delivery, self._shortfall()):
            self._keep([waiting] if waiting.pages else [], finished=True)

    def _as_a_whole(self) -> None:
        """All of it is kept at the end, or nothing."""
        with files.staging(self._shelf.home) as folder:
            parcel, waiting = _Parcel(folder / "parcel", self._identity()), _Batch()
            for page in self._coming():
                if waiting.full:
                    parcel.write(waiting)
                    waiting = _Batch()
                waiting.add(page)
            if waiting.pages:
                parcel.write(waiting)
            if self._stream.is_the_latest(parcel.digests, self._delivery):
                self._seen, self._pages, self._records = self._pages, 0, 0
                return
            self._commit(parcel, finished=True)

    def _coming(self) -> Iterator[_Page]:
        """The pages that are not there already."""
        for number, (raw, frame) in enumerate(self._delivery.pages):
            if self._delivery.control is not None:
                self._quantities.append(frame["quantity"].to_numpy())
            digest = hashlib.sha256(raw).hexdigest()
            if self._delivery.by_record and self._stream.has(digest):
                self._seen += 1
                self._also.append(digest)
            else:
                self._pages += 1
                self._records += len(frame)
                yield _Page(number, raw, digest, page_table(frame, number, self._delivery.customer_id))
            self._told += len(frame)
            if self._progress is not None:
                self._progress(self._told, self._total())

    def _total(self) -> int | None:
        control = self._delivery.control
        return self._delivery.total or (control.rows if control is not None else None)

    def _shortfall(self) -> str:
        control = self._delivery.control
        numbers = [number for page in self._quantities for number in page.tolist()]
        lacking = control.shortfall(numbers) if control is not None else ""
        return " ".join(part for part in (self._delivery.incomplete, lacking) if part)

    @files.told_of_writes()
    def _keep(self, batches: list[_Batch], *, finished: bool) -> None:
        with files.staging(self._shelf.home) as folder:
            parcel = _Parcel(folder / "parcel", self._identity())
            for one in batches:
                parcel.write(one)
            self._commit(parcel, finished=finished)

    @files.told_of_writes()
    def _commit(self, parcel: _Parcel, *, finished: bool) -> None:
        with files.lock(self._shelf.home / "locks" / "deliveries.lock"):
            facts = self._stream.facts(
                self._delivery,
                digests=parcel.digests,
                also=self._also,
                finished=finished,
                incomplete=self._shortfall() if finished else "",
            )
            parcel.finish(facts)
            files.commit(parcel.folder, self._shelf.home / "deliveries" / f"{facts['id']}-{facts['serial']}")
        self._also = []
        self._ids.append(str(facts["id"]))

    def _identity(self) -> Mapping[str, Any]:
        return dict(self._shelf.owner) | {"source": self._delivery.source}


class _Parcel:
    """A parcel in the making."""

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self.folder = files.private_folder(folder)
        self.digests: list[str] = []
        self._identity = identity
        self._parts: list[dict[str, Any]] = []
        self._index: dict[tuple[str, str, int], int] = {}

    @files.told_of_writes()
    def write(self, waiting: _Batch) -> None:
        """The pages of a batch as two files: bytes as received, and RECORDS."""
        number = len(self._parts)
        raw = self._raw(waiting, self.folder / f"raw-{number:04d}.parquet")
        table = batch([page.records for page in waiting.pages])
        records = self._table(table, self.folder / f"records-{number:04d}.parquet")
        self._parts.append({"raw": raw.told(), "records": records.told()})
        self.digests += [page.sha256 for page in waiting.pages]
        for key, rows in counted(table).items():
            self._index[key] = self._index.get(key, 0) + rows

    def _raw(self, waiting: _Batch, path: Path) -> Part:
        facts = dict(self._identity) | {"kind": "raw"}
        with writing(
            path, parcels.RAW_SCHEMA, facts, {"use_dictionary": False, "write_statistics": ["page"]}
        ) as writer:
            for page in waiting.pages:
                writer.write(_raw_row(page))
            return writer.finish()

    def _table(self, table: pa.Table, path: Path) -> Part:
        facts = dict(self._identity) | {"kind": "records"}
        with writing(path, RECORDS_SCHEMA, facts, RECORD_OPTIONS) as writer:
            writer.write(table, _ROW_GROUP)
            return writer.finish()

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Writes the root: with it the parcel is whole."""
        write_root(self.folder / parcels.ROOT, {**facts, "parts": self._parts}, self._index)


RECORD_OPTIONS: Mapping[str, Any] = {
    "use_dictionary": _DICTIONARIES,
    "column_encoding": _DELTA,
    "write_statistics": _STATISTICS,
}


def write_root(path: Path, facts: Mapping[str, Any], index: Mapping[tuple[str, str, int], int]) -> None:
    """The root of a parcel."""
    rows = sorted(index.items())
    columns = [*zip(*(key for key, _ in rows), strict=True)] or [(), (), ()]
    table = pa.table([*columns, [count for _, count in rows]], schema=parcels.INDEX_SCHEMA)
    with writing(path, parcels.INDEX_SCHEMA, facts) as writer:
        writer.write(table)
        writer.finish()


def counted(table: pa.Table) -> dict[tuple[str, str, int], int]:
    """How many records there are of each customer, subscription and day."""
    sums = table.group_by(["customer_id", "azure_subscription_id", "day"]).aggregate([([], "count_all")])
    names = ("customer_id", "azure_subscription_id", "day", "count_all")
    columns = [sums[name].to_pylist() for name in names]
    return {(customer, sub, day): rows for customer, sub, day, rows in zip(*columns, strict=True)}


def _raw_row(page: _Page) -> pa.Table:
    columns = [
        pa.array([page.number], pa.int32()),
        pa.array([page.sha256]),
        pa.array([page.raw], pa.large_binary()),
    ]
    return pa.table(columns, schema=parcels.RAW_SCHEMA)
