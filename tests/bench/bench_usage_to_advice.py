"""From a million usage records to advice, beside a plain pandas script that does the same in the same run.

Both start from the same usage table, as the toolkit reads it, and both must come to the same advice. The script does
less: it takes nothing owned into account, names no machines and gives no reasons.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import TypeVar

import numpy as np
import pandas as pd
from figures import Figure, at_least, at_most

from bespeak.advice import recommend
from bespeak.advice.exact import CLOSE
from bespeak.catalogue import PriceBook, sizes
from bespeak.tables import HOLDINGS, PAYG_PRICES, RESERVATION_PRICES, SET_ASIDE
from bespeak.usage import UsageReading, demand, from_utilization

T = TypeVar("T")

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=30)
HOURS = 720
ON = date(2026, 11, 16)
RECORDS = 1_000_000
SUBSCRIPTIONS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(3)]
REGIONS = ["polandcentral", "westeurope"]
GROUPS = ["Dsv5 Series", "Ddsv5 Series", "Dasv5 Series", "Easv5 Series", "Edsv5 Series", "Bsv2 Series"]
TERM_HOURS = {"P1Y": 8760, "P3Y": 26280}
SHARE = {"P1Y": Decimal("0.59"), "P3Y": Decimal("0.38")}


def figures() -> list[Figure]:
    """Seconds of the toolkit, how many times faster than the script it is, whether they agree, and reading records."""
    table, book = usage_table(), price_book()
    ours, advice = fastest(lambda: by_toolkit(table, book))
    theirs, plain = fastest(lambda: by_script(table, book))
    return [
        at_most("usage to advice, 1,000,000 records", ours, "s", 1),
        at_least("usage to advice against a plain pandas script", theirs / ours, "times", 3),
        at_least(
            f"rows of advice in which toolkit and script agree, of {len(advice)}",
            agreement(advice, plain),
            "%",
            100,
        ),
        at_most(
            "reading 50,000 utilization records, for 1,000", 20 * fastest(read_records(), 5)[0], "ms", 10
        ),
    ]


def fastest(work: Callable[[], T], times: int = 3) -> tuple[float, T]:
    """The seconds of the fastest of some runs, and what it gave."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - began)
    return min(seconds), result


def by_toolkit(table: pd.DataFrame, book: PriceBook) -> pd.DataFrame:
    """The way of the toolkit."""
    hours = float(table["hours"].sum())
    reading = UsageReading(table, SET_ASIDE.frame([]), len(table), hours, START, END, "bench")
    return recommend(demand(reading), book, HOLDINGS.frame([]), ON)


def by_script(table: pd.DataFrame, book: PriceBook) -> pd.DataFrame:
    """What an analyst would write: merge, group once, fill the gaps, and try all quantities of all sizes at once."""
    known = sizes()[["size", "group", "ratio"]].dropna()
    payg = book.payg.assign(per_hour=book.payg["per_hour"].astype(float))
    reserved = book.reservations.assign(total=book.reservations["total"].astype(float)).merge(
        known, on="size"
    )
    merged = table.merge(known, on="size").merge(payg[["region", "size", "per_hour"]], on=["region", "size"])
    merged["units"] = merged["hours"] * merged["ratio"]
    merged["payg"] = merged["hours"] * merged["per_hour"]
    hourly = _by_scope(merged, ["region", "group", "start"], ["units", "payg"])
    ran = _by_scope(merged, ["region", "size"], ["hours"])["hours"].to_dict()
    every_hour = pd.date_range(START, END, freq="h", inclusive="left")
    rows = []
    for (scope, region, group), part in hourly.groupby(level=["scope", "region", "group"], observed=True):
        series = part.droplevel(["scope", "region", "group"]).reindex(every_hour, fill_value=0.0)
        offers = reserved[(reserved["region"] == region) & (reserved["group"] == group)]
        for term, priced in offers.groupby("term"):
            tried = [
                (*_cheapest(series, offer, term), -ran.get((scope, region, offer.size), 0.0), offer.ratio)
                for offer in priced.itertuples()
            ]
            rows.append((scope, region, group, term, *_chosen(tried, series["payg"].sum())))
    return pd.DataFrame(rows, columns=["scope", "region", "group", "term", "cost", "quantity", "size"])


def _by_scope(merged: pd.DataFrame, keys: list[str], columns: list[str]) -> pd.DataFrame:
    """The sums of each subscription, and of all of them together as the scope 'shared'."""
    each = merged.groupby(["azure_subscription_id", *keys], observed=True)[columns].sum()
    shared = each.groupby(level=keys, observed=True).sum()
    scopes = {name: each.loc[name] for name in each.index.unique(0)}
    return pd.concat({"shared": shared, **scopes}, names=["scope"])


def _cheapest(series: pd.DataFrame, offer: object, term: str) -> tuple[float, int, str]:
    """The cheapest quantity of one size, of all that could be used; a table of quantities by hours."""
    units, payg = series["units"].to_numpy(), series["payg"].to_numpy()
    rate = np.divide(payg, units, out=np.zeros_like(payg), where=units > 0)
    quantities = np.arange(math.ceil(units.max() / offer.ratio) + 1)
    covered = np.minimum.outer(quantities * offer.ratio, units) @ rate
    costs = payg.sum() - covered + quantities * (offer.total / TERM_HOURS[term] * len(series))
    quantity = int(np.argmin(costs))
    return float(costs[quantity]), quantity, offer.size


def _chosen(tried: list[tuple], payg: float) -> tuple[float, int, str]:
    """The size that ran most of those within the toolkit's own margin of the cheapest."""
    least = min(tried)
    near = [one for one in tried if one[0] <= least[0] + CLOSE * payg and bool(one[1]) == bool(least[1])]
    return min(near, key=lambda one: (one[3], one[4], one[2]))[:3]


def agreement(advice: pd.DataFrame, plain: pd.DataFrame) -> float:
    """Per cent of the rows in which both name the same size, quantity and cost; a row that one lacks counts against."""
    both = advice.merge(plain, on=["scope", "region", "group", "term"], suffixes=("", "_plain"))
    same = (both["size"] == both["size_plain"]) & (both["quantity"] == both["quantity_plain"])
    same &= np.isclose(both["cost"], both["cost_plain"], rtol=1e-9)
    return 100 * same.sum() / max(len(advice), len(plain))


def usage_table() -> pd.DataFrame:
    """A million hourly records of 2,000 machines, each with a steady, office or nightly week; synthetic."""
    rng = np.random.default_rng(1)
    table = sizes()
    names = table.loc[table["group"].isin(GROUPS) & (table["vcpus"] <= 16), "size"].to_numpy(dtype=object)
    machines = 2000
    hour = np.arange(HOURS)
    patterns = np.stack(
        [np.ones(HOURS), (hour % 24 >= 7) & (hour % 24 < 19) & (hour % 168 < 120), hour % 24 < 6]
    ).astype(bool)
    runs = patterns[rng.choice(3, machines, p=[0.65, 0.25, 0.10])] & (rng.random((machines, HOURS)) > 0.02)
    machine, at = np.nonzero(runs)
    chosen = np.sort(rng.permutation(len(machine))[:RECORDS])
    assert len(chosen) == RECORDS
    machine, at = machine[chosen], at[chosen]
    vm = np.array([f"vm-{number:04}" for number in range(machines)], dtype=object)
    sub = np.array(SUBSCRIPTIONS, dtype=object)[rng.integers(0, 3, machines)]
    hours = np.where(rng.random(RECORDS) < 0.02, 0.5, 1.0)
    return pd.DataFrame(
        {
            "start": pd.DatetimeIndex(
                np.datetime64("2026-10-01", "us") + at.astype("int64") * np.timedelta64(1, "h"), tz="UTC"
            ),
            "hours_in_window": np.ones(RECORDS, dtype="int64"),
            "azure_subscription_id": _text(sub[machine]),
            "vm": _text(vm[machine]),
            "resource": _text(
                ("/subscriptions/" + sub + "/resourcegroups/rg/virtualmachines/" + vm)[machine]
            ),
            "size": _text(rng.choice(names, machines)[machine]),
            "region": _text(np.array(REGIONS, dtype=object)[rng.integers(0, 2, machines)][machine]),
            "hours": hours,
            "meter_id": _text(np.full(RECORDS, "meter", dtype=object)),
            "reservation_id": _text(np.full(RECORDS, None, dtype=object)),
        }
    )


def _text(values: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype="str").astype("category")


def price_book() -> PriceBook:
    """Prices of all sizes in the groups: by units, with a little more for some sizes, as in real price lists."""
    known = sizes()[["size", "group", "ratio"]].dropna()
    known = known[known["group"].isin(GROUPS)]
    payg, reserved = [], []
    for region, (place, size, ratio) in product(
        REGIONS, zip(range(len(known)), known["size"], known["ratio"], strict=True)
    ):
        hour = Decimal(str(ratio)) * Decimal("0.0575") + Decimal(place % 3) / 10000
        key = {"region": region, "size": size, "currency": "USD"}
        payg.append(key | {"per_hour": hour})
        for term, hours in TERM_HOURS.items():
            total = round(hour * SHARE[term] * hours)
            reserved.append(key | {"term": term, "total": Decimal(total), "product_id": "p", "sku_id": "s"})
    return PriceBook(PAYG_PRICES.frame(payg), RESERVATION_PRICES.frame(reserved), "USD", ON, "bench")


def read_records() -> Callable[[], UsageReading]:
    """Work that turns 50,000 records, as they come from the service, into the usage table."""
    records = [_record(f"web{vm:02}", hour) for hour in range(500) for vm in range(100)]
    return lambda: from_utilization(records)


def _record(vm: str, hour: int) -> dict:
    begins = START + timedelta(hours=hour)
    return {
        "usageStartTime": begins.isoformat(),
        "usageEndTime": (begins + timedelta(hours=1)).isoformat(),
        "resource": {
            "id": "5b0a7f0e-8e36-4f18-a2f3-6b6d0d2e9c41",
            "name": "D2s v5",
            "category": "Virtual Machines",
            "subcategory": "Dsv5 Series",
            "region": "PL Central",
        },
        "quantity": Decimal("1.0"),
        "unit": "1 Hour",
        "infoFields": {},
        "instanceData": {
            "resourceUri": f"/subscriptions/{SUBSCRIPTIONS[0]}/resourceGroups/rg/providers/Microsoft.Compute"
            f"/virtualMachines/{vm}",
            "location": "polandcentral",
            "partNumber": "",
            "orderNumber": "",
            "tags": {},
            "additionalInfo": {
                "ImageType": "Canonical",
                "ServiceType": "Standard_D2s_v5",
                "VMName": vm,
                "UsageType": "ComputeHR",
            },
        },
        "attributes": {"objectType": "AzureUtilizationRecord"},
    }
