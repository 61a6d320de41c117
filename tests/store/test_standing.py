"""One source counts for a subscription on a day, whatever is dropped into the store."""

from datetime import timedelta
from itertools import permutations

import pytest
from deliveries import START, SUB, aside_reasons, days, delivery, frame_of, hours, page, vm_hours

from bespeak.usage.store import SOURCES

LATER = "A later delivery of the same source covers this day."


def of(source, quantity, **more):
    """A day of one machine as this source tells it."""
    if source == "utilization_hourly":
        return hours(quantity=quantity / 24, **more)
    return days(quantity=quantity, **more)


@pytest.mark.parametrize(("first", "second"), list(permutations(SOURCES, 2)))
def test_of_two_sources_the_one_that_knows_more_counts(store, first, second):
    known = list(SOURCES)
    quantity = {first: 24.0, second: 12.0}
    for number, source in enumerate((first, second)):
        store.add(delivery(page(*of(source, quantity[source])), source=source, at=number))
    store.build()
    best = min((first, second), key=known.index)
    assert vm_hours(store) == quantity[best] * 1_000_000
    reason = f"This day is known from {SOURCES[best]} already."
    assert set(aside_reasons(store)) == {reason}


def test_all_sources_at_once_count_once(store):
    for number, source in enumerate(SOURCES):
        store.add(delivery(page(*of(source, 24.0)), source=source, at=number))
    store.build()
    assert vm_hours(store) == 24_000_000


def test_days_that_only_the_lesser_source_knows_count(store):
    store.add(delivery(page(*hours()), source="utilization_hourly"))
    store.add(delivery(page(*days(count=3, quantity=12.0)), source="rated_usage"))
    store.build()
    assert vm_hours(store) == (24 + 2 * 12) * 1_000_000


def test_another_subscription_of_the_same_customer_is_not_shadowed(store):
    store.add(delivery(page(*hours())))
    store.add(delivery(page(*days("web01", sub="5ab50002")), source="rated_usage"))
    store.build()
    assert vm_hours(store) == 48_000_000


@pytest.mark.parametrize("source", [name for name in SOURCES if not name.startswith("utilization")])
def test_of_two_deliveries_of_one_source_the_later_counts(store, source):
    store.add(delivery(page(*days(count=2, quantity=24.0)), source=source))
    store.add(delivery(page(*days(count=1, quantity=6.0)), source=source, at=1))
    store.build()
    assert vm_hours(store) == 30_000_000
    assert aside_reasons(store) == {LATER: 1}


def test_the_order_of_adding_decides_nothing_where_the_time_of_receiving_does(store):
    store.add(delivery(page(*days(quantity=6.0)), source="rated_usage", at=9))
    store.add(delivery(page(*days(quantity=24.0)), source="rated_usage", at=0))
    store.build()
    assert vm_hours(store) == 6_000_000


def test_a_later_delivery_that_covers_a_day_without_a_line_takes_it_back(store):
    span = (START, START + timedelta(days=2))
    store.add(delivery(page(*days(count=2)), source="rated_usage", covers=span))
    store.add(delivery(page(*days(count=1)), source="rated_usage", covers=span, at=1))
    store.build()
    assert vm_hours(store) == 24_000_000


def test_a_file_of_one_subscription_says_nothing_of_another(store):
    span = (START, START + timedelta(days=2))
    own = {"source": "cost_export", "customer": "", "covers": span}
    both = [*days(customer_id="c1"), *days("web02", sub="5ab50002", customer_id="c1")]
    store.add(delivery(page(*both), **own))
    store.add(delivery(page(*days(quantity=6.0, customer_id="c1")), **own, at=1))
    store.build()
    assert vm_hours(store, "c1") == 30_000_000


def test_two_files_with_the_same_rows_count_once(store):
    store.add(delivery(page(*days(count=2)), source="cost_export"))
    raw, records = page(*days(count=2))
    store.add(delivery((raw + b" ", records), source="cost_export", at=1))
    store.build()
    assert vm_hours(store) == 48_000_000
    assert aside_reasons(store) == {LATER: 2}


def test_daily_and_hourly_utilization_of_one_day_count_once(store):
    store.add(delivery(page(*days(quantity=20.0)), source="utilization_daily", at=3))
    store.add(delivery(page(*hours(count=20))))
    store.build()
    rows = frame_of(store.rows())
    assert set(rows["hours_in_window"]) == {1}
    assert vm_hours(store) == 20_000_000


def test_a_source_that_nobody_knows_comes_last(store):
    store.add(delivery(page(*days(quantity=6.0)), source="spreadsheet"))
    store.add(delivery(page(*days(quantity=24.0)), source="cost_export"))
    store.build()
    assert vm_hours(store) == 24_000_000
    assert SUB in set(frame_of(store.rows())["azure_subscription_id"])


def test_what_a_source_that_does_not_count_says_of_licences_is_kept(store):
    store.add(delivery(page(*days(), *days("web02")), source="rated_usage"))
    store.add(delivery(page(*days(subcategory="Dsv5 Series Windows")), source="cost_export"))
    store.build()
    rows = frame_of(store.rows())
    assert dict(zip(rows["vm"], rows["licensed"], strict=True)) == {"web01": True, "web02": False}
