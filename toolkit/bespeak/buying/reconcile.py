"""Reading an order back: is it what was planned, and is its reservation there?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bespeak.buying.ledger import Ledger
from bespeak.buying.outcome import HEAD_LENGTH, Outcome
from bespeak.buying.plan import PurchasePlan
from bespeak.clients.partner_center import entitlements, orders
from bespeak.clients.session import Session
from bespeak.errors import JournalError, RefusedError, ServiceError
from bespeak.money import Money
from bespeak.terms import term_label

_NO_RIGHT_TO_PRICES = "800043"


def reconcile(session: Session, ledger: Ledger, plan: PurchasePlan) -> Outcome | None:
    """The outcome of an ORDERED intent after reading its order back; ``None`` when it could not be read now.

    RECONCILED only when the order is what was planned and its reservation is there.
    """
    try:
        intent = ledger.intent
        if intent.state != "ORDERED":
            return None
        order = read_order(session, plan, intent.order_ids[0])
        reservation = _reservation(session, plan, intent.order_ids[0])
    except (ServiceError, JournalError):
        return None
    found = order_differences(plan, order)
    sentence = _sentence(plan, intent.order_ids[0], found, reservation)
    if found or not reservation:
        head = intent.head[:HEAD_LENGTH]
        return Outcome("DONE", intent.order_ids[0], reservation, sentence, plan.intent_id, head=head)
    return ledger.end("RECONCILED", sentence, reservation=reservation)


def order_differences(plan: PurchasePlan, order: Mapping[str, Any]) -> list[str]:
    """One sentence for each field of the order that is not what was planned."""
    lines = [line for line in order.get("lineItems") or [] if isinstance(line, Mapping)]
    if len(lines) != 1:
        return [f"The order has {len(lines)} lines; the plan has 1."]
    wanted = {
        "offerId": (lines[0].get("offerId"), plan.catalog_item_id),
        "quantity": (lines[0].get("quantity"), plan.quantity),
        "termDuration": (lines[0].get("termDuration"), plan.term),
        "billingCycle": (order.get("billingCycle"), plan.billing),
        "currencyCode": (order.get("currencyCode"), plan.total.currency),
    }
    found = [
        f"The order's {name} is {told!r}, the plan has {value!r}."
        for name, (told, value) in wanted.items()
        if told is not None and told != value
    ]
    return found + _price_difference(plan, order)


def _price_difference(plan: PurchasePlan, order: Mapping[str, Any]) -> list[str]:
    told = order.get("totalPrice")
    if not isinstance(told, int | Decimal) or isinstance(told, bool):
        return []
    charged = Money(Decimal(told), plan.total.currency).rounded()
    return [] if charged == plan.total else [f"The order costs {charged}, the plan has {plan.total}."]


def read_order(session: Session, plan: PurchasePlan, order_id: str) -> Mapping[str, Any]:
    """The order, with its price where the signed-in person may see prices; raises what reading raises."""
    try:
        return session.door.send(orders.get_order(plan.customer_id, order_id, include_price=True))
    except RefusedError as error:
        if error.code != _NO_RIGHT_TO_PRICES:
            raise
        return session.door.send(orders.get_order(plan.customer_id, order_id))


def _reservation(session: Session, plan: PurchasePlan, order_id: str) -> str:
    """The reservation order at Azure that belongs to the order, "" while there is none."""
    for item in session.door.collect(entitlements.list_entitlements(plan.customer_id)):
        reference = item.get("referenceOrder")
        if isinstance(reference, Mapping) and str(reference.get("id", "")).lower() == order_id.lower():
            artifacts = [a for a in item.get("entitledArtifacts") or [] if isinstance(a, Mapping)]
            return next((str(a["resourceId"]).lower() for a in artifacts if a.get("resourceId")), "")
    return ""


def _sentence(plan: PurchasePlan, order_id: str, found: list[str], reservation: str) -> str:
    what = f"{plan.quantity} x {plan.size} in {plan.region} for {term_label(plan.term)}"
    bought = f"Bought: order {order_id}, {what}, {plan.total}."
    if found:
        return f"{bought} But it is not what was planned. {' '.join(found)} Ask Microsoft's support."
    if reservation:
        return f"{bought} Its reservation is {reservation}."
    return f"{bought} Its reservation is being made; it appears within about 15 minutes."
