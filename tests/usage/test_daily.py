"""What daily records leave open: D-353 and X-05, against hours that were hidden on purpose."""

import os
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from bespeak.tables import SET_ASIDE
from bespeak.usage import UsageReading, demand
from bespeak.usage.daily import DAY, covered_bounds, even_shares, stacked, worst_order

START = datetime(2026, 10, 5, tzinfo=UTC)
#: How many cases are tried; ``BESPEAK_CASES=10000`` for the long run.
CASES = int(os.environ.get("BESPEAK_CASES", "1000"))
SIZES = {"Standard_D2s_v5": 1.0, "Standard_D4s_v5": 2.0, "Standard_D8s_v5": 4.0, "Standard_A1_v2": 1.0}


@pytest.mark.parametrize(
    ("weights", "hours", "units", "bounds"),
    [([1, 1], [12, 12], 1, (12, 24)), ([2, 1, 1], [24, 10, 10], 3, (58, 68))],
    ids=["two halves of a day", "mixed"],
)
def test_the_bounds_of_x05(weights, hours, units, bounds):
    """X-05."""
    assert covered_bounds(weights, hours, units) == bounds


def test_no_day_lies_outside_its_bounds():
    """D-353: for random machines that really ran at random hours, and any quantity."""
    rng = np.random.default_rng(5)
    for _ in range(2 * CASES):
        machines = int(rng.integers(1, 8))
        weights = rng.choice([0.25, 1, 2, 4, 28.8], machines)
        on = rng.random((machines, DAY)) < rng.random((machines, 1))
        units = float(rng.choice([0.5, 1, 2, 3, 7, 30]))
        truth = np.minimum((on * weights.reshape(-1, 1)).sum(axis=0), units).sum()
        low, high = covered_bounds(weights, on.sum(axis=1), units)
        assert low - 1e-9 <= truth <= high + 1e-9


def test_the_low_bound_is_reached_when_all_run_at_the_same_time():
    on = stacked(np.array([3.0, 10.0, 24.0]))
    truth = np.minimum(on.sum(axis=0), 2.0).sum()
    assert covered_bounds([1, 1, 1], [3, 10, 24], 2.0)[0] == truth == 24 + 10


def test_a_part_of_an_hour_stays_a_part():
    assert stacked(np.array([1.5]))[0, :3].tolist() == [1.0, 0.5, 0.0]


def test_more_hours_than_a_day_has_may_all_fall_into_one():
    assert stacked(np.array([48.0]))[0, :2].tolist() == [48.0, 0.0]


@pytest.mark.parametrize("seed", range(50))
def test_no_other_order_of_the_unknown_hours_covers_less(seed):
    """Majorisation, by brute force: the stack on the fullest hours covers least, whatever is reserved."""
    rng = np.random.default_rng(seed)
    load, more = rng.integers(0, 5, DAY).astype(float), np.sort(rng.integers(0, 4, DAY))[::-1].astype(float)
    worst = load.copy()
    worst[worst_order(load.reshape(1, -1))[0]] += more
    for units in range(9):
        least = np.minimum(worst, units).sum()
        for _ in range(40):
            assert least <= np.minimum(load + rng.permutation(more), units).sum()


@pytest.mark.parametrize("seed", range(50))
def test_no_other_spread_of_the_unknown_hours_covers_more(seed):
    rng = np.random.default_rng(seed)
    load, total = rng.integers(0, 9, DAY).astype(float), float(rng.integers(0, 60))
    even = even_shares(load.reshape(1, -1), np.array([total]))[0]
    assert even.sum() == pytest.approx(total)
    assert (even >= 0).all()
    for units in range(12):
        most = np.minimum(load + even, units).sum()
        for _ in range(40):
            other = rng.dirichlet(np.ones(DAY)) * total
            assert most >= np.minimum(load + other, units).sum() - 1e-9


def reading_of(rows, window):
    """A reading of rows (vm, size, start hour, hours), all of windows of one length."""
    table = pd.DataFrame(rows, columns=["vm", "size", "at", "hours"])
    usage = pd.DataFrame(
        {
            "start": pd.to_datetime([START + timedelta(hours=int(at)) for at in table["at"]], utc=True),
            "hours_in_window": window,
            "azure_subscription_id": "sub",
            "vm": table["vm"],
            "resource": "/id/" + table["vm"],
            "size": table["size"],
            "region": "polandcentral",
            "hours": table["hours"].astype(float),
            "meter_id": "m",
            "reservation_id": pd.Series([None] * len(table), dtype="str"),
        }
    ).astype({"start": "datetime64[us, UTC]", "hours_in_window": "int64"})
    hours = float(usage["hours"].sum())
    return UsageReading(usage, SET_ASIDE.frame([]), len(usage), hours, START, START + timedelta(days=2), "t")


def hidden(rng):
    """An estate whose hours are known, and the same told by the day: the two demands."""
    machines = int(rng.integers(1, 9))
    size = rng.choice(list(SIZES), machines)
    shape = rng.random((machines, 1)) * np.where(
        rng.random((machines, 1)) < 0.3, 10, 1
    )  # some run all the time
    part = np.where(rng.random((machines, 48)) < 0.1, 0.25, 1.0)
    on = (rng.random((machines, 48)) < shape) * part
    on[0, 0] = on[0, 24] = 1.0  # so that both demands have the same series
    truth = [(f"vm{m}", size[m], h, on[m, h]) for m in range(machines) for h in range(48) if on[m, h]]
    told = [
        (f"vm{m}", size[m], day * DAY, ran)
        for m in range(machines)
        for day in range(2)
        if (ran := on[m, day * DAY : (day + 1) * DAY].sum())
    ]
    return demand(reading_of(truth, 1)).groups, demand(reading_of(told, DAY)).groups


def test_the_true_hour_lies_within_the_bounds_of_every_hidden_one(record_property):
    """The hours of random estates are hidden, day by day; every true hour, and every true cover, is inside."""
    rng = np.random.default_rng(353)
    inside = hours = 0
    for _ in range(max(CASES // 10, 50)):
        truth, told = hidden(rng)
        both = truth.merge(told, on=["scope", "region", "group", "hour"], suffixes=("", "_told"), how="left")
        assert len(both) == len(told)
        ran = both["units"]
        kept = (both["units_told"] <= ran + 1e-6) & (ran <= both["upper_told"] + 1e-6)
        inside, hours = inside + int(kept.sum()), hours + len(both)
        for _, group in both.groupby("group"):
            _check_cover(group, float(rng.choice([0.5, 1, 3, 8])))
    assert inside == hours
    record_property("hidden hours inside their bounds", f"{inside:,} of {hours:,}")


def _check_cover(group, units):
    even = group["units_told"] + group["unknown_told"]
    low, truth, high = (
        np.minimum(load, units).sum() for load in (group["overlap_told"], group["units"], even)
    )
    assert low - 1e-6 <= truth <= high + 1e-6


def test_hourly_records_leave_nothing_open():
    groups = demand(reading_of([("vm", "Standard_D2s_v5", hour, 1.0) for hour in range(0, 48, 3)], 1)).groups
    assert (groups["upper"] == groups["units"]).all()
    assert (groups["overlap"] == groups["units"]).all()


def test_the_hours_of_a_day_are_kept_in_every_arrangement():
    groups = demand(
        reading_of([("a", "Standard_D4s_v5", 0, 7.5), ("b", "Standard_D2s_v5", 0, 24.0)], DAY)
    ).groups
    assert groups["overlap"].sum() == pytest.approx(7.5 * 2 + 24)
    assert (groups["units"] + groups["unknown"]).sum() == pytest.approx(7.5 * 2 + 24)
    assert groups["units"].tolist()[:24] == [1.0] * 24


def test_hours_of_a_day_stand_on_the_known_ones_at_worst_and_beside_them_at_best():
    """One machine is known by the hour (its last six hours of the day), another by the day: six hours."""
    known = reading_of([("a", "Standard_D2s_v5", hour, 1.0) for hour in range(18, 24)], 1)
    told = reading_of([("b", "Standard_D2s_v5", 0, 6.0)], DAY)
    usage = pd.concat([known.usage, told.usage], ignore_index=True)
    both = UsageReading(usage, SET_ASIDE.frame([]), len(usage), 12.0, START, START + timedelta(days=1), "t")
    groups = demand(both).groups
    assert groups["overlap"].tolist() == [0.0] * 18 + [2.0] * 6
    even = (groups["units"] + groups["unknown"]).to_numpy()
    assert even.max() == pytest.approx(1.0)
    assert even.sum() == pytest.approx(12.0)


def test_of_a_day_that_the_window_cuts_nothing_open_is_counted():
    """The six hours may all lie after the end; they can also all lie before it."""
    told = reading_of([("b", "Standard_D2s_v5", 0, 6.0)], DAY)
    groups = demand(told, start=START, end=START + timedelta(hours=12)).groups
    assert groups["overlap"].sum() == 0
    assert (groups["upper"] == 1.0).all()
