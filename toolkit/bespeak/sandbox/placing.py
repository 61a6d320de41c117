"""Turns judged lines into an order: what is reserved, which subscription begins; and what stands before a purchase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.agreements import Agreements
from bespeak.sandbox.counter import Tools
from bespeak.sandbox.customer_book import CustomerBook
from bespeak.sandbox.estate import Customer
from bespeak.sandbox.ids import Ids, guid
from bespeak.sandbox.integration import check_new_plan
from bespeak.sandbox.lines import SHARED, Line
from bespeak.sandbox.order_records import Order, OrderLine
from bespeak.sandbox.orders import Orders
from bespeak.sandbox.plans import new_subscription
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import MONTHS, ReservationOrder, Scope, first_reservation
from bespeak.sandbox.rules import renews_by_default
from bespeak.sandbox.subscription_book import SubscriptionRecord
from bespeak.sandbox.upgrades import Upgrades


@dataclass(frozen=True, slots=True)
class Placing:
    """Places orders in one world."""

    tools: Tools
    orders: Orders
    agreements: Agreements
    customers: CustomerBook
    upgrades: Upgrades
    ids: Ids

    def check(self, customer: Customer, now: datetime) -> None:
        """What stands against any purchase of this customer."""
        self.customers.check_relationship(customer, now)
        self.upgrades.check(customer.id, now)
        self.tools.standing.check(customer.id)
        if not self.agreements.cleared(customer):
            raise RefusalError(403, 13605, "The customer has not accepted the Microsoft Customer Agreement.")

    def check_lines(self, customer: Customer, lines: Sequence[Line], now: datetime) -> None:
        """What stands against lines that are right in themselves: the credit line, room in the integration sandbox."""
        incoming = sum((self._dollars(_payable(line), line.currency) for line in lines), Decimal(0))
        spent = (
            self._dollars(_paid_first(line), order.currency)
            for kept in self.orders.kept.values()
            for order in kept
            if order.transaction_type == "UserPurchase" and order.cancelled is None
            for line in order.lines
        )
        self.tools.standing.check_credit(incoming, spent, now)
        if self.tools.switches.integration and any(line.azure for line in lines):
            held = self.tools.directory.subscriptions_of(customer.id)
            check_new_plan(
                held, sum(order.kind == "azure_plan" for kept in self.orders.kept.values() for order in kept)
            )

    def _dollars(self, amount: Decimal, currency: str) -> Decimal:
        return amount if currency == "USD" or not amount else amount / self.tools.prices.rate(currency)

    def place(self, customer: Customer, lines: Sequence[Line], now: datetime) -> Order:
        """The order of lines without errors of one group."""
        offer = lines[0].offer
        order_id = (
            self.ids.guid("order") if offer and offer.kind == "legacy" else self.ids.hexadecimal("order")
        )
        made = [self._order_line(customer, order_id, number, line, now) for number, line in enumerate(lines)]
        listed = self.orders.ready(now)
        order = Order(
            id=order_id,
            alternate_id=order_id,
            customer_id=customer.id,
            kind=offer.kind if offer else "reservation",
            created=now,
            listed=listed,
            # A plan and a legacy subscription are there at once; reservations are pending (partner-center-api 7.5).
            ready=now if offer else listed,
            lines=tuple(made),
            currency=lines[0].currency,
            billing_cycle="monthly" if lines[0].monthly else "one_time",
        )
        self.orders.keep(order)
        for line, kept in zip(lines, made, strict=True):
            if line.sku is not None:
                self._reserve(order, line, kept)
        return order

    def _order_line(
        self, customer: Customer, order_id: str, number: int, line: Line, now: datetime
    ) -> OrderLine:
        wish, sku, offer = line.wish, line.sku, line.offer
        sold = sku or offer
        assert sold is not None
        subscription = ""
        if offer is not None:
            held = new_subscription(customer, offer, self.tools.directory, self.ids)
            name = wish.friendly_name or offer.name
            self.tools.subscriptions.begin(
                held, SubscriptionRecord(name=name, created=now, order_id=order_id)
            )
            subscription = held.shown_id
        return OrderLine(
            number=number,
            product_id=sold.product_id,
            sku_id=sku.id if sku else "0001",
            title=sold.title,
            quantity=wish.quantity,
            unit_total=line.unit_total,
            item_id=wish.catalog_item_id,
            friendly_name=wish.friendly_name,
            term=sku.term if sku else "",
            billing_cycle="monthly" if line.monthly else "one_time",
            context=dict(wish.context),
            reservation_order_id=guid("reservation order", order_id, number) if sku else "",
            subscription_id=subscription,
            partner_on_record=wish.resellers[0] if wish.resellers else "",
            more_partners=wish.resellers[1:],
        )

    def _reserve(self, order: Order, line: Line, kept: OrderLine) -> None:
        sku = line.sku
        assert sku is not None
        offer = sku.offer(line.unit_total, line.currency)
        named = line.wish.friendly_name if self.tools.switches.friendly_name_returns else ""
        bought = ReservationOrder(
            id=kept.reservation_order_id,
            customer_id=order.customer_id,
            offer=offer,
            name=named or sku.title,
            quantity=kept.quantity,
            billing_plan="Monthly" if line.monthly else "Upfront",
            billing_subscription_id=line.billing,
            requested=order.created,
            starts=order.created,
            visible=order.ready,
            commerce_order_id=order.id,
            line_number=kept.number,
        )
        scope = Scope() if line.scope == SHARED else Scope("Single", line.scope)
        flexible = not self.tools.facts.flexibility(offer.size)[0].startswith("size:")
        held = first_reservation(
            bought,
            guid("reservation", order.id, kept.number),
            scope,
            flexible,
            renew=self.tools.switches.partner_center_renews and renews_by_default(order.created.date()),
        )
        self.tools.book.add(bought, held)


def _payable(line: Line) -> Decimal:
    """What a line costs at once: everything, or the first of its instalments."""
    return line.total / MONTHS[line.sku.term] if line.monthly and line.sku else line.total


def _paid_first(line: OrderLine) -> Decimal:
    return line.total / MONTHS[line.term] if line.billing_cycle == "monthly" and line.term else line.total
