"""What the application of a vendor may do in the tenant of a customer (Microsoft, control panel vendor consent)."""

from __future__ import annotations

import re

from bespeak.sandbox.customer_book import Consent
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import bad, rows, text
from bespeak.sandbox.http.shapes import relations as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def add_consent(ask: Ask, world: World) -> Answer:
    """Writes the grants of an application into the tenant of a customer."""
    customer, body = world.customer(ask.args["cid"]), ask.body()
    application = _guid(body, "applicationid")
    grants = [
        (_guid(one, "enterpriseapplicationid"), text(one, "scope", needed=True))
        for one in rows(body, "applicationgrants")
    ]
    if not grants:
        raise bad("applicationGrants", "must hold at least one grant")
    consents = world.commerce.customers.read(customer.id).consents
    if application in consents:
        raise RefusalError(409, 3000, f"Application {application} has a consent already.")
    made = Consent(application, text(body, "displayname"), grants)
    world.commerce.customers.change(customer.id).consents[application] = made
    return item(_shown(made), 201)


def _guid(body: dict[str, object], name: str) -> str:
    value = text(body, name, needed=True).lower()
    if not _GUID.fullmatch(value):
        raise bad(name, "must be a GUID")
    return value


def _shown(one: Consent) -> shapes.Consent:
    return {
        "applicationId": one.application_id,
        "displayName": one.display_name,
        "applicationGrants": [
            {"enterpriseApplicationId": application, "scope": scope} for application, scope in one.grants
        ],
    }


def remove_consent(ask: Ask, world: World) -> Answer:
    """Takes the grants of an application away."""
    customer, application = world.customer(ask.args["cid"]), ask.args["appid"].lower()
    if application not in world.commerce.customers.read(customer.id).consents:
        raise RefusalError(404, 1000, f"Application {application} has no consent here."[:300])
    del world.commerce.customers.change(customer.id).consents[application]
    return Answer(b"", 204)


_ALL = "/v1/customers/<cid>/applicationconsents"
_TEST = "test_commerce_customers.py::test_a_consent_is_given_once_and_taken_away"
_GONE = ((404, 60003), (403, 20002))
ROUTES = (
    Route(
        "POST",
        _ALL,
        add_consent,
        user=True,
        needs="edit",
        about=About(
            "Get consent for a control panel vendor",
            "D21 3P",
            {201: shapes.Consent},
            _TEST,
            takes=shapes.ConsentWish,
            errors=(*_GONE, (400, 3000), (409, 3000)),
        ),
    ),
    Route(
        "DELETE",
        f"{_ALL}/<appid>",
        remove_consent,
        user=True,
        needs="edit",
        about=About(
            "Remove consent of a control panel vendor",
            "D21 3P",
            {204: None},
            _TEST,
            errors=(*_GONE, (404, 1000)),
        ),
    ),
)
