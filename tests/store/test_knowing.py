"""From when to when usage is known, so that a reading that was cut goes on where it is due."""

from datetime import timedelta

import pytest
from deliveries import CUSTOMER, START, SUB, delivery, hours, page

SOURCE = "utilization_hourly"


class StoppedError(Exception):
    """Somebody cancels."""


def day(first, last):
    return START + timedelta(days=first), START + timedelta(days=last)


def told(store):
    asked = (CUSTOMER, SUB, SOURCE)
    return store.known_since(*asked), store.known_until(*asked), store.cut_since(*asked)


def add(store, first, last, *pages, at=0):
    store.add(delivery(*pages, covers=day(first, last), subscription=SUB, at=at))


def test_nothing_is_known_at_first(store):
    assert told(store) == (None, None, None)


def test_an_empty_delivery_says_up_to_when_usage_is_known(store):
    add(store, 0, 3)
    assert told(store) == (*day(0, 3), None)
    assert store.known_until(CUSTOMER, SUB, "rated_usage") is None
    assert store.build().written == 0


def test_deliveries_that_touch_are_one_span(store):
    add(store, 0, 3, page(*hours()))
    add(store, 2, 5, page(*hours("web02")), at=1)
    assert told(store) == (*day(0, 5), None)


def test_a_gap_begins_the_span_anew(store):
    add(store, 0, 1, page(*hours()))
    add(store, 2, 5, page(*hours("web02")), at=1)
    assert told(store) == (*day(2, 5), None)


def test_without_a_span_the_days_of_the_records_are_known(store):
    store.add(delivery(page(*hours(count=30)), subscription=SUB))
    assert told(store) == (*day(0, 2), None)


def test_a_reading_that_was_cut_is_known_as_such_until_it_is_made_good(store):
    def stop(*_):
        raise StoppedError

    add(store, 0, 1, page(*hours("old")))
    with pytest.raises(StoppedError):
        store.add(delivery(page(*hours()), covers=day(1, 3), subscription=SUB, at=1), stop)
    assert told(store) == (*day(0, 1), START + timedelta(days=1))
    add(store, 1, 4, page(*hours("web02")), at=2)
    assert told(store) == (*day(0, 4), None)
