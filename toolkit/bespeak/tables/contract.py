"""A contract of a table: column, kind, unit, nullability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from bespeak.errors import TableError

Kind = Literal["text", "int", "number", "money", "time", "flag", "list"]

_DTYPES: dict[str, str] = {
    "text": "str",
    "int": "int64",
    "number": "float64",
    "money": "object",  # Decimal, exact; floats are for analysis only
    "time": "datetime64[us, UTC]",
    "flag": "bool",
    "list": "object",  # a tuple of str
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind, unit, whether it may be empty, and what it means."""

    name: str
    kind: Kind
    unit: str = ""
    nullable: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """The columns that a table has, in this order; more columns are welcome after them."""

    name: str
    columns: tuple[Column, ...]

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same frame, when it keeps the contract; raises ``TableError`` that names the column."""
        for column in self.columns:
            self._check_column(frame, column)
        return frame

    def frame(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """A checked frame of these rows with the contract's kinds; empty rows give an empty table."""
        listed = list(rows)
        data = {c.name: self._series([row.get(c.name) for row in listed], c) for c in self.columns}
        return self.check(pd.DataFrame(data))

    def _series(self, values: list[Any], column: Column) -> pd.Series[Any]:
        try:
            if column.kind == "time":
                moments = pd.to_datetime(values, utc=True, format="ISO8601")
                return pd.Series(moments).astype(_DTYPES["time"])  # type: ignore[call-overload,no-any-return]
            return pd.Series(values, dtype=_DTYPES[column.kind])
        except (TypeError, ValueError) as error:
            raise TableError(self.name, column.name, f"has a value that is not a {column.kind}.") from error

    def _check_column(self, frame: pd.DataFrame, column: Column) -> None:
        if column.name not in frame.columns:
            raise TableError(
                self.name, column.name, f"is missing; there are {', '.join(map(str, frame.columns))}."
            )
        values = frame[column.name]
        if not _has_kind(values, column.kind):
            raise TableError(self.name, column.name, f"holds {values.dtype}, not {column.kind}.")
        if not column.nullable and bool(values.isna().any()):
            raise TableError(self.name, column.name, f"is empty in row {values.isna().idxmax()}.")


def _has_kind(values: pd.Series[Any], kind: Kind) -> bool:
    """Whether the values are of the kind; a short table of objects is looked at value by value."""
    dtype = values.dtype
    if kind == "time":
        return isinstance(dtype, pd.DatetimeTZDtype) and str(dtype.tz) == "UTC"
    if kind == "text":
        return pd.api.types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype)
    if kind == "money":
        return all(isinstance(value, Decimal) for value in values.dropna())
    if kind == "list":
        return all(isinstance(value, tuple) for value in values)
    checks = {
        "int": pd.api.types.is_integer_dtype,
        "number": pd.api.types.is_numeric_dtype,
        "flag": pd.api.types.is_bool_dtype,
    }
    return bool(checks[kind](dtype))
