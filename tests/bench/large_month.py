"""Adds and builds one customer-month of so many records in a process of its own; prints seconds and peak memory.

``python tests/bench/large_month.py RECORDS`` prints JSON: seconds to add and to build, peak MiB, bytes a row.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from bespeak.usage.records import records_frame
from bespeak.usage.store import Delivery, UsageStore

START = datetime(2026, 10, 1, tzinfo=UTC)
HOURS, PAGE = 720, 100_000
SIZES = ("Standard_D2s_v5", "Standard_D4s_v5", "Standard_E4s_v5", "Standard_F4s_v2")
REGIONS = ("polandcentral", "westeurope")


def main(records: int) -> dict[str, float]:
    """What adding and building so many records took."""
    with tempfile.TemporaryDirectory() as folder:
        store = UsageStore(Path(folder) / "usage", world="sandbox", instance="bench")
        received = START + timedelta(days=32)
        begun = time.perf_counter()
        store.add(Delivery("utilization_hourly", "customer", True, pages(records), received))
        added = time.perf_counter()
        store.build()
        built = time.perf_counter()
        rows = sum(file.stat().st_size for file in store.home.rglob("rows.parquet"))
    return {
        "add": added - begun,
        "build": built - added,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes": rows / records,
    }


def pages(records: int) -> Iterator[tuple[bytes, pd.DataFrame]]:
    """Hour by hour all machines, in pages as large as those of an export."""
    machines = -(-records // HOURS)
    starts = [(START + timedelta(hours=hour)).isoformat() for hour in range(HOURS + 1)]
    names = [f"vm-{number:06d}" for number in range(machines)]
    place = "/subscriptions/5ab50000-0000-4000-8000-00000000000{}/resourceGroups/rg-{}/providers/"
    ids = [
        f"{place.format(number % 3, number % 40)}Microsoft.Compute/virtualMachines/{name}"
        for number, name in enumerate(names)
    ]
    for first in range(0, records, PAGE):
        hour, machine = np.divmod(np.arange(first, min(first + PAGE, records)), machines)
        yield f"page from {first}".encode(), page(hour, machine, starts, ids, names)


def page(
    hour: npt.NDArray[np.int64],
    machine: npt.NDArray[np.int64],
    starts: list[str],
    ids: list[str],
    names: list[str],
) -> pd.DataFrame:
    """RECORDS of these machines in these hours."""
    meters = [f"5b0a7f0e-8e36-4f18-a2f3-6b6d0d2e9c4{number}" for number in range(len(SIZES))]
    return records_frame(
        {
            "start": text(hour, starts),
            "end": text(hour + 1, starts),
            "quantity": np.where((hour + machine) % 50 == 0, 0.516667, 1.0),
            "unit": "1 Hour",
            "category": "Virtual Machines",
            "subcategory": "Dsv5 Series",
            "meter": "D2s v5",
            "meter_id": text(machine % len(SIZES), meters),
            "own_meter_id": text(machine % len(SIZES), meters),
            "region": text(machine // 4 % 2, list(REGIONS)),
            "resource": text(machine, ids),
            "size": text(machine % len(SIZES), list(SIZES)),
            "usage_type": "ComputeHR",
            "vm": text(machine, names),
            "row": np.arange(len(hour)),
        }
    )


def text(codes: npt.NDArray[np.int64], texts: list[str]) -> pd.Categorical:
    """A column of texts that repeat."""
    return pd.Categorical.from_codes(codes.astype(np.int32), categories=pd.Index(texts, dtype="str"))


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
