"""Long-running jobs: where to look, how long to wait, when it is over, and how to go on later."""

import pytest

from bespeak.clients.call import Call
from bespeak.clients.graph import billing
from bespeak.clients.jobs import Job
from bespeak.clients.sandbox_door import in_kernel_door
from bespeak.errors import InputError, LockedError, NotReadyError, RefusedError, UnreadableError
from bespeak.sandbox import World, create_app

PLACE = "https://arm.example/providers/Microsoft.Capacity/operationResults/7?api-version=2022-11-01"
BEGIN = Call("exchange", "arm", "POST", "/providers/Microsoft.Capacity/exchange", lambda told: told, body={})


def accepted(answer, **headers):
    return answer(None, 202, **({"Location": PLACE, "Retry_After": "5"} | headers))


def told(answer, status, **more):
    return answer({"id": "7", "status": status} | more)


def result(answer):
    return answer.json


def test_a_job_is_looked_at_until_it_is_done_as_often_as_it_asks(server, answer):
    pending = answer({"status": "Pending"}, Retry_After="30")
    door = server.door(accepted(answer), pending, told(answer, "Succeeded", properties={"net": 4}))
    seen = []

    found = door.finish(BEGIN, result, progress=seen.append)

    assert found["properties"] == {"net": 4}
    assert [str(one.url) for one in server.requests[1:]] == [PLACE, PLACE]
    assert server.waits == [5.0, 30.0]
    assert seen == ["accepted", "Pending", "Succeeded"]


@pytest.mark.parametrize("name", ["Azure_AsyncOperation", "Operation_Location", "Location"])
def test_each_header_that_says_where_to_look_is_known(server, answer, name):
    begun = answer(None, 202, **{name: PLACE})

    assert server.door(begun, told(answer, "Succeeded")).finish(BEGIN, result)["status"] == "Succeeded"


def test_an_answer_that_is_the_end_already_is_not_looked_at(server, answer):
    split = answer([{"id": "a"}], 200, Location=PLACE, Retry_After="10")

    assert server.door(split).finish(BEGIN, result) == [{"id": "a"}]
    assert len(server.requests) == 1


def test_an_order_that_answers_200_still_runs_until_its_state_is_an_end(server, answer):
    """Reservation Order - Purchase, 2022-11-01: a client that stops at the first 200 reports success too early."""
    states = ["Creating", "PendingBilling", "ConfirmedBilling", "Succeeded"]
    looks = [answer({"properties": {"provisioningState": state}}) for state in states]

    found = server.door(accepted(answer), *looks).finish(BEGIN, result)

    assert found["properties"]["provisioningState"] == "Succeeded"
    assert len(server.requests) == 5


def test_a_return_without_an_address_is_looked_at_where_the_caller_says(server, answer):
    order = Call("read the order", "arm", "GET", "/providers/Microsoft.Capacity/reservationOrders/o", result)
    door = server.door(answer({"properties": {}}, 202), answer({"properties": {}}))

    door.finish(BEGIN, result, look=order)

    assert server.requests[1].url.path == order.path


@pytest.mark.parametrize("state", ["Failed", "Canceled", "Cancelled", "BillingFailed"])
def test_work_that_failed_is_refused_in_its_own_words(server, answer, state):
    failed = told(answer, state, error={"code": "PolicyFailed", "message": "Too late."})

    with pytest.raises(RefusedError, match=rf'it ended as {state}: "Too late\."') as caught:
        server.door(accepted(answer), failed).finish(BEGIN, result)
    assert caught.value.code == "PolicyFailed"


def test_work_that_is_not_found_right_after_its_beginning_is_looked_for_again(server, answer):
    gone = answer({"error": {"code": "NotFound", "message": "x"}}, 404)

    assert server.door(accepted(answer), gone, told(answer, "Succeeded")).finish(BEGIN, result)
    with pytest.raises(RefusedError):
        server.door(accepted(answer), gone).finish(BEGIN, result)


def test_work_that_takes_too_long_still_runs_and_is_never_called_failed(server, answer):
    door = server.door(accepted(answer), told(answer, "Pending"))

    with pytest.raises(NotReadyError, match=r"still works at 'exchange' \(Pending\).*do not begin it again"):
        door.finish(BEGIN, result, within=60)
    assert server.time <= 60


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/operationResults/7",
        "http://arm.example/x",
        "//evil.example/x",
        "",
        "https://arm.example:8443/x",
    ],
)
def test_nobody_looks_at_another_host(server, answer, place):
    with pytest.raises(UnreadableError):
        server.door(accepted(answer, Location=place)).finish(BEGIN, result)
    assert len(server.requests) == 1


def test_a_job_that_was_kept_is_watched_later_without_beginning_it_again(server, answer):
    kept = []

    def cancelled(_state):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.door(accepted(answer)).finish(BEGIN, result, kept=kept.append, progress=cancelled)
    text = kept[0].to_json()
    before = len(server.requests)
    found = server.door(told(answer, "Succeeded")).finish(BEGIN, result, started=Job.from_json(text))

    assert found["status"] == "Succeeded"
    assert [one.method for one in server.requests[before:]] == ["GET"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"name": "x", "service": "arm", "path": "/x", "query": ""}',
        '{"name": "x", "service": "evil", "path": "/x", "query": "", "tenant": ""}',
        '{"name": "x", "service": "arm", "path": "//evil.example/x", "query": "", "tenant": ""}',
        '{"name": "x", "service": "arm", "path": "/../x", "query": "", "tenant": ""}',
        '{"name": "x", "service": "arm", "path": "/x", "query": "a b", "tenant": ""}',
        '{"name": 3, "service": "arm", "path": "/x", "query": "", "tenant": ""}',
    ],
)
def test_what_is_kept_of_a_job_is_checked_when_it_is_read(text):
    with pytest.raises(InputError):
        Job.from_json(text)


def test_a_locked_world_begins_no_job(server, answer):
    with pytest.raises(LockedError):
        server.door(accepted(answer), may_write=lambda: "Locked.").finish(BEGIN, result)
    assert server.requests == []


@pytest.fixture
def sandbox(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    return in_kernel_door(create_app(World.demo(1), "key"), "key")


def exported(door):
    found = door.finish(billing.export_unbilled(currency="USD"), billing.finished)
    return found if isinstance(found, billing.Manifest) else door.send(found)


def test_an_export_of_the_sandbox_is_waited_for_and_fetched(sandbox, tmp_path):
    manifest = exported(sandbox)

    sizes = [sandbox.download(link, tmp_path / name) for name, link in manifest.links().items()]

    assert sizes
    assert all((tmp_path / name).read_bytes()[:2] == b"\x1f\x8b" for name in manifest.names)
    assert "sig=" not in repr(manifest)
    assert "REDACTED" not in repr(manifest)


def test_an_export_without_data_is_refused_in_words(sandbox):
    with pytest.raises(RefusedError, match="There is no data for this request"):
        sandbox.finish(billing.export_unbilled(currency="EUR"), billing.finished)


@pytest.mark.parametrize(
    "change", [{"blobCount": 2}, {"blobs": [{"name": "../x"}]}, {"blobs": 3}, {"blobs": [{"name": "a/b"}]}]
)
def test_a_manifest_that_lacks_a_file_is_refused(change):
    told_ = {
        "id": "m",
        "rootDirectory": "https://x",
        "sasToken": "s",
        "blobs": [{"name": "a"}],
        "blobCount": 1,
    }

    with pytest.raises(UnreadableError):
        billing.read_manifest(told_ | change)
