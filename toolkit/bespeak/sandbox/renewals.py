"""Renewal and the end of a term: a new purchase, never an extension (D-740 to D-747)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from bespeak.sandbox.catalogue import Catalogue, Sku
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.grants import CAPACITY, Grants
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.ids import Ids, guid
from bespeak.sandbox.price_list import PriceList
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.renewal_wish import from_text
from bespeak.sandbox.reservation_records import Applied, Offer, Reservation, ReservationOrder, Revision, Scope
from bespeak.sandbox.rules import moved_price, renewal_lock_days
from bespeak.sandbox.shop import Shop

Due = tuple[datetime, Callable[[], None]]


@dataclass(slots=True)
class Renewals:
    """What a renewal needs of its world, and a calendar of what falls due.

    The calendar follows from the book: for each reservation the day on which the price of its renewal is fixed, and
    the end of its term. What became void by then is left out when its turn comes.
    """

    book: Book
    catalogue: Catalogue
    prices: PriceList
    facts: Facts
    directory: Directory
    shop: Shop
    grants: Grants
    ids: Ids
    _calendar: list[tuple[datetime, int, bool]] = field(default_factory=list)
    _known: list[Reservation] = field(default_factory=list)

    def dues(self, now: datetime) -> Iterator[Due]:
        """The next price to be fixed or term to end, and groups that have become empty; each until it is done."""
        self._note_new()
        while self._calendar and self._is_void(*self._calendar[0][1:]):
            heapq.heappop(self._calendar)
        if self._calendar:
            at, number, ends = self._calendar[0]
            yield max(at, now), partial(self._turn, self._known[number], ends)
        for customer_id in self.directory.grouped():
            yield from self._emptied(customer_id, now)

    def _note_new(self) -> None:
        for held in self.book.after(len(self._known)):
            number = len(self._known)
            self._known.append(held)
            heapq.heappush(self._calendar, (held.expiry, number, True))
            heapq.heappush(self._calendar, (held.expiry - timedelta(days=renewal_lock_days()), number, False))

    def _is_void(self, number: int, ends: bool) -> bool:
        held = self._known[number]
        over = held.expired or held.until is not None or self.book.order_of(held).failed
        return over or (not ends and held.locked is not None)

    def _turn(self, held: Reservation, ends: bool) -> None:
        """What the calendar says next; a price is fixed only for what is to renew by then."""
        at, _, _ = heapq.heappop(self._calendar)
        if ends:
            end_term(self, held)
        elif held.renew:
            fix_price(self, held, at)

    def _emptied(self, customer_id: str, now: datetime) -> Iterator[Due]:
        for held in self.book.reservations(customer_id):
            if held.alive(now) and held.scope.kind == "ManagementGroup" and self._left(held):
                yield now, partial(share, held, now)

    def _left(self, held: Reservation) -> bool:
        """Whether no subscription is left in the management group that it is applied to."""
        return not self.directory.groups_of(held.customer_id).get(held.scope.id)


def share(held: Reservation, now: datetime) -> None:
    """Applies a reservation to all subscriptions, as Azure does when its management group is empty (D-443)."""
    held.applied.append(Applied(now, Scope(), held.now_applied.flexible))
    held.revise(now, "Succeeded")


def wish_of(book: Book, held: Reservation) -> PurchaseRequest:
    """What its renewal will buy: what was asked for, or the same again without a further renewal (D-741)."""
    if held.renew_wish:
        return from_text(held.renew_wish)
    order = book.order_of(held)
    return PurchaseRequest(
        size=held.offer.size,
        region=held.offer.region,
        billing_id=order.billing_subscription_id,
        term=held.offer.term,
        plan=order.billing_plan,
        quantity=held.quantity,
        name=held.name,
        scope=held.scope,
        flexible=held.now_applied.flexible,
        renew=False,
    )


def fix_price(renewals: Renewals, held: Reservation, now: datetime) -> None:
    """Fixes the price of a renewal once the end of the term is near enough (D-742)."""
    if now >= held.expiry - timedelta(days=renewal_lock_days()):
        held.locked, held.locked_total = now, _price(renewals, held, now)


def _sku(renewals: Renewals, held: Reservation) -> Sku | None:
    wish = wish_of(renewals.book, held)
    return renewals.catalogue.by_size(wish.region, wish.size).get(wish.term)


def _price(renewals: Renewals, held: Reservation, now: datetime) -> Decimal | None:
    """What the renewal costs at an instant; None for what is not sold any more (D-520, D-745)."""
    sku = _sku(renewals, held)
    if sku is None or not sku.purchasable(now):
        return None
    one = renewals.prices.reservation(sku, now, held.offer.currency)
    return one * wish_of(renewals.book, held).quantity


def end_term(renewals: Renewals, held: Reservation) -> None:
    """Ends a term, and renews what is to renew and can be."""
    held.expired = True
    if held.renew:
        total, failure = _verdict(renewals, held)
        if failure:
            held.renewal_failure = failure
        else:
            _renew(renewals, held, total)
    held.revise(held.expiry, "Expired", "Expired", pending=0)


def _verdict(renewals: Renewals, held: Reservation) -> tuple[Decimal, str]:
    """The price of a renewal, or why none comes of it."""
    at = held.expiry
    today, locked = _price(renewals, held, at), held.locked_total
    wish = wish_of(renewals.book, held)
    if today is None:
        return Decimal(0), "The expiring SKU is not active any more."
    if held.customer_id not in renewals.directory.customers:
        return Decimal(0), "The partner has no relationship with the customer any more."
    if wish.billing_id not in renewals.directory.azure_ids(held.customer_id):
        return Decimal(0), "The billing subscription is not there any more."
    if locked is not None and locked != today:
        if moved_price(at.date()) == "refuse":
            return Decimal(0), "The price moved after it was fixed."
        today = min(locked, today)
    return today, ""


def _renew(renewals: Renewals, held: Reservation, total: Decimal) -> None:
    """The new purchase, at the instant at which the old term ends."""
    at, sku, wish = held.expiry, _sku(renewals, held), wish_of(renewals.book, held)
    assert sku is not None
    offer = sku.offer(total / wish.quantity, held.offer.currency)
    old = renewals.book.order_of(held)
    order = ReservationOrder(
        id=renewals.ids.guid("reservation order"),
        customer_id=held.customer_id,
        offer=offer,
        name=wish.name or held.name,
        quantity=wish.quantity,
        billing_plan=wish.plan,
        billing_subscription_id=wish.billing_id,
        requested=at,
        starts=at,
        visible=at,
        channel="Renewal",
        buyer=old.buyer,
        tenant_id=old.tenant_id,
    )
    made = begun(order, renewals.ids.guid("reservation"), wish, flexible_size(renewals.facts, offer))
    made.renewed_from, held.renewed_to = held.id, made.id
    renewals.book.add(order, made)
    _same_access(renewals.grants, old, order)
    renewals.shop.adopt(order, at)


def _same_access(grants: Grants, old: ReservationOrder, new: ReservationOrder) -> None:
    """The roles that count at the old order count at the new one (D-741)."""
    place = f"{CAPACITY}/reservationOrders/"
    tenant = old.tenant_id or old.customer_id
    grants.state.owners[new.id] = grants.owners(old)
    for one in [*grants.state.added.values()]:
        if (one.tenant, one.scope.lower()) == (tenant, f"{place}{old.id}".lower()):
            key = guid("inherited", one.id, new.id)
            grants.add(replace(one, id=key, scope=place + new.id, made=new.requested))


def flexible_size(facts: Facts, offer: Offer) -> bool:
    """Whether a size belongs to a flexibility group."""
    return not facts.flexibility(offer.size)[0].startswith("size:")


def begun(order: ReservationOrder, key: str, wish: PurchaseRequest, flexible: bool) -> Reservation:
    """The reservation with which an order begins that is known to succeed."""
    applied = Applied(order.starts, wish.scope, flexible and wish.flexible)
    states = ("Creating",) * 3 + (
        "PendingCapacity",
        "ConfirmedCapacity",
        "PendingBilling",
        "ConfirmedBilling",
    )
    made = Reservation(
        id=key,
        order_id=order.id,
        customer_id=order.customer_id,
        offer=order.offer,
        name=order.name,
        quantity=order.quantity,
        starts=order.starts,
        since=order.starts,
        applied=[applied],
        renew=wish.renew,
    )
    span = (order.starts - order.requested) / (len(states) + 1)
    running = [Revision(n, order.requested + span * (n - 1), state) for n, state in enumerate(states, 1)]
    running.append(Revision(len(running) + 1, order.starts, "Succeeded", applied=applied, renew=wish.renew))
    made.revisions = [replace(one, quantity=made.quantity, name=made.name) for one in running]
    return made
