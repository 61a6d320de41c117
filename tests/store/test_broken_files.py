"""A file that is not what was written is named and not read; nothing is believed because of its name."""

import shutil

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deliveries import CUSTOMER, days, delivery, frame_of, hours, open_store, page, vm_hours

from bespeak.errors import StoreError

NAMES = ["rows.parquet", "aside.parquet", "hourly.parquet"]


@pytest.fixture
def built(store):
    store.add(delivery(page(*hours(), *hours("disk", category="Storage"))))
    store.build()
    return store


def the(store, name):
    """The one file of this name."""
    (found,) = store.home.rglob(name)
    return found


def truncate(path):
    path.write_bytes(path.read_bytes()[:-20])


def flip(path):
    """One bit of the data is another one."""
    raw = bytearray(path.read_bytes())
    raw[8] ^= 1
    path.write_bytes(bytes(raw))


def empty(path):
    path.write_bytes(b"")


def pickled(path):
    path.write_bytes(b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.")


def rewritten(path):
    """The same table, written by somebody else; the description is carried over."""
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.slice(0, max(0, table.num_rows - 1)), path)


def removed(path):
    path.unlink()


BREAKS = [truncate, flip, empty, pickled, rewritten, removed]
SOME = [truncate, flip, removed]


@pytest.mark.parametrize("harm", SOME)
@pytest.mark.parametrize("name", NAMES)
def test_a_broken_table_is_named_and_not_read(built, name, harm):
    harm(the(built, name))
    fresh = open_store(built.home)
    with pytest.raises((StoreError, ValueError)):
        fresh.reading(CUSTOMER)
    assert any(name in file for file in fresh.rejected["file"])


@pytest.mark.parametrize("harm", BREAKS)
def test_a_broken_aggregate_is_made_again_from_the_deliveries(built, harm):
    harm(the(built, "hourly.parquet"))
    fresh = open_store(built.home)
    assert frame_of(fresh.hourly()).empty
    assert fresh.build().written == 1
    assert frame_of(fresh.hourly())["hours_e6"].sum() == 24_000_000


@pytest.mark.parametrize("harm", SOME)
@pytest.mark.parametrize("name", ["rows.parquet", "aside.parquet"])
def test_a_broken_detail_is_made_again_from_the_deliveries(built, name, harm):
    before = built.fingerprint
    harm(the(built, name))
    fresh = open_store(built.home)
    assert fresh.build().written == 1
    assert fresh.fingerprint == before


@pytest.mark.parametrize("harm", BREAKS)
def test_a_broken_delivery_is_named_and_what_was_made_of_it_stays(built, harm):
    harm(the(built, "delivery.parquet"))
    fresh = open_store(built.home)
    assert fresh.build().written == 0
    assert vm_hours(fresh) == 24_000_000
    assert any("delivery.parquet" in file for file in fresh.rejected["file"])


@pytest.mark.parametrize("harm", SOME)
def test_a_month_that_lost_a_delivery_and_changes_is_incomplete_until_it_comes_again(built, harm):
    harm(the(built, "records-0000.parquet"))
    fresh = open_store(built.home)
    fresh.add(delivery(page(*hours("web02")), at=1))
    fresh.build()
    assert fresh.reading(CUSTOMER).incomplete.startswith("INCOMPLETE: 1 of the deliveries")
    assert any("records-0000.parquet" in file for file in fresh.rejected["file"])
    fresh.build()
    assert len(list((built.home / "deliveries").iterdir())) == 2, "what is broken stays where it is"
    fresh.add(delivery(page(*hours(), *hours("disk", category="Storage")), at=0))
    fresh.build()
    assert fresh.reading(CUSTOMER).incomplete == ""
    assert vm_hours(fresh) == 48_000_000


def test_bytes_that_are_broken_are_not_shown_as_received(built):
    flip(the(built, "raw-0000.parquet"))
    fresh = open_store(built.home)
    assert set(fresh.opened(CUSTOMER)["raw"]) == {
        "The bytes of this page were removed, or are not what was received."
    }


def test_a_table_of_another_customer_in_the_place_of_one_is_not_read(built):
    built.add(delivery(page(*hours(quantity=0.5)), customer="c2"))
    built.build()
    mine = the_folder(built, CUSTOMER)
    shutil.rmtree(mine)
    shutil.copytree(the_folder(built, "c2"), mine)
    fresh = open_store(built.home)
    assert frame_of(fresh.rows(CUSTOMER)).empty
    assert "somebody moved it" in fresh.rejected["what"][0]
    assert fresh.build().written == 1
    assert frame_of(fresh.hourly(CUSTOMER))["hours_e6"].sum() == 24_000_000


def the_folder(store, customer):
    (found,) = {month.folder.parent for month in store._months(customer)}
    return found


def test_a_delivery_in_a_folder_of_another_name_is_the_same_delivery(built):
    before = built.fingerprint
    place = the(built, "delivery.parquet").parent
    place.rename(place.with_name("whatever"))
    fresh = open_store(built.home)
    assert fresh.build().written == 0
    assert fresh.add(delivery(page(*hours(), *hours("disk", category="Storage")))).already_there == 1
    assert fresh.fingerprint == before


def test_a_copied_delivery_counts_once_and_is_swept(built):
    place = the(built, "delivery.parquet").parent
    shutil.copytree(place, place.with_name("copy"))
    fresh = open_store(built.home)
    assert fresh.build().written == 0
    assert len(list((built.home / "deliveries").iterdir())) == 1


@pytest.mark.parametrize("other", [{"world": "live"}, {"instance": "two"}])
def test_a_store_of_another_world_is_not_read(built, other):
    foreign = open_store(built.home, **other)
    assert foreign.customers().empty
    assert frame_of(foreign.rows()).empty
    assert foreign.build().written == 0
    assert all("It belongs to the sandbox world 'one'" in what for what in foreign.rejected["what"])
    assert len(foreign.rejected) == 2


def test_a_table_of_another_program_is_not_read(built):
    place = the(built, "rows.parquet").parent
    foreign = place.with_name("000009-foreign")
    foreign.mkdir()
    pq.write_table(pa.table({"customer_id": [CUSTOMER], "hours_e6": [10**12]}), foreign / "hourly.parquet")
    fresh = open_store(built.home)
    assert frame_of(fresh.hourly())["hours_e6"].sum() == 24_000_000
    assert "does not say what it is" in fresh.rejected["what"][0]


@pytest.mark.parametrize("name", ["hourly.parquet", "delivery.parquet"])
def test_a_description_that_was_changed_is_noticed(built, name):
    path = the(built, name)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"source', b'"sauce+'))
    assert path.read_bytes() != whole
    fresh = open_store(built.home)
    assert list(fresh.rejected["what"]) == ["Its description is not what was written: somebody changed it."]


def test_what_is_repaired_is_no_longer_rejected(built):
    path = the(built, "hourly.parquet")
    whole = path.read_bytes()
    truncate(path)
    fresh = open_store(built.home)
    assert len(fresh.rejected) == 1
    path.write_bytes(whole)
    assert fresh.rejected.empty
    assert frame_of(fresh.hourly())["hours_e6"].sum() == 24_000_000


def test_a_hostile_customer_id_is_no_path(store):
    store.add(delivery(page(*days(customer_id="../../../tmp/x' or 1=1")), source="cost_export", customer=""))
    store.build()
    assert list(store.customers()["customer_id"]) == ["../../../tmp/x' or 1=1"]
    assert len(frame_of(store.rows("../../../tmp/x' or 1=1"))) == 1


def test_the_engine_reads_nothing_outside_of_the_store(store, tmp_path):
    outside = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), outside)
    cursor = store._engine.cursor
    with pytest.raises(duckdb.Error, match="disabled by configuration"):
        cursor.sql(f"SELECT * FROM read_parquet('{outside}')").fetchall()
    with pytest.raises(duckdb.Error):
        cursor.sql("INSTALL httpfs")
    with pytest.raises(duckdb.Error):
        cursor.sql("SET enable_external_access = true")


def test_all_files_are_private(built):
    modes = {oct(path.stat().st_mode & 0o077) for path in [built.home, *built.home.rglob("*")]}
    assert modes == {"0o0"}
