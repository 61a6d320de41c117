"""What the steps have in common: the frames that they take, and sums that stay whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import narwhals as nw

#: A frame of any engine; a step gives back what it was given.
FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

#: One whole hour, unit or amount of currency.
WHOLE = 1_000_000


def summed(frame: FrameT, by: Iterable[str], sums: Iterable[str], *, counted: str = "") -> FrameT:
    """The sums of whole numbers for each combination of keys, and how many rows each has when there is a name for it.

    DuckDB adds up in 128 bits, which other engines do not have, so the sums are cast back.
    """
    names = list(sums)
    counts = [nw.len().alias(counted)] if counted else []
    grouped = frame.group_by(*by).agg(*counts, *(nw.col(name).sum() for name in names))
    whole = [*([counted] if counted else []), *names]
    return grouped.with_columns(*(nw.col(name).cast(nw.Int64) for name in whole))
