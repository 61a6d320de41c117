"""What the store holds, in a few lines: from what the roots of the customer-months say, without reading rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bespeak.usage.spans import moment_of
from bespeak.usage.store.columns import ASIDE_SCHEMA, frame
from bespeak.usage.store.months import Month
from bespeak.usage.store.reading import lines
from bespeak.usage.store.shelf import Shelf


def customers(found: Sequence[Month]) -> pd.DataFrame:
    """A row for each customer; the months come in the order of their customers."""
    rows = [_customer(key, list(mine)) for key, mine in groupby(found, key=lambda one: one.customer_id)]
    table = pd.DataFrame(
        rows,
        columns=["customer_id", "months", "rows", "set_aside", "first", "last", "received", "incomplete"],
    )
    whole = {name: table[name].astype("int64") for name in ("months", "rows", "set_aside")}
    texts = {name: table[name].astype("str") for name in ("customer_id", "incomplete")}
    times = {
        name: pd.to_datetime(table[name], utc=True).astype("datetime64[us, UTC]")
        for name in ("first", "last", "received")
    }
    return table.assign(**whole, **texts, **times)


def _customer(customer_id: str, mine: Sequence[Month]) -> dict[str, object]:
    totals = [one.facts["totals"] for one in mine]
    firsts = [one["first"] for one in totals if one["first"] is not None]
    lasts = [one["last"] for one in totals if one["last"] is not None]
    return {
        "customer_id": customer_id,
        "months": len(mine),
        "rows": sum(one["rows"][1] for one in totals),
        "set_aside": sum(one["rows"][2] for one in totals),
        "first": moment_of(min(firsts)) if firsts else None,
        "last": moment_of(max(lasts)) if lasts else None,
        "received": max(str(one.facts["received"]) for one in mine),
        "incomplete": " ".join(sorted({one.incomplete for one in mine if one.incomplete})),
    }


def conservation(found: Sequence[Month]) -> pd.DataFrame:
    """Sums of what came, what is used and what is set aside, in whole numbers."""
    sums = {"records": [0, 0, 0], "hours_e6": [0, 0, 0]}
    for one in found:
        totals = one.facts["totals"]
        told = {"records": totals["rows"], "hours_e6": totals["hours_e6"]}
        told |= {f"cost_e6 {name}": amounts for name, amounts in totals["cost_e6"].items()}
        for name, amounts in told.items():
            mine = sums.get(name, [0, 0, 0])
            sums[name] = [first + second for first, second in zip(mine, amounts, strict=True)]
    rows = [
        (name, *amounts)
        for name, amounts in sorted(sums.items(), key=lambda item: (item[0] != "records", item[0]))
    ]
    return pd.DataFrame(rows, columns=["what", "came", "used", "set_aside"])


def set_aside(shelf: Shelf, found: Sequence[Month]) -> pd.DataFrame:
    """SET_ASIDE of all these months together."""
    tables = [ASIDE_SCHEMA.empty_table()]
    for month in found:
        path = shelf.part(month.folder, month.facts["parts"]["aside"])
        if path is not None:
            tables.append(pq.read_table(path, partitioning=None))
    return lines(frame(pa.concat_tables(tables)))
