"""Puts reservations and savings plans into a world directly, for tests of what they cover."""

from datetime import timedelta
from decimal import Decimal

from bespeak.sandbox.reservation_records import Offer, ReservationOrder, Scope, first_reservation
from bespeak.sandbox.savings_plans import Promise


def hold(
    world, customer, *, size="Standard_D2s_v5", quantity=1, scope=None, flexible=True, term="P1Y", **when
):
    """A reservation that was bought at the given instant (keyword ``at``), now without it."""
    at = when.get("at", world.now)
    offer = Offer("DZH318Z0BQ4B", "0001", size, "polandcentral", term, size, Decimal(595), "USD")
    order_id, held_id = world.ids.guid("test order"), world.ids.guid("test reservation")
    order = ReservationOrder(order_id, customer, offer, size, quantity, "Upfront", "", at, at, at)
    held = first_reservation(order, held_id, scope or Scope(), flexible=flexible)
    world.book.add(order, held)
    return held


def promise(world, customer, commitment, *, scope=None, term="P3Y", days_ago=0):
    """A savings plan of so much an hour."""
    starts = world.now - timedelta(days=days_ago)
    made = Promise(
        term=term,
        commitment=Decimal(str(commitment)),
        starts=starts,
        billing_subscription_id="",
        scope=scope or Scope(),
    )
    return world.savings_plans.add(customer, made)
