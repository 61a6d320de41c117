"""A customer that is to be forgotten is gone, with the bytes as received; the others stay as they are."""

import pyarrow.parquet as pq
import pytest
from deliveries import CUSTOMER, days, delivery, frame_of, hours, open_store, page

OTHER = "c0570002-0000-4000-8000-000000000002"


def everything(store):
    """All bytes of the files of a store, as they are read back."""
    return " ".join(
        str(pq.read_table(path, partitioning=None).to_pylist()) + path.as_posix()
        for path in store.home.rglob("*.parquet")
    )


@pytest.fixture
def filled(store):
    store.add(delivery(page(*hours("secret-vm"))))
    store.add(delivery(page(*hours("theirs")), customer=OTHER))
    mixed = [*days("secret-vm", customer_id=CUSTOMER), *days("theirs", 2, customer_id=OTHER)]
    own = days("theirs2", 2, customer_id=OTHER, sub="5ab50002")
    store.add(delivery(page(*mixed), page(*own), source="cost_export", customer=""))
    store.build()
    return store


def test_nothing_of_the_customer_is_left(filled):
    assert "secret-vm" in everything(filled)
    assert filled.forget(CUSTOMER) == 2
    left = everything(open_store(filled.home))
    assert "secret-vm" not in left
    assert CUSTOMER not in left


def test_what_others_have_stays_to_the_last_byte(filled):
    before = frame_of(filled.rows(OTHER)), frame_of(filled.hourly(OTHER))
    filled.forget(CUSTOMER)
    fresh = open_store(filled.home)
    assert fresh.build().written == 0
    assert frame_of(fresh.rows(OTHER)).equals(before[0])
    assert frame_of(fresh.hourly(OTHER)).equals(before[1])
    assert fresh.rejected.empty


def test_bytes_of_a_page_that_was_shared_are_gone_and_of_others_there(filled):
    filled.forget(CUSTOMER)
    table = filled.opened(OTHER)
    gone = table["raw"].str.startswith("The bytes of this page were removed")
    export = table["source"] == "a cost export"
    assert set(table.loc[export & gone, "page"]) == {0}
    assert not gone[export & (table["page"] == 1)].any()


def test_a_customer_that_was_forgotten_can_come_again(filled):
    filled.forget(CUSTOMER)
    filled.add(delivery(page(*hours("secret-vm")), at=1))
    filled.build()
    assert len(frame_of(filled.rows(CUSTOMER))) == 24


def test_forgetting_nobody_changes_nothing(filled):
    before = filled.fingerprint
    assert filled.forget("nobody") == 0
    assert filled.fingerprint == before
