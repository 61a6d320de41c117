"""Carts: created, replaced, checked out once (Microsoft, *Create a cart*, *Check out a cart*)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.cancelling import cancel
from bespeak.sandbox.carts import Cart, Failure
from bespeak.sandbox.counter import Counter
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.ids import Ids
from bespeak.sandbox.lines import Line
from bespeak.sandbox.order_records import Order
from bespeak.sandbox.orders import Orders
from bespeak.sandbox.placing import Placing
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import ReservationOrder
from bespeak.sandbox.rules import cart_expiry, is_sold_in
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.wishes import read_wish


@dataclass(slots=True)
class ShopState:
    """All carts by id, and the orders of each customer, oldest first."""

    carts: dict[str, Cart] = field(default_factory=dict)
    orders: dict[str, list[Order]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout under way: its cart, and the order groups that were ordered when it began."""

    cart: Cart
    before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shop:
    """The carts and orders of all customers of one world."""

    state: ShopState
    placing: Placing
    #: How many requests work on a cart at this moment; no part of the state.
    busy: dict[str, int] = field(default_factory=dict)

    @property
    def orders(self) -> Orders:
        """The orders of all customers."""
        return self.placing.orders

    @property
    def _switches(self) -> Switches:
        return self.placing.tools.switches

    @property
    def _ids(self) -> Ids:
        return self.placing.ids

    @property
    def _agreements(self) -> Agreements:
        return self.placing.agreements

    def adopt(self, bought: ReservationOrder, now: datetime) -> Order:
        """The order in Partner Center for a reservation bought in Azure or renewed; call it once for each."""
        return self.orders.adopt(bought, now)

    def billing_cycles(self) -> list[str]:
        """How a reservation may be paid."""
        return ["one_time", "monthly"] if self._switches.monthly_billing else ["one_time"]

    def create(self, customer: Customer, body: dict[str, Any], now: datetime) -> Cart:
        """A new cart; its lines may carry errors."""
        self.placing.customers.check_relationship(customer, now)
        lines = self._judged(customer, body.get("lineitems"), now)
        minutes = self._switches.cart_minutes
        expires = now + timedelta(minutes=minutes) if minutes else cart_expiry(now)
        attested = _attested(body)
        cart = Cart(self._ids.guid("cart"), customer.id, now, now, expires, lines, attested=attested)
        self.state.carts[cart.id] = cart
        return cart

    def cart(self, customer: Customer, cart_id: str, now: datetime) -> Cart:
        """The cart; 404 / 800008 when the customer has none of this id or its time is over."""
        cart = self.state.carts.get(cart_id.lower())
        if cart is None or cart.customer_id != customer.id or self._forgotten(cart, now):
            raise RefusalError(404, 800008, f"Cart {cart_id} was not found.")
        if cart.expired(now):
            status = self._switches.expired_cart_status
            raise RefusalError(status, 800008, f"Cart {cart_id} has expired. Create a new one.")
        return cart

    def _forgotten(self, cart: Cart, now: datetime) -> bool:
        """Whether an ordered cart is too old to be read (reliability.md 4.4)."""
        days = self._switches.ordered_cart_days
        return bool(days) and cart.finished is not None and now >= cart.finished + timedelta(days=days)

    def replace(self, customer: Customer, cart_id: str, body: dict[str, Any], now: datetime) -> Cart:
        """The cart with other lines; refused once anything of it is ordered."""
        cart = self.cart(customer, cart_id, now)
        if self.busy.get(cart.id):
            raise RefusalError(409, 800064, f"Cart {cart_id} is in use by another request.")
        if cart.orders:
            raise RefusalError(400, 800065, f"Cart {cart_id} is already submitted.")
        lines, attested = self._judged(customer, body.get("lineitems"), now), _attested(body)
        cart.lines, cart.attested, cart.modified = lines, attested, now
        return cart

    def _judged(self, customer: Customer, raw_lines: object, now: datetime) -> tuple[Line, ...]:
        if not isinstance(raw_lines, list) or not raw_lines:
            raise RefusalError(400, 800009, "A cart needs at least one line item.")
        wishes = [read_wish(raw, index, len(raw_lines)) for index, raw in enumerate(raw_lines)]
        if len({wish.number for wish in wishes}) != len(wishes):
            raise RefusalError(400, 800071, "Two line items have the same number.")
        counter = self._counter(customer, now)
        lines = tuple(counter.judge(wish) for wish in wishes)
        if not is_sold_in(customer.country) and not all(line.azure for line in lines):
            raise RefusalError(400, 800070, f"Reservations are not sold in {customer.country}.")
        return _once(lines)

    def _counter(self, customer: Customer, now: datetime) -> Counter:
        return Counter(customer, self.placing.tools, now, self._agreements.cleared(customer))

    def begin_checkout(self, customer: Customer, cart_id: str, now: datetime) -> Checkout:
        """Takes the cart for a checkout; what a second one meets meanwhile is the switch ``racing_checkouts``."""
        cart = self.cart(customer, cart_id, now)
        race = self._switches.racing_checkouts
        if self.busy.get(cart.id) and race != "both":
            code = 800060 if race == "in_progress" else 800064
            raise RefusalError(409, code, f"Cart {cart_id} is being processed by another request.")
        if cart.ordered and not self._replays(cart, now):
            raise RefusalError(400, 800065, f"Cart {cart_id} is already submitted.")
        self.busy[cart.id] = self.busy.get(cart.id, 0) + 1
        return Checkout(cart, frozenset(cart.orders))

    def _replays(self, cart: Cart, now: datetime) -> bool:
        """Whether a further checkout repeats the first result (reliability.md 4.3)."""
        hours = self._switches.checkout_replay_hours
        late = bool(hours) and cart.finished is not None and now >= cart.finished + timedelta(hours=hours)
        return self._switches.checkout_replays and not late

    def release(self, checkout: Checkout) -> None:
        """Lets other requests have the cart again."""
        left = self.busy.pop(checkout.cart.id, 1) - 1
        if left > 0:
            self.busy[checkout.cart.id] = left

    def finish_checkout(self, customer: Customer, checkout: Checkout, now: datetime) -> None:
        """Orders each group that was not ordered when it began, or keeps why it failed.

        A repeat orders nothing twice. Only when two checkouts may race (switch), each of them orders.
        """
        cart = checkout.cart
        open_groups = [group for group in cart.groups if group not in checkout.before]
        if not open_groups:
            return
        self._check(customer, cart, now)
        counter = self._counter(customer, now)
        judged = {
            group: [self._again(counter, line) for line in cart.lines_of(group)] for group in open_groups
        }
        errors = {group: _failure(lines) for group, lines in judged.items()}
        failed = {group: error for group, error in errors.items() if error is not None}
        if len(failed) == len(cart.groups):
            first = next(iter(failed.values()))
            raise RefusalError(first.status, first.code, first.description)
        good = [group for group in open_groups if group not in failed]
        self.placing.check_lines(customer, [line for group in good for line in judged[group]], now)
        cart.errors = failed
        for group in good:
            cart.orders[group] = self.placing.place(customer, judged[group], now).id
        if cart.ordered:
            cart.finished = now

    def _again(self, counter: Counter, line: Line) -> Line:
        """A line as it is judged at the checkout, at the price of then or of its cart."""
        judged = counter.judge(line.wish, in_cart=True)
        if self._switches.cart_keeps_price and line.error is None:
            return replace(judged, unit_total=line.unit_total)
        return judged

    def _check(self, customer: Customer, cart: Cart, now: datetime) -> None:
        self.placing.check(customer, now)
        if self._switches.indirect and not cart.attested:
            what = "Member 'partnerOnRecordAttestationAccepted' must be true for an indirect provider."
            raise RefusalError(400, 900206, what)
        if cart.expired(now):
            status = self._switches.expired_cart_status
            raise RefusalError(status, 800008, f"Cart {cart.id} has expired. Create a new one.")

    def order_directly(self, customer: Customer, body: dict[str, Any], now: datetime) -> Order:
        """An order without a cart: its lines must be right and belong together (Microsoft, *Create an order*)."""
        raw = body.get("lineitems")
        listed = raw if isinstance(raw, list) else []
        wanted = [self._as_cart_line(line, body, now) if isinstance(line, dict) else line for line in listed]
        lines = self._judged(customer, wanted, now)
        error = _failure(lines)
        if error is not None:
            raise RefusalError(error.status, error.code, error.description)
        if len({line.group for line in lines}) != 1:
            raise RefusalError(400, 800009, "The lines of one order must be of one subscription or offer.")
        self.placing.check(customer, now)
        self.placing.check_lines(customer, lines, now)
        return self.placing.place(customer, lines, now)

    def _as_cart_line(self, raw: dict[str, Any], body: dict[str, Any], now: datetime) -> dict[str, Any]:
        """A line of an order as one of a cart; the term is that of the item, unless it says another."""
        item = raw.get("offerid")
        found = self.placing.tools.catalogue.resolve(item, now) if isinstance(item, str) else None
        term = found[0].term if found else None
        defaults = {"billingcycle": body.get("billingcycle"), "currencycode": body.get("currencycode")}
        named = {"id": raw.get("lineitemnumber"), "catalogitemid": item}
        return defaults | {"termduration": term} | {k: v for k, v in raw.items() if v is not None} | named

    def cancel(self, customer: Customer, order_id: str, body: dict[str, Any], now: datetime) -> Order:
        """Cancels an order where that is allowed."""
        return cancel(self.orders, customer, order_id, body, now)


def _attested(body: dict[str, Any]) -> bool:
    value = body.get("partneronrecordattestationaccepted")
    if value is not None and not isinstance(value, bool):
        raise RefusalError(400, 800002, "Member 'partnerOnRecordAttestationAccepted' must be true or false.")
    return bool(value)


def _once(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Refuses to have one Azure offer, or both of them, in several lines: a customer gets one of the two (D-232)."""
    if sum(bool(line.azure) for line in lines) > 1:
        raise RefusalError(400, 800009, "A cart holds one Azure plan or one legacy subscription, not both.")
    return lines


def _failure(lines: Sequence[Line]) -> Failure | None:
    """Why these lines cannot be ordered together: the first error of them."""
    wrong = next((line.error for line in lines if line.error), None)
    return Failure(wrong.checkout_status, wrong.checkout_code, wrong.description) if wrong else None
