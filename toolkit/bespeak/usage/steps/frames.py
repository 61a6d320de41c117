"""What the steps have in common: the frames that they take, sums and quotients that stay whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any, TypeVar, cast

import narwhals as nw
import pandas as pd

#: A frame of any engine; a step gives back what it was given.
FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

#: One whole hour, unit or amount of currency.
WHOLE = 1_000_000


def beside(frame: FrameT, table: pd.DataFrame) -> FrameT:
    """A small table of texts and whole numbers on the engine, and in the connection, of a frame, to be joined to it.

    A DuckDB connection must not be in the middle of a result that is still being fetched.
    """
    native: Any = nw.to_native(frame)
    if frame.implementation.is_duckdb():
        placed = native.query("bespeak_beside", _query(table))
    elif frame.implementation.is_spark_like():
        lines = list(table.itertuples(index=False, name=None))
        placed = native.sparkSession.createDataFrame(lines, list(table.columns))
    else:
        placed = table
    return cast("FrameT", nw.from_native(placed))


def _query(table: pd.DataFrame) -> str:
    """SQL that makes the table out of one text a column.

    A relation runs it in its own connection, which may be forbidden to look at anything outside of itself.
    """
    return "SELECT " + ", ".join(f'unnest({_listed(table[name])}) AS "{name}"' for name in table.columns)


def _listed(values: pd.Series[Any]) -> str:
    """The values as a list in SQL, set apart by what occurs in none of them."""
    kind = "BIGINT" if pd.api.types.is_integer_dtype(values.dtype) else "VARCHAR"
    texts = values.astype("str").tolist()
    if not texts:
        return f"[]::{kind}[]"
    apart = next(mark for n in count() if not any((mark := f"|{n}|") in text for text in texts))
    joined = apart.join(texts).replace("'", "''")
    return f"string_split('{joined}', '{apart}')::{kind}[]"


def each_hour(frame: FrameT) -> FrameT:
    """Each row 24 times, with ``of_day`` from 0 to 23."""
    native: Any = nw.to_native(frame)
    if frame.implementation.is_duckdb():
        made = native.project("*, unnest(range(24)) AS of_day")
    elif frame.implementation.is_spark_like():
        made = native.selectExpr("*", "explode(sequence(0L, 23L)) AS of_day")
    else:
        made = native.merge(pd.DataFrame({"of_day": range(24)}, dtype="int64"), how="cross")
    return cast("FrameT", nw.from_native(made))


def summed(frame: FrameT, by: Iterable[str], sums: Iterable[str], *, counted: str = "") -> FrameT:
    """The sums of whole numbers for each combination of keys, and how many rows each has when there is a name for it.

    DuckDB adds up in 128 bits, which other engines do not have, so the sums are cast back.
    """
    added: dict[str, nw.Expr] = {name: nw.col(name).sum() for name in sums}
    if counted:
        added[counted] = nw.len()
    grouped = frame.group_by(*by).agg(**added)
    return grouped.with_columns(*(nw.col(name).cast(nw.Int64) for name in added))


def distinct(frame: FrameT, by: Iterable[str]) -> FrameT:
    """Each combination of keys once; ``unique`` would number all rows on DuckDB and Spark first."""
    return frame.group_by(*by).agg(rows=nw.len()).drop("rows")


def quotient(amount: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
    """The whole number of times that a divisor goes into an amount, rounded down.

    Spark divides in floating point. What is left over is taken off first, so that every quotient below 2^52 comes out
    as a whole number on every engine, whatever the amount.
    """
    return ((amount - amount % divisor) / divisor).round().cast(nw.Int64)


def share(amount: nw.Expr, times: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
    """``amount * times / divisor`` rounded down; the product itself may be larger than 64 bits."""
    return quotient(amount, divisor) * times + quotient(amount % divisor * times, divisor)
