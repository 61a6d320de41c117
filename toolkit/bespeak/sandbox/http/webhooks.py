"""The registration for events, under a root of its own (Microsoft, *Partner Center webhooks*). No event is sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import bad, text
from bespeak.sandbox.http.shapes import service_requests as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.webhooks import EVENTS, WebhookState
from bespeak.sandbox.world import World


def registration(_ask: Ask, world: World) -> Answer:
    """What is registered, or 404."""
    return item(_shown(_registered(world)))


def _registered(world: World) -> WebhookState:
    kept = world.commerce.webhooks
    if not kept.url:
        raise RefusalError(404, 1000, "No webhook is registered.")
    return kept


def register(ask: Ask, world: World) -> Answer:
    """Registers an address; there is one registration a partner."""
    if world.commerce.webhooks.url:
        raise RefusalError(409, 3000, "A webhook is registered already. Change it with PUT.")
    _keep(ask, world)
    return item(_shown(world.commerce.webhooks), 201)


def replace(ask: Ask, world: World) -> Answer:
    """Another address or other events."""
    _registered(world)
    _keep(ask, world)
    return item(_shown(world.commerce.webhooks))


def remove(_ask: Ask, world: World) -> Answer:
    """Ends the registration."""
    kept = _registered(world)
    kept.url, kept.events = "", []
    return Answer(b"", 204)


def events(_ask: Ask, _world: World) -> Answer:
    """A bare array of the events that exist."""
    return item(list(EVENTS))


def ask_for_test(_ask: Ask, world: World) -> Answer:
    """Asks for a test event; the world reaches nobody, so it stays unsent."""
    kept = _registered(world)
    made = world.ids.guid("test event")
    kept.tests[made] = world.now
    body: shapes.TestEvent = {"correlationId": made}
    return item(body)


def test_outcome(ask: Ask, world: World) -> Answer:
    """What became of a test event."""
    wanted = ask.args["eid"].lower()
    if wanted not in world.commerce.webhooks.tests:
        raise RefusalError(404, 1000, f"Test event {ask.args['eid']} was not found."[:300])
    body: shapes.TestEventStatus = {
        "correlationId": wanted,
        "partnerId": world.partner_id,
        "status": "pending",
        "callbackUrl": world.commerce.webhooks.url,
        "results": [],
    }
    return item(body)


def _keep(ask: Ask, world: World) -> None:
    body = ask.body()
    url, wanted = text(body, "webhookurl", needed=True), _events(body)
    if not _reachable(url):
        raise bad("webhookUrl", "must be an https address")
    world.commerce.webhooks.url, world.commerce.webhooks.events = url, wanted


def _reachable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _events(body: dict[str, Any]) -> list[str]:
    listed = body.get("webhookevents")
    known = {one.lower(): one for one in EVENTS}
    if not isinstance(listed, list) or not listed:
        raise bad("webhookEvents", "must be a list of events")
    if not all(isinstance(one, str) and one.lower() in known for one in listed):
        raise bad("webhookEvents", f"can hold {', '.join(EVENTS)}")
    return [known[one.lower()] for one in listed]


def _shown(kept: WebhookState) -> shapes.Webhook:
    return {"webhookUrl": kept.url, "webhookEvents": list(kept.events)}


_ROOT = "/webhooks/v1/registration"
_TEST = "test_commerce_small.py::test_a_webhook_is_registered_once"


def _about(title: str, returns: Any, *errors: tuple[int, int], takes: Any = None) -> About:  # noqa: ANN401  (types)
    return About(title, "D21 INF", returns, _TEST, takes=takes, errors=errors)


ROUTES = (
    Route(
        "GET",
        _ROOT,
        registration,
        user=True,
        about=_about("View an event registration", {200: shapes.Webhook}, (404, 1000)),
    ),
    Route(
        "POST",
        _ROOT,
        register,
        user=True,
        needs="edit",
        about=_about(
            "Register to receive events",
            {201: shapes.Webhook},
            (400, 3000),
            (409, 3000),
            takes=shapes.WebhookWish,
        ),
    ),
    Route(
        "PUT",
        _ROOT,
        replace,
        user=True,
        needs="edit",
        about=_about(
            "Update an event registration",
            {200: shapes.Webhook},
            (400, 3000),
            (404, 1000),
            takes=shapes.WebhookWish,
        ),
    ),
    Route(
        "DELETE",
        _ROOT,
        remove,
        user=True,
        needs="edit",
        about=_about("Delete an event registration", {204: None}, (404, 1000)),
    ),
    Route(
        "GET",
        f"{_ROOT}/events",
        events,
        user=True,
        about=_about("Get a list of events", {200: list[str]}),
    ),
    Route(
        "POST",
        f"{_ROOT}/validationevents",
        ask_for_test,
        user=True,
        needs="edit",
        about=_about("Send a test event", {200: shapes.TestEvent}, (404, 1000)),
    ),
    Route(
        "GET",
        f"{_ROOT}/validationevents/<eid>",
        test_outcome,
        user=True,
        about=_about("Verify a test event", {200: shapes.TestEventStatus}, (404, 1000)),
    ),
)
