"""What a world remembers of purchases in Azure: quotes, aliases, and purchases that still run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.reservation_records import Offer


@dataclass(frozen=True, slots=True)
class Quote:
    """A price that was told: for whom, when, for what. ``id`` is that of the order that it may become.

    ``offer`` is what the partner pays; ``shown`` the price of one instance that the caller was told, which for a
    customer of the partner is the list price (D-907).
    """

    id: str
    tenant: str
    customer_id: str
    at: datetime
    request: PurchaseRequest
    offer: Offer
    shown: Decimal


@dataclass(frozen=True, slots=True)
class Alias:
    """A purchase without a quote under a name of the caller's: that order, and the operation to look at."""

    name: str
    tenant: str
    order_id: str
    operation_id: str
    request: PurchaseRequest


@dataclass(slots=True)
class PurchaseState:
    """Quotes by the id of their order, aliases by tenant and name, orders whose purchase has not come to its end."""

    quotes: dict[str, Quote] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)
