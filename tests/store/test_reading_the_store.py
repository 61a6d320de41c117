"""A reading out of the store is the reading that the records themselves give; the tables keep their contracts."""

from datetime import timedelta

import narwhals as nw
import pandas as pd
import pytest
from deliveries import CUSTOMER, START, days, delivery, frame_of, hours, open_store, page, record

from bespeak import connect, usage_store
from bespeak.errors import InputError
from bespeak.tables import HOURLY_USAGE, STORED_USAGE
from bespeak.usage import demand
from bespeak.usage.settle import settle
from bespeak.usage.steps import hourly
from bespeak.worlds import world_of

LINES = [
    *hours("web01", usage_type="ComputeHR"),
    *hours("web02", quantity=0.5, reservation_id="r-1"),
    *hours("win", count=3, subcategory="Dsv5 Series Windows"),
    *hours("spot", count=2, meter="D2s v5 Spot"),
    record("web01", 3, quantity=-0.5),
    record("moon", region="moon"),
    record("x", size="Standard_X1"),
    record("web09", 30, quantity=float("nan")),
]


@pytest.fixture
def filled(store):
    store.add(delivery(page(*LINES[:40]), page(*LINES[40:])))
    store.build()
    return store


def test_it_says_what_settling_the_records_says(filled):
    ours = filled.reading(CUSTOMER)
    theirs = settle(page(*LINES)[1], start=None, end=None, source="x", once=True)
    for name in ("rows_in", "hours_in", "start", "end", "licensed", "incomplete"):
        assert getattr(ours, name) == getattr(theirs, name), name
    pd.testing.assert_frame_equal(ours.set_aside, theirs.set_aside, check_dtype=False)
    order = ["resource", "start", "hours"]
    one, other = (
        table.usage.astype({"resource": "str"}).sort_values(order, ignore_index=True)
        for table in (ours, theirs)
    )
    for name in other.columns:
        assert (
            one[name].astype("object").fillna("").tolist() == other[name].astype("object").fillna("").tolist()
        ), name


def test_a_part_of_the_time_is_read_as_such(filled):
    some = filled.reading(CUSTOMER, START + timedelta(hours=2), START + timedelta(hours=4))
    assert (some.start, some.end) == (START + timedelta(hours=2), START + timedelta(hours=4))
    assert set(some.usage["start"]) == {START + timedelta(hours=2), START + timedelta(hours=3)}


def test_demand_takes_it(filled):
    found = demand(filled.reading(CUSTOMER))
    assert found.groups["units"].sum() > 0


def test_nothing_known_is_said(store):
    with pytest.raises(InputError, match="knows nothing of this customer"):
        store.reading("nobody")


def test_the_tables_keep_their_contracts(filled):
    STORED_USAGE.check(frame_of(filled.rows()))
    HOURLY_USAGE.check(frame_of(filled.hourly()))


def test_an_empty_store_has_empty_tables_that_keep_them_too(store):
    STORED_USAGE.check(frame_of(store.rows()))
    HOURLY_USAGE.check(frame_of(store.hourly()))
    assert store.set_aside("nobody").empty
    assert store.opened("nobody").empty
    assert store.conservation("nobody")["came"].tolist() == [0, 0]


def test_the_hourly_table_is_the_step_over_the_rows(filled):
    ours = frame_of(filled.hourly())
    theirs = frame_of(hourly(filled.rows()))
    order = list(theirs.columns)
    pd.testing.assert_frame_equal(
        ours.sort_values(order, ignore_index=True),
        theirs.sort_values(order, ignore_index=True),
        check_dtype=False,
    )


def test_rows_are_sorted_for_the_scan(filled):
    rows = frame_of(filled.rows())
    order = ["azure_subscription_id", "region", "size", "resource", "hour"]
    assert rows[order].equals(rows[order].sort_values(order, kind="stable", ignore_index=True))


def test_a_table_in_memory_joins_those_of_the_store(filled):
    scale = filled.beside(pd.DataFrame({"size": ["Standard_D2s_v5"], "ratio": [2]}))
    table = frame_of(filled.hourly().join(scale, on="size", how="inner").select(nw.col("ratio").sum()))
    assert table["ratio"][0] == 2 * len(frame_of(filled.hourly()))


def test_months_can_be_chosen(store):
    store.add(delivery(page(*hours(), *hours(first=-24 * 10))))
    store.build()
    assert frame_of(store.rows(months=["2026-09"]))["hour"].nunique() == 24


def test_the_store_of_a_session_carries_its_world():
    session = connect()
    store = usage_store(session)
    assert store.home.parent == session.home.resolve()
    store.add(delivery(page(*days()), source="rated_usage"))
    store.build()
    assert world_of(store.reading(CUSTOMER).usage, store.customers()) == "sandbox"


def test_the_same_deliveries_give_the_same_bytes(tmp_path):
    prints = set()
    for name in ("a", "b"):
        one = open_store(tmp_path / name)
        one.add(delivery(page(*LINES)))
        one.build()
        one.add(delivery(page(*days(count=3)), source="rated_usage", at=1))
        one.build()
        prints.add(one.fingerprint)
    assert len(prints) == 1
