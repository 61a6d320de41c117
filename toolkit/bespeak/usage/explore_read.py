"""Reading many rows as numbers: texts become codes run by run, for rows lie sorted in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bespeak.usage.store.columns import one_chunk

Ints = npt.NDArray[np.int64]


class Numbers:
    """Gives each combination of texts a number, in the order in which they come."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        self._known: dict[tuple[str, ...], int] = {}

    @property
    def texts(self) -> list[tuple[str, ...]]:
        """The combinations by their numbers."""
        return list(self._known)

    def of(self, batch: pa.Table) -> Ints:
        """The number of each row of a batch."""
        if not batch.num_rows:
            return np.zeros(0, dtype=np.int64)
        columns = [_encoded(batch[name]) for name in self.keys]
        local = [column.indices.to_numpy(zero_copy_only=False) for column in columns]
        starts = np.flatnonzero(_turns(local))
        texts = [column.dictionary.to_pylist() for column in columns]
        told = zip(
            *([own[code] for code in codes[starts]] for own, codes in zip(texts, local, strict=True)),
            strict=True,
        )
        numbers = [self._known.setdefault(one, len(self._known)) for one in told]
        return np.repeat(np.array(numbers, dtype=np.int64), np.diff([*starts, batch.num_rows]))


def added(place: Ints, weights: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """The sums of the weights in each of so many places."""
    return np.asarray(np.bincount(place, weights=weights, minlength=count), dtype=np.float64)


def turns(*columns: npt.NDArray[Any]) -> Ints:
    """Where any of the columns has another value than in the row before; the first row is one."""
    return np.flatnonzero(_turns(columns))


def _turns(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.bool_]:
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return one_chunk(column if pa.types.is_dictionary(column.type) else column.dictionary_encode())
