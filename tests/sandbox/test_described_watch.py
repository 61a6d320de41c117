"""Every answer in the tests of the sandbox is held to its description; here is held that this is so."""

import pytest
from tiny_world import ADA


@pytest.fixture
def watch(caller):
    watch = caller.client.application.wsgi_app
    yield watch
    watch.strange.clear()


def test_answers_are_judged(caller, watch):
    caller.token()  # signing in is an answer too
    before = watch.seen
    caller.get(f"/v1/customers/{ADA}")
    assert (watch.seen, watch.strange) == (before + 1, [])


@pytest.mark.parametrize(
    ("status", "kind", "body", "word"),
    [
        (200, "application/json", b'{"id": "one"}', "required"),
        (200, "application/json", b'{"strange": 1}', "answers 200"),
        (200, "text/html", b"<html></html>", "text/html"),
        (200, "", b"", "no body"),
        (418, "application/json", b"{}", "418"),
        (404, "application/json", b'{"code": null}', "answers 404"),
    ],
)
def test_what_is_outside_of_the_description_is_seen(watch, status, kind, body, word):
    path = f"/partner_center/v1/customers/{ADA}"
    watch._judge("GET", path, status, {"Content-Type": kind} if kind else {}, body)
    assert len(watch.strange) == 1
    assert word in watch.strange[0]
