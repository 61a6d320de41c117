"""Which orders apply to a subscription (*Get Applied Reservation List*, 2022-11-01)."""

from __future__ import annotations

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.http.arm.common import azure_answer
from bespeak.sandbox.http.arm.places import place_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity_catalog as shapes
from bespeak.sandbox.reservation_records import Reservation
from bespeak.sandbox.world import World


def applied(ask: Ask, world: World) -> Answer:
    """All of them in one page, with the older spelling of the provider."""
    place = place_of(ask, world, "Microsoft.Capacity/appliedreservations/read")
    orders = dict.fromkeys(
        held.order_id
        for held in world.book.started(place.customer.id, world.now)
        if held.alive(world.now) and reaches(held, place.azure.id, place.customer, world)
    )
    ids = [f"/providers/Microsoft.Capacity/reservationorders/{order}" for order in orders]
    body: shapes.AppliedReservations = {
        "id": f"{place.path}/providers/microsoft.capacity/AppliedReservations/default",
        "type": "Microsoft.Capacity/AppliedReservations",
        "name": "default",
        "properties": {"reservationOrderIds": {"value": ids}},
    }
    return azure_answer(body, ask, world)


def reaches(held: Reservation, azure_id: str, customer: Customer, world: World) -> bool:
    """Whether a reservation can cover anything in an Azure subscription of its customer."""
    if held.scope.kind == "Shared":
        return True
    if held.scope.kind == "ManagementGroup":
        return azure_id in world.directory.groups_of(customer.id).get(held.scope.id, ())
    return held.scope.subscription_id == azure_id


ROUTES = (
    Route(
        "GET",
        "/subscriptions/<sub>/providers/microsoft.capacity/appliedreservations",
        applied,
        about=About(
            title="Get Applied Reservation List",
            sure="S W23",
            returns={200: shapes.AppliedReservations},
            test="test_capacity_catalog.py::test_the_orders_that_apply_to_a_subscription_by_their_scope",
            query=(Query("api-version", str, needed=True),),
            errors=((403, "AuthorizationFailed"), (404, "SubscriptionNotFound")),
        ),
    ),
)
