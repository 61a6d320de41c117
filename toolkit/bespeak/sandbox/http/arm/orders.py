"""Reads reservation orders (*Reservation Order - List, Get*, 2022-11-01)."""

from __future__ import annotations

from bespeak.sandbox.http.arm.common import azure_answer
from bespeak.sandbox.http.arm.finding import find_order, orders_seen
from bespeak.sandbox.http.arm.listing import page
from bespeak.sandbox.http.arm.order_body import order_body
from bespeak.sandbox.http.arm.reservation_body import OLD_VERSION
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.world import World

#: Orders a page, as recorded in 2023.
PAGE = 50
PATH = "/providers/Microsoft.Capacity/reservationOrders"


def list_orders(ask: Ask, world: World) -> Answer:
    """All orders that the caller can see, failed and cancelled ones too."""
    old = ask.query.get("api-version", "") == OLD_VERSION
    seen = orders_seen(ask, world)
    part, following = page(ask, len(seen), PAGE, PATH)
    body: shapes.OrderList = {"value": [order_body(order, world, old=old) for order in seen[part]]}
    if following:
        body["nextLink"] = following
    return azure_answer(body, ask, world)


def get_order(ask: Ask, world: World) -> Answer:
    """One order; answers 200 while its purchase still runs, so look at its state."""
    old = ask.query.get("api-version", "") == OLD_VERSION
    wants = ask.query.get("$expand", "").lower() == "schedule"
    return azure_answer(order_body(find_order(ask, world), world, old=old, schedule=wants), ask, world)


_VERSION = Query("api-version", str, needed=True)
_ERRORS: tuple[tuple[int, int | str], ...] = (
    (400, "MissingApiVersionParameter"),
    (400, "InvalidApiVersionParameter"),
    (400, "NoRegisteredProviderFound"),
    (400, "InvalidReservationOrderId"),
    (403, "AuthorizationFailed"),
    (404, "ReservationOrderNotFound"),
)
#: States that an order or a reservation was seen in, also those that no description lists.
STATES = (
    "Creating",
    "PendingCapacity",
    "ConfirmedCapacity",
    "PendingBilling",
    "ConfirmedBilling",
    "Succeeded",
    "Pending",
    "Cancelled",
    "Expired",
    "BillingFailed",
    "Failed",
)
ROUTES = (
    Route(
        "GET",
        PATH.lower(),
        list_orders,
        about=About(
            title="Reservation Order - List",
            sure="S W23",
            returns={200: shapes.OrderList},
            test="test_capacity_orders.py::test_orders_come_fifty_a_page_behind_absolute_links",
            query=(_VERSION, Query("$skiptoken", int)),
            errors=((400, "BadRequest"), *_ERRORS[:3]),
            states=STATES,
        ),
    ),
    Route(
        "GET",
        f"{PATH.lower()}/<oid>",
        get_order,
        about=About(
            title="Reservation Order - Get",
            sure="S W23",
            returns={200: shapes.Order},
            test="test_capacity_orders.py::test_an_order_shows_its_dates_once_it_has_succeeded",
            query=(_VERSION, Query("$expand")),
            errors=_ERRORS,
            states=STATES,
        ),
    ),
)
