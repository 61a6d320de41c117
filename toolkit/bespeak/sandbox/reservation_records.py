"""A reservation order, the reservations below it and the refunds of them, as they are kept.

Two objects, as in Azure: the order is the purchase, the reservations below it are what is split, merged, returned and
rescoped. Nothing is deleted: what ends keeps its record (Microsoft, *Manage Reservations for Azure resources*).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.clock import hour_ceiling, plus_years

YEARS = {"P1Y": 1, "P3Y": 3}
MONTHS = {"P1Y": 12, "P3Y": 36}

ScopeKind = Literal["ResourceGroup", "Single", "ManagementGroup", "Shared"]
#: ``Swapped``: exchanged for its premium or non-premium twin, which is no transaction (D-824).
Ending = Literal["", "Returned", "Exchanged", "Split", "Merged", "Swapped"]
BillingPlan = Literal["Upfront", "Monthly"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a benefit applies.

    ``id`` in lower case: an Azure subscription, ``subscription/resource-group``, a management group, or nothing for
    ``Shared``.
    """

    kind: ScopeKind = "Shared"
    id: str = ""

    @property
    def subscription_id(self) -> str:
        """The Azure subscription of a single or resource group scope, else nothing."""
        return self.id.partition("/")[0] if self.kind in ("Single", "ResourceGroup") else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What was bought: one size in one region for one term, at a price of one instance for the whole term."""

    product_id: str
    sku_id: str
    size: str
    region: str
    term: str
    title: str
    unit_total: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Applied:
    """How a reservation is applied from an instant on, until the next such entry."""

    since: datetime
    scope: Scope
    flexible: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of the history of a reservation; the number of the newest is its etag."""

    etag: int
    at: datetime
    state: str
    status_code: str = ""
    quantity: int = 0
    name: str = ""
    #: How it was applied; None in the revisions of a purchase, which is applied as it began.
    applied: Applied | None = None
    renew: bool = False
    archived: bool = False


@dataclass(slots=True)
class Reservation:
    """Some instances of an order that are applied, returned or split together.

    It lives from ``since`` until ``until`` (None: until its term ends). A split or merge ends the sources and begins
    new ones at the same instant. ``end_hour`` and ``first_hour`` leave neither a gap nor an hour that counts twice.
    """

    id: str
    order_id: str
    customer_id: str
    offer: Offer
    name: str
    quantity: int
    #: When the term began; it stays the same through split and merge.
    starts: datetime
    #: From when this record holds the instances.
    since: datetime
    applied: list[Applied]
    until: datetime | None = None
    ended_as: Ending = ""
    #: Given back to the partner for it, whatever the fee took already off.
    refunded: Decimal = Decimal(0)
    archived: bool = False
    renew: bool = False
    #: The purchase request of the renewal as a JSON text; empty for "the same again".
    renew_wish: str = ""
    renewed_to: str = ""
    renewed_from: str = ""
    #: When the price of the renewal was fixed, and its total (None: it is not sold any more).
    locked: datetime | None = None
    locked_total: Decimal | None = None
    #: Whether the end of its term was dealt with, and why no renewal came of it although one was wanted.
    expired: bool = False
    renewal_failure: str = ""
    split_source: str = ""
    split_into: list[str] = field(default_factory=list)
    merge_sources: list[str] = field(default_factory=list)
    merged_into: str = ""
    swap_source: str = ""
    swapped_into: str = ""
    revisions: list[Revision] = field(default_factory=list)

    @property
    def expiry(self) -> datetime:
        """The instant at which its term ends."""
        return plus_years(self.starts, YEARS[self.offer.term])

    @property
    def first_hour(self) -> int:
        """The number of the first clock hour that it covers: the one that begins at or after its beginning."""
        return hour_ceiling(self.since)

    @property
    def end_hour(self) -> int:
        """The number of the first hour that it does not cover any more."""
        return hour_ceiling(min(self.expiry, self.until or self.expiry))

    @property
    def now_applied(self) -> Applied:
        """How it is applied since its last change."""
        return self.applied[-1]

    @property
    def scope(self) -> Scope:
        """Its present scope."""
        return self.applied[-1].scope

    @property
    def etag(self) -> int:
        """The number of its newest revision."""
        return self.revisions[-1].etag if self.revisions else 0

    def seen(self, now: datetime) -> list[Revision]:
        """Its revisions up to an instant, oldest first; those of a running operation may lie ahead."""
        return [one for one in self.revisions if one.at <= now]

    def state(self, now: datetime) -> str:
        """Its provisioning state at an instant; ``Creating`` before its first revision."""
        seen = self.seen(now)
        if self.alive(now) or not seen or seen[-1].state != "Succeeded":
            return seen[-1].state if seen else "Creating"
        return "Expired" if now >= self.expiry else seen[-1].state

    def revise(self, at: datetime, state: str, status_code: str = "", *, pending: int = 1) -> None:
        """Writes down a change that was made: so many ``Pending`` revisions, then the one that stays."""
        states = [("Pending", "Pending")] * pending + [(state, status_code)]
        for what, code in states:
            self.revisions.append(
                Revision(
                    self.etag + 1,
                    at,
                    what,
                    code,
                    self.quantity,
                    self.name,
                    self.applied[-1],
                    self.renew,
                    self.archived,
                )
            )

    def alive(self, now: datetime) -> bool:
        """Whether it holds instances at this instant."""
        return self.since <= now < min(self.expiry, self.until or self.expiry)


@dataclass(slots=True)
class ReservationOrder:
    """One purchase. A purchase through Partner Center knows its order there and the line of it.

    ``starts`` is the instant at which the purchase succeeds and the term begins; ``visible`` the one from which the
    other services see it. A ``failed`` one never starts.
    """

    id: str
    customer_id: str
    offer: Offer
    name: str
    quantity: int
    billing_plan: BillingPlan
    billing_subscription_id: str
    requested: datetime
    starts: datetime
    visible: datetime
    commerce_order_id: str = ""
    line_number: int = 0
    channel: Literal["PartnerCenter", "Azure", "Renewal", "Exchange"] = "PartnerCenter"
    buyer: Literal["partner", "customer"] = "partner"
    failed: bool = False
    #: Until when a refund of it is processed; nothing else can be done with it so long.
    pending_until: datetime | None = None
    #: The directory that it lives in; another than the customer's after a change of directory.
    tenant_id: str = ""
    reservation_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that came back for returned or exchanged instances.

    ``amount`` is what was paid out, after ``fee``; ``dropped`` are the future payments that were cancelled with it;
    ``commitment`` is what counts against the customer's yearly limit, in USD, 0 for an exchange (D-804, D-820).
    ``weight / scale`` is the refund before it was rounded, so that several refunds of one order lose no cent.
    """

    number: int
    at: datetime
    customer_id: str
    order_id: str
    reservation_id: str
    quantity: int
    kind: Literal["Return", "Exchange", "TradeIn"]
    amount: Decimal
    fee: Decimal
    dropped: Decimal
    commitment: Decimal
    currency: str
    weight: Decimal
    scale: int
    reason: str = ""


def first_reservation(
    order: ReservationOrder, reservation_id: str, scope: Scope, flexible: bool, *, renew: bool = False
) -> Reservation:
    """The one reservation with which an order begins."""
    applied = [Applied(order.starts, scope, flexible)]
    return Reservation(
        id=reservation_id,
        order_id=order.id,
        customer_id=order.customer_id,
        offer=order.offer,
        name=order.name,
        quantity=order.quantity,
        starts=order.starts,
        since=order.starts,
        applied=applied,
        renew=renew,
        revisions=[Revision(8, order.starts, "Succeeded", quantity=order.quantity, name=order.name)],
    )
