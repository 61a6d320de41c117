"""Carts: create, read, replace, check out. Only reading may be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bespeak.clients.call import Answer, Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, having
from bespeak.errors import UnreadableError

#: A checkout may take longer than a read (seconds).
CHECKOUT_SECONDS = 60.0


def create_cart(customer_id: str, lines: Sequence[Mapping[str, Any]]) -> Call[Item]:
    """A new cart with these lines; a cart can be created and still carry errors in its lines.

    Source: Create a cart with a customer order (2021-03).
    """
    path = f"/v1/customers/{guid(customer_id, 'customer')}/carts"
    return Call(
        "create the cart", "partner_center", "POST", path, _cart, body={"lineItems": [dict(x) for x in lines]}
    )


def get_cart(customer_id: str, cart_id: str) -> Call[Item]:
    """A cart as it is now; refused with 404 and code 800008 when there is none (Microsoft's .NET SDK, 2023-06)."""
    return Call("read the cart", "partner_center", "GET", _path(customer_id, cart_id), _cart)


def replace_cart(customer_id: str, cart: Mapping[str, Any]) -> Call[Item]:
    """The cart in place of what is there under its id (Update a cart, 2021-03)."""
    return Call(
        "replace the cart",
        "partner_center",
        "PUT",
        _path(customer_id, str(cart["id"])),
        _cart,
        body=dict(cart),
    )


def check_out(customer_id: str, cart_id: str) -> Call[Item]:
    """Buys what is in the cart: ``orders`` and ``orderErrors``, both filled when a part of it failed.

    Source: Check out an order for a customer in a cart (2021-03; idempotent since a page of 2024).
    """
    path = f"{_path(customer_id, cart_id)}/checkout"
    return Call(
        "check out the cart", "partner_center", "POST", path, _result, timeout_seconds=CHECKOUT_SECONDS
    )


def _cart(answer: Answer) -> Item:
    cart = having(answer, "id", "lineItems")
    if not isinstance(cart["lineItems"], list):
        raise UnreadableError("the cart has no list of lines", "Read the cart again.")
    return cart


def _result(answer: Answer) -> Item:
    """Both lists of a checkout, empty when they are absent; an answer with neither is no result."""
    told = having(answer)
    orders, errors = told.get("orders") or [], told.get("orderErrors") or []
    if not (isinstance(orders, list) and isinstance(errors, list) and (orders or errors)):
        raise UnreadableError(
            "the answer holds neither an order nor an error", "Look at the cart and the order list."
        )
    return {**told, "orders": orders, "orderErrors": errors}


def _path(customer_id: str, cart_id: str) -> str:
    return f"/v1/customers/{guid(customer_id, 'customer')}/carts/{guid(cart_id, 'cart')}"
