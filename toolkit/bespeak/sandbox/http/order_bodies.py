"""Orders as Partner Center prints them."""

from __future__ import annotations

from collections.abc import Mapping

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.partner import is_a, number, to
from bespeak.sandbox.http.shapes import orders as shapes
from bespeak.sandbox.http.shapes.partner import Link
from bespeak.sandbox.order_records import Order, OrderLine
from bespeak.sandbox.world import World

#: How the members of a provisioning context are spelt in answers.
_SPELLING = {"subscriptionid": "subscriptionId"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
LEGACY_OFFER = "MS-AZR-0145P"


def symbol(currency: str) -> str:
    """The sign of a currency; its code where this sandbox knows none."""
    return _SYMBOLS.get(currency, currency)


def order_body(order: Order, country: str, world: World, *, priced: bool = False) -> shapes.Order:
    """An order; its price only on request, an etag only on a legacy one."""
    path = f"/customers/{order.customer_id}/orders/{order.id}"
    shown: shapes.Order = {
        "id": order.id,
        "alternateId": order.alternate_id,
        "referenceCustomerId": order.customer_id,
        "billingCycle": order.billing_cycle,
        "transactionType": order.transaction_type,
        "currencyCode": order.currency,
        "currencySymbol": symbol(order.currency),
        "lineItems": [_line(order, line, country, world, priced=priced) for line in order.lines],
        "creationDate": iso7(order.created),
        "status": world.shop.orders.status(order, world.now),
        # One of the two links has /v1 and the other has not: both occur on the wire.
        "links": {
            "self": to(path),
            "provisioningStatus": to(f"/v1{path}/provisioningstatus"),
            "patchOperation": to(path, "PATCH"),
        },
        "client": {
            "marketplaceCountry": country,
            "deviceFamily": "UniversalStore-PartnerCenter",
            "name": order.client,
        },
        "attributes": is_a("Order", order.etag),
    }
    if priced:
        shown["totalPrice"] = number(order.total)
    return shown


def _line(order: Order, line: OrderLine, country: str, world: World, *, priced: bool) -> shapes.OrderLine:
    friendly = line.friendly_name if world.switches.friendly_name_returns else ""
    optional = {
        "offerId": line.item_id,
        "subscriptionId": line.subscription_id,
        "termDuration": line.term,
        "friendlyName": friendly or line.title,
        "partnerIdOnRecord": line.partner_on_record,
    }
    shown: shapes.OrderLine = {
        "lineItemNumber": line.number,
        "transactionType": line.transaction_type,
        "quantity": line.quantity,
        "links": _links(order, line, country),
    }
    shown.update({name: value for name, value in optional.items() if value})  # type: ignore[typeddict-item]
    if order.cancelled is not None and line.term:
        shown["termDuration"] = ""
    if line.more_partners:
        shown["additionalPartnerIdsOnRecord"] = list(line.more_partners)
    if line.context:
        shown["provisioningContext"] = context_body(line.context)
    if priced:
        unit = number(line.unit_total)
        shown["pricing"] = {
            "listPrice": unit,
            "discountedPrice": unit,
            "proratedPrice": unit,
            "price": unit,
            "extendedPrice": number(line.total),
        }
    return shown


def _links(order: Order, line: OrderLine, country: str) -> dict[str, Link]:
    own = f"/customers/{order.customer_id}"
    status = {"provisioningStatus": to(f"{own}/orders/{order.id}/provisioningstatus")}
    if line.subscription_id:
        status = {"subscription": to(f"{own}/subscriptions/{line.subscription_id}")} | status
    if line.product_id == LEGACY_OFFER:
        return {"offer": to(f"/offers/{LEGACY_OFFER}?country={country}")} | status
    product = f"/products/{line.product_id}"
    links = {
        "product": to(f"{product}?country={country}"),
        "sku": to(f"{product}/skus/{line.sku_id}?country={country}"),
    }
    if line.item_id:
        availability = line.item_id.rpartition(":")[2]
        links["availability"] = to(
            f"{product}/skus/{line.sku_id}/availabilities/{availability}?country={country}"
        )
    return links | status


def context_body(context: Mapping[str, str]) -> dict[str, str]:
    """The provisioning context that the caller gave."""
    return {_SPELLING.get(name, name): value for name, value in context.items()}
