"""Carts and checkout (Microsoft, *Create a cart with a customer order*, *Check out an order*)."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.exchange import Answer, Ask, Route, item, link
from bespeak.sandbox.http.orders import context_body, order_body
from bespeak.sandbox.ids import guid
from bespeak.sandbox.lines import Line
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.rules import cart_expiry
from bespeak.sandbox.shop import Cart
from bespeak.sandbox.world import World


def create_cart(ask: Ask, world: World) -> Answer:
    """A new cart: 201, even when its lines carry errors."""
    customer = world.customer(ask.args["cid"])
    return item(cart_body(world.shop.create(customer, ask.body().get("lineitems"), world.now)), 201)


def get_cart(ask: Ask, world: World) -> Answer:
    """The cart as it is."""
    return item(cart_body(world.shop.cart(world.customer(ask.args["cid"]), ask.args["cart"], world.now)))


def replace_cart(ask: Ask, world: World) -> Answer:
    """The cart with the lines of the body instead of its own."""
    customer, lines = world.customer(ask.args["cid"]), ask.body().get("lineitems")
    return item(cart_body(world.shop.replace(customer, ask.args["cart"], lines, world.now)), 201)


def check_out(ask: Ask, world: World) -> Answer:
    """Orders what the cart holds; the same cart again gets the same answer and no second order.

    The lock is not held in between, so that a slow checkout meets other requests as it would at Microsoft.
    """
    with world.lock:
        customer = world.customer(ask.args["cid"])
        shop = world.shop
        cart = shop.begin_checkout(customer, ask.args["cart"], world.now)
    try:
        ask.pause()
        with world.lock:
            if shop is not world.shop:
                raise RefusalError(404, 800008, f"Cart {cart.id} went with the world before the reset.")
            shop.finish_checkout(customer, cart, world.now)
            return item(_result(cart, world), 201)
    finally:
        cart.busy = False


def _result(cart: Cart, world: World) -> dict[str, Any]:
    if cart.result is not None:
        return cart.result
    country = world.customer(cart.customer_id).country
    shown = [order_body(order, country, world) for order in cart.orders.values()]
    result: dict[str, Any] = {"orders": shown}
    if cart.errors:
        numbers = _groups(cart)
        result["orderErrors"] = [
            {"orderGroupId": numbers[group], "code": error.code, "description": error.description}
            for group, error in cart.errors.items()
        ]
    result["attributes"] = {"objectType": "CartCheckoutResult"}
    if cart.ordered:
        cart.result = result
    return result


def _groups(cart: Cart) -> dict[str, str]:
    return {
        group: str(number) for number, group in enumerate(dict.fromkeys(line.group for line in cart.lines))
    }


def cart_body(cart: Cart) -> dict[str, Any]:
    """A cart as Partner Center prints it."""
    numbers = _groups(cart)
    return {
        "id": cart.id,
        "creationTimestamp": iso7(cart.created),
        "lastModifiedTimestamp": iso7(cart.modified),
        "expirationTimestamp": iso7(cart_expiry(cart.created)),
        "lastModifiedUser": guid("user", "admin agent"),
        "status": "Ordered" if cart.ordered else "Active",
        "lineItems": [_line(line, numbers[line.group]) for line in cart.lines],
        "links": {"self": link(f"/customers/{cart.customer_id}/carts/{cart.id}")},
        "attributes": {"objectType": "Cart"},
    }


def _line(line: Line, group: str) -> dict[str, Any]:
    wish = line.wish
    shown: dict[str, Any] = {"id": wish.number, "catalogItemId": wish.catalog_item_id}
    if wish.friendly_name:
        shown["friendlyName"] = wish.friendly_name
    shown["quantity"] = wish.quantity
    currency = wish.currency or (line.sku.currency if line.sku else "")
    texts = {"currencyCode": currency, "billingCycle": snake(wish.billing_cycle), "termDuration": wish.term}
    shown |= {name: value for name, value in texts.items() if value}
    shown |= {"provisioningContext": context_body(line), "orderGroup": group}
    if line.error is not None:
        shown["error"] = {"errorCode": line.error.name, "errorDescription": line.error.description}
    return shown


def snake(name: str) -> str:
    """``OneTime`` as ``one_time``; what is written with underscores or in small letters stays."""
    spaced = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return "one_time" if name.lower() == "onetime" else spaced.lstrip("_").replace("__", "_")


_ALL = "/v1/customers/<cid>/carts"
ROUTES = (
    Route("POST", _ALL, create_cart, once=True, needs="buy"),
    Route("GET", f"{_ALL}/<cart>", get_cart),
    Route("PUT", f"{_ALL}/<cart>", replace_cart, needs="buy"),
    Route("POST", f"{_ALL}/<cart>/checkout", check_out, locked=False, needs="buy"),
)
