"""Reservations as Azure sees them: the order, the reservation, and how well it was used day by day."""

from __future__ import annotations

from datetime import date

from bespeak.clients.call import Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, having, values

#: The newest stable versions (Azure REST API descriptions, 2026-03).
CAPACITY_VERSION = "2022-11-01"
CONSUMPTION_VERSION = "2024-08-01"


def get_order(order_id: str) -> Call[Item]:
    """A reservation order with the ids of its reservations (Reservation Order - Get, 2022-11-01)."""
    params = {"api-version": CAPACITY_VERSION}
    return Call(
        "read the reservation order",
        "arm",
        "GET",
        _order(order_id),
        lambda answer: having(answer, "properties"),
        params,
    )


def get_reservation(order_id: str, reservation_id: str) -> Call[Item]:
    """One reservation: its size, quantity, term, scope, state and dates (Reservation - Get, 2022-11-01)."""
    path = f"{_order(order_id)}/reservations/{guid(reservation_id, 'reservation')}"
    params = {"api-version": CAPACITY_VERSION}
    return Call(
        "read the reservation", "arm", "GET", path, lambda answer: having(answer, "properties"), params
    )


def set_renew(order_id: str, reservation_id: str, *, renew: bool) -> Call[Item]:
    """Switches on or off that the reservation is bought again at its end (Reservation - Update, 2022-11-01)."""
    path = f"{_order(order_id)}/reservations/{guid(reservation_id, 'reservation')}"
    params = {"api-version": CAPACITY_VERSION}
    return Call(
        "change the renewal of the reservation",
        "arm",
        "PATCH",
        path,
        lambda answer: having(answer, "properties"),
        params,
        body={"properties": {"renew": renew}},
    )


def daily_summaries(order_id: str, start: date, end: date) -> Call[list[Item]]:
    """Reserved and used hours for each day in [start, end] (Reservations Summaries - List, 2024-08-01).

    The first day is short: a reservation bought at 13:00 has 11 reserved hours.
    """
    path = f"{_order(order_id)}/providers/Microsoft.Consumption/reservationSummaries"
    between = f"properties/usageDate ge {start:%Y-%m-%d} AND properties/usageDate le {end:%Y-%m-%d}"
    params = {"api-version": CONSUMPTION_VERSION, "grain": "daily", "$filter": between}
    return Call("read the daily use of the reservation", "arm", "GET", path, values, params)


def _order(order_id: str) -> str:
    return f"/providers/Microsoft.Capacity/reservationOrders/{guid(order_id, 'reservation order')}"
