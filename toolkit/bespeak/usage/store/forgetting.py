"""Forgetting a customer: tables, records and the bytes as received, also where they came together with others'."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bespeak.usage.store import files, months, parcels
from bespeak.usage.store.columns import RECORDS_SCHEMA
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.sealed import Part, writing
from bespeak.usage.store.shelf import Shelf
from bespeak.usage.store.taking import RECORD_OPTIONS, counted, write_root


@files.told_of_writes()
def forget(shelf: Shelf, customer_id: str) -> int:
    """Removes all that is kept of a customer; how many deliveries were touched.

    A page that holds records of others as well loses its bytes, because they cannot be kept in part; the records of the
    others stay. Once more after a kill it goes on.
    """
    locks = shelf.home / "locks"
    touched = 0
    with (
        files.lock(locks / f"{months.customer_key(customer_id)}.lock"),
        files.lock(locks / "deliveries.lock"),
        files.staging(shelf.home) as staged,
    ):
        for folder in shelf.twins():
            files.discard(folder, staged)
        for one in shelf.parcels():
            theirs = {customer for customer, _ in one.owned}
            if customer_id in theirs or one.stream[1] == customer_id:
                touched += 1
                if theirs - {customer_id}:
                    _without(shelf, one, customer_id)
                files.discard(one.folder, staged)
        files.discard(shelf.home / "built" / months.customer_key(customer_id), staged)
    return touched


def _without(shelf: Shelf, parcel: Parcel, customer_id: str) -> None:
    """Puts an edition of the parcel without the customer beside it."""
    identity = {**shelf.owner, "source": parcel.source}
    with files.staging(shelf.home) as staged:
        folder = files.private_folder(staged / "parcel")
        index: dict[tuple[str, str, int], int] = {}
        parts, digests = [], []
        for part in parcel.facts["parts"]:
            table = pq.read_table(parcel.folder / part["records"]["name"], partitioning=None)
            own = pc.equal(table["customer_id"].cast(pa.string()), customer_id)
            pages = np.unique(table.filter(own)["page"].to_numpy())
            others = table.filter(pc.invert(own))
            records = _records(folder / part["records"]["name"], others, identity)
            raw = _raw(parcel.folder, folder, part["raw"]["name"], identity, pages)
            parts.append({"records": records.told(), "raw": raw[0].told()})
            digests += raw[1]
            for key, rows in counted(others).items():
                index[key] = index.get(key, 0) + rows
        edition = int(parcel.facts["edition"]) + 1
        facts = _bare(parcel.facts) | {"edition": edition, "pages": digests, "parts": parts, "also": []}
        write_root(folder / parcels.ROOT, facts, index)
        files.commit(folder, shelf.home / "deliveries" / f"{parcel.id}-{parcel.facts['serial']}-{edition}")


def _bare(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without those that the writer adds."""
    own = {"seal", "data_sha256", "data_size", "rows", "format"}
    return {name: value for name, value in facts.items() if name not in own}


def _records(path: Path, table: pa.Table, identity: Mapping[str, Any]) -> Part:
    with writing(path, RECORDS_SCHEMA, {**identity, "kind": "records"}, RECORD_OPTIONS) as writer:
        writer.write(table.cast(RECORDS_SCHEMA))
        return writer.finish()


def _raw(
    old: Path,
    new: Path,
    name: str,
    identity: Mapping[str, Any],
    pages: Any,  # noqa: ANN401 - an array of numbers
) -> tuple[Part, list[str]]:
    """The pages without the bytes of some; and the digests of all, "" for those."""
    digests = []
    with (
        writing(
            new / name, parcels.RAW_SCHEMA, {**identity, "kind": "raw"}, {"use_dictionary": False}
        ) as writer,
        pq.ParquetFile(old / name) as file,
    ):
        for number in range(file.num_row_groups):
            row = file.read_row_group(number)
            if row["page"][0].as_py() in pages:
                row = pa.table(
                    [row["page"], pa.array([""]), pa.array([b""], pa.large_binary())], parcels.RAW_SCHEMA
                )
            digests.append(row["sha256"][0].as_py())
            writer.write(row)
        return writer.finish(), digests
