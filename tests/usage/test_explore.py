"""Exploring a customer: every figure against the rows themselves, added up by brute force."""

import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from deliveries import CUSTOMER, RECEIVED, START, days, delivery, frame_of, hours, open_store, page, record

from bespeak import InputError, Slice, explore

OTHER = "b1e6aaaa-0000-4000-8000-000000000002"
FIRST = int(START.timestamp()) // 3600
COSTLY = {"cost_e6": 96_000, "currency": "EUR"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Four machines hour by hour with a night off, three by the day, some storage, and a day nobody reported."""
    store = open_store(tmp_path_factory.mktemp("explore") / "usage")
    hourly = [*hours("web01", 24), *hours("web01", 30, 72), *hours("web02", 12, 6, size="Standard_D4s_v5")]
    hourly += hours("db01", 24, region="westeurope", size="Standard_E4s_v5", quantity=0.5)
    hourly += [record("disk", 3, category="Storage", subcategory="", meter="P10", size="")]
    store.add(delivery(page(*hourly)))
    plan = [
        *days("app01", 2, sub=OTHER, **COSTLY),
        *days("app02", 2, sub=OTHER, quantity=10.0, **COSTLY),
        *days("app03", 1, sub=OTHER, quantity=6.5, size="Standard_D4s_v5", **COSTLY),
    ]
    store.add(delivery(page(*plan), source="rated_usage", by_record=False))
    store.build()
    return store


@pytest.fixture(scope="module")
def found(store):
    found = explore(store, CUSTOMER)
    found.list_machines()
    return found


@pytest.fixture(scope="module")
def rows(store):
    return frame_of(store.rows(CUSTOMER))


def brute(rows, where):
    """The hours of a slice by step, each record spread evenly over its window."""
    edges = where.edges()
    spread = rows.loc[rows.index.repeat(rows["hours_in_window"])].copy()
    spread["at"] = spread["hour"] + spread.groupby(level=0).cumcount()
    spread["each"] = spread["hours_e6"] / spread["hours_in_window"] / 1_000_000
    for name, value in where.chosen.items():
        if name != "group":
            spread = spread[spread[name] == value]
    place = pd.cut(spread["at"], edges, right=False, labels=False)
    return spread.groupby(place)["each"].sum().reindex(range(len(edges) - 1), fill_value=0).to_numpy()


@pytest.mark.parametrize("step", ["month", "day", "hour"])
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"azure_subscription_id": OTHER},
        {"size": "Standard_D4s_v5"},
        {"region": "westeurope"},
        {"size": "Standard_D4s_v5", "azure_subscription_id": OTHER},
    ],
    ids=lambda chosen: "+".join(chosen) or "all",
)
def test_a_series_adds_up_to_the_rows(found, rows, step, chosen):
    where = Slice(found.first, found.end, step, **chosen)
    np.testing.assert_allclose(found.series(where, "size").total, brute(rows, where), atol=1e-9)


@pytest.mark.parametrize("span", [(5, 6), (7, 31), (20, 28)])
def test_any_span_of_hours_adds_up_to_the_rows(found, rows, span):
    where = Slice(FIRST + span[0], FIRST + span[1], "hour")
    np.testing.assert_allclose(found.series(where, "region").total, brute(rows, where), atol=1e-9)


def test_the_hours_of_daily_records_are_bounds(found):
    """app01 ran all 24 hours; of the others only the day is known."""
    where = found.whole.over(FIRST, FIRST + 24, "hour").choosing("azure_subscription_id", OTHER)
    day = found.series(where)
    assert day.known[0].tolist() == [1.0] * 24
    assert day.most.tolist() == [3.0] * 24
    assert day.spread == pytest.approx([16.5 / 24] * 24)


def test_units_are_means_by_the_ratio_of_the_size(found):
    where = found.whole.over(FIRST, FIRST + 24, "day").choosing("size", "Standard_D4s_v5")
    alone = where.choosing("azure_subscription_id", OTHER)
    assert found.series(alone, measure="units").total.tolist() == pytest.approx([6.5 * 2 / 24])


def test_cost_is_of_one_currency(found):
    assert found.currencies == ["EUR"]
    total = found.series(found.whole.paid_in("EUR"), measure="cost").total.sum()
    assert total == pytest.approx(5 * 0.096)


def test_a_measure_that_usage_does_not_have_is_named(found):
    with pytest.raises(InputError, match="no measure 'watts'"):
        found.series(found.whole, measure="watts")


def test_a_choice_narrows_the_others_and_not_itself(found):
    where = found.whole.choosing("region", "westeurope")
    sizes, _ = found.choices(where, "size")
    regions, count = found.choices(where, "region")
    assert sizes["value"].tolist() == ["Standard_E4s_v5"]
    assert set(regions["value"]) == {"polandcentral", "westeurope"}
    assert count == 2


def test_choices_count_hours_and_machines(found, rows):
    table, _ = found.choices(found.whole, "size")
    by_size = rows.groupby("size", observed=True)
    assert (
        dict(zip(table["value"], table["hours"], strict=True)) == (by_size["hours_e6"].sum() / 1e6).to_dict()
    )
    assert (
        dict(zip(table["value"], table["machines"], strict=True)) == by_size["resource"].nunique().to_dict()
    )


def test_machines_are_found_by_a_part_of_their_name(found):
    table, count = found.machines(found.whole, "WEB")
    assert table["name"].tolist() == ["web01", "web02"]
    assert (count, table["hours"].tolist()) == (2, [54.0, 12.0])


def test_a_single_machine_has_its_own_series_and_strip(found):
    table, _ = found.machines(found.whole, "web02")
    where = found.whole.choosing("resource", table["value"].iloc[0])
    assert found.series(where).total.sum() == 12
    strip = found.strip(where)
    assert strip.loc[0, [f"h{hour:02d}" for hour in range(24)]].tolist() == [0] * 6 + [1] * 12 + [0] * 6
    assert not strip["daily"].any()


def test_a_total_opens_its_rows(found, rows):
    where = Slice(FIRST + 6, FIRST + 7, "hour", size="Standard_D4s_v5")
    opened = found.rows(where)
    assert opened.count == len(opened.table) == 2
    assert set(opened.table["source"]) == {"hourly utilization records", "daily rated usage"}
    assert opened.table["received"].eq(pd.Timestamp(RECEIVED)).all()
    assert found.rows(found.whole, limit=3).count == len(rows)


def test_a_group_opens_the_rows_of_its_sizes(found):
    where = Slice(FIRST + 6, FIRST + 7, "hour", group="Dsv5 Series")
    assert set(found.rows(where).table["size"]) == {"Standard_D2s_v5", "Standard_D4s_v5"}


def test_what_is_set_aside_opens_by_its_reason(found):
    table = found.set_aside()
    assert table["records"].tolist() == [1]
    opened = found.aside_rows(reason=table["reason"].iloc[0])
    assert (opened.count, opened.table["meter"].tolist()) == (1, ["P10"])
    assert found.set_aside(found.whole.over(FIRST + 48, FIRST + 72, "day")).empty


def test_what_came_in_is_used_or_set_aside(found, rows):
    table = found.conservation().set_index("what")
    assert (table["came"] == table["used"] + table["set_aside"]).all()
    assert table.loc["records", "used"] == len(rows)
    assert table.loc["records", "set_aside"] == found.set_aside()["records"].sum()


def test_a_day_without_any_record_is_a_gap(found):
    gaps = found.gaps()
    assert gaps[["first", "end", "hours"]].to_numpy().tolist() == [[FIRST + 48, FIRST + 72, 24]]


def test_hours_without_any_record_are_gaps_where_steps_are_hours(found):
    gaps = found.gaps(found.whole.over(FIRST + 96, FIRST + 120, "hour"))
    assert gaps[["first", "end"]].to_numpy().tolist() == [[FIRST + 102, FIRST + 120]]


def test_records_that_come_long_after_their_day_was_read_are_late(tmp_path):
    store = open_store(tmp_path / "usage")
    store.add(delivery(page(*hours(count=24))))
    store.add(delivery(page(*hours("late01", 5, 3)), at=100))
    store.build()
    found = explore(store, CUSTOMER)
    found.list_machines()
    assert found.late()[["first", "records", "hours"]].to_numpy().tolist() == [[FIRST, 5, 100]]


@pytest.mark.parametrize(("after", "open_"), [(1, [24]), (25, [72]), (73, [])])
def test_days_stay_open_for_three_days(tmp_path, after, open_):
    store = open_store(tmp_path / "usage")
    ends = START + timedelta(hours=24)
    at = (ends - RECEIVED) / timedelta(hours=1) + after
    store.add(delivery(page(*hours(count=24)), at=at))
    store.build()
    found = explore(store, CUSTOMER).open_days()
    assert found.loc[found["first"] == FIRST, "within"].tolist() == open_


def test_a_customer_whom_the_store_does_not_know_is_told(store):
    with pytest.raises(InputError, match="knows nothing of this customer"):
        explore(store, "nobody")


def test_a_customer_of_whom_nothing_counts_can_be_explored(tmp_path):
    store = open_store(tmp_path / "usage")
    store.add(delivery(page(record("disk", category="Storage", subcategory="", meter="P10", size=""))))
    store.build()
    found = explore(store, CUSTOMER)
    found.list_machines()
    assert found.series(found.whole, "size").total.tolist() == [0.0]
    assert found.set_aside()["records"].tolist() == [1]
    assert found.machines(found.whole)[1] == found.rows(found.whole).count == 0


def test_choices_of_a_part_of_a_day_take_daily_records_by_their_share(found, rows):
    where = Slice(FIRST + 6, FIRST + 12, "hour")
    table, _ = found.choices(where, "size")
    expected = {size: brute(rows, where.choosing("size", size)).sum() for size in rows["size"].unique()}
    assert dict(zip(table["value"], table["hours"], strict=True)) == pytest.approx(expected)
