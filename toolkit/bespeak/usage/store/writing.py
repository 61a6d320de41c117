"""Writing a customer-month: rows, what is set aside, and the hourly aggregate, which is the root of the three."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from bespeak.tables import HOURLY_USAGE
from bespeak.usage.steps import hourly
from bespeak.usage.store import files, months
from bespeak.usage.store.columns import ASIDE_SCHEMA, ROWS_SCHEMA, fixed
from bespeak.usage.store.engine import Engine
from bespeak.usage.store.making import Made, Totals
from bespeak.usage.store.planning import VERSION, Job
from bespeak.usage.store.sealed import Part, writing

_ROW_GROUP = 500_000
_TEXT = pa.dictionary(pa.int32(), pa.string())
_SMALL = {"hour": pa.int32(), "hours_in_window": pa.int32()}
HOURLY_SCHEMA = pa.schema(
    [
        (one.name, _TEXT if one.kind == "text" else _SMALL.get(one.name, pa.int64()))
        for one in HOURLY_USAGE.columns
    ]
)
_DELTA = {"row": "DELTA_BINARY_PACKED"}
_HOURLY_ORDER = [
    *(
        "azure_subscription_id",
        "region",
        "size",
        "resource_group",
        "currency",
        "hours_in_window",
        "hour",
        "each_e6",
    ),
]


class MonthWriter:
    """Writes the files of one customer-month into a folder that is not yet in its place."""

    def __init__(self, folder: Path, identity: Mapping[str, str], job: Job, engine: Engine) -> None:
        self.folder = files.private_folder(folder)
        self._facts = dict(identity) | {"customer_id": job.customer_id, "month": job.month}
        self._job, self._engine = job, engine
        self.totals = Totals()

    def write(self, tables: Iterator[Made], generation: int) -> None:
        """All three files, the root last; what is in them depends on the records alone."""
        rows, aside = self._detail(tables)
        self.totals.check()
        facts = self._facts | {"kind": months.KIND, "generation": generation, "version": VERSION}
        facts |= {"inputs": [one.id for one in self._job.parcels], "lost": list(self._job.lost)}
        facts |= {"digest": self._job.digest, "incomplete": self._job.standing.incomplete}
        facts |= {"received": self._job.received, "parts": {"rows": rows.told(), "aside": aside.told()}}
        facts |= {"sources": sorted({one.source for one in self._job.parcels})}
        facts |= {"totals": self.totals.told()}
        table = self._hourly(rows)
        with writing(self.folder / months.ROOT, HOURLY_SCHEMA, facts, _options(HOURLY_SCHEMA)) as root:
            root.write(table, _ROW_GROUP)
            root.finish()

    def _detail(self, tables: Iterator[Made]) -> tuple[Part, Part]:
        rows = self._facts | {"kind": "rows"}, ROWS_SCHEMA, self.folder / months.ROWS
        aside = self._facts | {"kind": "aside"}, ASIDE_SCHEMA, self.folder / months.ASIDE
        with (
            writing(rows[2], rows[1], rows[0], _options(rows[1])) as rows_file,
            writing(aside[2], aside[1], aside[0], _options(aside[1])) as aside_file,
        ):
            for one in tables:
                self.totals.add(one.totals)
                rows_file.write(fixed(one.rows, ROWS_SCHEMA), _ROW_GROUP)
                if len(one.aside):
                    aside_file.write(fixed(one.aside, ASIDE_SCHEMA), _ROW_GROUP)
            return rows_file.finish(), aside_file.finish()

    def _hourly(self, rows: Part) -> pa.Table:
        source = self._engine.parquet([self.folder / rows.name], ROWS_SCHEMA)
        table = hourly(source).collect(backend="pyarrow").to_native()
        return fixed(_sorted(table), HOURLY_SCHEMA)


def _sorted(table: pa.Table) -> Any:  # noqa: ANN401 - pandas as Arrow makes it
    return table.sort_by([(name, "ascending") for name in _HOURLY_ORDER]).to_pandas()


def _options(schema: pa.Schema) -> dict[str, Any]:
    """How a file of ours is written: texts by dictionary, ascending numbers by their differences."""
    delta = {name: code for name, code in _DELTA.items() if name in schema.names}
    return {"use_dictionary": [name for name in schema.names if name not in delta], "column_encoding": delta}
