"""A reservation order as Azure prints it (*Reservation Order - Get*, 2022-11-01), its payments on request."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.arm.paths import order_path, reservation_path
from bespeak.sandbox.http.shapes import capacity as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.payments import Instalment, instalments
from bespeak.sandbox.purchase_checks import in_dollars
from bespeak.sandbox.reservation_records import Reservation, ReservationOrder
from bespeak.sandbox.world import World

KIND = "microsoft.capacity/reservationOrders"


def order_body(
    order: ReservationOrder, world: World, *, old: bool = False, schedule: bool = False
) -> shapes.Order:
    """An order with the ids of all reservations that ever were in it; ``schedule``: with its payments."""
    below = world.book.below(order)
    properties: shapes.OrderProperties = {
        "displayName": order.name,
        "requestDateTime": iso7(order.requested),
        "term": order.offer.term,
        "originalQuantity": order.quantity,
        "billingPlan": order.billing_plan,
        "provisioningState": order_state(order, world),
        "billingAccountId": f"/providers/Microsoft.Billing/billingAccounts/{guid(world.partner_id, 'billing')}",
        "reservations": [{"id": reservation_path(held)} for held in below],
    }
    if not order.failed and order.starts <= world.now:
        _add_dates(properties, order, below[0].expiry, old=old)
        if schedule:
            properties["planInformation"] = plan_body(order, world)
    kind, path = KIND, order_path(order.id)
    return {
        "id": path,
        "type": kind,
        "name": order.id,
        "etag": order_etag(order, world),
        "properties": properties,
    }


def order_state(order: ReservationOrder, world: World) -> str:
    """The state of an order: that of its purchase while it runs, then that of what is below it."""
    if order.failed or world.now < order.starts:
        return world.book.below(order)[0].state(world.now)
    return world.book.order_state(order, world.now)


def order_etag(order: ReservationOrder, world: World) -> int:
    """The newest revision of the purchase, and one for each split and merge since (answers of 2019 count so)."""
    below = world.book.below(order)
    bought = [one.etag for one in below[0].seen(world.now) if one.applied is None]
    changes = sum(1 for held in below if held.split_into or held.merge_sources)
    return max(bought, default=1) + changes


def _add_dates(
    shown: shapes.OrderProperties, order: ReservationOrder, expiry: datetime, *, old: bool
) -> None:
    shown["createdDateTime"] = iso7(order.starts)
    shown["expiryDate"] = expiry.date().isoformat()
    if not old:
        shown["benefitStartTime"] = iso7(order.starts)
        shown["expiryDateTime"] = iso7(expiry)


def plan_body(order: ReservationOrder, world: World) -> shapes.Plan:
    """The payments of an order, made and to come; what was returned is not paid any more."""
    below = world.book.below(order)
    units = instalments(order.offer, order.billing_plan, order.starts)
    rows = [_payment(one, order, below, world) for one in units]
    total = sum((one.amount for one in units), Decimal(0)) * order.quantity
    plan: shapes.Plan = {
        "pricingCurrencyTotal": {"currencyCode": "USD", "amount": _dollars(total, order, world)},
        "startDate": order.starts.date().isoformat(),
        "transactions": rows,
    }
    coming = [row["dueDate"] for row in rows if row["status"] == "Scheduled"]
    if coming:
        plan["nextPaymentDueDate"] = coming[0]
    return plan


def _payment(
    one: Instalment, order: ReservationOrder, below: list[Reservation], world: World
) -> shapes.Payment:
    due = [held for held in below if held.alive(min(one.due, world.now))]
    quantity = sum(held.quantity for held in due)
    amount = one.amount * (quantity or order.quantity)
    made = one.due <= world.now
    status: Literal["Succeeded", "Scheduled"] = "Succeeded" if made else "Scheduled"
    row: shapes.Payment = {
        "dueDate": one.due.date().isoformat(),
        "pricingCurrencyTotal": {"currencyCode": "USD", "amount": _dollars(amount, order, world)},
        "status": status if quantity else "Cancelled",
    }
    if made and quantity:
        row["paymentDate"] = one.due.date().isoformat()
        row["billingCurrencyTotal"] = {"currencyCode": order.offer.currency, "amount": float(amount)}
    return row


def _dollars(amount: Decimal, order: ReservationOrder, world: World) -> float:
    return float(in_dollars(world, amount, order.offer.currency))
