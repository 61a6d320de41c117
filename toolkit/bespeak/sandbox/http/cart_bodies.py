"""Carts and checkouts as Partner Center prints them."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.carts import Cart
from bespeak.sandbox.clock import iso7
from bespeak.sandbox.http.order_bodies import context_body, order_body
from bespeak.sandbox.http.partner import is_a, to
from bespeak.sandbox.http.shapes import carts as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.line_errors import LineError
from bespeak.sandbox.lines import Line
from bespeak.sandbox.world import World


def cart_body(cart: Cart, form: str = "name") -> shapes.Cart:
    """A cart; its lines carry their errors, whose code is written in one of three forms."""
    numbers = order_groups(cart)
    shown: shapes.Cart = {
        "id": cart.id,
        "creationTimestamp": iso7(cart.created),
        "lastModifiedTimestamp": iso7(cart.modified),
        "expirationTimestamp": iso7(cart.expires),
        "lastModifiedUser": guid("user", "admin agent"),
        "status": "Ordered" if cart.ordered else "Active",
        "lineItems": [_line(line, numbers[line.group], form) for line in cart.lines],
        "links": {"self": to(f"/customers/{cart.customer_id}/carts/{cart.id}")},
        "attributes": is_a("Cart"),
    }
    if cart.attested:
        shown["partnerOnRecordAttestationAccepted"] = True
    return shown


def order_groups(cart: Cart) -> dict[str, str]:
    """The text of each order group: numbers, and OMS with a number for the legacy offer (partner-center-api 7.3)."""
    return {
        group: f"OMS-{number}" if cart.lines_of(group)[0].azure == "legacy" else str(number)
        for number, group in enumerate(cart.groups)
    }


def _line(line: Line, group: str, form: str) -> shapes.CartLine:
    wish = line.wish
    shown: dict[str, Any] = {"id": wish.number, "catalogItemId": wish.catalog_item_id}
    if wish.friendly_name:
        shown["friendlyName"] = wish.friendly_name
    shown["quantity"] = wish.quantity
    texts = {
        "currencyCode": wish.currency or line.currency,
        "billingCycle": snake(wish.billing_cycle),
        "termDuration": wish.term,
    }
    shown |= {name: value for name, value in texts.items() if value}
    if wish.resellers:
        keys = ("transaction_reseller", *["additional_transaction_reseller"] * len(wish.resellers))
        shown["participants"] = [
            {"key": key, "value": value} for key, value in zip(keys, wish.resellers, strict=False)
        ]
    shown |= {"provisioningContext": context_body(wish.context), "orderGroup": group}
    if line.error is not None:
        code = _code(line.error, form)
        shown["error"] = {"errorCode": code, "errorDescription": line.error.description[:1024]}
    return shown  # type: ignore[return-value]


def _code(error: LineError, form: str) -> str | int:
    if form == "pascal":
        return "".join(word.capitalize() for word in error.name.split("_"))
    return error.number if form == "number" else error.name


def snake(name: str) -> str:
    """``OneTime`` as ``one_time``; what is written with underscores or in small letters stays."""
    spaced = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return "one_time" if name.lower() == "onetime" else spaced.lstrip("_").replace("__", "_")


def checkout_body(cart: Cart, world: World) -> shapes.CheckoutResult:
    """What became of a cart: its orders, and why the rest of it failed."""
    country, orders = world.customer(cart.customer_id).country, world.shop.orders
    placed = [orders.find(cart.customer_id, one) for one in cart.orders.values()]
    result: shapes.CheckoutResult = {
        "orders": [order_body(order, country, world) for order in placed],
        "attributes": is_a("CartCheckoutResult"),
    }
    if cart.errors:
        numbers = order_groups(cart)
        result["orderErrors"] = [
            {"orderGroupId": numbers[group], "code": error.code, "description": error.description}
            for group, error in cart.errors.items()
        ]
    return result
