"""Own orders that are too young for the list of entitlements, and purchases in doubt; the journal knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from bespeak.buying import PurchasePlan
from bespeak.buying.ledger import open_journal
from bespeak.catalogue import group_of
from bespeak.clients.partner_center import orders
from bespeak.clients.session import Session
from bespeak.customers import CustomerDetails
from bespeak.errors import RefusedError
from bespeak.holdings.times import read_time
from bespeak.terms import term_months

_CANCELLED = frozenset({"cancelled", "canceled"})
_IN_DOUBT = ("SENDING", "UNKNOWN")


def young_rows(
    session: Session, details: CustomerDetails, listed: Iterable[str], names: Iterable[str] = ()
) -> Iterator[Mapping[str, Any]]:
    """Rows of HOLDINGS for what was bought here and has no entitlement yet: source ``order``, state ``Pending``.

    A purchase whose end is not known counts as owned too (source ``journal``, state ``In doubt``): advice that left it
    out would have it bought a second time. ``listed`` are the orders and ``names`` the reservations that have an
    entitlement. A cancelled order is no holding.
    """
    now, known, named = session.now(), {order_id.lower() for order_id in listed}, set(names)
    for intent in open_journal(session).intents(details.customer_id):
        plan = PurchasePlan.from_json(intent.plan)
        row = None
        if intent.state == "ORDERED" and not known & {order_id.lower() for order_id in intent.order_ids}:
            row = _ordered(session, plan, intent.order_ids[0], intent.changed)
        elif intent.state in _IN_DOUBT and plan.friendly_name not in named:
            row = _row(plan, intent.sent or intent.changed, state="In doubt", source="journal")
        if row is not None and row["expiry"] > now:
            yield row


def _ordered(session: Session, plan: PurchasePlan, order_id: str, changed: datetime) -> dict[str, Any] | None:
    order = _order(session, plan, order_id)
    if str(order.get("status", "")).lower() in _CANCELLED:
        return None
    start = read_time(order.get("creationDate")) or changed
    return _row(plan, start, order_id=order_id, state="Pending", source="order")


def _row(
    plan: PurchasePlan, start: datetime, *, order_id: str = "", state: str, source: str
) -> dict[str, Any]:
    group, ratio = group_of(plan.size)
    return {
        "reservation_order_id": "",
        "reservation_id": None,
        "order_id": order_id,
        "name": plan.friendly_name,
        "size": plan.size,
        "region": plan.region,
        "group": group,
        "ratio": ratio,
        "quantity": plan.quantity,
        "term": plan.term,
        "scope": "shared" if plan.scope == "shared" else plan.azure_subscription_id,
        "start": start,
        "expiry": (pd.Timestamp(start) + pd.DateOffset(months=term_months(plan.term))).to_pydatetime(),
        "state": state,
        "source": source,
    }


def _order(session: Session, plan: PurchasePlan, order_id: str) -> Mapping[str, Any]:
    """The order by its id, which works at once; nothing when it is refused: the journal has seen it made."""
    try:
        return session.door.send(orders.get_order(plan.customer_id, order_id))
    except RefusedError:
        return {}
