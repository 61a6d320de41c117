"""Service requests and the webhook registration."""

import pytest
from commerce_steps import NOBODY, patch, put, refused
from tiny_world import ADA, BOB

ALL = "/v1/servicerequests"
HOOK = "/webhooks/v1/registration"


def wish(caller, **change):
    topic = caller.get(f"{ALL}/supporttopics")["items"][0]
    body = {"Title": "Help", "Description": "It is stuck.", "Severity": "Moderate"}
    return body | {"SupportTopicId": str(topic["id"]), "Organization": {"id": BOB}} | change


def test_a_service_request_is_made_noted_and_closed(caller):
    made = caller.post(f"{ALL}/en-US", wish(caller))
    assert (made["status"], made["lastClosedDate"]) == ("open", "0001-01-01T00:00:00")
    assert made["organization"] == {"id": BOB, "name": "Bob & Söhne"}
    assert [one["id"] for one in caller.get(f"/v1/customers/{BOB}/servicerequests")["items"]] == [made["id"]]
    assert caller.get(f"/v1/customers/{ADA}/servicerequests")["items"] == []
    assert caller.get(ALL)["totalCount"] == 1
    path = f"{ALL}/{made['id']}"
    caller.advance(10)
    noted = patch(caller, path, {"newNote": {"text": "More."}})
    assert [one["text"] for one in noted["notes"]] == ["More."]
    closed = patch(caller, path, {"status": "closed"})
    assert closed["lastClosedDate"].startswith("2026-11-16T00:10")
    assert caller.get(path) == closed


@pytest.mark.parametrize(
    "change",
    [
        {"Title": ""},
        {"Severity": "awful"},
        {"SupportTopicId": "1"},
        {"SupportTopicId": 1},
        {"Organization": "Bob"},
        {"Description": None},
    ],
)
def test_a_service_request_with_a_mistake(caller, change):
    assert refused(caller, "POST", f"{ALL}/en-US", wish(caller, **change)) == (400, 3000)


def test_service_requests_that_are_not_there(caller):
    assert refused(caller, "GET", f"{ALL}/17") == (404, 1000)
    assert refused(caller, "PATCH", f"{ALL}/17", {"status": "closed"}) == (404, 1000)
    assert refused(caller, "POST", f"{ALL}/xx-XX", wish(caller)) == (400, 3000)
    assert refused(caller, "POST", f"{ALL}/en-US", wish(caller, Organization={"id": NOBODY})) == (404, 60003)
    made = caller.post(f"{ALL}/en-US", wish(caller))
    assert refused(caller, "PATCH", f"{ALL}/{made['id']}", {"status": "solved"}) == (400, 3000)
    assert refused(caller, "GET", ALL, user=False) == (403, 900329)


def test_a_webhook_is_registered_once(caller):
    assert refused(caller, "GET", HOOK) == (404, 1000)
    assert "invoice-ready" in caller.get(f"{HOOK}/events")
    body = {"WebhookUrl": "https://hooks.example/in", "WebhookEvents": ["Invoice-Ready", "test-created"]}
    made = caller.post(HOOK, body)
    assert made["webhookEvents"] == ["invoice-ready", "test-created"]
    assert caller.get(HOOK) == made
    assert refused(caller, "POST", HOOK, body) == (409, 3000)
    assert put(caller, HOOK, body | {"WebhookEvents": ["test-created"]})["webhookEvents"] == ["test-created"]
    asked = caller.post(f"{HOOK}/validationEvents", None, 200)["correlationId"]
    assert caller.get(f"{HOOK}/validationEvents/{asked}")["status"] == "pending"
    assert refused(caller, "GET", f"{HOOK}/validationEvents/{NOBODY}") == (404, 1000)
    assert caller.call("DELETE", HOOK).status_code == 204
    for method in ("PUT", "DELETE"):
        assert refused(caller, method, HOOK, body) == (404, 1000)
    assert refused(caller, "POST", f"{HOOK}/validationEvents") == (404, 1000)


@pytest.mark.parametrize(
    "change",
    [
        {"webhookUrl": "http://hooks.example"},
        {"webhookUrl": "https://["},
        {"webhookUrl": None},
        {"webhookEvents": []},
        {"webhookEvents": ["reservation-bought"]},
        {"webhookEvents": [7]},
    ],
)
def test_a_webhook_with_a_mistake(caller, change):
    body = {"webhookUrl": "https://hooks.example/in", "webhookEvents": ["test-created"]} | change
    assert refused(caller, "POST", HOOK, body) == (400, 3000)
