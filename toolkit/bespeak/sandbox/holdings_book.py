"""The book of what customers reserved: it finds orders, reservations and refunds, and writes down new ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from bespeak.sandbox.reservation_records import (
    Refund,
    Reservation,
    ReservationOrder,
)


@dataclass(slots=True)
class BookState:
    """All orders and reservations by id, in the order of purchase, and the refunds, oldest first."""

    orders: dict[str, ReservationOrder] = field(default_factory=dict)
    reservations: dict[str, Reservation] = field(default_factory=dict)
    refunds: list[Refund] = field(default_factory=list)


class Book:
    """Reads and extends what was reserved. The laws of refund, exchange, split, merge and renewal stand beside it."""

    def __init__(self, state: BookState) -> None:
        self._state = state

    def add(self, order: ReservationOrder, *reservations: Reservation) -> None:
        """Writes down a purchase, or more reservations of one."""
        self._state.orders[order.id] = order
        for held in reservations:
            self._state.reservations[held.id] = held
            order.reservation_ids.append(held.id)

    def refund(self, refund: Refund) -> None:
        """Writes down a refund; its number is the length of the list with it."""
        self._state.refunds.append(refund)

    def refunds(self, customer_id: str = "", order_id: str = "") -> list[Refund]:
        """All refunds, or those of one customer or one order, oldest first."""
        return [
            one
            for one in self._state.refunds
            if customer_id in ("", one.customer_id) and order_id in ("", one.order_id)
        ]

    def order_state(self, order: ReservationOrder, now: datetime) -> str:
        """The provisioning state of an order after its purchase: as its reservations are, ``Pending`` in a refund."""
        if order.pending_until is not None and now < order.pending_until:
            return "Pending"
        states = {held.state(now) for held in self.below(order)}
        for state in ("Succeeded", "Pending", "Expired", "Cancelled"):
            if state in states:
                return state
        return next(iter(states), "Failed")

    def order(self, order_id: str) -> ReservationOrder | None:
        """An order by its id in any case."""
        return self._state.orders.get(order_id.lower())

    def reservation(self, reservation_id: str) -> Reservation | None:
        """A reservation by its id in any case."""
        return self._state.reservations.get(reservation_id.lower())

    def order_of(self, held: Reservation) -> ReservationOrder:
        """The purchase that a reservation belongs to."""
        return self._state.orders[held.order_id]

    def orders(self, customer_id: str = "") -> list[ReservationOrder]:
        """All orders, or those of one customer, oldest first."""
        return [one for one in self._state.orders.values() if customer_id in ("", one.customer_id)]

    def below(self, order: ReservationOrder) -> list[Reservation]:
        """All reservations that ever were in an order, oldest first."""
        return [self._state.reservations[key] for key in order.reservation_ids]

    def reservations(self, customer_id: str = "") -> Iterator[Reservation]:
        """All reservations, or those of one customer, ended ones too."""
        for order in self.orders(customer_id):
            yield from self.below(order)

    def after(self, count: int) -> list[Reservation]:
        """What was written down after the first so many reservations."""
        if count == len(self._state.reservations):
            return []
        return list(islice(self._state.reservations.values(), count, None))

    def started(self, customer_id: str, now: datetime) -> list[Reservation]:
        """The reservations whose purchase succeeded and is visible by now, ended ones too."""
        orders = [one for one in self.orders(customer_id) if not one.failed]
        visible = [one for one in orders if one.starts <= now and one.visible <= now]
        return [held for order in visible for held in self.below(order)]
