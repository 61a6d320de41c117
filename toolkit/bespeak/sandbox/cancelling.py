"""Cancelling an order: reservations in Microsoft's integration sandbox only (partner-center-api 8.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bespeak.sandbox.estate import Customer
from bespeak.sandbox.integration import check_cancel
from bespeak.sandbox.order_records import Order, order_text
from bespeak.sandbox.orders import Orders
from bespeak.sandbox.refusals import RefusalError


def cancel(orders: Orders, customer: Customer, order_id: str, body: dict[str, Any], now: datetime) -> Order:
    """The order, cancelled, with everything reserved by it ended; or the refusal of its kind."""
    order = orders.find(customer.id, order_id)
    if str(body.get("status", "")).lower() != "cancelled":
        raise RefusalError(
            400, 3000, "Member 'status' must be cancelled: nothing else of an order can change."
        )
    if order.kind != "reservation":
        raise RefusalError(400, 800063, f"Order {order.id} is of a subscription. Suspend that instead.")
    if not orders.switches.integration:
        what = f"Order {order.id} cannot be cancelled. Return its reservation in Azure."
        raise RefusalError(403, 800019, what)
    if order.cancelled is not None:
        raise RefusalError(400, 800061, f"Order {order.id} is cancelled already.")
    if not order.done(now):
        raise RefusalError(409, 800014, f"Order {order.id} is still being worked on. Try again later.")
    check_cancel(order.created, now)
    order.cancelled = now
    _end(orders, order, now)
    orders.audit.add(now, "order", "update_order", customer.id, order_text(order))
    return order


def _end(orders: Orders, order: Order, now: datetime) -> None:
    for bought in orders.reservations(order):
        for held in orders.book.below(bought):
            if held.alive(now):
                held.until, held.ended_as = now, "Returned"
                held.revise(now, "Cancelled", "Cancelled")
