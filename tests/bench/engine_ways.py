"""One way from stored usage to break-even quantities, in a process of its own: seconds, peak memory and the answer.

``python tests/bench/engine_ways.py FOLDER WAY`` prints a line of JSON. The seconds are those of the work alone.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq

sys.path[:0] = [str(Path(__file__).parent)]
from estate import HOURS, offers  # noqa: E402

from bespeak.usage.steps import quantities, scale  # noqa: E402

COLUMNS = ["customer_id", "region", "size", "hour", "hours_e6"]
SERIES = ["customer_id", "region", "group"]
#: So many customers at a time keep the memory bounded, however many there are.
CUSTOMERS = 500
SETTINGS = {"threads": 2, "memory_limit": "1GB", "preserve_insertion_order": False}
_UNIT = 1_000_000


def by_script(folder: Path) -> pd.DataFrame:
    """What an analyst would write: read, look the ratios up, group once, and go through the groups with numpy.

    Texts are categories, as they come out of the files; a size is looked up once, not once a row. Whole millionths
    instead of floats make it no slower.
    """
    files = [str(path) for path in parquet(folder, "rows")]
    table = pd.read_parquet(files, columns=COLUMNS)
    known = scale().set_index("size")
    table["units"] = table["hours_e6"] * table["size"].map(known["ratio_e6"]).astype("int64")
    table["group"] = table["size"].map(known["group"]).astype("category")
    hourly = table.groupby([*SERIES, "hour"], observed=True, sort=False)["units"].sum() // _UNIT
    prices = dict(list(offers().groupby(["region", "group"])))
    found = []
    for (customer, region, group), needs in hourly.groupby(level=SERIES, observed=True, sort=False):
        for offer in prices[region, group].itertuples(name="Offer"):
            found.append((customer, region, group, offer.term, *_best(needs.to_numpy(), offer)))  # noqa: PERF401
    return pd.DataFrame(found, columns=[*SERIES, "term", "quantity", "covered_e6"])


def _best(needs: np.ndarray, offer: object) -> tuple[int, int]:
    """The last instance that covers more than it costs, by a search over what each covers."""
    ratio, payg = offer.ratio_e6, offer.payg_e6
    price = offer.total_e6 * HOURS // offer.term_hours
    low, high = 0, int(needs.max()) // ratio + 1
    while low < high:
        middle = (low + high + 1) // 2
        more = int((np.minimum(needs, middle * ratio) - np.minimum(needs, (middle - 1) * ratio)).sum())
        low, high = (middle, high) if more * payg // ratio > price else (low, middle - 1)
    return low, int(np.minimum(needs, low * ratio).sum())


def by_steps(kind: str) -> Callable[[Path], pd.DataFrame]:
    """The steps on DuckDB, over the rows of machines or over the hourly usage of the store."""

    def run(folder: Path) -> pd.DataFrame:
        connection = duckdb.connect(config=SETTINGS)
        sizes, sold = scale(), offers()
        parts = []
        for files in _parts(parquet(folder, kind)):
            usage = nw.from_native(connection.from_parquet(files))
            parts.append(quantities(usage, sizes, sold, HOURS).to_native().df())
        return pd.concat(parts, ignore_index=True)

    return run


def by_pyarrow(folder: Path) -> pd.DataFrame:
    """The columns read, and nothing made of them; in parts, as the steps read them."""
    for files in _parts(parquet(folder, "rows")):
        ds.dataset(files).to_table(columns=COLUMNS)
    return pd.DataFrame()


def parquet(folder: Path, kind: str) -> list[Path]:
    """The files of all customers."""
    return sorted(folder.glob(f"*/*/{kind}.parquet"))


def _parts(files: list[Path]) -> Iterator[list[str]]:
    for first in range(0, len(files), CUSTOMERS):
        yield [str(path) for path in files[first : first + CUSTOMERS]]


WAYS = {
    "pandas script": by_script,
    "steps on rows": by_steps("rows"),
    "steps on hourly usage": by_steps("hourly"),
    "reading with pyarrow": by_pyarrow,
}


def answer(table: pd.DataFrame) -> str:
    """The quantities and what they cover, as a short text that is the same for the same answer."""
    if table.empty:
        return ""
    columns = [*SERIES, "term", "quantity", "covered_e6"]
    return hashlib.sha256(table[columns].sort_values(columns).to_csv(index=False).encode()).hexdigest()[:16]


def main(folder: Path, way: str) -> None:
    """Runs one way and says what it took."""
    began = time.perf_counter()
    table = WAYS[way](folder)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    rows = sum(pq.read_metadata(path).num_rows for path in parquet(folder, "rows"))
    print(json.dumps({"seconds": seconds, "peak": peak, "rows": rows, "answer": answer(table)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
