"""Ingest: pages of utilization records from their bytes to a committed delivery, beside decoding them alone.

Decoding is ``json.loads``; ingest reads the records, keeps the bytes as received with their digests, and writes both as
Parquet that is on the disk. Both in one run. Then the tables are made of them.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from figures import Figure, at_least, at_most

from bespeak.usage.page_records import records_of_page
from bespeak.usage.store import Delivery, UsageStore

START = datetime(2026, 10, 1, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 2, tzinfo=UTC)
#: A page holds so many records; machines are reported hour by hour.
RECORDS, MACHINES = 1000, 140
PAGES = 100


def figures(pages: int = PAGES) -> list[Figure]:
    """How fast ingest is against decoding alone, MB and records a second, rows a second of a build, bytes a row."""
    bodies = [body(number) for number in range(pages)]
    size, count = sum(map(len, bodies)) / 1e6, pages * RECORDS
    decoding, taking = zip(*(both(bodies) for _ in range(3)), strict=True)
    with tempfile.TemporaryDirectory() as folder:
        store = taken_in(bodies, Path(folder))
        built = seconds(store.build)
        stored = store.bytes_on_disk
        tables = sum(file.stat().st_size for file in (store.home / "built").rglob("*.parquet"))
    return [
        at_least(
            f"ingest of {pages} pages of 1,000 records against decoding them",
            min(decoding) / min(taking),
            "times",
            0.5,
        ),
        at_least("ingest", size / min(taking), "MB/s", 10),
        at_least("ingest", count / min(taking), "records/s", 10_000),
        at_least("making tables", count / built, "rows/s", 50_000),
        at_most("tables on the disk", tables / count, "bytes/row", 20),
        at_most("the store on the disk, bytes as received included", stored / count, "bytes/row", 300),
    ]


def both(bodies: list[bytes]) -> tuple[float, float]:
    """The seconds of decoding, and of taking the same pages in."""
    decoding = seconds(lambda: [json.loads(one) for one in bodies])
    with tempfile.TemporaryDirectory() as folder:
        return decoding, seconds(lambda: taken_in(bodies, Path(folder)))


def taken_in(bodies: list[bytes], folder: Path) -> UsageStore:
    """A store that has these pages as one delivery."""
    store = UsageStore(folder / "usage", world="sandbox", instance="bench")
    store.add(Delivery("utilization_hourly", "customer", True, read(bodies), RECEIVED))
    return store


def read(bodies: list[bytes]) -> Iterator[tuple[bytes, pd.DataFrame]]:
    """The pages with their records."""
    for number, one in enumerate(bodies):
        yield one, records_of_page(one, number)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def body(page: int) -> bytes:
    """A page as Partner Center sends it; each record with the facts that sizing needs and some that it does not."""
    places = range(page * RECORDS, (page + 1) * RECORDS)
    return json.dumps({"totalCount": RECORDS, "items": [item(place) for place in places]}).encode()


def item(place: int) -> dict[str, object]:
    """One record: a machine in an hour."""
    hour, machine = divmod(place, MACHINES)
    begins = START + timedelta(hours=hour)
    size = ("Standard_D2s_v5", "Standard_D4s_v5", "Standard_E4s_v5", "Standard_F4s_v2")[machine % 4]
    sub = f"b1e6aaaa-0000-4000-8000-00000000000{machine % 2}"
    return {
        "usageStartTime": begins.isoformat(),
        "usageEndTime": (begins + timedelta(hours=1)).isoformat(),
        "resource": {
            "id": f"5b0a7f0e-8e36-4f18-a2f3-6b6d0d2e9c4{machine % 4}",
            "name": "D2s v5",
            "category": "Virtual Machines",
            "subcategory": "Dsv5 Series",
            "region": "PL Central",
        },
        "quantity": 1.0 if place % 50 else 0.516667,
        "unit": "1 Hour",
        "infoFields": {},
        "instanceData": {
            "resourceUri": f"/subscriptions/{sub}/resourceGroups/rg-{machine % 7}/providers/Microsoft.Compute/"
            f"virtualMachines/vm-{machine:05d}",
            "location": ("polandcentral", "westeurope")[machine % 2],
            "partNumber": "",
            "orderNumber": "",
            "additionalInfo": {
                "ImageType": "Canonical",
                "ServiceType": size,
                "VMName": f"vm-{machine:05d}",
                "VMProperties": "",
                "UsageType": "ComputeHR",
            },
        },
        "attributes": {"objectType": "AzureUtilizationRecord"},
    }


if __name__ == "__main__":
    for figure in figures():
        print(f"{figure['name']}: {figure['value']} {figure['unit']}")
