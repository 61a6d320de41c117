"""Orders that no cart made: of purchases in Azure and renewals, and of the subscriptions that were there at first."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bespeak.sandbox.estate import Subscription
from bespeak.sandbox.offers import AZURE_OFFERS
from bespeak.sandbox.order_records import LineType, Order, OrderLine, TransactionType
from bespeak.sandbox.reservation_records import ReservationOrder
from bespeak.sandbox.subscription_book import BOUGHT, first_item, first_name, first_order

#: How each channel of a purchase in Azure shows in Partner Center: kind of transaction, kind of line, program.
_CHANNELS: dict[str, tuple[TransactionType, LineType, str]] = {
    "PartnerCenter": ("UserPurchase", "New", "Partner Center API"),
    "Azure": ("UserPurchase", "New", "Azure Portal"),
    "Exchange": ("UserPurchase", "New", "Azure Portal"),
    "Renewal": ("SystemPurchase", "renew", "Azure Portal"),
}


def order_of_azure(
    bought: ReservationOrder, order_ids: tuple[str, str], now: datetime, ready: datetime
) -> Order:
    """The order of a purchase in Azure or of a renewal under an id and an alternate id."""
    transaction, line_type, client = _CHANNELS[bought.channel]
    line = _line_of(bought, line_type)
    return Order(
        id=order_ids[0],
        alternate_id=order_ids[1],
        customer_id=bought.customer_id,
        kind="reservation",
        created=now,
        listed=ready,
        ready=ready,
        lines=(line,),
        currency=bought.offer.currency,
        transaction_type=transaction,
        billing_cycle=line.billing_cycle,
        client=client,
    )


def _line_of(bought: ReservationOrder, line_type: LineType) -> OrderLine:
    offer, payer = bought.offer, bought.billing_subscription_id
    return OrderLine(
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
        context={"subscriptionid": payer} if payer else {},
        reservation_order_id=bought.id,
    )


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
