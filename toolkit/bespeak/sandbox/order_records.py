"""An order of Partner Center and its lines, as they are kept (Microsoft, *Order resources*, 2021-03)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.ids import guid

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
