"""Whatever is delivered, in whatever order it is added: the same tables, every record accounted for, nothing twice."""

import itertools
import tempfile
from pathlib import Path

from deliveries import CUSTOMER, days, delivery, frame_of, hours, open_store, page, vm_hours
from hypothesis import given, settings
from hypothesis import strategies as st

from bespeak.usage.store import SOURCES

DAYS = 3

deliveries = st.lists(
    st.tuples(
        st.sampled_from(list(SOURCES)),
        st.integers(0, DAYS - 1),
        st.integers(1, 2),
        st.integers(1, 24),
        st.sampled_from(["web01", "WEB01", "web02"]),
    ),
    min_size=1,
    max_size=5,
)


def made(one, at):
    """One delivery: some days of a machine, so many hours each."""
    source, first, count, quantity, vm = one
    if source == "utilization_hourly":
        records = [record for day in range(first, first + count) for record in hours(vm, quantity, 24 * day)]
    else:
        records = days(vm, count, first, float(quantity))
    return delivery(page(*records), source=source, at=at)


def tables(store):
    names = [name for name in frame_of(store.rows()).columns if name not in ("delivery", "page", "row")]
    return frame_of(store.rows())[names], frame_of(store.hourly())


@settings(max_examples=8)
@given(deliveries, st.randoms(use_true_random=False))
def test_the_order_of_adding_and_adding_twice_change_nothing(told, chance):
    coming = [made(one, at) for at, one in enumerate(told)]
    shuffled = list(coming)
    chance.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        one, other = open_store(Path(folder) / "a"), open_store(Path(folder) / "b")
        for delivered in coming:
            one.add(delivered)
        one.build()
        for delivered in shuffled:
            other.add(delivered)
        other.build()
        for delivered in coming:
            other.add(delivered)
        other.build()
        for ours, theirs in zip(tables(one), tables(other), strict=True):
            assert ours.equals(theirs)
        came, used, aside = one.conservation(CUSTOMER).set_index("what").loc["records"]
        assert came == used + aside
        assert vm_hours(one) <= 2 * 24 * (DAYS + 1) * 1_000_000
        assert one.rejected.empty


@settings(max_examples=8)
@given(st.lists(st.integers(1, 23), min_size=1, max_size=4, unique=True))
def test_splitting_a_page_changes_nothing_but_where_it_is(cuts):
    records = hours("a") + hours("b", quantity=0.5)
    bounds = [0, *sorted(cuts), len(records)]
    parts = [records[low:high] for low, high in itertools.pairwise(bounds)]
    with tempfile.TemporaryDirectory() as folder:
        one, other = open_store(Path(folder) / "a"), open_store(Path(folder) / "b")
        one.add(delivery(page(*records)))
        other.add(delivery(*(page(*part) for part in parts)))
        for store in (one, other):
            store.build()
        for ours, theirs in zip(tables(one), tables(other), strict=True):
            assert ours.equals(theirs)
