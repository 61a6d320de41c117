"""The table steps: by hand on rows that can be counted, and the same on every engine."""

import narwhals as nw
import numpy as np
import pytest
from small_estate import START, estate, plain, stored

from bespeak.tables import HOURLY_USAGE
from bespeak.usage.steps import (
    LEVELS,
    customer_machines,
    customer_totals,
    group_demand,
    hourly,
    most_uneven,
    scale,
)

HOUR = 1_000_000


def by_hour(*rows):
    """HOURLY_USAGE of these rows."""
    return plain(hourly(nw.from_native(stored(*rows))))


def demand(*rows, scope="shared"):
    """The demand of these rows."""
    return plain(group_demand(nw.from_native(stored(*rows)), nw.from_native(scale()), scope=scope))


def days(*machines):
    """Daily rows of machines: size and hours of the day."""
    return [
        {"resource": f"/{n}", "size": size, "hours_in_window": 24, "hours_e6": round(hours * HOUR)}
        for n, (size, hours) in enumerate(machines)
    ]


def test_hourly_usage_keeps_its_contract():
    HOURLY_USAGE.check(hourly(nw.from_native(estate())).to_native())


def test_a_machine_counts_once_in_an_hour_however_many_records_it_has():
    made = by_hour(
        {"hours_e6": 400_000, "reservation_id": "r"},
        {"hours_e6": 600_000, "cost_e6": 50},
        {"resource": "/vm-2", "vm": "vm-2", "cost_e6": 70},
    )

    assert made[["machines", "hours_e6", "covered_e6", "cost_e6"]].to_numpy().tolist() == [
        [2, 2_000_000, 400_000, 120]
    ]


def test_machines_of_one_resource_are_told_apart_by_their_names():
    """As in a scale set, whose instances may be named in one resource."""
    assert by_hour({}, {"vm": "vm-2"})["machines"].tolist() == [2]


def test_an_hour_says_nothing_of_the_length_of_a_day():
    assert by_hour({"hours_e6": 400_000})[["hours_in_window", "each_e6"]].to_numpy().tolist() == [[1, 0]]


def test_a_day_stands_for_the_machines_that_ran_equally_long():
    made = by_hour(*days(("Standard_D2s_v5", 5), ("Standard_D2s_v5", 5), ("Standard_D2s_v5", 7)))

    assert made[["each_e6", "machines", "hours_e6"]].to_numpy().tolist() == [
        [5 * HOUR, 2, 10 * HOUR],
        [7 * HOUR, 1, 7 * HOUR],
    ]


def test_the_records_of_a_machine_on_one_day_are_one_length():
    first, second = days(("Standard_D2s_v5", 5), ("Standard_D2s_v5", 7))

    assert by_hour(first, second | {"resource": "/0"})["each_e6"].tolist() == [12 * HOUR]


def test_hourly_usage_loses_nothing():
    rows, made = estate(), plain(hourly(nw.from_native(estate())))

    for column in ("hours_e6", "cost_e6"):
        by_currency = rows.groupby(["customer_id", "currency"])[column].sum()
        assert made.groupby(["customer_id", "currency"])[column].sum().equals(by_currency)
    assert made["covered_e6"].sum() == rows.loc[rows["reservation_id"].notna(), "hours_e6"].sum()


def test_sizes_of_a_group_add_up_by_their_ratios():
    made = demand({}, {"resource": "/vm-2", "size": "Standard_D4s_v5", "hours_e6": 500_000})

    assert made[["group", "hour", "units_e6"]].to_numpy().tolist() == [["Dsv5 Series", START, 2_000_000]]


def test_hourly_records_leave_nothing_open():
    made = demand({}, {"hour": START + 5, "hours_e6": 333_333})

    assert all((made[name] == made["units_e6"]).all() for name in LEVELS)
    assert made["units_e6"].tolist() == [1_000_000, 333_333]


def test_a_size_without_flexibility_stays_apart():
    alone = scale().query("group.str.startswith('size:')")["size"].iloc[0]

    assert demand({"size": alone}, {})["group"].tolist() == ["Dsv5 Series", f"size:{alone}"]


def test_an_unknown_size_is_kept_as_itself():
    assert demand({"size": "Standard_Unheard_of"})[["group", "units_e6"]].to_numpy().tolist() == [
        ["size:Standard_Unheard_of", HOUR]
    ]


def test_the_scope_of_a_reservation_is_shared_or_single():
    rows = [{}, {"azure_subscription_id": "s-2", "resource": "/vm-2"}]

    assert demand(*rows)[["scope", "units_e6"]].to_numpy().tolist() == [["shared", 2 * HOUR]]
    assert demand(*rows, scope="single")[["scope", "units_e6"]].to_numpy().tolist() == [
        ["s-1", HOUR],
        ["s-2", HOUR],
    ]


def test_two_machines_of_twelve_hours_are_covered_for_between_12_and_24():
    """X-05, first case: two equal machines, 12 h each, one reservation."""
    made = demand(*days(("Standard_D2s_v5", 12), ("Standard_D2s_v5", 12)))

    assert np.minimum(made["overlap_e6"], HOUR).sum() == 12 * HOUR
    assert np.minimum(made["mean_e6"], HOUR).sum() == 24 * HOUR
    assert (len(made), made["units_e6"].sum()) == (24, 0)


def test_three_machines_are_covered_for_between_58_and_68():
    """X-05, second case: (w, h) = (2, 24), (1, 10), (1, 10) with three units reserved."""
    made = demand(*days(("Standard_D4s_v5", 24), ("Standard_D2s_v5", 10), ("Standard_D2s_v5", 10)))

    assert np.minimum(made["overlap_e6"], 3 * HOUR).sum() == 58 * HOUR
    assert np.minimum(made["mean_e6"], 3 * HOUR).sum() == 68 * HOUR
    assert set(made["units_e6"]) == {2 * HOUR}
    assert set(made["upper_e6"]) == {4 * HOUR}


@pytest.mark.parametrize(
    ("hours", "certain"), [(24, 24), (23.9999, 24), (23.9998, 0), (24.0001, 24), (24.0002, 0), (30, 0)]
)
def test_a_whole_day_is_24_hours_up_to_the_rounding_of_six_digits(hours, certain):
    """0.36 s are no missing hour; more than 24 hours are several machines under one name."""
    made = demand(*days(("Standard_D2s_v5", hours)))

    assert made["units_e6"].sum() == certain * HOUR
    assert made["mean_e6"].sum() == (certain * HOUR or round(hours * HOUR))


@pytest.mark.parametrize("hours", [0.000001, 7.3, 23.5, 30.25, 100])
def test_the_even_and_the_worst_arrangement_hold_all_the_hours(hours):
    made = demand(*days(("Standard_D2s_v5", hours)))

    assert made["mean_e6"].sum() == made["overlap_e6"].sum() == round(hours * HOUR)
    assert (made["units_e6"] <= made["mean_e6"]).all()
    assert (made["overlap_e6"] <= made["upper_e6"]).all()
    assert set(made["upper_e6"]) == {min(hours, 1) * HOUR if hours <= 24 else hours * HOUR}


def test_what_is_not_known_of_a_day_can_fall_where_most_is_known():
    """A machine known to run at noon, and one that ran for an hour of that day: at worst, at noon too."""
    made = group_demand(
        nw.from_native(stored({"hour": START + 12}, *days(("Standard_D2s_v5", 1)))), nw.from_native(scale())
    )

    assert plain(made)["overlap_e6"].max() == HOUR
    assert plain(most_uneven(made)).query("overlap_e6 > 0")[["hour", "overlap_e6"]].to_numpy().tolist() == [
        [START + 12, 2 * HOUR]
    ]


def test_days_and_hours_of_one_group_add_up():
    made = demand({"hour": START + 3}, *days(("Standard_D2s_v5", 24)))

    assert made["units_e6"].tolist() == [HOUR, HOUR, HOUR, 2 * HOUR, *[HOUR] * 20]


def test_rows_and_hourly_usage_give_the_same_demand():
    rows, sizes = nw.from_native(estate()), nw.from_native(scale())

    assert plain(group_demand(rows, sizes)).equals(plain(group_demand(hourly(rows), sizes)))


def test_totals_are_by_currency():
    made = plain(
        customer_totals(nw.from_native(by_hour({"cost_e6": 5}, {"hour": START + 1, "currency": "EUR"})))
    )

    assert made[["currency", "hours_e6", "cost_e6"]].to_numpy().tolist() == [
        ["EUR", HOUR, 0],
        ["USD", HOUR, 5],
    ]


def test_a_machine_of_many_hours_is_one_machine():
    rows = stored({}, {"hour": START + 1}, {"resource": "/vm-2"}, {"customer_id": "c-2"})

    assert plain(customer_machines(nw.from_native(rows)))["machines"].tolist() == [2, 1]
