"""Corrections and late records are new versions; what was reported before can be opened still."""

from datetime import timedelta

from deliveries import (
    CUSTOMER,
    RECEIVED,
    START,
    aside_reasons,
    delivery,
    frame_of,
    hours,
    open_store,
    page,
    record,
    vm_hours,
)

REPLACED = "A later report of the same record says another quantity, and counts instead."
REPEATED = "The same record came a second time."


def test_the_later_version_of_a_record_counts(store):
    store.add(delivery(page(*hours())))
    store.add(delivery(page(record(hour=3, quantity=0.25)), at=1))
    store.build()
    assert vm_hours(store) == 23_250_000
    assert aside_reasons(store) == {REPLACED: 1}


def test_the_version_that_was_received_later_counts_whichever_was_added_first(store):
    store.add(delivery(page(record(hour=3, quantity=0.25)), at=9))
    store.add(delivery(page(*hours()), at=0))
    store.build()
    assert vm_hours(store) == 23_250_000


def test_a_clock_that_stands_still_orders_by_adding(store):
    store.add(delivery(page(record(quantity=0.25))))
    store.add(delivery(page(record(quantity=0.75))))
    store.build()
    assert vm_hours(store) == 750_000


def test_a_late_record_joins_its_month(store):
    store.add(delivery(page(*hours())))
    store.build()
    store.add(delivery(page(record("late")), at=50))
    store.build()
    assert vm_hours(store) == 25_000_000


def test_reading_the_last_hours_again_changes_nothing_to_the_last_digit(tmp_path):
    once, again = open_store(tmp_path / "a"), open_store(tmp_path / "b")
    first, last = hours(count=48, quantity=0.1), hours(count=72, first=48, quantity=0.3)
    for store in (once, again):
        store.add(delivery(page(*first), page(*last)))
    again.add(delivery(page(*last), at=1))
    again.add(delivery(page(*last[10:], *last[:10]), at=2))
    for store in (once, again):
        store.build()
    facts = [name for name in frame_of(once.rows()).columns if name not in ("delivery", "page", "row")]
    assert frame_of(once.rows())[facts].equals(frame_of(again.rows())[facts])
    assert frame_of(once.hourly()).equals(frame_of(again.hourly()))
    assert aside_reasons(again) == {REPEATED: 72}


def test_each_version_of_a_record_can_be_opened(store):
    store.add(delivery(page(record(quantity=0.5))))
    store.add(delivery(page(record(quantity=0.25)), at=1))
    store.build()
    table = store.opened(CUSTOMER, resource=record()["resource"].upper())
    assert list(table["hours_e6"]) == [500_000, 250_000]
    assert list(table["reason"]) == [REPLACED, ""]
    assert ['"quantity": 0.5,' in table["raw"][0], '"quantity": 0.25,' in table["raw"][1]] == [True, True]
    assert list(table["received"]) == [RECEIVED, RECEIVED + timedelta(hours=1)]


def test_a_line_of_what_is_set_aside_opens_its_records(store):
    store.add(delivery(page(*hours(count=3)), page(*hours("disk", count=2, category="Storage"))))
    store.build()
    reason = store.set_aside(CUSTOMER)["reason"][0]
    table = store.opened(CUSTOMER, reason=reason)
    assert list(zip(table["page"], table["row"], strict=True)) == [(1, 0), (1, 1)]
    assert all('"category": "Storage"' in text for text in table["raw"])


def test_an_hour_can_be_opened(store):
    store.add(delivery(page(*hours(count=5), *hours("web02", count=5))))
    store.build()
    table = store.opened(CUSTOMER, start=START + timedelta(hours=2), end=START + timedelta(hours=3))
    assert len(table) == 2
    assert set(table["hour"]) == {(START.timestamp() // 3600) + 2}
