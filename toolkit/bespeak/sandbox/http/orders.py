"""Orders and their provisioning (Microsoft, *Get all of a customer's orders*, *Get an order by ID*)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.exchange import Answer, Ask, Route, collection, item, link
from bespeak.sandbox.lines import Line
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.shop import Order, line_total
from bespeak.sandbox.world import World

#: How the members of a provisioning context are spelt in answers.
_SPELLING = {"subscriptionid": "subscriptionId"}


def list_orders(ask: Ask, world: World) -> Answer:
    """The orders of a customer; one that is younger than 15 minutes is not among them."""
    customer = world.customer(ask.args["cid"])
    cycle = ask.query.get("billingtype", "onetime").replace("_", "").lower()
    orders = world.shop.listed(customer, world.now) if cycle == "onetime" else []
    return item(
        collection([order_body(order, customer.country, world, priced=_priced(ask)) for order in orders])
    )


def get_order(ask: Ask, world: World) -> Answer:
    """One order, also a young one."""
    customer = world.customer(ask.args["cid"])
    order = world.shop.order(customer, ask.args["oid"])
    return item(order_body(order, customer.country, world, priced=_priced(ask)))


def provisioning_status(ask: Ask, world: World) -> Answer:
    """How far each line of an order is."""
    order = world.shop.order(world.customer(ask.args["cid"]), ask.args["oid"])
    state = "Fulfilled" if world.shop.is_done(order, world.now) else "PrefulfillmentPending"
    shown = [
        {
            "lineItemNumber": number,
            "status": state,
            "quantityProvisioningInformation": [{"quantity": line.wish.quantity, "status": state}],
            "attributes": {"objectType": "OrderLineItemProvisioningStatus"},
        }
        for number, line in enumerate(order.lines)
    ]
    return item(collection(shown))


def cancel_order(ask: Ask, world: World) -> Answer:
    """A reservation cannot be cancelled here: 403 / 800019; a refund is asked for in Azure."""
    order = world.shop.order(world.customer(ask.args["cid"]), ask.args["oid"])
    raise RefusalError(403, 800019, f"Order {order.id} cannot be cancelled. Return its reservation in Azure.")


def _priced(ask: Ask) -> bool:
    return ask.query.get("include_price", "").lower() == "true"


def order_body(order: Order, country: str, world: World, *, priced: bool = False) -> dict[str, Any]:
    """An order as Partner Center prints it; its price only on request."""
    path = f"/customers/{order.customer_id}/orders/{order.id}"
    done = world.shop.is_done(order, world.now)
    shown: dict[str, Any] = {
        "id": order.id,
        "alternateId": order.id,
        "referenceCustomerId": order.customer_id,
        "billingCycle": "one_time",
        "transactionType": "UserPurchase",
        "currencyCode": order.currency,
        "currencySymbol": "$" if order.currency == "USD" else order.currency,
        "lineItems": [
            _line(number, line, country, order, priced=priced) for number, line in enumerate(order.lines)
        ],
        "creationDate": iso7(order.created),
        "status": "completed" if done else "pending",
    }
    if priced:
        shown["totalPrice"] = _number(order.total)
    client = {
        "marketplaceCountry": country,
        "deviceFamily": "UniversalStore-PartnerCenter",
        "name": "Partner Center API",
    }
    # One of the two links has /v1 and the other has not: both occur on the wire.
    links = {"self": link(path), "provisioningStatus": link(f"/v1{path}/provisioningstatus")}
    return shown | {"links": links, "client": client, "attributes": {"objectType": "Order"}}


def _line(number: int, line: Line, country: str, order: Order, *, priced: bool) -> dict[str, Any]:
    sku, wish = line.sku, line.wish
    assert sku is not None
    product = f"/products/{sku.product_id}"
    availability = f"{product}/skus/{sku.id}/availabilities/{wish.catalog_item_id.rpartition(':')[2]}"
    shown: dict[str, Any] = {
        "lineItemNumber": number,
        "offerId": wish.catalog_item_id,
        "termDuration": sku.term,
        "transactionType": "New",
        "friendlyName": wish.friendly_name or sku.title,
        "quantity": wish.quantity,
        "provisioningContext": context_body(line),
    }
    if priced:
        unit = _number(sku.total)
        price = {"listPrice": unit, "discountedPrice": unit, "proratedPrice": unit, "price": unit}
        shown["pricing"] = price | {"extendedPrice": _number(line_total(line))}
    status = f"/customers/{order.customer_id}/orders/{order.id}/provisioningstatus"
    links = {
        "product": link(f"{product}?country={country}"),
        "sku": link(f"{product}/skus/{sku.id}?country={country}"),
    }
    links |= {"availability": link(f"{availability}?country={country}"), "provisioningStatus": link(status)}
    return shown | {"links": links}


def context_body(line: Line) -> dict[str, str]:
    """The provisioning context that the caller gave."""
    return {_SPELLING.get(name, name): value for name, value in line.wish.context.items()}


def _number(amount: Decimal) -> float:
    return float(amount)


_ALL = "/v1/customers/<cid>/orders"
ROUTES = (
    Route("GET", _ALL, list_orders),
    Route("GET", f"{_ALL}/<oid>", get_order),
    Route("GET", f"{_ALL}/<oid>/provisioningstatus", provisioning_status),
    Route("PATCH", f"{_ALL}/<oid>", cancel_order, needs="buy"),
)
