"""Reading records back out of parcels: those of some customers and months, in the order in which they arrived."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bespeak.usage.store.columns import NO_DAY, RECORDS_SCHEMA, one_chunk
from bespeak.usage.store.parcels import Parcel
from bespeak.usage.store.shelf import Shelf

#: Above the page stands which parcel it is in, so that both sort as they arrived.
ORDINAL = 1 << 32
_EPOCH = date(1970, 1, 1)
_DECEMBER = 12
_GATHERED = RECORDS_SCHEMA.set(RECORDS_SCHEMA.get_field_index("page"), pa.field("page", pa.int64()))


class GoneError(Exception):
    """A parcel is no longer what it was when the work was planned; never seen outside of the store."""


def gathered(
    shelf: Shelf, parcels: Sequence[Parcel], customers: Collection[str], days: tuple[int, int]
) -> Iterator[pa.Table]:
    """The records of these customers on these days, a table at a time; ``page`` holds the parcel's place as well."""
    for ordinal, parcel in enumerate(parcels):
        for part in parcel.facts["parts"]:
            path = shelf.part(parcel.folder, part["records"])
            if path is None:
                shelf.give_up(parcel)
                raise GoneError
            for table in _rows(path, customers, days):
                mine = only(table, customers, days)
                if mine.num_rows:
                    yield _placed(mine, ordinal)


def _rows(path: Path, customers: Collection[str], days: tuple[int, int]) -> Iterator[pa.Table]:
    """The row groups that may hold any of the records."""
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        places = names.index("customer_id"), names.index("day")
        low, high = min(customers), max(customers)
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            customer, day = (group.column(place).statistics for place in places)
            if customer is not None and customer.has_min_max and not low <= customer.max:
                continue
            if customer is not None and customer.has_min_max and not high >= customer.min:
                continue
            if day is not None and day.has_min_max and (day.max < days[0] or day.min > days[1]):
                continue
            yield file.read_row_group(number)


def only(table: pa.Table, customers: Collection[str], days: tuple[int, int]) -> pa.Table:
    """The records of these customers on these days; the table itself when that is all of it."""
    owner, day = one_chunk(table["customer_id"]), table["day"].to_numpy()
    own = np.array([one in customers for one in owner.dictionary.to_pylist()] or [False])
    mask = own[owner.indices.to_numpy()] & (day >= days[0]) & (day <= days[1])
    return table if mask.all() else table.filter(pa.array(mask))


def _placed(table: pa.Table, ordinal: int) -> pa.Table:
    pages = table["page"].to_numpy().astype(np.int64) + ordinal * ORDINAL
    return table.set_column(table.schema.get_field_index("page"), "page", pa.array(pages)).cast(_GATHERED)


def days_of(month: str) -> tuple[int, int]:
    """The first and the last day of a month (since 1970); that of "unknown" is no day."""
    if month == "unknown":
        return NO_DAY, NO_DAY
    year, number = map(int, month.split("-"))
    after = date(year + number // _DECEMBER, number % _DECEMBER + 1, 1)
    return (date(year, number, 1) - _EPOCH).days, (after - _EPOCH).days - 1


def joined(tables: list[pa.Table]) -> pa.Table:
    """Tables as one, with one dictionary for each column of texts."""
    return pa.concat_tables(tables or [_GATHERED.empty_table()]).unify_dictionaries().combine_chunks()
