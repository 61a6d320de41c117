"""The actions of Microsoft.Capacity (*Operation - List*, 2022-11-01), as roles name them."""

from __future__ import annotations

from bespeak.sandbox.http.arm.common import azure_answer
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route
from bespeak.sandbox.http.shapes import capacity_catalog as shapes
from bespeak.sandbox.world import World

#: Action below the provider -> what it is of, and what it does.
_ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("appliedreservations/read", "Applied reservations", "Read which orders apply to a subscription"),
    ("calculateprice/action", "Reservations", "Calculate the price of a reservation"),
    ("calculateexchange/action", "Reservations", "Calculate an exchange of reservations"),
    ("exchange/action", "Reservations", "Exchange reservations"),
    ("catalogs/read", "Catalog", "Read what can be reserved"),
    ("checkoffers/action", "Offers", "Check the offers of a subscription"),
    ("checkscopes/action", "Scopes", "Check scopes"),
    ("commercialreservationorders/read", "Commercial reservation orders", "Read commercial orders"),
    ("operations/read", "Operations", "Read the actions of the provider"),
    ("register/action", "Provider", "Register the provider with a subscription"),
    ("unregister/action", "Provider", "Unregister the provider from a subscription"),
    ("reservationorders/action", "Reservation orders", "Change a reservation order"),
    ("reservationorders/availablescopes/action", "Reservation orders", "Find the scopes of an order"),
    ("reservationorders/calculaterefund/action", "Reservation orders", "Calculate a refund"),
    ("reservationorders/changedirectory/action", "Reservation orders", "Move an order to another directory"),
    ("reservationorders/delete", "Reservation orders", "Delete a reservation order"),
    ("reservationorders/merge/action", "Reservation orders", "Merge reservations"),
    ("reservationorders/mergeoperationresults/read", "Operation results", "Read the result of a merge"),
    ("reservationorders/purchase/action", "Reservation orders", "Buy a reservation order"),
    ("reservationorders/read", "Reservation orders", "Read reservation orders"),
    ("reservationorders/reservations/action", "Reservations", "Change a reservation"),
    (
        "reservationorders/reservations/availablescopes/action",
        "Reservations",
        "Find the scopes of a reservation",
    ),
    ("reservationorders/reservations/delete", "Reservations", "Delete a reservation"),
    ("reservationorders/reservations/read", "Reservations", "Read reservations"),
    ("reservationorders/reservations/revisions/read", "Revisions", "Read the history of a reservation"),
    ("reservationorders/reservations/write", "Reservations", "Write a reservation"),
    ("reservationorders/return/action", "Reservation orders", "Return a reservation"),
    ("reservationorders/split/action", "Reservation orders", "Split a reservation"),
    ("reservationorders/splitoperationresults/read", "Operation results", "Read the result of a split"),
    ("reservationorders/write", "Reservation orders", "Write a reservation order"),
    ("reservations/read", "Reservations", "Read all reservations of the tenant"),
)


def list_operations(ask: Ask, world: World) -> Answer:
    """All actions, in one page."""
    body: shapes.OperationList = {"value": [_operation(*action) for action in _ACTIONS]}
    return azure_answer(body, ask, world)


def _operation(name: str, resource: str, words: str) -> shapes.Operation:
    display: shapes.OperationDisplay = {
        "provider": "Microsoft Capacity",
        "resource": resource,
        "operation": words,
        "description": f"{words}.",
    }
    return {"name": f"Microsoft.Capacity/{name}", "display": display}


ROUTES = (
    Route(
        "GET",
        "/providers/microsoft.capacity/operations",
        list_operations,
        about=About(
            title="Operation - List",
            sure="S W19",
            returns={200: shapes.OperationList},
            test="test_capacity_catalog.py::test_the_provider_names_its_actions",
            query=(Query("api-version", str, needed=True),),
        ),
    ),
)
