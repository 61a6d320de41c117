"""Ids of orders and reservations as newer handlers print them: the provider in lower case."""

from __future__ import annotations

from bespeak.sandbox.reservation_records import Reservation

ROOT = "/providers/microsoft.capacity/reservationOrders"


def order_path(order_id: str) -> str:
    """The id of an order."""
    return f"{ROOT}/{order_id}"


def reservation_path(held: Reservation) -> str:
    """The id of a reservation."""
    return f"{ROOT}/{held.order_id}/reservations/{held.id}"
