"""A large estate as the store keeps it: Parquet of STORED_USAGE and HOURLY_USAGE by customer and month, and prices.

``python tests/bench/estate.py FOLDER MILLIONS`` writes it. The same arguments give the same rows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bespeak.usage.steps import hourly, scale
from bespeak.usage.store.columns import ROWS_SCHEMA
from bespeak.usage.store.writing import HOURLY_SCHEMA

#: 2026-10-01 00:00 UTC, in hours since 1970, and 30 days from there.
START = 497_448
HOURS = 720
MONTH = "2026-10"
#: Machines of a customer, of which about 72 run at a time.
MACHINES = 90
ROWS_EACH = 52_000

REGIONS = ("eastus", "northeurope", "polandcentral", "westeurope")
SIZES = (
    *(f"Standard_D{n}s_v5" for n in (2, 4, 8, 16, 32)),
    *(f"Standard_E{n}s_v5" for n in (2, 4, 8, 16)),
    *(f"Standard_F{n}s_v2" for n in (2, 4, 8)),
    *("Standard_B2ms", "Standard_B4ms", "Standard_B8ms"),
    "Standard_D4as_v5",
    "Standard_D8as_v5",
)
#: The shapes of use: always on, office hours, starting somewhere in the month, batch at night, on and off.
SHAPES = ("always", "office", "grown", "night", "restless")
_SHARES = (0.58, 0.12, 0.14, 0.04, 0.12)
#: Machines of one size in one resource group.
_TIER = 4


def write(folder: Path, customers: int) -> int:
    """Writes the rows and the hourly usage of so many customers, and returns how many rows that are."""
    with ProcessPoolExecutor(2) as workers:
        return sum(workers.map(partial(write_customer, folder), range(customers), chunksize=10))


def write_customer(folder: Path, number: int) -> int:
    """Writes both files of one customer, as the store lays them out; how many rows it has."""
    table = rows(number)
    place = folder / customer_id(number) / MONTH
    place.mkdir(parents=True, exist_ok=True)
    _write_table(table.cast(ROWS_SCHEMA), place / "rows.parquet")
    made = hourly(nw.from_native(table.to_pandas())).to_native()
    order = ["azure_subscription_id", "region", "size", "resource_group", "currency", "hour", "each_e6"]
    arrow = pa.Table.from_pandas(made.sort_values(order), schema=HOURLY_SCHEMA, preserve_index=False)
    _write_table(arrow, place / "hourly.parquet")
    return table.num_rows


def _write_table(table: pa.Table, path: Path) -> None:
    delta = {"row": "DELTA_BINARY_PACKED"} if "row" in table.column_names else {}
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=1,
        row_group_size=500_000,
        use_dictionary=[name for name in table.column_names if name not in delta],
        column_encoding=delta,
    )


def offers() -> pd.DataFrame:
    """The smallest size of each group of the estate in each region, for both terms, priced by its units."""
    table = scale()
    known = table[table["size"].isin(SIZES)].sort_values(["ratio_e6", "size"]).drop_duplicates("group")
    rows = [
        {
            "region": region,
            "group": one.group,
            "term": term,
            "size": one.size,
            "ratio_e6": int(one.ratio_e6),
            "payg_e6": int(one.ratio_e6) * (48_000 + 1000 * place) // 1_000_000,
            "total_e6": int(one.ratio_e6) * (48_000 + 1000 * place) // 1_000_000 * hours * share // 100,
            "term_hours": hours,
        }
        for place, region in enumerate(REGIONS)
        for one in known.itertuples(name="Size")
        for term, hours, share in (("P1Y", 8760, 62), ("P3Y", 26280, 41))
    ]
    texts = dict.fromkeys(("region", "group", "term", "size"), "str")
    return pd.DataFrame(rows).astype(texts)


def customer_id(number: int) -> str:
    """A GUID that says its number."""
    return f"{number:08x}-c05e-4000-8000-{number * 7919 % 16**12:012x}"


def customers_for(millions: float) -> int:
    """How many customers have about so many million rows."""
    return max(1, round(millions * 1_000_000 / ROWS_EACH))


def rows(number: int, machines: int = MACHINES) -> pa.Table:
    """STORED_USAGE of one customer in one month, sorted as the store sorts it."""
    rng = np.random.default_rng([number, 20261001])
    made = _machines(number, machines, rng)
    on = _running(machines, rng)
    machine, hour = np.nonzero(on)
    count = len(machine)
    hours = np.where(rng.random(count) < 0.02, rng.integers(1, 1_000_000, count), 1_000_000)
    covered = made["reserved"][machine] & (rng.random(count) < 0.8)
    cost = np.where(covered, 0, hours * made["cents"][machine] // 100)
    texts = {name: _text(made[name], machine) for name in _TEXTS}
    return pa.table(
        {
            "customer_id": _same(customer_id(number), count),
            **texts,
            "reservation_id": pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(count, np.int32), mask=~covered), [f"reservation-{number}"]
            ),
            "hour": START + hour.astype(np.int64),
            "hours_in_window": np.ones(count, np.int64),
            "hours_e6": hours.astype(np.int64),
            "cost_e6": cost.astype(np.int64),
            "currency": _same("USD", count),
            "licensed": np.zeros(count, np.bool_),
            "delivery": _same(f"delivery-{number}", count),
            "page": np.arange(count, dtype=np.int64) // 1000,
            "row": np.arange(count, dtype=np.int64) % 1000,
        }
    )


_TEXTS = ("azure_subscription_id", "resource_group", "region", "size", "resource", "vm", "meter_id")


def _machines(number: int, machines: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The machines of a customer, in the order of the store: tiers of like machines, a few to a resource group."""
    tiers = max(1, machines // _TIER)
    group = np.sort(rng.integers(0, max(1, tiers // 3), tiers))
    subscription, region = rng.integers(0, 2, tiers)[group], rng.choice(REGIONS, 2, replace=False)
    size = rng.choice(rng.choice(SIZES, size=rng.integers(4, 8), replace=False), tiers)
    tier = np.sort(rng.integers(0, tiers, machines))
    frame = pd.DataFrame(
        {
            "azure_subscription_id": [
                f"5ab50000-{number:04x}-4000-8000-{n:012x}" for n in subscription[tier]
            ],
            "resource_group": [f"rg-{n}" for n in group[tier]],
            "region": region[subscription[tier] if number % 2 else group[tier] % 2],
            "size": size[tier],
            "vm": [f"vm-{n:04d}" for n in range(machines)],
        }
    )
    frame["resource"] = (
        "/subscriptions/"
        + frame["azure_subscription_id"]
        + "/resourcegroups/"
        + frame["resource_group"]
        + "/providers/microsoft.compute/virtualmachines/"
        + frame["vm"]
    )
    frame["meter_id"] = [f"meter-{SIZES.index(size):02d}" for size in frame["size"]]
    frame = frame.sort_values(["azure_subscription_id", "region", "size", "resource"], ignore_index=True)
    made = {name: frame[name].to_numpy(dtype=object) for name in _TEXTS}
    made["reserved"] = rng.random(machines) < 0.3
    made["cents"] = np.array([2 + SIZES.index(size) for size in frame["size"]], np.int64)
    return made


def _running(machines: int, rng: np.random.Generator) -> np.ndarray:
    """Which machine runs in which hour."""
    hour = np.arange(HOURS)
    of_day, day = hour % 24, hour // 24
    shape = rng.choice(len(SHAPES), machines, p=_SHARES)
    since = rng.integers(0, HOURS // 2, machines)
    table = np.stack(
        [
            np.ones(HOURS, bool),
            (of_day >= 7) & (of_day < 19) & (day % 7 < 5),
            np.ones(HOURS, bool),
            of_day < 3,
            np.ones(HOURS, bool),
        ]
    )[shape]
    table &= (SHAPES[2] != np.array(SHAPES)[shape])[:, None] | (hour >= since[:, None])
    restless = (shape == SHAPES.index("restless"))[:, None]
    return table & (~restless | (rng.random((machines, HOURS)) < 0.6))


def _text(values: np.ndarray, machine: np.ndarray) -> pa.DictionaryArray:
    codes, known = pd.factorize(values)
    return pa.DictionaryArray.from_arrays(pa.array(codes[machine].astype(np.int32)), list(known))


def _same(value: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), [value])


def main(arguments: Iterator[str]) -> None:
    """Writes an estate of so many million rows into a folder."""
    folder, millions = Path(next(arguments)), float(next(arguments, "5"))
    print(f"{write(folder, customers_for(millions)):,} rows in {folder}")


if __name__ == "__main__":
    main(iter(sys.argv[1:]))
