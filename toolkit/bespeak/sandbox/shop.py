"""Carts and orders: created, replaced, checked out once (Microsoft, *Create a cart*, *Check out a cart*)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.audit import Audit
from bespeak.sandbox.catalogue import Catalogue
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.facts import Facts
from bespeak.sandbox.holdings_book import Book, Offer, ReservationOrder, Scope, first_reservation
from bespeak.sandbox.ids import Ids, guid
from bespeak.sandbox.lines import SHARED, Counter, Line, read_wish
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.registration import Registrations
from bespeak.sandbox.rules import cart_expiry, is_sold_in
from bespeak.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one order group of a cart was not ordered."""

    status: int
    code: int
    description: str


@dataclass
class Cart:
    """A cart: ``Active`` until each of its order groups became an order, then ``Ordered``."""

    id: str
    customer_id: str
    created: datetime
    modified: datetime
    lines: tuple[Line, ...]
    orders: dict[str, Order] = field(default_factory=dict)
    errors: dict[str, Failure] = field(default_factory=dict)
    result: dict[str, Any] | None = None
    busy: bool = False

    @property
    def ordered(self) -> bool:
        """Whether nothing is left to order."""
        return bool(self.orders) and set(self.orders) == {line.group for line in self.lines}

    def expired(self, now: datetime) -> bool:
        """Whether its time is over and it was not ordered."""
        return not self.ordered and now >= cart_expiry(self.created)


@dataclass(frozen=True, slots=True)
class Order:
    """What a checkout made of one order group; ``id`` is also its alternate id."""

    id: str
    customer_id: str
    created: datetime
    lines: tuple[Line, ...]
    currency: str

    @property
    def total(self) -> Decimal:
        """The price of all lines."""
        return sum(map(line_total, self.lines), Decimal(0))


def order_text(order: Order) -> str:
    """An order as the audit keeps it: JSON in a text, with capital members and explicit nulls."""
    value: dict[str, object] = {"OrderId": order.id, "AlternateId": order.id, "BillingCycle": "OneTime"}
    for number, line in enumerate(order.lines):
        value |= {f"OfferId-{number}": line.wish.catalog_item_id, f"SubscriptionId-{number}": None}
        value |= {f"SubscriptionName-{number}": line.wish.friendly_name or None}
        value |= {f"Quantity-{number}": line.wish.quantity, f"PartnerOnRecord-{number}": None}
    return json.dumps(value, separators=(",", ":"))


def line_total(line: Line) -> Decimal:
    """Quantity times the price of the whole term."""
    assert line.sku is not None
    return line.sku.total * line.wish.quantity


@dataclass(slots=True)
class ShopState:
    """All carts by id, and the orders of each customer, oldest first."""

    carts: dict[str, Cart] = field(default_factory=dict)
    orders: dict[str, list[Order]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shop:
    """The carts and orders of all customers of one world."""

    state: ShopState
    directory: Directory
    catalogue: Catalogue
    facts: Facts
    registrations: Registrations
    agreements: Agreements
    switches: Switches
    book: Book
    audit: Audit
    ids: Ids

    def billing_cycles(self) -> list[str]:
        """How a reservation may be paid."""
        return ["one_time", "monthly"] if self.switches.monthly_billing else ["one_time"]

    def create(self, customer: Customer, raw_lines: object, now: datetime) -> Cart:
        """A new cart; its lines may carry errors."""
        lines = self._judged(customer, raw_lines, now)
        cart = Cart(self.ids.guid("cart"), customer.id, now, now, lines)
        self.state.carts[cart.id] = cart
        return cart

    def cart(self, customer: Customer, cart_id: str, now: datetime) -> Cart:
        """The cart; 404 / 800008 when the customer has none of this id or its time is over."""
        cart = self.state.carts.get(cart_id.lower())
        if cart is None or cart.customer_id != customer.id:
            raise RefusalError(404, 800008, f"Cart {cart_id} was not found.")
        if cart.expired(now):
            raise RefusalError(404, 800008, f"Cart {cart_id} has expired. Create a new one.")
        return cart

    def replace(self, customer: Customer, cart_id: str, raw_lines: object, now: datetime) -> Cart:
        """The cart with other lines; refused once anything of it is ordered."""
        cart = self.cart(customer, cart_id, now)
        if cart.busy:
            raise RefusalError(409, 800064, f"Cart {cart_id} is in use by another request.")
        if cart.orders:
            raise RefusalError(400, 800065, f"Cart {cart_id} is already submitted.")
        cart.lines = self._judged(customer, raw_lines, now)
        cart.modified = now
        return cart

    def _judged(self, customer: Customer, raw_lines: object, now: datetime) -> tuple[Line, ...]:
        if not is_sold_in(customer.country):
            raise RefusalError(400, 800070, f"Reservations are not sold in {customer.country}.")
        if not isinstance(raw_lines, list) or not raw_lines:
            raise RefusalError(400, 800009, "A cart needs at least one line item.")
        wishes = [read_wish(raw, index, len(raw_lines)) for index, raw in enumerate(raw_lines)]
        if len({wish.number for wish in wishes}) != len(wishes):
            raise RefusalError(400, 800071, "Two line items have the same number.")
        counter = self._counter(customer, now)
        return tuple(counter.judge(wish) for wish in wishes)

    def _counter(self, customer: Customer, now: datetime) -> Counter:
        return Counter(customer, self.directory, self.catalogue, self.registrations, self.switches, now)

    def begin_checkout(self, customer: Customer, cart_id: str, now: datetime) -> Cart:
        """Takes the cart for a checkout; 409 / 800064 while another request has it."""
        cart = self.cart(customer, cart_id, now)
        if cart.busy:
            raise RefusalError(409, 800064, f"Cart {cart_id} is being processed by another request.")
        if cart.ordered and not self.switches.checkout_replays:
            raise RefusalError(400, 800065, f"Cart {cart_id} is already submitted.")
        cart.busy = True
        return cart

    def finish_checkout(self, customer: Customer, cart: Cart, now: datetime) -> None:
        """Orders each group that is not ordered yet, or keeps why it failed; a repeat orders nothing twice."""
        try:
            self._order_groups(customer, cart, now)
        finally:
            cart.busy = False

    def _order_groups(self, customer: Customer, cart: Cart, now: datetime) -> None:
        if cart.ordered:
            return
        if not self.agreements.confirmed(customer):
            raise RefusalError(403, 13605, "The customer has not accepted the Microsoft Customer Agreement.")
        if cart.expired(now):
            raise RefusalError(404, 800008, f"Cart {cart.id} has expired. Create a new one.")
        counter = self._counter(customer, now)
        cart.errors = {}
        for group in dict.fromkeys(line.group for line in cart.lines):
            if group not in cart.orders:
                wishes = [line.wish for line in cart.lines if line.group == group]
                self._order_group(
                    customer, cart, group, [counter.judge(wish, in_cart=True) for wish in wishes], now
                )
        if not cart.orders:
            first = next(iter(cart.errors.values()))
            raise RefusalError(first.status, first.code, first.description)

    def _order_group(
        self, customer: Customer, cart: Cart, group: str, lines: list[Line], now: datetime
    ) -> None:
        wrong = next((line.error for line in lines if line.error), None)
        if wrong is None:
            cart.orders[group] = self._place(customer, lines, now)
        else:
            cart.errors[group] = Failure(wrong.checkout_status, wrong.checkout_code, wrong.description)

    def _place(self, customer: Customer, lines: Sequence[Line], now: datetime) -> Order:
        sku = lines[0].sku
        assert sku is not None
        order = Order(self.ids.hexadecimal("order"), customer.id, now, tuple(lines), sku.currency)
        self.keep(order)
        for number, line in enumerate(lines):
            self._reserve(order, number, line)
        return order

    def keep(self, order: Order) -> None:
        """Writes down an order and who made it."""
        self.state.orders.setdefault(order.customer_id, []).append(order)
        self.audit.add(order.created, "order", "create_order", order.customer_id, order_text(order))

    def _reserve(self, order: Order, number: int, line: Line) -> None:
        sku = line.sku
        assert sku is not None
        offer = Offer(
            sku.product_id, sku.id, sku.size.name, sku.region, sku.term, sku.title, sku.total, sku.currency
        )
        bought = ReservationOrder(
            id=guid("reservation order", order.id, number),
            customer_id=order.customer_id,
            offer=offer,
            name=line.wish.friendly_name or sku.title,
            quantity=line.wish.quantity,
            billing_plan="Monthly" if line.wish.billing_cycle.lower() == "monthly" else "Upfront",
            billing_subscription_id=line.billing,
            requested=order.created,
            starts=order.created,
            visible=order.created + timedelta(minutes=self.switches.order_minutes),
            commerce_order_id=order.id,
            line_number=number,
        )
        flexible = not self.facts.flexibility(offer.size)[0].startswith("size:")
        self.book.add(
            bought, first_reservation(bought, guid("reservation", order.id, number), _scope(line), flexible)
        )

    def order(self, customer: Customer, order_id: str) -> Order:
        """One order at once after its checkout; 404 / 20000 when there is none."""
        for order in self.state.orders.get(customer.id, []):
            if order.id == order_id.lower():
                return order
        raise RefusalError(404, 20000, f"Order {order_id} was not found.")

    def listed(self, customer: Customer, now: datetime) -> list[Order]:
        """The orders of a customer that are old enough to be in the list."""
        return [order for order in self.state.orders.get(customer.id, []) if self.is_done(order, now)]

    def is_done(self, order: Order, now: datetime) -> bool:
        """Whether the order is completed, listed and fulfilled by now."""
        return now >= order.created + timedelta(minutes=self.switches.order_minutes)


def _scope(line: Line) -> Scope:
    return Scope() if line.scope == SHARED else Scope("Single", line.scope)
