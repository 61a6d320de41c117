"""Orders: a new one is found by its id at once, and in the list only after up to 15 minutes."""

from __future__ import annotations

from bespeak.clients.call import Call
from bespeak.clients.ids import code, guid
from bespeak.clients.reading import Item, having, items


def list_orders(customer_id: str, *, include_price: bool = False) -> Call[list[Item]]:
    """The customer's orders, without those of the last 15 minutes (Get all of a customer's orders, 2021-03)."""
    path = f"/v1/customers/{guid(customer_id, 'customer')}/orders"
    return Call("list orders", "partner_center", "GET", path, items, _query(include_price=include_price))


def get_order(customer_id: str, order_id: str, *, include_price: bool = False) -> Call[Item]:
    """One order; with ``include_price`` its total and the price of each line (Get an order by ID, 2021-03)."""
    path = _path(customer_id, order_id)
    params = _query(include_price=include_price)
    return Call("read the order", "partner_center", "GET", path, lambda answer: having(answer, "id"), params)


def provisioning_status(customer_id: str, order_id: str) -> Call[list[Item]]:
    """How far each line of an order is: ``Fulfilled`` means that it can be used (2021-03)."""
    path = f"{_path(customer_id, order_id)}/provisioningstatus"
    return Call("read the provisioning status", "partner_center", "GET", path, items)


def _query(*, include_price: bool) -> dict[str, str]:
    return {"include_price": "true"} if include_price else {}


def _path(customer_id: str, order_id: str) -> str:
    return f"/v1/customers/{guid(customer_id, 'customer')}/orders/{code(order_id, 'order')}"
