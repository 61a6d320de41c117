"""Requests for help (Microsoft, *Manage service requests*). Refunds of reservations do not go this way."""

from __future__ import annotations

from typing import Any, cast, get_args

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import bad, inside, is_a, listing, text
from bespeak.sandbox.http.shapes import service_requests as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import Need
from bespeak.sandbox.service_requests import TOPICS, Note, ServiceRequest, Severity, Status
from bespeak.sandbox.world import World

_NEVER = "0001-01-01T00:00:00"
_NAMES = {topic: name for topic, name, _text in TOPICS}


def of_customer(ask: Ask, world: World) -> Answer:
    """The requests about one customer."""
    customer = world.customer(ask.args["cid"])
    return item(listing([_shown(one, world) for one in world.commerce.service_requests.all(customer.id)]))


def everything(_ask: Ask, world: World) -> Answer:
    """All requests of the partner."""
    return item(listing([_shown(one, world) for one in world.commerce.service_requests.all()]))


def one_request(ask: Ask, world: World) -> Answer:
    """One request."""
    return item(_shown(world.commerce.service_requests.find(ask.args["rid"]), world))


def topics(_ask: Ask, _world: World) -> Answer:
    """What help can be asked for."""
    shown: list[shapes.SupportTopic] = [
        {"id": int(topic), "name": name, "description": words, "attributes": is_a("SupportTopic")}
        for topic, name, words in TOPICS
    ]
    return item(listing(shown))


def create(ask: Ask, world: World) -> Answer:
    """A new request in the language of an agent."""
    body = ask.body()
    severity = text(body, "severity", needed=True).lower()
    if severity not in get_args(Severity):
        raise bad("severity", f"must be one of {', '.join(get_args(Severity))}")
    topic = text(body, "supporttopicid", needed=True)
    if topic not in _NAMES:
        raise bad("supportTopicId", "is not the id of a support topic")
    customer = text(inside(body, "organization"), "id").lower()
    made = ServiceRequest(
        id=str(600000000000 + len(world.commerce.service_requests.all()) + 1),
        customer_id=world.customer(customer).id if customer not in ("", world.partner_id) else "",
        title=text(body, "title", needed=True),
        description=text(body, "description", needed=True),
        severity=cast("Severity", severity),
        topic=topic,
        created=world.now,
        modified=world.now,
    )
    world.commerce.service_requests.add(made)
    return item(_shown(made, world), 201)


def change(ask: Ask, world: World) -> Answer:
    """Closes or opens a request, or adds a note."""
    found, body = world.commerce.service_requests.find(ask.args["rid"]), ask.body()
    status = text(body, "status").lower()
    if status and status not in get_args(Status):
        raise bad("status", f"must be one of {', '.join(get_args(Status))}")
    world.commerce.service_requests.change(
        found, cast("Status", status) if status else None, _note(body, world), world.now
    )
    return item(_shown(found, world))


def _note(body: dict[str, Any], world: World) -> Note | None:
    written = text(inside(body, "newnote"), "text")
    return Note("Sam Sample", world.now, written) if written else None


def _shown(one: ServiceRequest, world: World) -> shapes.ServiceRequest:
    about = world.all_customers.get(one.customer_id)
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "severity": one.severity,
        "supportTopicId": one.topic,
        "supportTopicName": _NAMES[one.topic],
        "status": one.status,
        "organization": {
            "id": one.customer_id or world.partner_id,
            "name": about.name if about else "This partner",
        },
        "productId": "",
        "createdDate": iso7(one.created),
        "lastModifiedDate": iso7(one.modified),
        "lastClosedDate": iso7(one.closed) if one.closed else _NEVER,
        "notes": [
            {"createdByName": note.by, "createdDate": iso7(note.at), "text": note.text} for note in one.notes
        ],
        "attributes": is_a("ServiceRequest"),
    }


def create_for_agent(ask: Ask, world: World) -> Answer:
    """A request is made in the language of an agent; there are English, German, Spanish, French and Japanese ones."""
    if ask.args["locale"].lower() not in ("en-us", "de-de", "es-es", "fr-fr", "ja-jp"):
        raise RefusalError(400, 3000, f"There is no agent for '{ask.args['locale']}'."[:300])
    return create(ask, world)


_ALL = "/v1/servicerequests"
_TEST = "test_commerce_small.py::test_a_service_request_is_made_noted_and_closed"
_STATES = ("open", "attention_needed", "closed")


def _route(method: Any, path: str, handler: Any, title: str, **more: Any) -> Route:  # noqa: ANN401  (a literal, a function)
    returns = more.pop("returns")
    needs: Need = "edit" if method != "GET" else "read"
    about = About(title, "D21", returns, _TEST, states=_STATES, **more)
    return Route(method, path, handler, user=True, needs=needs, once=method == "POST", about=about)


_MANY, _ONE_SHAPE = {200: Collection[shapes.ServiceRequest]}, {200: shapes.ServiceRequest}
ROUTES = (
    _route(
        "GET",
        "/v1/customers/<cid>/servicerequests",
        of_customer,
        "Get all service requests for a customer",
        returns=_MANY,
        errors=((404, 60003), (403, 20002)),
    ),
    _route("GET", _ALL, everything, "Get all service requests of a partner", returns=_MANY),
    _route(
        "GET",
        f"{_ALL}/supporttopics",
        topics,
        "Get service request support topics",
        returns={200: Collection[shapes.SupportTopic]},
    ),
    _route(
        "POST",
        f"{_ALL}/<locale>",
        create_for_agent,
        "Create a service request",
        returns={201: shapes.ServiceRequest},
        takes=shapes.ServiceRequestWish,
        errors=((400, 3000), (404, 60003), (403, 20002)),
    ),
    _route(
        "GET",
        f"{_ALL}/<rid>",
        one_request,
        "Get a service request by ID",
        returns=_ONE_SHAPE,
        errors=((404, 1000),),
    ),
    _route(
        "PATCH",
        f"{_ALL}/<rid>",
        change,
        "Update a service request",
        returns=_ONE_SHAPE,
        takes=shapes.ServiceRequestChange,
        errors=((404, 1000), (400, 3000)),
    ),
)
