"""A disk that is full, or fails, at any write: a sentence, and the state from before."""

import errno
import os

import pytest
from deliveries import CUSTOMER, days, delivery, hours, open_store, page, vm_hours

from bespeak.errors import StoreError
from bespeak.usage.store import files

#: The calls that may fail, and how many of them are passed over each time.
CALLS = {"create": 1, "put": 3, "settle_file": 1, "commit": 1}


def failing(monkeypatch, name, at, number=errno.ENOSPC):
    """Lets the so manieth call of a function of the store fail, as the system does; how often it was called."""
    real, calls = getattr(files, name), []

    def call(*arguments):
        calls.append(name)
        if len(calls) == at:
            raise OSError(number, os.strerror(number))
        return real(*arguments)

    monkeypatch.setattr(files, name, call)
    return calls


def trouble_of(work):
    """What the store says when it cannot do the work, "" when it can."""
    try:
        work()
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("name", "stride"), CALLS.items())
@pytest.mark.parametrize("source", ["utilization_hourly", "rated_usage"])
def test_a_full_disk_while_adding_leaves_what_was_there(tmp_path, name, stride, source):
    store = open_store(tmp_path / "usage")
    store.add(delivery(page(*days("old")), source=source))
    store.build()
    before = store.fingerprint
    new = delivery(page(*days("new")), source=source, at=1)
    at = failed = 0
    while True:
        at += stride
        with pytest.MonkeyPatch.context() as patch:
            calls = failing(patch, name, at)
            said = trouble_of(lambda: store.add(new))
        if not said:
            break
        failed += "The disk is full" in said
        assert len(calls) >= at
        store.build()
        assert store.fingerprint == before
        assert not list((store.home / "staging").iterdir())
    assert failed == at // stride - 1 >= 1
    store.build()
    assert store.fingerprint != before
    assert open_store(store.home).rejected.empty


@pytest.mark.parametrize(("name", "stride"), CALLS.items())
def test_a_full_disk_while_building_leaves_what_was_there(tmp_path, name, stride):
    store = open_store(tmp_path / "usage")
    store.add(delivery(page(*hours("old"))))
    store.build()
    before = store.fingerprint
    store.add(delivery(page(*hours("new")), at=1))
    at = failed = 0
    while True:
        at += stride
        with pytest.MonkeyPatch.context() as patch:
            failing(patch, name, at)
            try:
                store.build()
            except StoreError:
                failed += 1
            else:
                break
        assert store.fingerprint == before
        assert not list((store.home / "staging").iterdir())
    assert failed >= 1
    assert vm_hours(store) == 48_000_000
    assert open_store(store.home).rejected.empty


def test_a_disk_that_fails_otherwise_is_told_too(store, monkeypatch):
    failing(monkeypatch, "put", 1, errno.EIO)
    with pytest.raises(StoreError, match="Input/output error"):
        store.add(delivery(page(*hours())))


def test_pages_that_fail_are_not_taken_for_a_disk_that_fails(store):
    def pages():
        yield page(*hours())
        raise ConnectionResetError("the line broke")

    broken = delivery()
    object.__setattr__(broken, "pages", pages())
    with pytest.raises(ConnectionResetError):
        store.add(broken)
    store.build()
    assert vm_hours(store) == 24_000_000
    assert store.reading(CUSTOMER).incomplete.startswith("INCOMPLETE: reading hourly utilization")
