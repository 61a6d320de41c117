"""Tables of the store: how RECORDS and what is made of them become Arrow, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bespeak.tables import RECORDS, STORED_USAGE, Contract
from bespeak.usage.spans import span

_TEXT = pa.dictionary(pa.int32(), pa.string())
_HOURS_A_DAY = 24
#: The day of a record that does not say when.
NO_DAY = -1
#: What the store adds to RECORDS, so that nobody needs to read a text twice.
OWN = (("azure_subscription_id", _TEXT), ("day", pa.int32()))
_SMALL = {"page": pa.int32(), "row": pa.int32(), "hour": pa.int32(), "hours_in_window": pa.int32()}
#: What is beside RECORDS and reason among what is set aside.
_ASIDE = (
    ("azure_subscription_id", _TEXT),
    ("reason", _TEXT),
    ("hours_e6", pa.int64()),
    ("hour", pa.int32()),
    ("hours_in_window", pa.int32()),
    ("as_size", _TEXT),
    ("as_region", _TEXT),
    ("by_resource", pa.bool_()),
    ("delivery", _TEXT),
)


def _types(contract: Contract, more: Iterable[tuple[str, Any]] = ()) -> pa.Schema:
    kinds = {"text": _TEXT, "int": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
    own = [(one.name, _SMALL.get(one.name, kinds[one.kind])) for one in contract.columns]
    return pa.schema([*own, *more])


RECORDS_SCHEMA = _types(RECORDS, OWN)
ROWS_SCHEMA = _types(STORED_USAGE)
ASIDE_SCHEMA = _types(RECORDS, _ASIDE)


def page_table(frame: pd.DataFrame, page: int, customer_id: str) -> pa.Table:
    """RECORDS of one page as Arrow, without what the store adds."""
    fields = [field for field in RECORDS_SCHEMA if field.name not in dict(OWN)]
    made = {field.name: _array(frame[field.name], field.type) for field in fields}
    made["page"] = pa.array(np.full(len(frame), page, np.int32))
    if customer_id:
        made["customer_id"] = constant(customer_id.lower(), len(frame))
    return pa.table(made)


def _array(column: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    if not pa.types.is_dictionary(kind):
        return pa.array(column.to_numpy(), type=kind, from_pandas=True)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _dictionary(column.array)
    return pa.array(column.astype("str"), type=pa.string()).dictionary_encode()


def _dictionary(column: Any) -> pa.DictionaryArray:  # noqa: ANN401 - a categorical; pandas has no type for its array
    codes = column.codes.astype(np.int32)
    mask = codes < 0
    texts = pa.array(column.categories, type=pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask if mask.any() else None), texts)


def constant(text: str, count: int) -> pa.DictionaryArray:
    """The same text in every row."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))


def batch(pages: list[pa.Table]) -> pa.Table:
    """Pages as one table with the subscription and the day of each record; rows of several customers lie together."""
    table = pa.concat_tables(pages).unify_dictionaries().combine_chunks()
    table = table.append_column("azure_subscription_id", _subscriptions(table))
    table = table.append_column("day", _days(table)).select(RECORDS_SCHEMA.names).cast(RECORDS_SCHEMA)
    customers = one_chunk(table["customer_id"])
    if len(customers.dictionary) > 1:
        table = table.take(pa.array(np.argsort(text_codes(customers), kind="stable")))
    return table


def one_chunk(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of texts as one dictionary array."""
    whole = column.unify_dictionaries().combine_chunks()
    return whole if isinstance(whole, pa.DictionaryArray) else whole.chunk(0)


def text_codes(column: pa.DictionaryArray) -> np.ndarray[Any, Any]:
    """The place of each row's text in the order of all texts."""
    place = np.argsort(np.argsort(np.array(column.dictionary.to_pylist(), dtype=object)))
    return np.asarray(place[column.indices.to_numpy(zero_copy_only=False)])


def _subscriptions(table: pa.Table) -> pa.DictionaryArray:
    """The Azure subscription of each record: that in its resource, else its own; lower case."""
    resource, own = one_chunk(table["resource"]), one_chunk(table["subscription"])
    found = pc.extract_regex(pc.utf8_lower(resource.dictionary), r"(?:^|/)subscriptions/+(?P<id>[^/]+)")
    named = pc.fill_null(pc.struct_field(found, "id"), "")
    texts = pa.concat_arrays([named.cast(pa.string()), pc.utf8_lower(own.dictionary)]).dictionary_encode()
    first, second = texts.indices[: len(named)].to_numpy(), texts.indices[len(named) :].to_numpy()
    empty = np.array([not text for text in texts.dictionary.to_pylist()] or [False])
    codes = first[resource.indices.to_numpy()] if len(first) else np.zeros(table.num_rows, np.int32)
    if len(second):
        codes = np.where(empty[codes], second[own.indices.to_numpy()], codes)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), texts.dictionary)


def _days(table: pa.Table) -> pa.Array:
    """The day (UTC, since 1970) on which each record begins, -1 where it does not say when."""
    starts = one_chunk(table["start"])
    days = np.array([_day(text) for text in starts.dictionary.to_pylist()] or [NO_DAY], dtype=np.int32)
    return pa.array(days[starts.indices.to_numpy(zero_copy_only=False)])


def _day(text: str) -> int:
    found = span(text, "")
    return found.first // _HOURS_A_DAY if found.hours else NO_DAY


def frame(table: pa.Table) -> pd.DataFrame:
    """Arrow as pandas: texts categorical with the texts that occur, numbers as the contracts want them."""
    made: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            made[name] = _categorical(one_chunk(column))
        else:
            made[name] = column.to_numpy()
    return pd.DataFrame(made, copy=False)


def _categorical(column: pa.DictionaryArray) -> pd.Categorical:
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = column.dictionary.to_pylist()
    present = np.zeros(len(texts) + 1, dtype=bool)
    present[codes] = True
    present[-1] = False
    place = np.append(np.cumsum(present[:-1]) - 1, -1)
    used = [text for text, there in zip(texts, present, strict=False) if there]
    return pd.Categorical.from_codes(place[codes], categories=pd.Index(used, dtype="str"))


def fixed(table: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """A table for a file: the same rows give the same bytes, so texts are kept in their own order."""
    return pa.table([_fixed(table[field.name], field.type) for field in schema], schema=schema)


def _fixed(column: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    if not pa.types.is_dictionary(kind):
        return pa.array(column.to_numpy(), type=kind, from_pandas=True)
    known = (
        column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("str").astype("category")
    )
    codes, texts = np.asarray(known.cat.codes), list(map(str, known.cat.categories))
    used = np.unique(codes[codes >= 0])
    order = sorted(used, key=texts.__getitem__)
    place = np.full(len(texts) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    moved = place[codes]
    mask = moved < 0
    return pa.DictionaryArray.from_arrays(
        pa.array(moved, mask=mask if mask.any() else None),
        pa.array([texts[one] for one in order], pa.string()),
    )
