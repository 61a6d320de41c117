"""What else tells whether a checkout arrived: audit records and the list of requests. Evidence, hardly ever proof.

How late calls show up in the list of requests, and whether failed ones do, no document says; so a call that is missing
there is said to be missing, and nothing is concluded from it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bespeak.buying.plan import PurchasePlan
from bespeak.clients.partner_center import orders, security
from bespeak.clients.session import Session
from bespeak.errors import ServiceError
from bespeak.journal import Intent

#: So many orders of the audit records are read back at most.
_MOST = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether the list of requests shows our checkout, and the order with our mark that audit records led to."""

    request: Literal["arrived", "not listed", "not told"]
    order: str = ""

    def sentence(self, request_id: str, cart: str) -> str:
        """What was found, in words; beside a ``cart`` that is ordered a missing request proves nothing."""
        if self.request == "arrived":
            return f"Partner Center's list of requests shows our checkout (MS-RequestId {request_id}): it arrived."
        if self.request == "not listed":
            said = f"Partner Center's list of requests does not show our checkout (MS-RequestId {request_id})"
            return (
                f"{said}, which proves nothing."
                if cart == "ordered"
                else f"{said}, so it probably never arrived."
            )
        return "Partner Center does not say whether our checkout arrived."


def gather(session: Session, plan: PurchasePlan, intent: Intent, since: datetime) -> Evidence:
    """The evidence at this moment; what cannot be read tells nothing."""
    return Evidence(_request(session, intent), _audited(session, plan, since))


def _request(session: Session, intent: Intent) -> Literal["arrived", "not listed", "not told"]:
    wanted = intent.request_id.lower()
    if not wanted:
        return "not told"
    try:
        listed = session.door.collect(security.partner_requests())
    except ServiceError:
        return "not told"
    told = {str(one.get("requestId", "")).lower() for one in listed}
    return "arrived" if wanted in told else "not listed"


def _audited(session: Session, plan: PurchasePlan, since: datetime) -> str:
    """The order with our mark among those that audit records name, "" for none; each is read back by its id."""
    try:
        records = session.door.collect(security.audit_records(since.date(), plan.customer_id))
        named = list(dict.fromkeys(_orders_in(records, plan)))[:_MOST]  # newest first
        return next((one for one in named if _is_ours(session, plan, one)), "")
    except ServiceError:
        return ""


def _orders_in(records: Iterable[Mapping[str, Any]], plan: PurchasePlan) -> Iterator[str]:
    for record in records:
        if str(record.get("customerId", "")).lower() != plan.customer_id.lower():
            continue
        for pair in record.get("customizedData") or []:
            if isinstance(pair, Mapping) and pair.get("key") in ("OrderId", "Id") and pair.get("value"):
                yield str(pair["value"])


def _is_ours(session: Session, plan: PurchasePlan, order_id: str) -> bool:
    order = session.door.send(orders.get_order(plan.customer_id, order_id))
    lines = [line for line in order.get("lineItems") or [] if isinstance(line, Mapping)]
    return any(str(line.get("friendlyName", "")).endswith(plan.tag) for line in lines)
