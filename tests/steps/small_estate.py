"""A small estate in the shapes of the store: hourly and daily records, corrections, all that sums have to survive."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from bespeak.tables import STORED_USAGE
from bespeak.usage.steps import (
    LEVELS,
    beside,
    break_even,
    customer_machines,
    customer_totals,
    group_demand,
    hourly,
    most_uneven,
    quantities,
    scale,
)

START = 497_448
HOURS = 72
SIZES = ("Standard_D2s_v5", "Standard_D4s_v5", "Standard_B2ms", "Standard_M8ms", "Standard_Unheard_of")
REGIONS = ("polandcentral", "westeurope")

_KINDS = {"text": "str", "int": "int64", "flag": "bool"}


def stored(*rows: dict[str, object]) -> pd.DataFrame:
    """STORED_USAGE of these rows; what a row does not say is the same for all."""
    usual: dict[str, object] = {
        "customer_id": "c-1",
        "azure_subscription_id": "s-1",
        "resource_group": "rg",
        "region": "polandcentral",
        "size": "Standard_D2s_v5",
        "resource": "/vm-1",
        "vm": "vm-1",
        "meter_id": "m",
        "reservation_id": None,
        "hour": START,
        "hours_in_window": 1,
        "hours_e6": 1_000_000,
        "cost_e6": 0,
        "currency": "USD",
        "licensed": False,
        "delivery": "d",
        "page": 0,
        "row": 0,
    }
    return STORED_USAGE.frame(usual | row for row in rows)


def estate(rows: int = 3000, seed: int = 1) -> pd.DataFrame:
    """A chance estate of three customers; the same seed gives the same rows."""
    rng = np.random.default_rng(seed)
    daily = rng.random(rows) < 0.3
    machine = rng.integers(0, 20, rows)
    sub = rng.integers(0, 2, rows)
    hour = rng.integers(0, HOURS, rows)
    long = rng.choice([24_000_000, 23_999_990, 12_000_000, 30_500_000], rows)
    ran = np.where(rng.random(rows) < 0.5, long, rng.integers(1, 24_000_000, rows))
    frame = pd.DataFrame(
        {
            "customer_id": _chosen(rng, [f"c-{n}" for n in range(3)], rows),
            "azure_subscription_id": [f"s-{n}" for n in sub],
            "resource_group": _chosen(rng, ["rg-a", "rg-b"], rows),
            "region": _chosen(rng, REGIONS, rows),
            "size": _chosen(rng, SIZES, rows),
            "resource": [f"/vm-{n}" for n in machine],
            "vm": [f"vm-{n}" for n in machine],
            "meter_id": "m",
            "reservation_id": _chosen(rng, ["r-1", None, None], rows),
            "hour": START + np.where(daily, hour // 24 * 24, hour),
            "hours_in_window": np.where(daily, 24, 1),
            "hours_e6": np.where(daily, ran, rng.choice([1_000_000, 333_333, 7], rows)),
            "cost_e6": rng.integers(-1000, 10**7, rows),
            "currency": _chosen(rng, ["USD", "EUR", ""], rows),
            "licensed": rng.random(rows) < 0.1,
            "delivery": "d",
            "page": 0,
            "row": np.arange(rows),
        }
    )
    kinds = {column.name: _KINDS[column.kind] for column in STORED_USAGE.columns}
    return STORED_USAGE.check(frame.astype(kinds))


def offers() -> pd.DataFrame:
    """A size of each group in the estate, for each region and term; one of them never pays, one has no price."""
    sold = [("Dsv5 Series", "Standard_D2s_v5"), ("Dsv5 Series", "Standard_D4s_v5")]
    sold += [("size:Standard_Unheard_of", "Standard_Unheard_of"), ("BS Series High Memory", "Standard_B2ms")]
    ratio = dict(zip(scale()["size"], scale()["ratio_e6"], strict=True))
    rows = [
        {
            "region": region,
            "group": group,
            "term": term,
            "size": size,
            "ratio_e6": int(ratio.get(size, 1_000_000)),
            "payg_e6": 0 if (region, size) == ("westeurope", "Standard_B2ms") else 96_000,
            "total_e6": int(96_000 * hours * share),
            "term_hours": hours,
        }
        for region in REGIONS
        for group, size in sold
        for term, hours, share in (("P1Y", 8760, 0.62), ("P3Y", 26280, 0.41), ("never", 8760, 1.01))
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(("region", "group", "term", "size"), "str"))


def all_steps(rows: nw.DataFrame | nw.LazyFrame) -> dict[str, pd.DataFrame]:
    """What every step makes of the rows on their engine, as pandas in one order."""
    sizes, sold = beside(rows, scale()), beside(rows, offers())
    by_hour = hourly(rows)
    shared = group_demand(by_hour, sizes)
    single = group_demand(rows, sizes, scope="single")
    made = {
        "hourly": by_hour,
        "shared": shared,
        "single": single,
        "most uneven": most_uneven(shared),
        **{f"break even of {level}": break_even(shared, sold, HOURS, level=level) for level in LEVELS},
        "break even of each subscription": break_even(single, sold, HOURS),
        "quantities": quantities(by_hour, scale(), offers(), HOURS),
        "quantities of each subscription": quantities(rows, scale(), offers(), HOURS, scope="single"),
        "totals": customer_totals(by_hour),
        "machines": customer_machines(rows),
    }
    return {name: plain(frame) for name, frame in made.items()}


def plain(frame: nw.DataFrame | nw.LazyFrame) -> pd.DataFrame:
    """A frame of any engine as pandas, texts as texts, whole numbers as int64, rows in order."""
    table = (frame.collect("pandas") if isinstance(frame, nw.LazyFrame) else frame).to_native()
    table.columns = list(table.columns)
    texts = {name: "str" for name, kind in table.dtypes.items() if not pd.api.types.is_integer_dtype(kind)}
    whole = dict.fromkeys(set(table.columns) - set(texts), "int64")
    return table.astype(texts | whole).sort_values(list(table.columns), ignore_index=True)


def _chosen(rng: np.random.Generator, values: object, rows: int) -> np.ndarray:
    return np.array(values, dtype=object)[rng.integers(0, len(values), rows)]
