"""The tables that come with the package agree with each other, and show what they say they show."""

from __future__ import annotations

import csv
import gzip
import io
import re
import uuid
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "sample_data"
TABLES = sorted(path.relative_to(FOLDER) for path in FOLDER.glob("*/*.csv*"))
#: The weeks before the sandbox's first day, 2026-11-16.
LAST_EIGHT_WEEKS = slice("2026-09-21", "2026-11-15")
HEAVY = [
    "Contoso",
    "Fabrikam",
    "Northwind Traders",
    "Woodgrove Bank",
    "Tailspin Toys",
    "Litware",
    "Wingtip Toys",
]


@cache
def table(name):
    raw = (FOLDER / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    return list(csv.DictReader(io.StringIO(text)))


@cache
def demand():
    """Machines running by hour, one column a series."""
    frame = pd.DataFrame(table("demo/demand.csv.gz"))
    frame.index = pd.to_datetime(frame.pop("hour"), format="%Y-%m-%dT%HZ", utc=True)
    return frame.astype("int64")


def column(name, field):
    return [row[field] for row in table(name)]


def test_all_tables_are_there():
    assert [str(path) for path in TABLES] == [
        "demo/customers.csv",
        "demo/demand.csv.gz",
        "demo/machines.csv",
        "demo/meters.csv",
        "demo/prices.csv",
        "demo/series.csv",
        "demo/subscriptions.csv",
        "demo/unknown_sizes.csv",
        "reference/currencies.csv",
        "reference/markets.csv",
        "reference/region_labels.csv",
        "reference/regions.csv",
        "reference/sizes.csv",
    ]


def test_the_folder_is_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 10 * 1024 * 1024


def test_the_archive_carries_no_time_stamp():
    assert (FOLDER / "demo" / "demand.csv.gz").read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize("path", TABLES, ids=str)
def test_a_table_has_plain_line_ends_and_no_mark_at_its_beginning(path):
    raw = (FOLDER / path).read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")


@pytest.mark.parametrize("name", [str(path) for path in TABLES])
def test_the_sources_and_the_licences_are_named(name):
    short = name.removeprefix("reference/").removeprefix("demo/")
    assert f"`{short}`" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_each_work_that_asks_for_it_is_credited():
    notices = (FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    assert (
        (FOLDER / "LICENSE-APACHE-2.0.txt").read_text(encoding="utf-8").lstrip().startswith("Apache License")
    )
    for word in (
        "Snowflake Inc.",
        "10.5281/zenodo.15015992",
        "S. Stybel",
        "DJ Tools",
        "Microsoft Corporation",
    ):
        assert word in notices


def test_sizes_are_unique_and_have_both_group_and_ratio_or_neither():
    assert max(Counter(column("reference/sizes.csv", "size")).values()) == 1
    for row in table("reference/sizes.csv"):
        assert bool(row["group"]) == bool(row["ratio"]) == bool(row["ratio_source"])
        assert row["ratio"] == "" or 0 < Decimal(row["ratio"]) < 200


def test_a_group_has_its_ratios_from_one_source():
    sources = defaultdict(set)
    for row in table("reference/sizes.csv"):
        sources[row["group"]].add(row["ratio_source"])
    assert {group for group, found in sources.items() if len(found) > 1} == set()


def test_prices_are_of_known_sizes_and_each_is_there_once():
    keys = [(row["region"], row["size"], row["os"]) for row in table("demo/prices.csv")]
    assert max(Counter(keys).values()) == 1
    assert {size for _, size, _ in keys} <= set(column("reference/sizes.csv", "size"))
    assert {
        (region, row["currency"]) for (region, *_), row in zip(keys, table("demo/prices.csv"), strict=True)
    } == {("polandcentral", "USD")}


def test_a_reservation_costs_less_than_pay_as_you_go_and_three_years_less_than_three_times_one():
    for row in table("demo/prices.csv"):
        one, three = row["reservation_1y_total"], row["reservation_3y_total"]
        assert Decimal(row["payg_per_hour"]) > 0
        assert not one or Decimal(one) < Decimal(row["payg_per_hour"]) * 8760
        assert not three or not one or Decimal(one) < Decimal(three) < 3 * Decimal(one)


def test_no_price_that_is_known_to_be_wrong_is_left():
    assert "Standard_E96-48s_v6" not in column("demo/prices.csv", "size")
    windows = {row["size"] for row in table("demo/prices.csv") if row["os"] == "Windows"}
    assert not {size for size in windows if re.search(r"ads_v7$", size) and size.startswith("Standard_E")}
    assert "Standard_E16-8ds_v6" not in windows


def test_prices_agree_with_the_ratios():
    """Within a group the one-year Linux price of a ratio unit is nearly the same."""
    ratios = {
        row["size"]: (row["group"], row["ratio"]) for row in table("reference/sizes.csv") if row["group"]
    }
    units = defaultdict(list)
    for row in table("demo/prices.csv"):
        if row["os"] == "Linux" and row["reservation_1y_total"] and row["size"] in ratios:
            group, ratio = ratios[row["size"]]
            units[group].append(Decimal(row["reservation_1y_total"]) / Decimal(ratio))
    spread = {group: max(found) / min(found) for group, found in units.items()}
    assert {group for group, ratio in spread.items() if ratio > Decimal("1.04")} == set()


def test_every_size_that_is_priced_or_runs_has_a_meter_and_a_meter_under_a_reservation():
    sizes = set(column("demo/prices.csv", "size")) | set(column("demo/machines.csv", "size"))
    assert set(column("demo/meters.csv", "size")) == sizes
    ids = set(column("demo/meters.csv", "meter_id")) | set(column("demo/meters.csv", "reservation_meter_id"))
    assert all(uuid.UUID(text).version == 5 for text in ids)
    assert not set(column("demo/meters.csv", "meter_id")) & set(
        column("demo/meters.csv", "reservation_meter_id")
    )


def test_a_full_size_and_its_variants_share_a_meter_and_so_do_old_twins():
    meters = {row["size"]: row["meter_id"] for row in table("demo/meters.csv")}
    assert meters["Standard_E16as_v5"] == meters["Standard_E16-4as_v5"]
    assert meters["Standard_D2_v3"] == meters["Standard_D2s_v3"]
    assert meters["Standard_D2s_v5"] != meters["Standard_D4s_v5"]


def test_every_machine_has_a_size_that_is_priced_or_openly_unknown():
    unknown = set(column("demo/unknown_sizes.csv", "size"))
    running = set(column("demo/machines.csv", "size"))
    assert running - set(column("demo/prices.csv", "size")) == unknown
    assert not unknown & set(column("reference/sizes.csv", "size"))


def test_the_ranks_of_a_series_run_from_1_to_the_number_of_its_machines():
    ranks = defaultdict(list)
    for row in table("demo/machines.csv"):
        ranks[row["series_id"]].append(int(row["rank"]))
    expected = {
        row["series_id"]: list(range(1, int(row["machines"]) + 1)) for row in table("demo/series.csv")
    }
    assert ranks == expected


def test_machine_names_are_unique_in_their_resource_group():
    keys = [
        tuple(row[k] for k in ("azure_subscription_id", "resource_group", "vm"))
        for row in table("demo/machines.csv")
    ]
    assert max(Counter(keys).values()) == 1


def test_every_series_has_a_column_of_whole_counts_within_its_machines():
    machines = {row["series_id"]: int(row["machines"]) for row in table("demo/series.csv")}
    assert list(demand().columns) == list(machines)
    assert (demand() >= 0).all(axis=None)
    assert (demand().max() <= pd.Series(machines)).all()


def test_the_hours_run_without_a_gap_over_eighteen_months():
    hours = pd.date_range("2026-07-01", "2027-12-31 23:00", freq="h", tz="UTC")
    assert demand().index.to_list() == hours.to_list()


def test_every_subscription_belongs_to_a_customer_and_every_machine_to_a_subscription():
    assert set(column("demo/subscriptions.csv", "customer_id")) <= set(
        column("demo/customers.csv", "customer_id")
    )
    assert set(column("demo/machines.csv", "azure_subscription_id")) <= set(
        column("demo/subscriptions.csv", "azure_subscription_id")
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("demo/customers.csv", "customer_id"),
        ("demo/customers.csv", "name"),
        ("demo/customers.csv", "domain"),
        ("demo/subscriptions.csv", "azure_subscription_id"),
    ],
)
def test_no_two_have_the_same(name, field):
    assert max(Counter(column(name, field)).values()) == 1


def test_the_azure_subscriptions_of_a_plan_share_the_plans_id_and_legacy_ones_do_not():
    kinds = {row["customer_id"]: row["kind"] for row in table("demo/customers.csv")}
    ids = defaultdict(list)
    for row in table("demo/subscriptions.csv"):
        ids[row["customer_id"]].append(row["subscription_id"])
    assert all(len(set(found)) == 1 for customer, found in ids.items() if kinds[customer] == "azure_plan")
    assert all(
        len(set(found)) == len(found) for customer, found in ids.items() if kinds[customer] == "legacy"
    )
    assert set(ids) == {customer for customer, kind in kinds.items() if kind != "none"}


def test_there_are_seven_customers_with_machines_and_a_thousand_light_ones():
    with_story = [row["name"] for row in table("demo/customers.csv") if row["story"]]
    assert with_story == HEAVY
    assert len(table("demo/customers.csv")) == 1007


@pytest.mark.parametrize("name", HEAVY[:5])
def test_the_first_five_have_about_fifty_machines(name):
    (customer,) = (row["customer_id"] for row in table("demo/customers.csv") if row["name"] == name)
    own = {
        row["azure_subscription_id"]
        for row in table("demo/subscriptions.csv")
        if row["customer_id"] == customer
    }
    assert 45 <= sum(row["azure_subscription_id"] in own for row in table("demo/machines.csv")) <= 60


def test_domains_are_cleared_for_samples():
    domains = column("demo/customers.csv", "domain")
    assert {d for d in domains if not d.endswith(".example.com")} == {"contoso.com", "fabrikam.com"}


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "none"), ("agreement", "no"), ("country", "GL"), ("country", "AX")]
)
def test_light_customers_show_every_light(field, value):
    assert sum(row[field] == value for row in table("demo/customers.csv") if not row["story"]) >= 10


def weekly(series):
    return demand()[series][LAST_EIGHT_WEEKS].resample("W").mean()


def by_hour_of_week(series):
    recent = demand()[series][LAST_EIGHT_WEEKS]
    return recent.groupby([recent.index.day_of_week, recent.index.hour]).mean()


@pytest.mark.parametrize("series", ["contoso-web", "contoso-app", "contoso-database", "contoso-cache"])
def test_contoso_is_a_steady_base_load(series):
    recent = demand()[series][LAST_EIGHT_WEEKS]
    assert recent.mean() > 0.85 * recent.max()
    assert recent.quantile(0.05) >= 0.6 * recent.max()


@pytest.mark.parametrize("series", ["fabrikam-desk", "fabrikam-erp", "fabrikam-build", "fabrikam-report"])
def test_fabrikam_works_in_office_hours(series):
    profile = by_hour_of_week(series)
    office = profile.loc[0:4].loc[(slice(None), slice(8, 13))].mean()
    night, weekend = profile.loc[(slice(0, 4), [21, 22, 23])].mean(), profile.loc[5:6].mean()
    assert office > 0.5 * demand()[series][LAST_EIGHT_WEEKS].max()
    assert max(night, weekend) < 0.15 * office


@pytest.mark.parametrize(
    "series", ["northwindtraders-shop", "northwindtraders-api", "northwindtraders-search"]
)
def test_northwind_grows(series):
    history = demand()[series]
    assert history["2026-10-19":"2026-11-15"].mean() > 1.3 * history["2026-08-01":"2026-08-28"].mean()


def test_woodgrove_moves_from_old_to_fewer_new_machines():
    old, new = weekly("woodgrovebank-core-old"), weekly("woodgrovebank-core-new")
    assert old.iloc[-1] < 0.5 * old.iloc[0]
    assert new.iloc[-1] > 1.3 * new.iloc[0]
    assert (old + new).iloc[-1] < 0.7 * (old + new).iloc[0]


def test_tailspin_is_chaotic_and_mixes_sizes_of_one_group():
    recent = demand()[["tailspintoys-dev", "tailspintoys-test", "tailspintoys-ci"]][LAST_EIGHT_WEEKS]
    assert (recent.std() > 0.5 * recent.mean()).all()
    assert (recent.min() == 0).all()
    groups = {row["size"]: row["group"] for row in table("reference/sizes.csv")}
    own = {row["size"] for row in table("demo/machines.csv") if row["series_id"] == "tailspintoys-dev"}
    assert len(own) == 3
    assert {groups[size] for size in own} == {"Dasv5 Series"}


def test_contoso_has_a_three_sized_group_that_pays_in_both_terms():
    """Several sizes of one group run steadily, and both terms break even far below their use."""
    sizes = {row["size"] for row in table("demo/machines.csv") if row["series_id"].startswith("contoso-")}
    groups = {row["size"]: row["group"] for row in table("reference/sizes.csv")}
    assert Counter(groups[size] for size in sizes)["Dsv5 Series"] == 3
    for row in table("demo/prices.csv"):
        if row["size"] in sizes and row["os"] == "Linux":
            year = Decimal(row["payg_per_hour"]) * 8760
            assert Decimal(row["reservation_1y_total"]) < Decimal("0.65") * year
            assert Decimal(row["reservation_3y_total"]) < Decimal("0.45") * 3 * year
