"""Sessions: what was quoted and may be done within some minutes, and what was done in steps. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.reservation_records import Offer, Scope


@dataclass(frozen=True, slots=True)
class RefundSession:
    """A refund that was quoted: of what, until when the session can be used."""

    id: str
    reservation_id: str
    quantity: int
    until: datetime


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A savings plan that reservations are traded in for; ``commitment`` is money an hour."""

    term: str
    commitment: Decimal
    currency: str
    billing_subscription_id: str
    name: str = ""
    scope: Scope = field(default_factory=Scope)


@dataclass(slots=True)
class GivenBack:
    """The figures of an item in a quote or an exchange, in the currency of the reservation."""

    order_id: str
    reservation_id: str
    quantity: int
    refund: Decimal
    paid: Decimal
    prorated: Decimal
    dropped: Decimal


@dataclass(slots=True)
class Taken:
    """A purchase of an exchange; its ids once it is made. ``swap_of``: the reservation whose twin it is (D-824)."""

    request: PurchaseRequest
    offer: Offer
    total: Decimal
    order_id: str = ""
    reservation_id: str = ""
    swap_of: str = ""


@dataclass(slots=True)
class TakenPlan:
    """A savings plan of a trade-in, and its ids once it is made."""

    request: PlanRequest
    total: Decimal
    order_id: str = ""
    plan_id: str = ""


@dataclass(slots=True)
class Exchange:
    """An exchange from its quote on: ``quoted``, ``begun`` and ``done`` tell how far its two operations are."""

    session_id: str
    quote_id: str
    customer_id: str
    currency: str
    asked: datetime
    quoted: datetime
    until: datetime
    given: list[GivenBack]
    taken: list[Taken]
    plans: list[TakenPlan]
    #: What the policy says against it: code and message.
    against: list[tuple[str, str]]
    begun: datetime | None = None
    done: datetime | None = None

    @property
    def trade_in(self) -> bool:
        """Whether nothing but savings plans is bought (D-840)."""
        return bool(self.plans) and not self.taken

    @property
    def refunds_total(self) -> Decimal:
        """The remaining commitment of all that is given back."""
        return sum((one.refund + one.dropped for one in self.given), Decimal(0))

    @property
    def purchases_total(self) -> Decimal:
        """What all that is bought costs over its whole term."""
        bought = sum((one.total for one in self.taken), Decimal(0))
        return bought + sum((one.total for one in self.plans), Decimal(0))


@dataclass(slots=True)
class SessionState:
    """All sessions by their id."""

    refunds: dict[str, RefundSession] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
