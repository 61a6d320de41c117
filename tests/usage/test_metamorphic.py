"""Relations between figures that must hold whatever the figures are: a change of what comes in, and what it does.

Each is tried with some generated cases here; ``BESPEAK_CASES=5000`` tries more.
"""

import os
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from usage_records import START, rated_line, utilization_record

from bespeak.advice import recommend
from bespeak.catalogue import PriceBook
from bespeak.tables import HOLDINGS, PAYG_PRICES, RESERVATION_PRICES
from bespeak.usage import demand, from_rated, from_utilization

CASES = int(os.environ.get("BESPEAK_CASES", "12"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIZES = ("Standard_D2s_v5", "Standard_D4s_v5", "Standard_E4as_v5")
ON = date(2026, 11, 16)

relation = settings(max_examples=CASES, suppress_health_check=list(HealthCheck))
#: A record: machine, hour, size, hundredths of an hour; of equal machine, hour and size there is one.
RECORDS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 11), st.sampled_from(SIZES), st.integers(1, 100)),
    min_size=1,
    max_size=25,
    unique_by=lambda one: one[:3],
)
LINES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from(SIZES), st.sampled_from([6, 12, 18, 24])),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[:3],
)


def hourly(records, **changes):
    return [
        utilization_record(f"vm{vm}", hour, size=size, quantity=Decimal(hundredths) / 100, **changes)
        for vm, hour, size, hundredths in records
    ]


def daily(lines):
    return [rated_line(f"vm{vm}", day, size=size, quantity=hours) for vm, day, size, hours in lines]


def of_hours(items, first=0, last=12):
    reading = from_utilization(items, start=START + first * HOUR, end=START + last * HOUR)
    return demand(reading)


def of_days(items, days=5):
    return demand(from_rated(items, start=START, end=START + days * DAY))


def tables(found):
    return found.groups, found.sizes, found.vms


def assert_same(one, other, **how):
    for left, right in zip(tables(one), tables(other), strict=True):
        pd.testing.assert_frame_equal(left, right, **how)


def prices(factor=1, currency="USD", sizes=SIZES):
    same = {"region": "polandcentral", "currency": currency}
    units = dict(zip(SIZES, (1, 2, 3), strict=True))
    return PriceBook(
        payg=PAYG_PRICES.frame(
            same | {"size": size, "per_hour": Decimal("0.1") * units[size] * factor} for size in sizes
        ),
        reservations=RESERVATION_PRICES.frame(
            same
            | {
                "size": size,
                "term": "P1Y",
                "total": Decimal(400) * units[size] * factor,
                "product_id": "p",
                "sku_id": "s",
            }
            for size in sizes
        ),
        currency=currency,
        as_of=ON,
        source="a test",
    )


def advised(found, book):
    return recommend(found, book, HOLDINGS.frame([]), ON)


CHOSEN = ["scope", "region", "group", "size", "term", "quantity", "units"]
AMOUNTS = ["payg_cost", "cost", "saving"]


@relation
@given(RECORDS, st.randoms(use_true_random=False))
def test_m01_the_order_of_hourly_records_makes_no_difference(records, chance):
    items = hourly(records)
    assert_same(of_hours(items), of_hours(chance.sample(items, len(items))), check_exact=False)


@relation
@given(LINES, st.randoms(use_true_random=False))
def test_m02_the_order_of_daily_lines_makes_no_difference(lines, chance):
    items = daily(lines)
    assert_same(of_days(items), of_days(chance.sample(items, len(items))), check_exact=False)


@relation
@given(RECORDS, st.integers(1, 11))
def test_m03_a_window_that_is_split_in_two_has_the_hours_of_both_parts(records, cut):
    items = hourly(records)
    whole, before, after = of_hours(items), of_hours(items, 0, cut), of_hours(items, cut, 12)
    parts = sum(one.groups["units"].sum() for one in (before, after))
    assert whole.groups["units"].sum() == pytest.approx(parts)
    assert whole.vms["hours"].sum() == pytest.approx(before.vms["hours"].sum() + after.vms["hours"].sum())


@relation
@given(RECORDS, st.integers(1, 11))
def test_m04_a_part_of_a_demand_is_the_demand_of_the_part(records, cut):
    items = hourly(records)
    reading = from_utilization(items, start=START, end=START + 12 * HOUR)
    part = demand(reading, start=START + cut * HOUR)
    pd.testing.assert_frame_equal(part.groups, of_hours(items, cut, 12).groups)


@relation
@given(RECORDS, st.integers(0, 24), st.integers(1, 3))
def test_m05_a_page_that_comes_again_changes_nothing(records, place, times):
    items = hourly(records)
    page = items[place % len(items) :][:5]
    assert_same(of_hours(items), of_hours(items + page * times))


@relation
@given(RECORDS, st.integers(0, 24), st.integers(1, 100))
def test_m06_a_wrong_first_report_changes_nothing_once_the_right_one_is_there(records, place, hundredths):
    items = hourly(records)
    wrong = items[place % len(items)] | {"quantity": Decimal(hundredths) / 100}
    assert_same(of_hours(items), of_hours([wrong, *items]))


@relation
@given(RECORDS, st.integers(0, 24))
def test_m07_hours_that_are_added_and_taken_back_change_nothing(records, place):
    items = hourly(records)
    one = items[place % len(items)]
    other = one | {"resource": one["resource"] | {"id": "00000000-0000-4000-8000-000000000009"}}
    back = other | {"quantity": -other["quantity"]}
    assert_same(of_hours(items), of_hours([*items, other, back]), check_exact=False)


@relation
@given(RECORDS, st.integers(-14 * 4, 14 * 4), st.booleans())
def test_m08_the_zone_in_which_a_time_is_printed_makes_no_difference(records, quarters, seven_digits):
    zone = timezone(timedelta(minutes=15 * quarters))
    items = hourly(records)
    elsewhere = []
    for one in items:
        times = {
            name: datetime.fromisoformat(one[name]).astimezone(zone).isoformat()
            for name in ("usageStartTime", "usageEndTime")
        }
        if seven_digits:
            times = {name: f"{text[:19]}.0000000{text[19:]}" for name, text in times.items()}
        elsewhere.append(one | times)
    assert_same(of_hours(items), of_hours(elsewhere))


@relation
@given(RECORDS, st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
def test_m09_the_case_of_letters_makes_no_difference(records, shout):
    items = hourly(records)
    loud = []
    for one in items:
        instance = one["instanceData"]
        info = instance["additionalInfo"]
        loud.append(
            one
            | {
                "resource": one["resource"]
                | {"id": shout(one["resource"]["id"]), "category": shout(one["resource"]["category"])},
                "instanceData": instance
                | {
                    "resourceUri": shout(instance["resourceUri"]),
                    "location": shout(instance["location"]),
                    "additionalInfo": info | {"ServiceType": shout(info["ServiceType"])},
                },
            }
        )
    assert_same(of_hours(items), of_hours(loud))


@relation
@given(RECORDS, st.integers(0, 24))
def test_m10_a_record_split_into_a_covered_and_an_open_part_is_the_same_demand(records, place):
    items = hourly(records)
    at = place % len(items)
    one = items[at]
    half = one["quantity"] / 2
    info = one["instanceData"]["additionalInfo"] | {"ReservationId": "R-1"}
    covered = one | {"quantity": half, "instanceData": one["instanceData"] | {"additionalInfo": info}}
    parts = [*items[:at], one | {"quantity": half}, covered, *items[at + 1 :]]
    assert_same(of_hours(items), of_hours(parts), check_exact=False)


@relation
@given(RECORDS, st.integers(1, 400))
def test_m11_the_same_use_some_days_later_is_the_same_demand_some_days_later(records, days):
    items = hourly(records)
    later = []
    for one in items:
        times = {
            name: (datetime.fromisoformat(one[name]) + days * DAY).isoformat()
            for name in ("usageStartTime", "usageEndTime")
        }
        later.append(one | times)
    moved = of_hours(later, 24 * days, 24 * days + 12)
    expected = of_hours(items).groups
    pd.testing.assert_series_equal(moved.groups["units"], expected["units"])
    assert ((moved.groups["hour"] - expected["hour"]) == days * DAY).all()


@relation
@given(RECORDS)
def test_m12_twice_as_many_machines_are_twice_the_demand(records):
    items = hourly(records)
    twins = hourly([(vm + 100, hour, size, hundredths) for vm, hour, size, hundredths in records])
    once, twice = of_hours(items), of_hours(items + twins)
    pd.testing.assert_series_equal(twice.groups["units"], once.groups["units"] * 2, check_exact=False)


@relation
@given(RECORDS)
def test_m13_what_is_no_machine_changes_nothing_but_what_is_set_aside(records):
    items = hourly(records)
    disks = hourly(records, resource={"id": "d15c", "category": "Storage"}, unit="1 GB")
    plain, mixed = of_hours(items), of_hours(items + disks)
    assert_same(plain, mixed)
    assert mixed.set_aside["rows"].sum() == plain.set_aside["rows"].sum() + len(disks)


@relation
@given(LINES)
def test_m14_daily_lines_in_two_parts_are_the_same_day(lines):
    halves = [line | {"quantity": line["quantity"] / 2} for line in daily(lines) for _ in range(2)]
    assert_same(of_days(daily(lines)), of_days(halves))


@relation
@given(LINES)
def test_m15_fields_that_nobody_knows_change_nothing(lines):
    odd = [dict(reversed((line | {"newField": [1], "meterRank": None}).items())) for line in daily(lines)]
    assert_same(of_days(daily(lines)), of_days(odd))


@relation
@given(RECORDS, st.sampled_from([2, 3, 7, 100]))
def test_m16_prices_that_all_grow_by_a_factor_change_amounts_by_it_and_no_advice(records, factor):
    found = of_hours(hourly(records))
    one, scaled = advised(found, prices()), advised(found, prices(factor))
    pd.testing.assert_frame_equal(one[CHOSEN], scaled[CHOSEN])
    pd.testing.assert_frame_equal(scaled[AMOUNTS], one[AMOUNTS] * factor, check_exact=False)
    assert scaled["total"].tolist() == [total * factor for total in one["total"]]


@relation
@given(RECORDS, st.sampled_from(["EUR", "JPY", "PLN"]))
def test_m17_another_name_of_the_currency_changes_that_name_only(records, currency):
    found = of_hours(hourly(records))
    one, other = advised(found, prices()), advised(found, prices(currency=currency))
    same = [*CHOSEN, *AMOUNTS, "total", "utilisation", "coverage", "break_even", "vms"]
    pd.testing.assert_frame_equal(one[same], other[same])
    assert set(other["currency"]) == {currency}


@relation
@given(RECORDS)
def test_m18_reservations_that_get_dearer_are_never_bought_in_larger_numbers(records):
    found = of_hours(hourly(records))
    book = prices()
    dear = book.reservations.assign(total=[total * 2 for total in book.reservations["total"]])
    dearer = PriceBook(book.payg, dear, book.currency, book.as_of, book.source)
    assert (advised(found, dearer)["units"].sum()) <= advised(found, book)["units"].sum()
    assert (advised(found, dearer)["saving"] <= advised(found, book)["saving"] + 1e-9).all()


@relation
@given(RECORDS)
def test_m19_what_is_advised_never_costs_more_than_buying_nothing(records):
    advice = advised(of_hours(hourly(records)), prices())
    assert (advice["saving"] >= 0).all()
    assert ((advice["payg_cost"] - advice["cost"] - advice["saving"]).abs() < 1e-9).all()


@relation
@given(RECORDS)
def test_m20_the_same_input_gives_the_same_bytes(records):
    """E6: sorted, exact, whatever the order of sets in this process."""
    items = hourly(records)
    one, other = from_utilization(items), from_utilization([dict(item) for item in items])
    for left, right in ((one.usage, other.usage), (one.set_aside, other.set_aside)):
        assert left.to_csv(index=False) == right.to_csv(index=False)
    assert advised(demand(one), prices()).to_json() == advised(demand(other), prices()).to_json()
    assert one.start.tzinfo is UTC
