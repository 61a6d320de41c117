"""From usage to hourly demand: scopes, groups, hours of zero, days that are only partly known."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from bespeak.errors import InputError, TableError
from bespeak.usage import Demand, UsageReading, demand, from_rated, from_utilization

START = datetime(2026, 10, 5, tzinfo=UTC)
OTHER = "b1e6aaaa-0000-4000-8000-000000000002"


def units(found: Demand, scope: str = "shared", column: str = "units") -> list[float]:
    return found.groups.loc[found.groups["scope"] == scope, column].tolist()


def test_hours_without_use_are_there_as_zero(record):
    found = demand(
        from_utilization([record(hour=1), record(hour=3)], start=START, end=START + timedelta(hours=5))
    )

    assert units(found) == [0, 1, 0, 1, 0]
    assert found.groups["hour"].dt.hour.tolist() == [0, 1, 2, 3, 4]
    assert found.hours == 5


def test_sizes_of_a_group_add_up_with_their_ratio(record):
    """D-421: units are instances times ratio: 1 x D2s (1) and 2 x D4s (2 each)."""
    items = [record("a"), record("b", size="Standard_D4s_v5"), record("c", size="Standard_D4s_v5")]

    found = demand(from_utilization(items))

    assert units(found) == [5]
    assert found.sizes["size"].tolist() == ["Standard_D2s_v5", "Standard_D4s_v5"]
    assert found.sizes["instances"].tolist() == [1, 2]


def test_parts_of_an_hour_are_kept(record):
    """D-401: within a clock hour parts of several machines fill the reserved hour."""
    assert units(demand(from_utilization([record("a", quantity=0.75), record("b", quantity=0.5)]))) == [1.25]


def test_a_size_without_a_ratio_is_its_own_group(record):
    """E5: no flexibility known is not ratio 1 in a group."""
    found = demand(from_utilization([record(size="Standard_A2_v2")]))

    assert found.groups["group"].tolist() == ["size:Standard_A2_v2"]
    assert units(found) == [1]


def test_with_several_subscriptions_each_is_a_scope_too(record):
    items = [record("a"), record("b", 1), record("c", 1, sub=OTHER)]

    found = demand(from_utilization(items))

    assert found.scopes == ("shared", *found.subscriptions)
    assert units(found) == [1, 2]
    assert units(found, OTHER) == [0, 1]
    assert found.vms.loc[found.vms["scope"] == OTHER, "vm"].tolist() == ["c"]


def test_with_one_subscription_there_is_only_shared(record):
    found = demand(from_utilization([record()]))

    assert found.scopes == ("shared",)
    assert found.subscriptions == ("b1e6aaaa-0000-4000-8000-000000000001",)


def test_regions_are_kept_apart(record):
    found = demand(from_utilization([record("a"), record("b", location="westeurope")]))

    assert found.groups["region"].tolist() == ["polandcentral", "westeurope"]


def test_a_machine_that_ran_all_day_is_certain_in_each_hour(line):
    """D-351: with daily data only 24 of 24 hours are certain."""
    found = demand(from_rated([line(size="Standard_D4s_v5")]))

    assert units(found) == [2.0] * 24
    assert units(found, column="unknown") == [0.0] * 24


def test_a_part_of_a_day_is_unknown_and_never_certain(line):
    found = demand(from_rated([line(quantity=12, size="Standard_D4s_v5")]))

    assert units(found) == [0.0] * 24
    assert units(found, column="unknown") == [1.0] * 24


def test_two_parts_of_one_machines_day_make_a_whole_day(line):
    """A covered and an uncovered part, printed with six digits."""
    parts = [line(quantity=7.333333)] * 2 + [line(quantity=9.333334, info={"ReservationId": "R-1"})]

    assert units(demand(from_rated(parts))) == [1.0] * 24


def test_more_than_a_day_of_hours_under_one_name_is_unknown(line):
    """36 hours may be two machines for 18 hours: nothing is certain in any hour."""
    found = demand(from_rated([line(quantity=36)]))

    assert units(found) == [0.0] * 24
    assert units(found, column="unknown") == [1.5] * 24


def test_a_window_may_cut_a_day(line):
    found = demand(from_rated([line()]), start=START + timedelta(hours=20), end=START + timedelta(hours=30))

    assert units(found) == [1.0] * 4 + [0.0] * 6


def test_a_part_of_the_window_leaves_the_rest_set_aside(record):
    reading = from_utilization([record(hour=hour) for hour in range(4)])

    found = demand(reading, start=START + timedelta(hours=1), end=START + timedelta(hours=3))

    assert units(found) == [1, 1]
    assert found.set_aside["rows"].tolist() == [1, 1]
    assert found.set_aside["hours"].sum() + found.vms["hours"].sum() == reading.hours_in


def test_a_usage_table_with_an_unknown_size_sets_it_aside(record):
    """A table from elsewhere is checked too."""
    kept = from_utilization([record("a"), record("b")])
    usage = kept.usage.assign(size=["Standard_D2s_v5", "Standard_D4xs_v9"])
    reading = UsageReading(usage, kept.set_aside, 2, 2.0, kept.start, kept.end, "test")

    found = demand(reading)

    assert units(found) == [1]
    assert found.set_aside["reason"].tolist() == ["The size 'Standard_D4xs_v9' is not in the size table."]


def test_plain_text_columns_give_the_same_demand(record):
    kept = from_utilization([record("a"), record("b", 1, size="Standard_E4as_v5"), record("c", 1, sub=OTHER)])
    texts = dict.fromkeys(kept.usage.select_dtypes("category").columns, "str")
    plain = UsageReading(
        kept.usage.astype(texts), kept.set_aside, kept.rows_in, kept.hours_in, kept.start, kept.end, "test"
    )

    pd.testing.assert_frame_equal(demand(plain).groups, demand(kept).groups)
    pd.testing.assert_frame_equal(demand(plain).vms, demand(kept).vms)


def test_a_window_without_a_full_hour_is_refused(record):
    with pytest.raises(InputError, match="has no full hour"):
        demand(from_utilization([record()]), start=START, end=START + timedelta(minutes=30))


def test_a_demand_with_a_missing_hour_cannot_be_made(record):
    found = demand(from_utilization([record(), record(hour=1)]))

    with pytest.raises(TableError, match="does not hold each of the 2 hours"):
        Demand(
            found.groups[1:],
            found.sizes,
            found.vms,
            found.set_aside,
            found.start,
            found.end,
            found.subscriptions,
        )
