"""Days of machines made hours by one more read, and the shape of a day learned from known hours."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

import bespeak
from bespeak.errors import InputError
from bespeak.tables import SET_ASIDE
from bespeak.usage import UsageReading, estimated, learn_shape, with_hours

START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday


def reading(rows, window):
    """A reading of rows: machine, first hour, hours; all windows of one length."""
    usage = pd.DataFrame(
        {
            "start": pd.to_datetime([START + timedelta(hours=int(at)) for _, at, _ in rows], utc=True),
            "hours_in_window": window,
            "azure_subscription_id": "sub",
            "vm": [name for name, _, _ in rows],
            "resource": [f"/id/{name}" for name, _, _ in rows],
            "size": "Standard_D2s_v5",
            "region": "polandcentral",
            "hours": [float(hours) for _, _, hours in rows],
            "meter_id": "m",
            "reservation_id": pd.Series([None] * len(rows), dtype="str"),
            "resource_group": "rg",
            "cost_e6": [int(hours * 100_003) for _, _, hours in rows],
            "currency": "USD",
        }
    ).astype({"start": "datetime64[us, UTC]", "hours_in_window": "int64", "cost_e6": "int64"})
    hours, cost = float(usage["hours"].sum()), {"USD": int(usage["cost_e6"].sum())}
    return UsageReading(
        usage, SET_ASIDE.frame([]), len(usage), hours, START, START + timedelta(days=7), "t", cost_in=cost
    )


def up(name, *hours, share=1.0):
    return pd.DataFrame(
        {
            "resource": f"/id/{name}",
            "start": pd.to_datetime([START + timedelta(hours=hour) for hour in hours], utc=True).astype(
                "datetime64[us, UTC]"
            ),
            "share": share,
        }
    )


def test_a_day_that_monitoring_knows_as_many_hours_of_becomes_its_hours():
    found = with_hours(reading([("a", 0, 3)], 24), up("a", 8, 9, 10))
    usage = found.reading.usage
    assert (found.known, found.open) == (1, 0)
    assert usage["start"].dt.hour.tolist() == [8, 9, 10]
    assert usage["hours"].tolist() == [1.0, 1.0, 1.0]
    assert set(usage["hours_in_window"]) == {1}


def test_hours_and_cost_of_the_day_are_kept_to_the_last_digit():
    before = reading([("a", 0, 2.75), ("b", 24, 24)], 24)
    found = with_hours(before, up("a", 8, 9, 10))
    assert found.reading.usage["cost_e6"].sum() == before.usage["cost_e6"].sum()
    assert found.reading.usage["hours"].sum() == pytest.approx(before.usage["hours"].sum())


@pytest.mark.parametrize("hours", [2.0, 3.6], ids=["fewer", "more"])
def test_where_billing_and_monitoring_differ_the_day_stays_a_day(hours):
    found = with_hours(reading([("a", 0, hours)], 24), up("a", 8, 9, 10))
    assert (found.known, found.open) == (0, 1)
    assert found.reading.usage["hours_in_window"].tolist() == [24]


def test_what_monitoring_says_nothing_of_stays_a_day():
    found = with_hours(reading([("a", 0, 3), ("b", 0, 3)], 24), up("a", 8, 9, 10))
    assert (found.known, found.open) == (1, 1)


def test_a_day_of_two_records_stays_a_day():
    """Which hours of it were covered is not known."""
    found = with_hours(reading([("a", 0, 1), ("a", 0, 2)], 24), up("a", 8, 9, 10))
    assert (found.known, found.open) == (0, 1)


def test_hourly_records_stay_as_they_are():
    before = reading([("a", 5, 1)], 1)
    assert with_hours(before, up("a", 5)).reading is before


def test_monitoring_makes_the_days_of_a_plan_the_hours_that_ran():
    session = bespeak.private_sandbox()
    contoso = bespeak.find_customer(session, "Contoso")
    daily = bespeak.read_usage(session, contoso, days=5)
    part = daily.usage[daily.usage["hours"] < 24]["resource"].unique()
    available = bespeak.read_availability(session, contoso, part, daily.start, daily.end)
    found = with_hours(daily, available)
    before, after = bespeak.demand(daily).groups, bespeak.demand(found.reading).groups
    assert found.known > 0
    assert after["unknown"].sum() < before["unknown"].sum()
    both = before.merge(after, on=["scope", "region", "group", "hour"])
    assert (both["units_y"] >= both["units_x"] - 1e-6).all()
    assert (both["units_y"] <= both["upper_x"] + 1e-6).all()


def office(rng, machines, days):
    """Machines in office hours, a little early or late; hourly rows."""
    rows = []
    for name in range(machines):
        for day in range(days):
            if day % 7 >= 5:
                continue
            first, length = 7 + int(rng.integers(0, 3)), int(rng.integers(8, 11))
            rows += [(f"vm{name}", day * 24 + first + hour, 1.0) for hour in range(length)]
    return rows


def test_a_learned_shape_is_nearer_to_the_truth_than_an_even_spread():
    rng = np.random.default_rng(3)
    shape = learn_shape(reading(office(rng, 10, 5), 1).usage)
    truth = reading(office(rng, 10, 5), 1).usage
    by_day = truth.assign(day=truth["start"].dt.floor("D"), hour=truth["start"].dt.hour)
    table = by_day.pivot_table(index=["resource", "day"], columns="hour", values="hours", aggfunc="sum")
    table = table.reindex(columns=range(24)).fillna(0.0)
    ran = table.sum(axis=1).to_numpy()
    days = table.index.get_level_values(1).to_series().reset_index(drop=True)
    estimate = shape.hours(days, ran)
    even = np.repeat((ran / 24).reshape(-1, 1), 24, axis=1)
    assert np.abs(estimate - table).to_numpy().sum() < 0.4 * np.abs(even - table).to_numpy().sum()


@pytest.mark.parametrize("hours", [0.0, 0.5, 1.0, 7.25, 23.9, 24.0])
def test_an_estimate_keeps_the_hours_of_the_day_and_no_machine_runs_twice(hours):
    shape = learn_shape(reading(office(np.random.default_rng(1), 3, 5), 1).usage)
    days = pd.Series([pd.Timestamp(START), pd.Timestamp(START) + pd.Timedelta(days=5)])
    found = shape.hours(days, np.array([hours, hours]))
    assert found.sum(axis=1) == pytest.approx([hours, hours])
    assert (found <= 1 + 1e-9).all()
    assert (found >= 0).all()


def test_an_estimate_of_an_estate_keeps_its_hours_and_lies_within_its_bounds():
    shape = learn_shape(reading(office(np.random.default_rng(1), 3, 5), 1).usage)
    told = reading([("a", 0, 7.5), ("b", 0, 24), ("c", 24, 3)], 24)
    table = estimated(told.usage, shape)
    bounds = bespeak.demand(told).groups.merge(table, on=["region", "group", "hour"], suffixes=("_low", ""))
    assert table["units"].sum() == pytest.approx(34.5)
    assert (bounds["units"] >= bounds["units_low"] - 1e-9).all()
    assert (bounds["units"] <= bounds["upper"] + 1e-9).all()


def test_a_study_draws_the_estimate_by_its_name():
    session = bespeak.private_sandbox()
    fabrikam, contoso = (bespeak.find_customer(session, name) for name in ("Fabrikam", "Contoso"))
    shape = learn_shape(bespeak.read_usage(session, fabrikam, days=14).usage)
    study = bespeak.study(session, contoso, 7, shape=shape)
    chosen = bespeak.review.choose(study, next(iter(bespeak.review.advice_rows(study, "shared").rows)))
    names = [trace.name for trace in chosen.picture_of_demand(1).data]
    assert "estimate, from hours known elsewhere" in names
    assert study.advice.equals(bespeak.study(session, contoso, 7).advice)


def test_without_known_hours_nothing_is_learned():
    with pytest.raises(InputError, match="no hourly records to learn from"):
        learn_shape(reading([("a", 0, 5)], 24).usage)
