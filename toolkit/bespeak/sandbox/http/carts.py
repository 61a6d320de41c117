"""Carts and checkout (Microsoft, *Create a cart with a customer order*, *Check out an order*)."""

from __future__ import annotations

from bespeak.sandbox.http.buying_errors import CHECKOUT, LINES
from bespeak.sandbox.http.cart_bodies import cart_body, checkout_body
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, item
from bespeak.sandbox.http.shapes import carts as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.shop import Checkout
from bespeak.sandbox.world import World


def create_cart(ask: Ask, world: World) -> Answer:
    """A new cart: 201, even when its lines carry errors."""
    customer = world.customer(ask.args["cid"])
    return item(
        cart_body(world.shop.create(customer, ask.body(), world.now), world.switches.cart_error_form), 201
    )


def get_cart(ask: Ask, world: World) -> Answer:
    """The cart as it is."""
    return item(
        cart_body(
            world.shop.cart(world.customer(ask.args["cid"]), ask.args["cart"], world.now),
            world.switches.cart_error_form,
        )
    )


def replace_cart(ask: Ask, world: World) -> Answer:
    """The cart with the lines of the body instead of its own."""
    customer, body = world.customer(ask.args["cid"]), ask.body()
    return item(
        cart_body(
            world.shop.replace(customer, ask.args["cart"], body, world.now), world.switches.cart_error_form
        ),
        201,
    )


def check_out(ask: Ask, world: World) -> Answer:
    """Orders what the cart holds; the same cart again gets the same answer and no second order.

    The lock is not held in between, so that a slow checkout meets other requests as it would at Microsoft.
    """
    with world.lock:
        customer = world.customer(ask.args["cid"])
        shop = world.shop
        checkout = shop.begin_checkout(customer, ask.args["cart"], world.now)
    try:
        ask.pause()
        with world.lock:
            if shop is not world.shop:
                what = f"Cart {checkout.cart.id} went with the world before the reset."
                raise RefusalError(404, 800008, what)
            shop.finish_checkout(customer, checkout, world.now)
            return item(_result(checkout, world), 201)
    finally:
        shop.release(checkout)


def _result(checkout: Checkout, world: World) -> object:
    """The answer; once everything is ordered it is kept and repeated word for word."""
    cart = checkout.cart
    if cart.result is not None and checkout.before == frozenset(cart.groups):
        return cart.result
    result = checkout_body(cart, world)
    if cart.ordered:
        cart.result = dict(result)
    return result


_ALL = "/v1/customers/<cid>/carts"
_TESTS = "test_commerce_carts.py::"
ROUTES = (
    Route(
        "POST",
        _ALL,
        create_cart,
        once="same_request_same_cart",
        needs="buy",
        about=About(
            "Create a cart with a customer order",
            "D21 D26",
            {201: shapes.Cart},
            f"{_TESTS}test_d232_one_azure_plan_a_customer",
            takes=shapes.CartWish,
            errors=((404, 60003), (403, 20002), *LINES),
            states=("Active", "Ordered"),
        ),
    ),
    Route(
        "GET",
        f"{_ALL}/<cart>",
        get_cart,
        about=About(
            "Get a cart",
            "S23",
            {200: shapes.Cart},
            f"{_TESTS}test_an_ordered_cart_can_be_forgotten",
            errors=((404, 60003), (403, 20002), (404, 800008), (400, 800008)),
            states=("Active", "Ordered"),
        ),
    ),
    Route(
        "PUT",
        f"{_ALL}/<cart>",
        replace_cart,
        needs="buy",
        about=About(
            "Update a cart",
            "D21",
            {201: shapes.Cart},
            "test_sandbox_purchase.py::test_a_replaced_cart_has_the_new_lines_until_it_is_ordered",
            takes=shapes.CartWish,
            errors=(
                (404, 60003),
                (403, 20002),
                (404, 800008),
                (400, 800008),
                *LINES,
                (400, 800065),
                (409, 800064),
            ),
            states=("Active", "Ordered"),
        ),
    ),
    Route(
        "POST",
        f"{_ALL}/<cart>/checkout",
        check_out,
        locked=False,
        needs="buy",
        about=About(
            "Check out an order for a customer in a cart",
            "D21 D26 S23",
            {201: shapes.CheckoutResult},
            f"{_TESTS}test_a_business_refusal_orders_nothing",
            errors=CHECKOUT,
            states=("pending", "completed"),
        ),
    ),
)
