"""Changes of a source that change nothing that counts: hours and cost to the last millionth, in memory and stored."""

import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bespeak.usage.readers import file_records
from bespeak.usage.settled import settled
from bespeak.usage.store import Delivery, UsageStore

sys.path.insert(0, str(Path(__file__).parents[1] / "readers"))
import estate_files as told

NOW = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = 168
KEYS = ["azure_subscription_id", "region", "size", "resource", "hour", "hours_in_window", "currency"]
MACHINES = told.estate(11)


@pytest.fixture(scope="module", params=["rated lines", "cost export", "FOCUS"])
def records(request):
    """RECORDS with costs, as a source tells them."""
    made = {"rated lines": told.rated, "cost export": told.export, "FOCUS": told.focus}[request.param]
    return file_records(made(MACHINES)).records


def counted(records, **more):
    """Hours and cost of what counts, by machine and window; and of all that came."""
    found = settled(records, **more)
    used = found.used.astype(dict.fromkeys(KEYS[:4] + KEYS[6:], "str"))
    table = used.groupby(KEYS)[["hours_e6", "cost_e6"]].sum().sort_index()
    aside = found.aside[["hours_e6", "cost_e6"]].sum()
    return table, aside.to_dict()


def same(one, other):
    return one[0].equals(other[0]) and one[1] == other[1]


def text(records, name, change):
    return records.assign(**{name: records[name].astype("str").map(change).astype("category")})


def test_the_order_of_records_makes_no_difference(records):
    turned = records.sample(frac=1, random_state=1).reset_index(drop=True)
    assert same(counted(records), counted(turned))


@pytest.mark.parametrize("pages", [1, 2, 7])
def test_pages_may_be_cut_anywhere(records, pages):
    ends = np.linspace(0, len(records), pages + 1).astype(int)
    parts = [records.iloc[first:last] for first, last in pairwise(ends)]
    assert same(counted(records), counted(pd.concat(parts, ignore_index=True)))


@pytest.mark.parametrize("change", [str.upper, str.lower], ids=["capitals", "small letters"])
def test_large_and_small_letters_are_the_same(records, change):
    other = text(text(records, "resource", change), "size", change)
    assert same(counted(records), counted(other))


def test_a_week_later_is_a_week_later(records):
    later = text(text(records, "start", _week_later), "end", _week_later)
    table, aside = counted(later)
    moved = table.reset_index().assign(hour=lambda rows: rows["hour"] - WEEK).set_index(KEYS)
    assert same(counted(records), (moved[["hours_e6", "cost_e6"]], aside))


def _week_later(text):
    return (pd.Timestamp(text) + pd.Timedelta(days=7)).isoformat() if text else ""


def test_another_name_of_a_machine_changes_its_name_only(records):
    before, after = settled(records).used, settled(text(records, "vm", lambda name: f"new-{name}")).used
    assert before.drop(columns="vm").equals(after.drop(columns="vm"))
    assert (after["vm"].astype("str") == "new-" + before["vm"].astype("str")).all()


def stored(folder, *deliveries):
    """What a store counts after these deliveries, each a list of pages; a delivery a day."""
    store = UsageStore(folder, world="sandbox", instance="one")
    for day, (pages, customer) in enumerate(deliveries):
        made = [(f"{day} {number} {len(page)}".encode(), page) for number, page in enumerate(pages)]
        store.add(
            Delivery(
                "cost_export", customer, by_record=False, pages=made, received=NOW + pd.Timedelta(days=day)
            )
        )
    store.build()
    rows = store.rows(told.CUSTOMER).collect().to_pandas().astype(dict.fromkeys(KEYS[:4] + KEYS[6:], "str"))
    return (
        rows.astype({"hour": "int64", "hours_in_window": "int64"})
        .groupby(KEYS)[["hours_e6", "cost_e6"]]
        .sum()
    )


@pytest.fixture
def mine(records):
    return records.assign(customer_id=pd.Categorical([told.CUSTOMER] * len(records)))


def test_the_store_counts_what_is_counted_in_memory(mine, tmp_path):
    assert stored(tmp_path, ([mine], "")).sort_index().equals(counted(mine)[0])


def test_what_is_delivered_twice_counts_once(mine, tmp_path):
    once, twice = stored(tmp_path / "a", ([mine], "")), stored(tmp_path / "b", ([mine], ""), ([mine], ""))
    assert once.equals(twice)


def test_pages_of_a_delivery_may_be_cut_anywhere(mine, tmp_path):
    half = len(mine) // 2
    parts = [mine.iloc[:half].reset_index(drop=True), mine.iloc[half:].reset_index(drop=True)]
    assert stored(tmp_path / "a", ([mine], "")).equals(stored(tmp_path / "b", (parts, "")))


def test_what_is_corrected_later_counts_as_corrected(mine, tmp_path):
    wrong = mine.assign(cost_e6=mine["cost_e6"] + 7, quantity=mine["quantity"] / 2)
    corrected = stored(tmp_path / "b", ([wrong], ""), ([mine], ""))
    assert stored(tmp_path / "a", ([mine], "")).equals(corrected)


def test_what_came_late_counts_as_if_it_had_come_in_time(mine, tmp_path):
    early = mine.iloc[: len(mine) * 2 // 3].reset_index(drop=True)
    assert stored(tmp_path / "a", ([mine], "")).equals(stored(tmp_path / "b", ([early], ""), ([mine], "")))


def test_another_customer_changes_nothing(mine, tmp_path):
    other = mine.assign(customer_id=pd.Categorical(["c0000000-0000-4000-8000-000000000002"] * len(mine)))
    nobody = mine.iloc[:0]
    both = stored(tmp_path / "b", ([pd.concat([mine, other], ignore_index=True)], ""), ([nobody], "empty"))
    assert stored(tmp_path / "a", ([mine], "")).equals(both)
