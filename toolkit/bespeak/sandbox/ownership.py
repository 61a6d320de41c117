"""What a customer owns as Partner Center sees it: one entitlement a purchase, with the reservations of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bespeak.sandbox.clock import plus_years
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.reservation_records import YEARS, Reservation, ReservationOrder

#: Reservations that went into others are not shown any more.
_INTO_OTHERS = frozenset({"Split", "Merged"})


@dataclass(frozen=True, slots=True)
class Owned:
    """A fulfilled purchase with the reservations of it that hold instances, or did until a return or their end."""

    order: ReservationOrder
    reservations: tuple[Reservation, ...]

    def quantity(self, now: datetime) -> int:
        """Instances that are held now; what was returned or has expired does not count."""
        return sum(held.quantity for held in self.reservations if held.alive(now))

    @property
    def expiry(self) -> datetime:
        """When its term ends."""
        return plus_years(self.order.starts, YEARS[self.order.offer.term])


def owned(book: Book, customer_id: str, now: datetime) -> Iterator[Owned]:
    """All that a customer owns or owned, oldest first; what moved to another directory is not among it."""
    started = book.started(customer_id, now)
    for order_id in dict.fromkeys(held.order_id for held in started):
        order = book.order(order_id)
        assert order is not None
        if order.commerce_order_id and order.tenant_id in ("", customer_id):
            shown = [one for one in started if one.order_id == order_id and one.since <= now]
            yield Owned(order, tuple(one for one in shown if one.ended_as not in _INTO_OTHERS))


def state(held: Reservation, now: datetime) -> str:
    """``Created`` while it is used and nothing goes on with it (observed); else as Azure calls it (inferred)."""
    if held.alive(now):
        known = held.state(now)
        return "Created" if known in ("Succeeded", "Creating") else known
    return "Cancelled" if held.ended_as in ("Returned", "Exchanged") else "Expired"
