"""A customer-month that is too large to be settled at once, in parts by machine: a machine is whole in one part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bespeak.usage.store.columns import one_chunk
from bespeak.usage.store.gathering import joined


def parted(
    tables: Callable[[], Iterator[pa.Table]], folder: Path, rows: int, most: int
) -> Iterator[pa.Table]:
    """The records in parts of about ``most`` rows, in the order of their resources; read twice, kept on the disk."""
    count = -(-rows // most)
    bounds = _bounds(tables(), count)
    parts = _spilled(tables(), folder, bounds)
    for path in parts:
        yield joined([pq.read_table(path, partitioning=None)])
        path.unlink()


def _bounds(tables: Iterator[pa.Table], count: int) -> dict[str, int]:
    """The part of each resource (lower case), so that parts are about equally large."""
    sums: dict[str, int] = {}
    for table in tables:
        resource = one_chunk(table["resource"])
        lower = pc.utf8_lower(resource.dictionary).to_pylist()
        for text, rows in zip(
            lower, np.bincount(resource.indices.to_numpy(), minlength=len(lower)), strict=True
        ):
            sums[text] = sums.get(text, 0) + int(rows)
    names = sorted(sums)
    before = np.cumsum([0, *(sums[name] for name in names)])
    each = max(1, -(-int(before[-1]) // count))
    return {name: int(start) // each for name, start in zip(names, before, strict=False)}


def _spilled(tables: Iterator[pa.Table], folder: Path, bounds: dict[str, int]) -> list[Path]:
    """A file for each part, its records in the order in which they arrived."""
    writers: dict[int, pq.ParquetWriter] = {}
    try:
        for table in tables:
            part = _part_of(table, bounds)
            for number in np.unique(part):
                if number not in writers:
                    path = folder / f"bucket-{number:05d}.parquet"
                    writers[number] = pq.ParquetWriter(
                        path, table.schema, compression="zstd", compression_level=1
                    )
                writers[number].write_table(table.filter(pa.array(part == number)))
    finally:
        for writer in writers.values():
            writer.close()
    return [folder / f"bucket-{number:05d}.parquet" for number in sorted(writers)]


def _part_of(table: pa.Table, bounds: dict[str, int]) -> npt.NDArray[np.int64]:
    resource = one_chunk(table["resource"])
    part = np.array([bounds[text] for text in pc.utf8_lower(resource.dictionary).to_pylist()], dtype=np.int64)
    return np.asarray(part[resource.indices.to_numpy()])
