"""Orders of Partner Center, whoever placed them: through a cart, directly, in Azure, or the renewal of a term.

Microsoft, *Get an order by ID*, *Order resources* (2021-03).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.audit import Audit
from bespeak.sandbox.directory import Directory
from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.holdings_book import Book, ReservationOrder
from bespeak.sandbox.ids import Ids, guid, token33
from bespeak.sandbox.offers import AZURE_OFFERS
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.subscription_book import BOUGHT, first_item, first_name, first_order
from bespeak.sandbox.switches import Switches

#: What was sold. It decides the shape of the id and what cancelling answers.
Kind = Literal["reservation", "azure_plan", "legacy"]
TransactionType = Literal["UserPurchase", "SystemPurchase", "SystemBilling"]
#: ``New`` stands in samples with a capital; the list in the documents is in lower camel case.
LineType = Literal["New", "renew"]
Status = Literal["pending", "completed", "cancelled"]
LineStatus = Literal["PrefulfillmentPending", "Fulfilled", "Unfulfilled"]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One thing sold. ``item_id`` is its catalogItemId; it is empty when it was not bought from the catalogue."""

    number: int
    product_id: str
    sku_id: str
    title: str
    quantity: int
    unit_total: Decimal
    item_id: str = ""
    friendly_name: str = ""
    term: str = ""
    billing_cycle: str = "one_time"
    transaction_type: LineType = "New"
    context: dict[str, str] = field(default_factory=dict)
    #: The purchase in Azure that this line is, for a reservation.
    reservation_order_id: str = ""
    #: The subscription that it made, for an Azure plan or a legacy subscription.
    subscription_id: str = ""
    #: MPN id of the reseller, for an indirect provider.
    partner_on_record: str = ""
    more_partners: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """Quantity times the price of the whole term."""
        return self.unit_total * self.quantity


@dataclass(slots=True)
class Order:
    """What was sold at once: from ``listed`` on it is in the list, at ``ready`` its lines are fulfilled."""

    id: str
    alternate_id: str
    customer_id: str
    kind: Kind
    created: datetime
    listed: datetime
    ready: datetime
    lines: tuple[OrderLine, ...]
    currency: str
    transaction_type: TransactionType = "UserPurchase"
    billing_cycle: str = "one_time"
    #: The name of the program that placed it.
    client: str = "Partner Center API"
    cancelled: datetime | None = None

    @property
    def total(self) -> Decimal:
        """The price of all lines."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def etag(self) -> str:
        """Only legacy orders have one."""
        return guid("order etag", self.id) if self.kind == "legacy" else ""

    def done(self, now: datetime) -> bool:
        """Whether it is completed and fulfilled by now."""
        return now >= self.ready


def order_text(order: Order) -> str:
    """An order as the audit keeps it: JSON in a text, with capital members and explicit nulls."""
    cycle = "".join(word.capitalize() for word in order.billing_cycle.split("_"))
    value: dict[str, object] = {
        "OrderId": order.id,
        "AlternateId": order.alternate_id,
        "BillingCycle": cycle,
    }
    for line in order.lines:
        number = line.number
        value |= {
            f"OfferId-{number}": line.item_id or None,
            f"SubscriptionId-{number}": line.subscription_id or None,
        }
        value |= {f"SubscriptionName-{number}": line.friendly_name or None}
        value |= {
            f"Quantity-{number}": line.quantity,
            f"PartnerOnRecord-{number}": line.partner_on_record or None,
        }
    return json.dumps(value, separators=(",", ":"))


#: How each channel of a purchase in Azure shows in Partner Center: kind of transaction, kind of line, program.
_CHANNELS: dict[str, tuple[TransactionType, LineType, str]] = {
    "PartnerCenter": ("UserPurchase", "New", "Partner Center API"),
    "Azure": ("UserPurchase", "New", "Azure Portal"),
    "Exchange": ("UserPurchase", "New", "Azure Portal"),
    "Renewal": ("SystemPurchase", "renew", "Azure Portal"),
}


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
        transaction, line_type, client = _CHANNELS[bought.channel]
        offer = bought.offer
        line = OrderLine(
            number=0,
            product_id=offer.product_id,
            sku_id=offer.sku_id,
            title=offer.title,
            quantity=bought.quantity,
            unit_total=offer.unit_total,
            friendly_name=bought.name,
            term=offer.term,
            billing_cycle="monthly" if bought.billing_plan == "Monthly" else "one_time",
            transaction_type=line_type,
            context={"subscriptionid": bought.billing_subscription_id}
            if bought.billing_subscription_id
            else {},
            reservation_order_id=bought.id,
        )
        order = Order(
            id=token33(self.ids.guid("azure order")),
            alternate_id=self.ids.hexadecimal("order"),
            customer_id=bought.customer_id,
            kind="reservation",
            created=now,
            listed=max(self.ready(now), bought.visible),
            ready=max(self.ready(now), bought.visible),
            lines=(line,),
            currency=offer.currency,
            transaction_type=transaction,
            billing_cycle=line.billing_cycle,
            client=client,
        )
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


def first_order_of(held: Subscription) -> Order:
    """The order that a subscription came by which was there before this world began."""
    offer = AZURE_OFFERS["legacy" if held.kind == "legacy" else "azure_plan"]
    order_id = first_order(held)
    item = (
        offer.product_id
        if offer.kind == "legacy"
        else f"{offer.product_id}:{offer.sku_id}:{first_item(held)}"
    )
    line = OrderLine(
        0,
        offer.product_id,
        offer.sku_id,
        offer.title,
        1,
        Decimal(0),
        item_id=item,
        friendly_name=first_name(held),
        subscription_id=held.shown_id,
    )
    cycle = "monthly" if offer.kind == "legacy" else "one_time"
    return Order(
        order_id,
        order_id,
        held.customer_id,
        offer.kind,
        BOUGHT,
        BOUGHT,
        BOUGHT,
        (line,),
        "USD",
        billing_cycle=cycle,
        client="Partner Center Web",
    )
