"""The tables that flow from step to step, each with a contract: column, kind, unit, nullability.

A step checks what it takes and what it gives with ``CONTRACT.check(frame)``; the error names the column.
Nothing here reads or computes a table.
"""

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


CUSTOMERS = Contract(
    "customers",
    (
        Column("customer_id", "text", note="tenant id of the customer, lower case"),
        Column("name", "text"),
        Column("domain", "text"),
        Column("relationship", "text", note="reseller, none, ..."),
    ),
)

SUBSCRIPTIONS = Contract(
    "subscriptions",
    (
        Column(
            "subscription_id", "text", note="Partner Center id, lower case; of an Azure plan: the plan id"
        ),
        Column("kind", "text", note="azure_plan, legacy (MS-AZR-0145P) or other"),
        Column("name", "text"),
        Column("status", "text"),
        Column("offer_id", "text"),
        Column(
            "registration",
            "text",
            nullable=True,
            note="registered, registering, notregistered; empty: not asked",
        ),
    ),
)

AZURE_SUBSCRIPTIONS = Contract(
    "azure subscriptions",
    (
        Column("azure_subscription_id", "text", note="what a VM runs in, lower case"),
        Column("subscription_id", "text", note="the Partner Center subscription that it belongs to"),
        Column("name", "text"),
        Column("status", "text"),
    ),
)

SIZES = Contract(
    "sizes",
    (
        Column("size", "text", note="ARM name, Standard_D2s_v5"),
        Column("series", "text"),
        Column("vcpus", "int"),
        Column("memory_gib", "number", "GiB"),
        Column(
            "group",
            "text",
            nullable=True,
            note="instance size flexibility group; empty: no flexibility known",
        ),
        Column("ratio", "number", "units", nullable=True, note="units of the group that one instance draws"),
    ),
)

USAGE = Contract(
    "usage",
    (
        Column("start", "time", note="start of the window in which the VM was used"),
        Column("hours_in_window", "int", "h", note="1 for an hourly record, 24 for a daily one"),
        Column("azure_subscription_id", "text"),
        Column("vm", "text", note="name of the VM"),
        Column("resource", "text", note="ARM id, lower case"),
        Column("size", "text", note="from ServiceType, ARM name"),
        Column("region", "text", note="ARM name"),
        Column("hours", "number", "h", note="VM hours used in the window"),
        Column("meter_id", "text"),
        Column("reservation_id", "text", nullable=True, note="of the reservation that covered it"),
    ),
)

SET_ASIDE = Contract(
    "set aside",
    (
        Column("reason", "text", note="a sentence"),
        Column("resource", "text", nullable=True),
        Column("size", "text", nullable=True),
        Column("region", "text", nullable=True),
        Column("hours", "number", "h"),
        Column("rows", "int", note="how many records this line stands for"),
    ),
)

DEMAND = Contract(
    "demand",
    (
        Column("scope", "text", note="'shared' or an Azure subscription id"),
        Column("region", "text"),
        Column("group", "text", note="flexibility group; 'size:<name>' for a size without one"),
        Column("hour", "time"),
        Column("units", "number", "units", note="what certainly ran in that hour, normalised"),
        Column("unknown", "number", "units", note="mean of what ran that day at hours that are not known"),
    ),
)

SIZE_DEMAND = Contract(
    "demand by size",
    (
        Column("scope", "text"),
        Column("region", "text"),
        Column("group", "text"),
        Column("size", "text"),
        Column("hour", "time"),
        Column("instances", "number", "VMs", note="what certainly ran in that hour"),
    ),
)

HOLDINGS = Contract(
    "holdings",
    (
        Column("reservation_order_id", "text"),
        Column("reservation_id", "text", nullable=True, note="empty while the order is young"),
        Column("order_id", "text", note="Partner Center order; empty for a purchase in doubt"),
        Column("name", "text"),
        Column("size", "text"),
        Column("region", "text"),
        Column("group", "text", note="flexibility group; 'size:<name>' for a size without one"),
        Column("ratio", "number", "units", note="1 for a size without flexibility: it covers itself only"),
        Column("quantity", "int", "instances"),
        Column("term", "text", note="P1Y or P3Y"),
        Column("scope", "text", note="'shared' or the Azure subscription id it is bound to"),
        Column("start", "time", nullable=True),
        Column("expiry", "time", nullable=True),
        Column("state", "text", note="Created, ..., Pending while only the order is known, In doubt"),
        Column("source", "text", note="entitlement, order, or journal for a purchase whose end is not known"),
    ),
)

PAYG_PRICES = Contract(
    "pay-as-you-go prices",
    (
        Column("region", "text"),
        Column("size", "text"),
        Column("currency", "text"),
        Column("per_hour", "money", "currency per VM hour", note="compute only, no software"),
    ),
)

RESERVATION_PRICES = Contract(
    "reservation prices",
    (
        Column("region", "text"),
        Column("size", "text"),
        Column("term", "text", note="P1Y or P3Y"),
        Column("currency", "text"),
        Column("total", "money", "currency for the whole term"),
        Column("product_id", "text"),
        Column("sku_id", "text"),
    ),
)

ADVICE = Contract(
    "advice",
    (
        Column("rule", "text", note="exact, or azure-7, azure-30, azure-60"),
        Column("scope", "text"),
        Column("region", "text"),
        Column("group", "text"),
        Column("size", "text", note="what to buy"),
        Column("term", "text", note="P1Y or P3Y"),
        Column("quantity", "int", "instances", note="0: buy nothing"),
        Column("units", "number", "units", note="quantity times ratio"),
        Column("currency", "text"),
        Column("total", "money", "currency for the whole term"),
        Column(
            "payg_cost",
            "number",
            "currency over the window",
            note="what the net demand costs at pay-as-you-go",
        ),
        Column("cost", "number", "currency over the window", note="with this purchase"),
        Column("saving", "number", "currency over the window"),
        Column(
            "utilisation",
            "number",
            "share",
            nullable=True,
            note="of the reserved hours; empty for quantity 0",
        ),
        Column("coverage", "number", "share", note="of the demand"),
        Column("break_even", "number", "share", nullable=True, note="utilisation from which it pays"),
        Column("hours", "int", "h", note="hours of the window"),
        Column("vms", "list", note="names of the VMs that it would cover"),
        Column("reasons", "list", note="sentences"),
        Column("warnings", "list", note="sentences, dated policy"),
    ),
)
