"""Whatever comes in is either used or set aside, in records and in hours."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bespeak.errors import TableError
from bespeak.tables import SET_ASIDE, USAGE
from bespeak.usage import UsageReading, demand, from_utilization

START = datetime(2026, 10, 5, tzinfo=UTC)
KINDS = [
    {},
    {"size": "Standard_E4as_v5"},
    {"size": "Standard_D4xs_v9"},
    {"location": "atlantis"},
    {"resource": {"category": "Storage"}, "unit": "1 GB"},
    {"info": {"UsageType": "ComputeHR_SW"}},
    {"provider": "Microsoft.ClassicCompute"},
    {"quantity": Decimal("-0.5")},
    {"quantity": Decimal("0.25")},
    {"quantity": None},
    {"length": 24, "quantity": 24},
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(chosen=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 3)), min_size=1))
def test_in_equals_used_plus_set_aside(record, chosen):
    items = [record(f"vm{vm}", hour, **kind) for kind, hour, vm in chosen]

    reading = from_utilization(items, start=START, end=START.replace(hour=4))

    assert reading.rows_in == len(items) == len(reading.usage) + reading.set_aside["rows"].sum()
    assert reading.hours_in == pytest.approx(reading.usage["hours"].sum() + reading.set_aside["hours"].sum())


@pytest.mark.parametrize(("rows", "hours", "column"), [(3, 3.0, "rows"), (2, 2.5, "hours")])
def test_a_reading_that_lost_something_cannot_be_made(record, rows, hours, column):
    kept = from_utilization([record(), record(hour=1)])

    with pytest.raises(TableError, match=f"column '{column}'.*accounts for"):
        UsageReading(kept.usage, kept.set_aside, rows, hours, kept.start, kept.end, "test")


def test_an_empty_reading_keeps_the_contracts():
    reading = from_utilization([], start=START, end=START.replace(hour=1))

    USAGE.check(reading.usage)
    SET_ASIDE.check(reading.set_aside)
    assert demand(reading).groups.empty


def test_demand_keeps_all_hours_of_the_window(record):
    """Units over the ratio are instance hours again: 1 x D2s (ratio 1) for 3 h and 1 x D4s (ratio 2) for 2 h."""
    items = [record("a", hour) for hour in range(3)] + [
        record("b", hour, size="Standard_D4s_v5") for hour in range(2)
    ]

    found = demand(from_utilization(items))

    assert found.sizes["instances"].sum() == 5.0
    assert found.groups["units"].sum() == 7.0
    assert found.vms["hours"].sum() == 5.0
