"""What is known to be missing is said until it has come, and nothing is advised before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from deliveries import CUSTOMER, START, days, delivery, hours, page, record

from bespeak.usage import Control

SPAN = (START, START + timedelta(days=1))


class StoppedError(Exception):
    """Somebody cancels."""


def sentence(store):
    store.build()
    return store.reading(CUSTOMER).incomplete


@pytest.mark.parametrize("source", ["utilization_hourly", "rated_usage"])
@pytest.mark.parametrize("control", [Control(rows=2), Control(quantity=Decimal(49))])
def test_control_totals_that_are_not_met_mark_the_month(store, source, control):
    store.add(delivery(page(*days()), source=source, control=control))
    assert sentence(store).startswith("INCOMPLETE: the source says")
    assert store.customers()["incomplete"][0].startswith("INCOMPLETE")


def test_control_totals_that_are_met_mark_nothing(store):
    store.add(delivery(page(*days(count=2)), source="rated_usage", control=Control(2, Decimal(48))))
    assert sentence(store) == ""


def test_a_later_whole_delivery_makes_it_good(store):
    store.add(delivery(page(*hours(count=3)), control=Control(rows=24), covers=SPAN))
    assert sentence(store)
    store.add(delivery(page(*hours(count=24)), control=Control(rows=24), covers=SPAN, at=1))
    assert sentence(store) == ""


def test_a_later_delivery_about_other_days_does_not(store):
    store.add(delivery(page(*hours(count=3)), control=Control(rows=24), covers=SPAN))
    other = (SPAN[1], SPAN[1] + timedelta(days=1))
    store.add(delivery(page(*hours(count=24, first=24)), covers=other, at=1))
    assert sentence(store)


def test_reading_that_was_cancelled_is_incomplete_until_it_was_read_to_its_end(store):
    def stop(done, _total):
        if done > 24:
            raise StoppedError

    pages = [page(*hours()), page(*hours("web02")), page(*hours("web03"))]
    with pytest.raises(StoppedError):
        store.add(delivery(*pages, covers=SPAN), stop)
    assert sentence(store) == "INCOMPLETE: reading hourly utilization records ended before the last page."
    store.add(delivery(*pages[2:], covers=SPAN, at=1))
    assert sentence(store) == ""


def test_many_pages_that_were_cut_are_incomplete_although_most_of_them_were_kept(store):
    def stop(done, _total):
        if done == 55:
            raise StoppedError

    pages = [page(record(f"web{number:03d}")) for number in range(60)]
    with pytest.raises(StoppedError):
        store.add(delivery(*pages, covers=SPAN), stop)
    assert sentence(store).startswith("INCOMPLETE: reading")
    assert store.reading(CUSTOMER).rows_in == 55


def test_reading_that_was_cut_is_made_good_also_when_nothing_new_comes(store):
    def pages():
        yield page(*hours())
        raise StoppedError

    cut = delivery(covers=SPAN)
    object.__setattr__(cut, "pages", pages())
    with pytest.raises(StoppedError):
        store.add(cut)
    assert sentence(store)
    again = store.add(delivery(page(*hours()), covers=SPAN, at=1))
    assert again.already_there == 1
    assert sentence(store) == ""


def test_a_day_that_its_file_calls_partial_marks_the_month(store):
    store.add(delivery(page(*days(count=2)), source="rated_usage", partial=(date(2026, 10, 6),)))
    assert sentence(store) == "INCOMPLETE: daily rated usage says itself that days are not whole yet."
    store.add(delivery(page(*days(count=3)), source="rated_usage", at=1))
    assert sentence(store) == ""


def test_what_is_missing_of_a_source_that_does_not_count_marks_nothing(store):
    store.add(delivery(page(*hours())))
    store.add(delivery(page(*days()), source="cost_export", control=Control(rows=9)))
    assert sentence(store) == ""


def test_another_month_is_not_marked(store):
    store.add(delivery(page(*hours(first=-24 * 10))))
    store.add(delivery(page(*days()), source="rated_usage", control=Control(rows=9)))
    store.build()
    september = START - timedelta(days=10)
    assert store._months(CUSTOMER)[0].incomplete == ""
    assert store.reading(CUSTOMER, september, september + timedelta(days=1)).incomplete == ""


def test_a_file_that_breaks_off_marks_the_month(store):
    broken = "INCOMPLETE: the file ends inside a quoted text."
    store.add(delivery(page(*days()), source="cost_export", incomplete=broken))
    assert sentence(store) == broken
    store.add(delivery(page(*days(), *days("web02")), source="cost_export", at=1))
    assert sentence(store) == ""
