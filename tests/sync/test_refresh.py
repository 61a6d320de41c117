"""Bringing the usage store up to date from the sandbox: what is asked, what is kept, and what goes wrong on the way."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

import bespeak
from bespeak.clients import control
from bespeak.clients.session import SandboxSession
from bespeak.errors import InputError
from bespeak.usage.page_records import records_of_page
from bespeak.usage.sync import refresh as module

DAYS = 5


@pytest.fixture
def session(monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    made = bespeak.private_sandbox()
    made.door.send(control.set_switch("export_looks", 0))  # an export is there at the first look
    return made


@pytest.fixture
def store(session):
    return bespeak.usage_store(session)


@pytest.fixture
def fabrikam(session):
    """A customer with a legacy subscription."""
    return bespeak.find_customer(session, "Fabrikam")


@pytest.fixture
def contoso(session):
    """A customer with an Azure plan."""
    return bespeak.find_customer(session, "Contoso")


def hours(reading):
    keys = ["resource", "start", "size", "hours"]
    return (
        reading.usage[keys]
        .astype({"resource": "str", "size": "str"})
        .sort_values(keys[:2], ignore_index=True)
    )


def same(store, session, details, days=DAYS):
    """The store's reading beside the one that is read directly, over the same window."""
    direct = bespeak.read_usage(session, details, days=days)
    kept = store.reading(details.customer_id, direct.start, direct.end)
    return hours(kept).equals(hours(direct))


@pytest.mark.parametrize("name", ["Fabrikam", "Contoso", "Wingtip Toys"])
def test_the_store_tells_what_the_service_tells(session, store, name):
    details = bespeak.find_customer(session, name)
    done = bespeak.refresh_usage(session, store, [details], days=DAYS)
    assert done.skipped == ()
    assert done.records > 0
    assert same(store, session, details)


def test_a_second_reading_brings_the_same_table(session, store, fabrikam):
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    before = store.reading(fabrikam.customer_id).usage
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    assert store.reading(fabrikam.customer_id).usage.equals(before)


def test_only_the_last_72_hours_are_asked_for_again(session, store, fabrikam, monkeypatch):
    asked = []
    plain = module.utilization
    monkeypatch.setattr(
        module,
        "utilization",
        lambda customer, sub, start, end, **more: (
            asked.append(end - start) or plain(customer, sub, start, end, **more)
        ),
    )
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    assert asked == [timedelta(days=DAYS), timedelta(hours=72)]


def test_a_longer_window_is_asked_for_whole(session, store, fabrikam):
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    bespeak.refresh_usage(session, store, [fabrikam], days=2 * DAYS)
    assert same(store, session, fabrikam, 2 * DAYS)


@pytest.mark.parametrize("name", ["usage_late", "usage_doubled", "usage_corrected", "usage_credited"])
def test_after_the_last_reading_the_store_tells_the_truth(session, store, fabrikam, name):
    """Records that are late, double, corrected or taken back: read as days go by, as if read once at the end."""
    session.door.send(control.set_switch(name, 20))
    for _ in range(3):
        bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
        session.door.send(control.advance_clock(24 * 60))
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    assert same(store, session, fabrikam, days=2)


def test_an_export_that_is_the_same_is_there_already(session, store, contoso):
    bespeak.refresh_usage(session, store, [contoso], days=DAYS)
    again = bespeak.refresh_usage(session, store, [contoso], days=DAYS)
    assert (again.records, again.already_there) == (0, 1)


def test_where_graph_gives_no_export_partner_center_is_read(session, store, contoso):
    session.door.send(control.set_fault("/graph/", "refuse", status=403, times=99))
    done = bespeak.refresh_usage(session, store, [contoso], days=DAYS)
    assert "Partner Center was read page by page" in done.remarks[0]
    assert same(store, session, contoso)


def test_one_customer_in_trouble_does_not_stop_the_others(session, store, fabrikam):
    tailspin = bespeak.find_customer(session, "Tailspin")
    session.door.send(
        control.set_fault(f"/customers/{fabrikam.customer_id}/", "refuse", status=403, times=99)
    )
    done = bespeak.refresh_usage(session, store, [fabrikam, tailspin], days=DAYS)
    assert [one.customer for one in done.skipped] == ["Fabrikam"]
    assert len(done.skipped[0].why) > 20
    assert same(store, session, tailspin)


def test_what_is_not_ready_is_said_and_read_later(session, store, fabrikam):
    session.door.send(control.set_fault("/utilizations/", "not_ready", times=1))
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    assert same(store, session, fabrikam)


def test_cancelling_keeps_what_came_until_then(session, store, fabrikam):
    def stop(_done, _total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        bespeak.refresh_usage(session, store, [fabrikam], days=DAYS, progress=stop)
    store.build()
    assert same(store, session, fabrikam)


def test_progress_counts_steps_up_to_their_number(session, store, fabrikam, contoso):
    told = []
    bespeak.refresh_usage(
        session, store, [fabrikam, contoso], days=DAYS, progress=lambda *step: told.append(step)
    )
    assert told == [(1, 4), (3, 4), (4, 4)]


def test_a_customer_without_azure_has_nothing_to_read(session, store):
    nobody = bespeak.customers(session)
    ids = nobody["customer_id"].head(60)
    none = next(one for one in (bespeak.customer_details(session, i) for i in ids) if one.kind == "none")
    done = bespeak.refresh_usage(session, store, [none], days=DAYS)
    assert (done.records, done.skipped) == (0, ())


def test_no_day_at_all_is_refused(session, store, fabrikam):
    with pytest.raises(InputError, match="cannot be read for 0 days"):
        bespeak.refresh_usage(session, store, [fabrikam], days=0)


def test_the_bytes_are_kept_as_they_came(session, store, fabrikam):
    bespeak.refresh_usage(session, store, [fabrikam], days=DAYS)
    shown = store.opened(fabrikam.customer_id, limit=3)
    assert len(shown) == 3
    assert all("usageStartTime" in str(text) for text in shown["raw"])


def test_a_page_is_read_the_same_by_both_ways():
    """The fast way and the tolerant one."""
    record = {
        "usageStartTime": "2026-10-05T00:00:00Z",
        "usageEndTime": "2026-10-05T01:00:00Z",
        "resource": {"id": "M"},
        "quantity": 1,
        "instanceData": {
            "resourceUri": "/a",
            "location": "x",
            "additionalInfo": json.dumps({"ServiceType": "D2s_v5", "VMName": "v"}),
        },
    }
    (fast,) = records_of_page(json.dumps({"items": [record]}).encode()).to_dict("records")
    slow = records_of_page(json.dumps({"items": [record, "no record"]}).encode()).to_dict("records")
    assert slow[0] == fast
    assert fast["size"] == "D2s_v5"
    assert slow[1]["flaw"] == "The record is no object, so nothing can be told of it."


@pytest.mark.parametrize(
    "body", [b"", b'{"items":[{"usage', b"<html>"], ids=["empty", "cut off", "a page for people"]
)
def test_half_a_page_is_no_page(body):
    with pytest.raises(bespeak.UnreadableError, match="no JSON"):
        records_of_page(body)


def test_a_session_that_only_writes_down_reads_no_lists(session, store, fabrikam):
    class Door:
        def send(self, _call):
            raise AssertionError

    told = SandboxSession.__new__(SandboxSession)
    told.__dict__.update(session.__dict__, _door=Door())
    told.now = session.now
    done = bespeak.refresh_usage(told, store, [fabrikam], days=DAYS)
    assert "does not read whole lists" in done.skipped[0].why


def test_a_whole_list_that_is_begun_again_is_read_anew_and_nothing_counts_twice(
    session, store, contoso, monkeypatch
):
    """A place that is lost in the middle of the rated lines, where Graph gives no export."""
    session.door.send(control.set_fault("/graph/", "refuse", status=403, times=99))
    begun = []

    class Losing:
        """Loses its place after the first page of the first list."""

        def pages(self, call):
            whole = list(session.door.pages(call))
            if not begun:
                begun.append(call)
                yield whole[0]
                yield replace(whole[0], starts_over=True, items=[whole[0].items[0] + b" "])  # cut elsewhere
                yield from whole[1:]
                return
            yield from whole

    monkeypatch.setattr("bespeak.usage.sync.bodies.bulk_door", lambda _: Losing())
    done = bespeak.refresh_usage(session, store, [contoso], days=DAYS)
    assert (len(begun), done.skipped) == (1, ())
    assert same(store, session, contoso)
