"""Builds the tables of this folder from a folder with the published figures; run by hand, never by the product.

::

    pip install pandas pyarrow        # pyarrow only for this script: two of the figures are Parquet files
    python sample_data/build.py <folder with the figures>

The figures and their licences are named in ``README.md`` and ``LICENSES.md`` beside this file. The same figures
give the same bytes: rows are sorted, numbers are carried over as text, ids are name-based, and the archive holds
no time stamp.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).parent
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sample-data.bespeak.example.com")
REGION = "polandcentral"
FIRST_HOUR = pd.Timestamp("2026-07-01T00:00:00Z")
LAST_HOUR = pd.Timestamp("2027-12-31T23:00:00Z")

#: Groups that are split between the two ratio files on different scales: taken whole from the older one.
WHOLE_FROM_DOCUMENTATION = {"BS Series High Memory", "Ev3 Series"}
#: Two groups hold three sizes with this ratio among others of about 2: scales are mixed, so it is no ratio at all.
BROKEN_RATIO = Decimal(416)
#: Later editions of the documentation name another ratio (28.8 for 32), and its price follows that one.
OUTDATED_RATIOS = {"Standard_E64_v3"}
#: Rows whose price is known to be wrong (see README.md).
WRONG_PRICES = {("Standard_E96-48s_v6", "Linux"), ("Standard_E96-48s_v6", "Windows")}
WRONG_WINDOWS_SERIES = {"Eadsv7"}
#: Series whose twins with and without premium storage are billed by one meter.
TWINS = {
    "Dv3": "Dv3/DSv3",
    "Dsv3": "Dv3/DSv3",
    "Ev3": "Ev3/ESv3",
    "Esv3": "Ev3/ESv3",
    "Dav4": "Dav4/Dasv4",
    "Dasv4": "Dav4/Dasv4",
    "Eav4": "Eav4/Easv4",
    "Easv4": "Eav4/Easv4",
}

Row = dict[str, str]


@dataclass(frozen=True)
class Load:
    """A group of like machines that follows one real trace: its sizes by rank, and how the counts are made."""

    name: str
    sizes: tuple[str, ...]
    machines: int
    trace: tuple[int, str]
    shift_weeks: int
    scale: str
    base: int = 0
    subscription: int = 0
    os: str = "Linux"


@dataclass(frozen=True)
class Estate:
    """An invented customer with its Azure subscriptions and loads."""

    name: str
    domain: str
    kind: str
    story: str
    subscriptions: tuple[str, ...]
    loads: tuple[Load, ...] = field(default=())
    agreement: str = "yes"
    registered: str = "yes"


ESTATES = (
    Estate(
        "Contoso",
        "contoso.com",
        "azure_plan",
        "steady base load",
        ("Contoso production", "Contoso shared services"),
        (
            Load("web", ("Standard_D4s_v5",), 14, (2, "A"), 260, "0.0500"),
            Load("app", ("Standard_D2s_v5",), 12, (3, "I"), 271, "1.6000"),
            Load("batch", ("Standard_D8s_v5",), 3, (3, "A"), 260, "0.0130"),
            Load("database", ("Standard_E8as_v5",), 4, (3, "E"), 205, "0.8000"),
            Load("cache", ("Standard_E4as_v5",), 6, (2, "I"), 260, "0.5000"),
            Load("ledger", ("Standard_E16-4as_v5",), 2, (3, "H"), 227, "0.7000", subscription=1),
            Load("gateway", ("Standard_D2ds_v5",), 6, (1, "I"), 271, "0.6500", subscription=1),
            Load("jump", ("Standard_B2s_v2",), 3, (2, "I"), 282, "0.2500", subscription=1),
        ),
    ),
    Estate(
        "Fabrikam",
        "fabrikam.com",
        "legacy",
        "office hours",
        ("Fabrikam offices",),
        (
            Load("desk", ("Standard_D4s_v5",), 16, (3, "B"), 205, "0.0700", base=380, os="Windows"),
            Load("erp", ("Standard_D8ds_v5",), 8, (3, "B"), 211, "0.0350", base=370),
            Load("build", ("Standard_D2as_v5",), 12, (3, "A"), 260, "0.0800", base=240),
            Load("report", ("Standard_D2s_v5",), 8, (3, "A"), 265, "0.0600", base=220),
            Load("files", ("Standard_E4ds_v5",), 4, (3, "E"), 205, "0.8000"),
        ),
    ),
    Estate(
        "Northwind Traders",
        "northwindtraders.example.com",
        "azure_plan",
        "growth",
        ("Northwind shop", "Northwind data"),
        (
            Load("shop", ("Standard_D4as_v5",), 18, (3, "B"), 234, "0.0400"),
            Load("api", ("Standard_D2as_v5",), 14, (3, "B"), 227, "0.0300"),
            Load("search", ("Standard_D8as_v5",), 4, (3, "B"), 230, "0.0100"),
            Load("edge", ("Standard_B2s_v2",), 6, (1, "E"), 205, "0.8000"),
            Load("data", ("Standard_E4as_v5",), 8, (2, "J"), 205, "0.9000", subscription=1),
        ),
    ),
    Estate(
        "Woodgrove Bank",
        "woodgrovebank.example.com",
        "azure_plan",
        "decline with a migration",
        ("Woodgrove core", "Woodgrove branches"),
        (
            Load("core-old", ("Standard_D4s_v4",), 26, (3, "A"), 229, "0.1100"),
            Load("core-new", ("Standard_D4ads_v5",), 12, (3, "B"), 229, "0.0200"),
            Load("ledger", ("Standard_E4ds_v5",), 4, (3, "E"), 205, "0.8000"),
            Load("risk", ("Standard_E8s_v4",), 8, (3, "I"), 238, "0.7000"),
            Load("branch", ("Standard_D2s_v4",), 6, (2, "I"), 238, "0.4000", subscription=1),
        ),
    ),
    Estate(
        "Tailspin Toys",
        "tailspintoys.example.com",
        "legacy",
        "chaotic development and test",
        ("Tailspin development",),
        (
            Load(
                "dev",
                ("Standard_D2as_v5", "Standard_D4as_v5", "Standard_D2as_v5", "Standard_D8as_v5"),
                16,
                (3, "C"),
                205,
                "0.8000",
            ),
            Load("test", ("Standard_B2s_v2", "Standard_B4s_v2"), 14, (1, "C"), 205, "0.4000"),
            Load("ci", ("Standard_D4as_v5", "Standard_D16as_v5"), 8, (2, "G"), 260, "0.6000"),
            Load("render", ("Standard_D48s_v3",), 3, (2, "C"), 205, "0.4000"),
            Load("old", ("Standard_D2s_v3",), 3, (3, "H"), 205, "0.8000"),
            Load("old-database", ("Standard_E4s_v3",), 2, (3, "H"), 216, "0.8000"),
            Load("preview", ("Standard_D4xs_v9",), 2, (3, "D"), 205, "0.5000"),
        ),
    ),
    Estate(
        "Litware",
        "litware.example.com",
        "azure_plan",
        "not registered, no agreement",
        ("Litware",),
        (Load("web", ("Standard_D2s_v5",), 6, (2, "I"), 271, "0.5000"),),
        agreement="no",
        registered="no",
    ),
    Estate(
        "Wingtip Toys",
        "wingtiptoys.example.com",
        "azure_plan",
        "small, two subscriptions",
        ("Wingtip shop", "Wingtip office"),
        (
            Load("shop", ("Standard_D2as_v5",), 4, (3, "E"), 205, "0.8000"),
            Load("office", ("Standard_B2s_v2",), 3, (1, "I"), 260, "0.2500", subscription=1),
        ),
    ),
)

#: Sizes that machines run and that no table knows, on purpose.
UNKNOWN_SIZES = {
    "Standard_D4xs_v9": "invented: a size newer than the size table, to show what an unknown size does"
}

LIGHT_CUSTOMERS = 1000
#: Which of the light customers show a pre-flight light: (every so many, beginning with this one).
WITHOUT_AZURE = (10, 3)
WITHOUT_AGREEMENT = (7, 5)
WITHOUT_REGISTRATION = (4, 1)
LIGHT_NAMES = (
    "A. Datum Corporation",
    "Adventure Works Cycles",
    "Alpine Ski House",
    "Bellows College",
    "Blue Yonder Airlines",
    "City Power & Light",
    "Coho Winery",
    "Consolidated Messenger",
    "First Up Consultants",
    "Fourth Coffee",
    "Graphic Design Institute",
    "Humongous Insurance",
    "Lamna Healthcare",
    "Lucerne Publishing",
    "Margie's Travel",
    "Munson's Pickles and Preserves Farm",
    "Nod Publishers",
    "Proseware",
    "Relecloud",
    "School of Fine Art",
    "Southridge Video",
    "Tailwind Traders",
    "The Phone Company",
    "Trey Research",
    "VanArsdel",
    "Wide World Importers",
)
#: Places after the names; all are in the United States but two, where reservations are not sold.
LIGHT_PLACES = (
    "Albany",
    "Anchorage",
    "Atlanta",
    "Austin",
    "Baltimore",
    "Boise",
    "Boston",
    "Buffalo",
    "Chicago",
    "Cleveland",
    "Dallas",
    "Denver",
    "Detroit",
    "El Paso",
    "Fresno",
    "Honolulu",
    "Houston",
    "Juneau",
    "Las Vegas",
    "Lincoln",
    "Louisville",
    "Mariehamn",
    "Memphis",
    "Miami",
    "Nashville",
    "Nuuk",
    "Oakland",
    "Omaha",
    "Phoenix",
    "Portland",
    "Raleigh",
    "Reno",
    "Richmond",
    "Sacramento",
    "Salem",
    "Seattle",
    "Spokane",
    "Tampa",
    "Tucson",
)
PLACES_ABROAD = {"Mariehamn": "AX", "Nuuk": "GL"}


def main(folder: Path) -> None:
    """Writes all tables from the figures in ``folder``."""
    build_reference(folder, HERE / "reference")
    build_demo(folder, HERE / "demo")


# ---------------------------------------------------------------------------------------------- reference


def build_reference(folder: Path, out: Path) -> None:
    """Writes what is used in every world: sizes, regions, region labels, markets, currencies."""
    write(out / "sizes.csv", sizes_table(folder))
    regions = read(folder / "regions.csv")
    write(out / "regions.csv", sorted((region_row(r) for r in regions), key=lambda r: r["region"]))
    labels = read(folder / "region_labels.csv")
    write(out / "region_labels.csv", label_rows(labels, regions))
    write(out / "markets.csv", market_rows(read(folder / "csp_markets.csv")))
    write(out / "currencies.csv", currency_rows(read(folder / "currency_rates.csv")))


def sizes_table(folder: Path) -> list[Row]:
    """One row a size of the size catalogue, with the ratio of one source a group."""
    ratios = ratios_by_size(folder)
    return [
        size_row(r, ratios) for r in sorted(read(folder / "vm_sizes.csv"), key=lambda r: r["arm_sku_name"])
    ]


def size_row(row: Row, ratios: Mapping[str, Row]) -> Row:
    """The row of one size; group and ratio stay empty when no flexibility is known."""
    size = row["arm_sku_name"]
    known = ratios.get(size, {"group": "", "ratio": "", "ratio_source": ""})
    return {
        "size": size,
        "series": series_of(size),
        "quota_family": row["family"],
        "vcpus": row["vcpus"],
        "memory_gib": plain(row["memory_gib"]),
        "cpu_architecture": row["cpu_architecture"],
        **known,
        "as_of": "2026-08-01",
    }


def series_of(size: str) -> str:
    """The series that a size's name says: ``Standard_DS1_v2`` gives ``Dsv2``, ``Standard_E16-4as_v5`` ``Easv5``.

    Letters of the family stay capital, features follow in lower case, the mark of an isolated size (``i``) and the
    count of active cores are left out. The first burstable generation, which has no number, is ``Bv1``.
    """
    tier, body, *rest = size.split("_")
    match = re.fullmatch(r"([A-Z]+)\d+(?:-\d+)?([a-z]*)", body)
    if match is None:
        raise ValueError(f"The size {size} has a name of an unknown form.")
    family, features = match[1], match[2].replace("i", "")
    if family in {"DS", "GS"}:
        family, features = family[0], f"s{features}"
    words = [part for part in rest if not part.isdigit() and part != "Promo"]
    series = family + features + "".join(words)
    series = "Bv1" if family == "B" and not words else series
    tail = " Promo" if "Promo" in rest else ""
    return f"Basic {series}" if tier == "Basic" else series + tail


def ratios_by_size(folder: Path) -> dict[str, Row]:
    """Size to group, ratio and source: the catalogue's, and the documentation's where the catalogue has none."""
    catalogue = [r for r in read(folder / "isf_ratios.csv") if r["resource_type"] == "VirtualMachines"]
    documented = read(folder / "isf_ratios_legacy.csv")
    current = {r["InstanceSizeFlexibilityGroup"] for r in catalogue} - WHOLE_FROM_DOCUMENTATION
    chosen = [
        ratio_row(r, "catalogue 2026") for r in catalogue if r["InstanceSizeFlexibilityGroup"] in current
    ]
    chosen += [
        ratio_row(r, "documentation 2018-11")
        for r in documented
        if r["InstanceSizeFlexibilityGroup"] not in current
    ]
    kept = [r for r in chosen if Decimal(r["ratio"]) != BROKEN_RATIO and r["size"] not in OUTDATED_RATIOS]
    return {r.pop("size"): r for r in kept}


def ratio_row(row: Row, source: str) -> Row:
    """One ratio under our names."""
    return {
        "size": row["ArmSkuName"],
        "group": row["InstanceSizeFlexibilityGroup"],
        "ratio": plain(row["Ratio"]),
        "ratio_source": source,
    }


def region_row(row: Row) -> Row:
    """One region with the spelling that prices use."""
    return {
        "region": row["region"],
        "display_name": row["display_name"],
        "geography_group": row["geography_group"],
        "billing_region": row["price_api_location"],
    }


def label_rows(labels: Sequence[Row], regions: Sequence[Row]) -> list[Row]:
    """Every spelling of a region in billing data, its own names included, in lower case."""
    known = {r["billing_label"].lower(): r["region"] for r in labels}
    for row in regions:
        for label in (row["region"], row["display_name"], row["price_api_location"]):
            if label:
                known.setdefault(label.lower(), row["region"])
    return [{"label": label, "region": known[label]} for label in sorted(known)]


def market_rows(rows: Sequence[Row]) -> list[Row]:
    """One row a country code; the three Caribbean islands that share a code become one row."""
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row["iso2"], []).append(row["country"])
    first = {row["iso2"]: row for row in reversed(rows)}
    return [
        {
            "country": code,
            "name": ", ".join(names[code]),
            "csp_region": first[code]["csp_region"],
            "currency": first[code]["currency"],
        }
        for code in sorted(names)
    ]


def currency_rows(rows: Sequence[Row]) -> list[Row]:
    """One row a currency: the monthly rate of the Microsoft Customer Agreement, else the older calculator's."""
    made = []
    for row in sorted(rows, key=lambda r: r["currency"]):
        modern = row["modern_conversion_per_usd"]
        rate = Decimal(modern or row["calculator_conversion_per_usd"]).quantize(Decimal("0.000001"))
        source = "customer agreement" if modern else "calculator"
        made.append(
            {"currency": row["currency"], "per_usd": f"{rate}", "rate_source": source, "as_of": row["as_of"]}
        )
    return made


# ---------------------------------------------------------------------------------------------- demo


def build_demo(folder: Path, out: Path) -> None:
    """Writes what only the sandbox may use: prices of one region, meters, customers, machines, demand."""
    known = {r["size"] for r in read(HERE / "reference" / "sizes.csv")}
    prices = price_rows(read(folder / "vm_prices_polandcentral.csv"), known)
    write(out / "prices.csv", prices)
    machines = machine_rows()
    write(out / "meters.csv", meter_rows({r["size"] for r in prices} | {r["size"] for r in machines}))
    write(out / "customers.csv", customer_rows())
    write(out / "subscriptions.csv", subscription_rows())
    write(out / "machines.csv", machines)
    write(out / "unknown_sizes.csv", [{"size": s, "why": w} for s, w in sorted(UNKNOWN_SIZES.items())])
    write(out / "series.csv", series_rows())
    write_demand(out / "demand.csv.gz", traces(folder))


def price_rows(rows: Sequence[Row], known: set[str]) -> list[Row]:
    """The prices of the sizes that the size table knows, without the rows that are known to be wrong."""
    linux = {r["arm_sku_name"]: r for r in rows if r["os"] == "Linux"}
    kept = [r for r in rows if r["arm_sku_name"] in known and not is_wrong(r, linux)]
    return [price_row(r) for r in sorted(kept, key=lambda r: (r["arm_sku_name"], r["os"]))]


def is_wrong(row: Row, linux: Mapping[str, Row]) -> bool:
    """Whether a row is named as wrong, or is a Windows row that its Linux row and the licence do not explain."""
    size, system = row["arm_sku_name"], row["os"]
    if (size, system) in WRONG_PRICES:
        return True
    if system == "Linux":
        return False
    if series_of(size) in WRONG_WINDOWS_SERIES or size not in linux:
        return True
    return not licence_adds_up(row, linux[size])


def licence_adds_up(windows: Row, linux: Row) -> bool:
    """Whether the one-year Windows reservation is the Linux one plus a year of the licence, within 2 %."""
    if not windows["ri_1y_total"] or not linux["ri_1y_total"]:
        return True
    licence = (Decimal(windows["payg_per_hour"]) - Decimal(linux["payg_per_hour"])) * 8760
    expected = Decimal(linux["ri_1y_total"]) + licence
    return abs(Decimal(windows["ri_1y_total"]) - expected) <= expected * Decimal("0.02")


def price_row(row: Row) -> Row:
    """One price row under our names; an amount that is not offered stays empty."""
    return {
        "region": row["region"],
        "size": row["arm_sku_name"],
        "os": row["os"],
        "currency": row["currency"],
        "payg_per_hour": plain(row["payg_per_hour"]),
        "reservation_1y_total": plain(row["ri_1y_total"]),
        "reservation_3y_total": plain(row["ri_3y_total"]),
        "savings_plan_1y_per_hour": plain(row["sp_1y_per_hour"]),
        "savings_plan_3y_per_hour": plain(row["sp_3y_per_hour"]),
        "as_of": row["as_of"],
    }


def meter_rows(sizes: Iterable[str]) -> list[Row]:
    """A synthetic meter a size; constrained-core variants share the full size's, and old twins share one."""
    return [meter_row(size) for size in sorted(sizes)]


def meter_row(size: str) -> Row:
    """The meters of one size: of its use, and of its use under a reservation."""
    name = meter_name(size)
    series = series_of(size)
    return {
        "region": REGION,
        "size": size,
        "meter_id": new_id("meter", REGION, name),
        "meter_name": name,
        "meter_subcategory": f"{TWINS.get(series, series)} Series",
        "reservation_meter_id": new_id("reservation meter", REGION, name),
    }


def meter_name(size: str) -> str:
    """``Standard_D2s_v5`` gives ``D2s v5``, ``Standard_E16-4s_v3`` gives ``E16 v3/E16s v3``."""
    full = re.sub(r"-\d+", "", size.removeprefix("Standard_")).replace("_", " ")
    if series_of(size) not in TWINS:
        return full
    plain_twin = re.sub(r"^([A-Z]+\d+[a-z]*?)s?( .*)$", r"\1\2", full)
    premium = re.sub(r"^([A-Z]+\d+[a-z]*)( .*)$", r"\1s\2", plain_twin)
    return f"{plain_twin}/{premium}"


def customer_rows() -> list[Row]:
    """The customers with an estate, then the light ones."""
    heavy = [
        {
            "customer_id": customer_id(e.name),
            "name": e.name,
            "domain": e.domain,
            "country": "US",
            "kind": e.kind,
            "agreement": e.agreement,
            "story": e.story,
        }
        for e in ESTATES
    ]
    return heavy + [light_customer(i) for i in range(LIGHT_CUSTOMERS)]


def light_customer(index: int) -> Row:
    """One customer without machines; every tenth has no Azure at all, every seventh no signed agreement."""
    company, place = LIGHT_NAMES[index % len(LIGHT_NAMES)], LIGHT_PLACES[index // len(LIGHT_NAMES)]
    name = f"{company} {place}"
    return {
        "customer_id": customer_id(name),
        "name": name,
        "domain": f"{slug(company)}-{slug(place)}.example.com",
        "country": PLACES_ABROAD.get(place, "US"),
        "kind": light_kind(index),
        "agreement": "no" if falls_on(index, WITHOUT_AGREEMENT) else "yes",
        "story": "",
    }


def falls_on(index: int, rhythm: tuple[int, int]) -> bool:
    """Whether a light customer is one of those that a rhythm picks."""
    every, first = rhythm
    return index % every == first


def light_kind(index: int) -> str:
    """Every tenth light customer has no Azure subscription, the others are half legacy, half Azure plan."""
    if falls_on(index, WITHOUT_AZURE):
        return "none"
    return "legacy" if index % 2 else "azure_plan"


def subscription_rows() -> list[Row]:
    """The Azure subscriptions of all customers; those of one Azure plan share the plan's id."""
    rows = [row for e in ESTATES for row in estate_subscriptions(e)]
    for index in range(LIGHT_CUSTOMERS):
        light = light_customer(index)
        if light["kind"] != "none":
            registered = "no" if falls_on(index, WITHOUT_REGISTRATION) else "yes"
            rows.append(subscription_row(light["name"], light["kind"], f"{light['name']} Azure", registered))
    return rows


def estate_subscriptions(estate: Estate) -> list[Row]:
    """The Azure subscriptions of one estate in order."""
    return [
        subscription_row(estate.name, estate.kind, name, estate.registered) for name in estate.subscriptions
    ]


def subscription_row(customer: str, kind: str, name: str, registered: str) -> Row:
    """One Azure subscription; of an Azure plan the Partner Center id is the plan's."""
    plan = "plan" if kind == "azure_plan" else name
    return {
        "customer_id": customer_id(customer),
        "subscription_id": new_id("subscription", customer, plan),
        "azure_subscription_id": new_id("azure subscription", customer, name),
        "name": name,
        "registered": registered,
    }


def machine_rows() -> list[Row]:
    """One row a VM: the machine of rank k of a series runs in an hour in which the series counts k or more."""
    return [
        {
            "azure_subscription_id": new_id("azure subscription", e.name, e.subscriptions[load.subscription]),
            "series_id": series_id(e, load),
            "rank": str(rank),
            "vm": f"vm-{load.name}-{rank:02d}",
            "resource_group": f"rg-{load.name}",
            "size": load.sizes[(rank - 1) % len(load.sizes)],
            "os": load.os,
            "region": REGION,
        }
        for e in ESTATES
        for load in e.loads
        for rank in range(1, load.machines + 1)
    ]


def series_rows() -> list[Row]:
    """How the counts of each series are made from which trace."""
    return [
        {
            "series_id": series_id(e, load),
            "trace_region": str(load.trace[0]),
            "trace_type": load.trace[1],
            "shift_weeks": str(load.shift_weeks),
            "base": str(load.base),
            "scale": load.scale,
            "machines": str(load.machines),
        }
        for e in ESTATES
        for load in e.loads
    ]


def traces(folder: Path) -> pd.DataFrame:
    """The real hourly counts: one column a (region, type), hours without a row filled with 0."""
    raw = pd.read_parquet(folder / "vm_demand_hourly.parquet")
    wide = raw.pivot_table(
        index="usage_hour", columns=["region", "vm_type"], values="vm_count", aggfunc="sum", observed=True
    )
    hours = pd.date_range(wide.index.min(), wide.index.max(), freq="h")
    return wide.reindex(hours).fillna(0).astype("int64")


def series_counts(load: Load, wide: pd.DataFrame) -> list[int]:
    """The trace of whole weeks earlier: less the base, times the scale, rounded half up, between 0 and all machines."""
    start = FIRST_HOUR - pd.Timedelta(weeks=load.shift_weeks)
    stop = LAST_HOUR - pd.Timedelta(weeks=load.shift_weeks)
    window: list[int] = wide[load.trace].loc[start:stop].to_list()
    if len(window) != (LAST_HOUR - FIRST_HOUR) // pd.Timedelta(hours=1) + 1:
        raise ValueError(f"The trace does not reach: {load.name} shifted by {load.shift_weeks} weeks.")
    factor = int(Decimal(load.scale).scaleb(4))
    return [min(load.machines, max(0, ((count - load.base) * factor + 5000) // 10000)) for count in window]


def write_demand(path: Path, wide: pd.DataFrame) -> None:
    """Writes the counts of all series by hour into an archive without a time stamp."""
    columns = {series_id(e, load): series_counts(load, wide) for e in ESTATES for load in e.loads}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["hour", *columns])
    hours = pd.date_range(FIRST_HOUR, LAST_HOUR, freq="h").strftime("%Y-%m-%dT%HZ")
    writer.writerows(zip(hours, *columns.values(), strict=True))
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


# ---------------------------------------------------------------------------------------------- small things


def series_id(estate: Estate, load: Load) -> str:
    """``contoso-web`` for the load *web* of Contoso."""
    return f"{slug(estate.name)}-{load.name}"


def customer_id(name: str) -> str:
    """The invented tenant id of a customer."""
    return new_id("customer", name)


def new_id(*words: str) -> str:
    """An id that depends on the words alone."""
    return str(uuid.uuid5(NAMESPACE, "|".join(words)))


def slug(name: str) -> str:
    """The ASCII letters and digits of a name in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def plain(number: str) -> str:
    """A number as plain decimal text: ``3163.0`` gives ``3163``; empty stays empty."""
    if not number:
        return ""
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(path: Path) -> list[Row]:
    """The rows of a CSV file as text (so that Namibia's ``NA`` stays a code)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows as CSV with plain line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("Usage: python sample_data/build.py <folder with the figures>")
    main(Path(sys.argv[1]))
    print(f"Wrote {HERE / 'reference'} and {HERE / 'demo'}.")
