"""The usage store with a large customer-month: memory, speed and size; ``LARGE_MONTH=7000000`` for a larger one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from figures import Figure, at_least, at_most

PROGRAM = Path(__file__).with_name("large_month.py")
RECORDS = int(os.environ.get("LARGE_MONTH", "2000000"))


def figures() -> list[Figure]:
    """Peak memory of adding and building, records a second, and bytes a row of the table."""
    told = subprocess.run([sys.executable, PROGRAM, str(RECORDS)], capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)
    return [
        at_most(f"peak memory, a customer-month of {RECORDS:,} records", found["peak"], "MiB", 2048),
        at_least("making its tables", RECORDS / found["build"], "rows/s", 30_000),
        at_most("its rows on the disk", found["bytes"], "bytes/row", 20),
    ]


if __name__ == "__main__":
    for figure in figures():
        print(f"{figure['name']}: {figure['value']} {figure['unit']}")
