"""What a purchase request of Azure asks for: one body quotes, buys, exchanges and renews (2022-11-01).

Types are checked here; whether it can be bought is the law of ``purchase``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.members import object_at, subscription_in, text_at, truth_at, whole_at
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import BillingPlan, Scope
from bespeak.sandbox.rules import quantity_bounds
from bespeak.sandbox.scopes import scope_in

#: Spellings of "every month": of a reservation, and of the alias that savings plans have too.
_MONTHLY = ("monthly", "p1m")
#: What a display name is made of; Microsoft does not publish it.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """One purchase as it was asked for; ``size`` keeps the case in which it was sent, ids are in lower case."""

    size: str
    region: str
    billing_id: str
    term: str
    plan: BillingPlan
    quantity: int
    name: str
    scope: Scope
    flexible: bool
    renew: bool

    def same_as(self, other: PurchaseRequest) -> bool:
        """Whether both ask for the same; the case of the size does not count."""
        return _folded(self) == _folded(other)


def _folded(one: PurchaseRequest) -> tuple[object, ...]:
    asked = (one.region, one.billing_id, one.term, one.plan, one.quantity, one.name)
    return one.size.lower(), *asked, one.scope, one.flexible, one.renew


def billing_subscription(raw: Mapping[str, Any]) -> str:
    """The Azure subscription that is to pay; refuses a text that names none."""
    text = text_at(object_at(raw, "properties", needed=True), "billingScopeId")
    found = subscription_in(text)
    if not found:
        what = f"Member 'billingScopeId' must be /subscriptions/{{id}}, not '{text}'."
        raise RefusalError(400, "InvalidSubscriptionId", what[:400])
    return found


def read_request(raw: Mapping[str, Any], customer: Customer, directory: Directory) -> PurchaseRequest:
    """A purchase request of a customer from its JSON with lower-case members."""
    properties = object_at(raw, "properties", needed=True)
    kind = text_at(properties, "reservedResourceType")
    if kind.lower() != "virtualmachines":
        what = f"This sandbox sells reservations of VirtualMachines only, not of '{kind}'."
        raise RefusalError(400, "BadRequest", what[:300])
    return PurchaseRequest(
        size=text_at(object_at(raw, "sku", needed=True), "name"),
        region=text_at(raw, "location").lower().replace(" ", ""),
        billing_id=billing_subscription(raw),
        term=text_at(properties, "term").upper(),
        plan=_plan(properties),
        quantity=_quantity(properties),
        name=_name(properties),
        scope=scope_in(properties, customer.id, directory),
        flexible=_flexible(object_at(properties, "reservedResourceProperties")),
        renew=truth_at(properties, "renew", default=False),
    )


def _plan(properties: Mapping[str, Any]) -> BillingPlan:
    text = text_at(properties, "billingPlan", "Upfront")
    if text.lower() in _MONTHLY:
        return "Monthly"
    if text.lower() != "upfront":
        what = f"Member 'billingPlan' must be Upfront or Monthly, not '{text}'."
        raise RefusalError(400, "BadRequest", what[:300])
    return "Upfront"


def _quantity(properties: Mapping[str, Any]) -> int:
    quantity = whole_at(properties, "quantity")
    fewest, most = quantity_bounds()
    if not fewest <= quantity <= most:
        raise RefusalError(
            400, "BadRequest", f"Member 'quantity' must be from {fewest} to {most}, not {quantity}."[:300]
        )
    return quantity


def _name(properties: Mapping[str, Any]) -> str:
    name = text_at(properties, "displayName", "")
    if name and not _NAME.fullmatch(name):
        what = f"Member 'displayName' takes 1 to 64 letters, digits, '_' and '-' only, not '{name}'."
        raise RefusalError(400, "BadRequest", what[:300])
    return name


def _flexible(properties: Mapping[str, Any]) -> bool:
    text = text_at(properties, "instanceFlexibility", "On")
    if text.lower() not in ("on", "off"):
        what = f"Member 'instanceFlexibility' must be On or Off, not '{text}'."
        raise RefusalError(400, "BadRequest", what[:300])
    return text.lower() == "on"
