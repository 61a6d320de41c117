"""What is added is kept as it came, once, and split by customer when the tables are made."""

import pytest
from deliveries import (
    CUSTOMER,
    aside_reasons,
    days,
    delivery,
    frame_of,
    hours,
    open_store,
    page,
    record,
    vm_hours,
)

OTHER = "c0570002-0000-4000-8000-000000000002"


class StoppedError(Exception):
    """What a progress bar raises when somebody cancels."""


def stop_at(count):
    """A progress that cancels once so many records have come."""

    def progress(done, _total):
        if done >= count:
            raise StoppedError

    return progress


def test_what_was_added_is_in_the_tables_after_a_build(store):
    store.add(delivery(page(*hours())))
    assert store.build().records == 24
    assert len(frame_of(store.rows(CUSTOMER))) == 24
    assert vm_hours(store) == 24_000_000


def test_nothing_is_in_the_tables_before_a_build(store):
    store.add(delivery(page(*hours())))
    assert frame_of(store.rows()).empty
    assert store.customers().empty


def test_the_same_bytes_again_are_there_already(store):
    store.add(delivery(page(*hours()), page(*hours("web02"))))
    again = store.add(delivery(page(*hours()), page(*hours("web02")), at=5))
    assert (again.pages, again.records, again.already_there) == (0, 0, 2)


def test_a_whole_delivery_again_is_there_already(store):
    store.add(delivery(page(*days()), source="rated_usage"))
    again = store.add(delivery(page(*days()), source="rated_usage", at=5))
    assert (again.deliveries, again.already_there) == ((), 1)


def test_bytes_that_another_delivery_overruled_count_again_when_they_come_again(store):
    first, second = page(*hours(quantity=0.25)), page(*hours(quantity=0.75))
    for number, pages in enumerate((first, second, first)):
        store.add(delivery(pages, at=number))
    store.build()
    assert vm_hours(store) == 6_000_000


def test_an_unchanged_customer_is_not_made_again(store):
    store.add(delivery(page(*hours())))
    store.build()
    again = store.build()
    assert (again.written, again.unchanged) == (0, 1)


def test_only_the_month_that_changed_is_made_again(store):
    store.add(delivery(page(*hours(), *hours(first=-24 * 10))))
    assert store.build().written == 2
    store.add(delivery(page(*hours("web02")), at=1))
    again = store.build()
    assert (again.written, again.unchanged) == (1, 1)


def test_cancelling_keeps_the_records_that_came(store):
    pages = [page(*hours(f"web{number:02d}")) for number in range(5)]
    with pytest.raises(StoppedError):
        store.add(delivery(*pages), stop_at(48))
    store.build()
    assert vm_hours(store) == 48_000_000


def test_cancelling_a_whole_delivery_keeps_none_of_it(store):
    pages = [page(*days(f"web{number:02d}")) for number in range(5)]
    with pytest.raises(StoppedError):
        store.add(delivery(*pages, source="rated_usage"), stop_at(2))
    assert store.build().records == 0
    assert not list((store.home / "staging").iterdir())


def test_cancelling_a_build_keeps_the_customers_that_are_done(tmp_path):
    store = open_store(tmp_path / "usage", wave=24)
    for number in range(3):
        store.add(delivery(page(*hours()), customer=f"c{number}"))
    with pytest.raises(StoppedError):
        store.build(progress=stop_at(24))
    assert list(store.customers()["customer_id"]) == ["c0"]
    assert store.build().written == 2


def test_progress_says_how_many_records_there_will_be(store):
    told = []
    store.add(delivery(page(*hours()), page(*hours("web02")), total=48), lambda *one: told.append(one))
    store.build(progress=lambda *one: told.append(one))
    assert told == [(24, 48), (48, 48), (48, 48)]


def test_a_delivery_of_several_customers_is_split(store):
    lines = [
        *days("a", customer_id=CUSTOMER),
        *days("b", customer_id=OTHER, sub="5ab50002"),
        *days("c", customer_id=CUSTOMER),
    ]
    store.add(delivery(page(*lines), source="rated_usage", customer=""))
    store.build()
    assert list(frame_of(store.rows(CUSTOMER))["vm"]) == ["a", "c"]
    assert list(frame_of(store.rows(OTHER))["vm"]) == ["b"]


def test_lines_of_nobody_known_are_kept_and_shown(store):
    store.add(delivery(page(*days(customer_id="")), source="cost_export", customer=""))
    store.build()
    assert list(store.customers()["customer_id"]) == [""]
    assert len(frame_of(store.rows(""))) == 1


def test_ids_are_the_same_customer_in_large_and_small_letters(store):
    store.add(delivery(page(*hours()), customer=CUSTOMER.upper()))
    store.build([CUSTOMER.upper()])
    assert len(frame_of(store.rows(CUSTOMER.upper()))) == 24


def test_a_record_that_does_not_say_when_is_set_aside_and_counted(store):
    store.add(delivery(page(*hours(), record(start="0001-01-01", end="0001-01-02"))))
    store.build()
    table = store.conservation(CUSTOMER).set_index("what")
    assert table.loc["records"].tolist() == [25, 24, 1]
    assert sum(aside_reasons(store).values()) == 1


def test_cost_is_conserved_in_each_currency(store):
    lines = [
        *days("a", cost_e6=1_234_567, currency="EUR"),
        *days("b", cost_e6=7, currency="USD"),
        *days("c", cost_e6=3, currency="EUR", category="Storage"),
    ]
    store.add(delivery(page(*lines), source="rated_usage"))
    store.build()
    table = store.conservation(CUSTOMER).set_index("what")
    assert table.loc["cost_e6 EUR"].tolist() == [1_234_570, 1_234_567, 3]
    assert table.loc["cost_e6 USD"].tolist() == [7, 7, 0]


def test_a_bucket_holds_machines_whole_and_the_totals_are_the_same(tmp_path):
    lines = [one for number in range(12) for one in hours(f"web{number:02d}")]
    lines += [record("web03", 3, quantity=0.5), record("WEB03", 4, quantity=0.25)]
    whole, parts = open_store(tmp_path / "a"), open_store(tmp_path / "b", wave=50)
    tables = []
    for store in (whole, parts):
        store.add(delivery(page(*lines)))
        store.build()
        tables.append(
            (
                frame_of(store.rows()).sort_values(["resource", "hour"], ignore_index=True),
                frame_of(store.hourly()),
                store.set_aside(CUSTOMER),
            )
        )
    for one, other in zip(*tables, strict=True):
        assert one.equals(other)
