"""Orders of Partner Center, whoever placed them: through a cart, directly, in Azure, or the renewal of a term.

Microsoft, *Get an order by ID*, *Order resources* (2021-03).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bespeak.sandbox.audit import Audit
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.holdings_book import Book
from bespeak.sandbox.ids import Ids, token33
from bespeak.sandbox.order_origins import first_order_of, order_of_azure
from bespeak.sandbox.order_records import LineStatus, Order, OrderLine, Status, order_text
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import ReservationOrder
from bespeak.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of all customers of one world; ``kept`` maps a customer to its orders, oldest first."""

    kept: dict[str, list[Order]]
    book: Book
    audit: Audit
    ids: Ids
    switches: Switches
    directory: Directory

    def keep(self, order: Order) -> Order:
        """Writes down an order and who made it."""
        self.kept.setdefault(order.customer_id, []).append(order)
        self.audit.add(order.created, "order", "create_order", order.customer_id, order_text(order))
        return order

    def ready(self, now: datetime) -> datetime:
        """When an order of this instant will be in the list (D-616: up to 15 minutes)."""
        return now + timedelta(minutes=self.switches.order_minutes)

    def adopt(self, bought: ReservationOrder, now: datetime) -> Order:
        """The order in Partner Center for a reservation that was bought in Azure or came by a renewal.

        It is listed when it is old enough and the purchase is visible. Call it once, when the purchase is known to
        succeed; ``bought`` learns its order and line.
        """
        order_ids = token33(self.ids.guid("azure order")), self.ids.hexadecimal("order")
        order = order_of_azure(bought, order_ids, now, max(self.ready(now), bought.visible))
        bought.commerce_order_id, bought.line_number = order.id, 0
        return self.keep(order)

    def of(self, customer_id: str) -> list[Order]:
        """All orders of a customer, young ones too, and those that its first subscriptions came by."""
        return [*self._first(customer_id), *self.kept.get(customer_id, [])]

    def _first(self, customer_id: str) -> Iterator[Order]:
        customer = self.directory.customers.get(customer_id)
        kept = {
            line.subscription_id.lower() for order in self.kept.get(customer_id, []) for line in order.lines
        }
        for held in self.directory.subscriptions_of(customer_id):
            if held.id not in kept and customer is not None and held.kind != "none":
                yield first_order_of(held)

    def find(self, customer_id: str, order_id: str) -> Order:
        """One order at once after its checkout, by either id; 404 / 20000 when there is none."""
        for order in self.of(customer_id):
            if order_id.lower() in (order.id.lower(), order.alternate_id):
                return order
        raise RefusalError(404, 20000, f"Order {order_id} was not found.")

    def listed(self, customer_id: str, now: datetime) -> list[Order]:
        """The orders of a customer that are old enough to be in the list."""
        old = self._first(customer_id) if self.switches.old_orders_listed else ()
        return [*old, *(order for order in self.kept.get(customer_id, []) if now >= order.listed)]

    def status(self, order: Order, now: datetime) -> Status:
        """``pending`` until it is fulfilled; ``cancelled`` also when each purchase of it failed."""
        lines = {self.line_status(order, one, now) for one in order.lines}
        if order.cancelled is not None or lines == {"Unfulfilled"}:
            return "cancelled"
        return "completed" if order.done(now) else "pending"

    def line_status(self, order: Order, line: OrderLine, now: datetime) -> LineStatus:
        """How far one line is (Microsoft, *Get subscription provisioning status*)."""
        bought = self.book.order(line.reservation_order_id) if line.reservation_order_id else None
        if order.cancelled is not None or (bought is not None and bought.failed):
            return "Unfulfilled"
        return "Fulfilled" if order.done(now) else "PrefulfillmentPending"

    def reservations(self, order: Order) -> Iterator[ReservationOrder]:
        """The purchases in Azure that its lines are."""
        found = (
            self.book.order(line.reservation_order_id) for line in order.lines if line.reservation_order_id
        )
        return (one for one in found if one is not None)
