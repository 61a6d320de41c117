"""Reads reservations: one, those of an order, all (*Reservation - Get, List, List All*, 2022-11-01)."""

from __future__ import annotations

from bespeak.sandbox.http.arm.common import azure_answer, number_in
from bespeak.sandbox.http.arm.finding import find_order, find_reservation, orders_seen
from bespeak.sandbox.http.arm.listing import page
from bespeak.sandbox.http.arm.orders import PATH as ORDERS
from bespeak.sandbox.http.arm.orders import STATES
from bespeak.sandbox.http.arm.reservation_body import reservation_body
from bespeak.sandbox.http.arm.selecting import condition, ordered
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

#: Reservations a page; the real size is not known.
PAGE = 100
ALL = "/providers/Microsoft.Capacity/reservations"


def list_of_order(ask: Ask, world: World) -> Answer:
    """All reservations that ever were in an order."""
    order = find_order(ask, world)
    rows = [
        reservation_body(held, world, _version(ask))
        for held in world.book.below(order)
        if held.seen(world.now)
    ]
    body: shapes.ReservationList = {"value": rows}
    return azure_answer(body, ask, world)


def get_reservation(ask: Ask, world: World) -> Answer:
    """One reservation; its renewal only with ``$expand=renewProperties``."""
    held = find_reservation(ask, world)
    expand = ask.query.get("$expand", "").lower() == "renewproperties"
    return azure_answer(reservation_body(held, world, _version(ask), expand=expand), ask, world)


def list_all(ask: Ask, world: World) -> Answer:
    """The reservations of all orders, cancelled ones too unless a state is selected."""
    meets, order = condition(ask.query.get("$filter", "")), ordered(ask.query.get("$orderby", ""))
    size = min(number_in(ask, "take", PAGE), PAGE)
    if not size:
        raise RefusalError(400, "BadRequest", "Query parameter 'take' must be 1 or more.")
    everything = _rows(ask, world)
    state = ask.query.get("selectedstate", "").lower()
    rows = [one for one in everything if state in ("", _shown(one).lower()) and meets(one)]
    if order:
        rows.sort(key=order[0], reverse=order[1])
    part, following = page(ask, len(rows), size, ALL)
    body: shapes.ReservationList = {"value": rows[part]}
    if following:
        body["nextLink"] = following
    if ask.query.get("refreshsummary", "").lower() == "true":
        body["summary"] = summary(everything)
    return azure_answer(body, ask, world)


def _rows(ask: Ask, world: World) -> list[shapes.Reservation]:
    held = (one for order in orders_seen(ask, world) for one in world.book.below(order))
    return [reservation_body(one, world, _version(ask)) for one in held if one.seen(world.now)]


def _shown(one: shapes.Reservation) -> str:
    return one["properties"]["displayProvisioningState"]


def summary(rows: list[shapes.Reservation]) -> shapes.Summary:
    """How many of them are shown in which state."""
    counts = [_shown(one) for one in rows]
    return {
        "succeededCount": float(counts.count("Succeeded")),
        "failedCount": float(counts.count("Failed")),
        "expiringCount": float(counts.count("Expiring")),
        "expiredCount": float(counts.count("Expired")),
        "pendingCount": float(counts.count("Pending")),
        "cancelledCount": float(counts.count("Cancelled")),
        "processingCount": float(counts.count("Processing")),
        "warningCount": float(counts.count("Warning")),
        "noBenefitCount": float(counts.count("NoBenefit")),
    }


def _version(ask: Ask) -> str:
    return ask.query.get("api-version", "").lower()


_VERSION = Query("api-version", str, needed=True)
_ERRORS: tuple[tuple[int, int | str], ...] = (
    (400, "InvalidReservationOrderId"),
    (403, "AuthorizationFailed"),
    (404, "ReservationOrderNotFound"),
)
ROUTES = (
    Route(
        "GET",
        f"{ORDERS.lower()}/<oid>/reservations",
        list_of_order,
        about=About(
            title="Reservation - List",
            sure="S W23",
            returns={200: shapes.ReservationList},
            test="test_capacity_reservations.py::test_a_reservation_has_all_that_the_description_lists",
            query=(_VERSION,),
            errors=_ERRORS,
            states=STATES,
        ),
    ),
    Route(
        "GET",
        f"{ORDERS.lower()}/<oid>/reservations/<rid>",
        get_reservation,
        about=About(
            title="Reservation - Get",
            sure="S W23",
            returns={200: shapes.Reservation},
            test="test_capacity_reservations.py::test_a_reservation_has_all_that_the_description_lists",
            query=(_VERSION, Query("$expand")),
            errors=(*_ERRORS, (400, "InvalidReservationId"), (404, "ReservationIdNotInReservationOrder")),
            states=STATES,
        ),
    ),
    Route(
        "GET",
        ALL.lower(),
        list_all,
        about=About(
            title="Reservation - List All",
            sure="S W23",
            returns={200: shapes.ReservationList},
            test="test_capacity_reservations.py::test_all_reservations_are_filtered_sorted_and_counted",
            query=(
                _VERSION,
                Query("$filter"),
                Query("$orderby"),
                Query("refreshSummary"),
                Query("$skiptoken", int),
                Query("selectedState"),
                Query("take", int),
            ),
            errors=((400, "BadRequest"),),
            states=STATES,
        ),
    ),
)
