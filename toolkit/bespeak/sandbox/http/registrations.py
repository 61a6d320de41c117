"""Registration of a subscription for reservations (Microsoft, *Register a subscription*)."""

from __future__ import annotations

from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.partner import is_a
from bespeak.sandbox.http.shapes import subscriptions as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


def register(ask: Ask, world: World) -> Answer:
    """Starts a registration: 202 with the address of its status."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    if world.switches.registration_fails:
        raise RefusalError(400, 800042, "Registering subscriptions is not supported any more.")
    if world.commerce.subscriptions.status(held) != "active":
        raise RefusalError(400, 800012, f"Subscription {held.shown_id} is not active.")
    world.registrations.ask(held, world.now)
    where = f"/customers/{held.customer_id}/subscriptions/{held.shown_id}/registrationstatus"
    return Answer(b"", 202, {"Location": where})


def registration_status(ask: Ask, world: World) -> Answer:
    """How far the registration is."""
    held = world.subscription(ask.args["cid"], ask.args["sid"])
    body: shapes.Registration = {
        "subscriptionId": held.shown_id,
        "status": world.registrations.look(held, world.now),
        "attributes": is_a("SubscriptionRegistrationStatus"),
    }
    return item(body)


_ONE = "/v1/customers/<cid>/subscriptions/<sid>"
_GONE = ((404, 60003), (403, 20002), (404, 20003))
_STATES = ("NotRegistered", "Registering", "Registered")
ROUTES = (
    Route(
        "POST",
        f"{_ONE}/registrations",
        register,
        about=About(
            "Register a subscription",
            "D21 D26",
            {202: None},
            "test_commerce_subscriptions.py::test_registering_can_fail",
            errors=(*_GONE, (400, 800012), (400, 800042)),
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/registrationstatus",
        registration_status,
        about=About(
            "Get subscription registration status",
            "D21 D26",
            {200: shapes.Registration},
            "test_sandbox_customers.py::test_registration_goes_from_not_registered_by_polling_to_registered",
            errors=_GONE,
            states=_STATES,
        ),
    ),
)
