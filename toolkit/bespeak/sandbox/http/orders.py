"""Orders and their provisioning (Microsoft, *Get all of a customer's orders*, *Get an order by ID*)."""

from __future__ import annotations

from bespeak.sandbox.http.buying_errors import CHECKOUT, LINES
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.order_bodies import order_body
from bespeak.sandbox.http.partner import flag, is_a, listing
from bespeak.sandbox.http.shapes import orders as shapes
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.order_records import Order
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.roles import check_role
from bespeak.sandbox.world import World

#: Every billing cycle of an order, without underscores.
_CYCLES = frozenset({"unknown", "monthly", "annual", "none", "onetime", "triennial", "biennial"})


def list_orders(ask: Ask, world: World) -> Answer:
    """The orders of a customer; one that is younger than 15 minutes is not among them."""
    customer, priced = world.customer(ask.args["cid"]), _priced(ask)
    cycle = ask.query.get("billingtype", "").replace("_", "").lower()
    if cycle and cycle not in _CYCLES:
        raise RefusalError(400, 2001, f"There is no billing cycle '{ask.query['billingtype']}'.")
    found = world.shop.orders.listed(customer.id, world.now)
    wanted = [order for order in found if cycle in ("", order.billing_cycle.replace("_", ""))]
    return item(listing([order_body(order, customer.country, world, priced=priced) for order in wanted]))


def get_order(ask: Ask, world: World) -> Answer:
    """One order, also a young one."""
    customer = world.customer(ask.args["cid"])
    order = world.shop.orders.find(customer.id, ask.args["oid"])
    return item(order_body(order, customer.country, world, priced=_priced(ask)))


def _priced(ask: Ask) -> bool:
    """Whether prices are asked for; 403 / 800043 for a role that may not see them."""
    if not flag(ask, "include_price"):
        return False
    try:
        check_role(ask.principal, "prices")
    except RefusalError as error:
        raise RefusalError(403, 800043, "This role has no right to see prices.") from error
    return True


def create_order(ask: Ask, world: World) -> Answer:
    """Orders without a cart: each line is judged as in a cart, and nothing is ordered when one is wrong."""
    customer = world.customer(ask.args["cid"])
    order = world.shop.order_directly(customer, ask.body(), world.now)
    return item(order_body(order, customer.country, world), 201)


def provisioning_status(ask: Ask, world: World) -> Answer:
    """How far each line of an order is."""
    customer = world.customer(ask.args["cid"])
    return item(_provisioning(_find(ask, world, customer.id), world))


def _find(ask: Ask, world: World, customer_id: str) -> Order:
    try:
        return world.shop.orders.find(customer_id, ask.args["oid"])
    except RefusalError as error:
        what = f"Order {ask.args['oid']} has no provisioning information."
        raise RefusalError(404, 800007, what) from error


def _provisioning(order: Order, world: World) -> Collection[shapes.LineProvisioning]:
    shown: list[shapes.LineProvisioning] = []
    for line in order.lines:
        state = world.shop.orders.line_status(order, line, world.now)
        shown.append(
            {
                "lineItemNumber": line.number,
                "status": state,
                "quantityProvisioningInformation": [{"quantity": line.quantity, "status": state}],
                "attributes": is_a("OrderLineItemProvisioningStatus"),
            }
        )
    return listing(shown)


def change_order(ask: Ask, world: World) -> Answer:
    """Cancels an order where that is allowed: a reservation only in the integration sandbox."""
    customer = world.customer(ask.args["cid"])
    order = world.shop.cancel(customer, ask.args["oid"], ask.body(), world.now)
    return item(order_body(order, customer.country, world))


def nothing_to_activate(ask: Ask, world: World) -> Answer:
    """Reservations, plans and Azure subscriptions have neither activation links nor attachments."""
    order = world.shop.orders.find(world.customer(ask.args["cid"]).id, ask.args["oid"])
    raise RefusalError(
        404, 1000, f"Order {order.id} has none of these: nothing in it is activated by a link."
    )


_ALL = "/v1/customers/<cid>/orders"
_ONE = f"{_ALL}/<oid>"
_UNKNOWN = ((404, 60003), (403, 20002), (404, 20000))
_STATES = ("pending", "completed", "cancelled")
_PRICE = Query("include_price", bool)
_TESTS = "test_commerce_orders.py::"
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_orders,
        about=About(
            "Get all of a customer's orders",
            "D21 D26",
            {200: Collection[shapes.Order]},
            f"{_TESTS}test_orders_are_listed_by_billing_cycle_in_any_spelling",
            query=(Query("billingType"), _PRICE),
            errors=((404, 60003), (403, 20002), (400, 2001), (403, 800043)),
            states=_STATES,
        ),
    ),
    Route(
        "POST",
        _ALL,
        create_order,
        once=True,
        needs="buy",
        about=About(
            "Create an order",
            "D21",
            {201: shapes.Order},
            f"{_TESTS}test_an_order_can_be_placed_without_a_cart",
            takes=shapes.OrderWish,
            errors=(*LINES, *CHECKOUT),
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        _ONE,
        get_order,
        about=About(
            "Get an order by ID",
            "D21 S23",
            {200: shapes.Order},
            f"{_TESTS}test_three_shapes_of_order_ids",
            query=(_PRICE,),
            errors=(*_UNKNOWN, (403, 800043)),
            states=_STATES,
        ),
    ),
    Route(
        "PATCH",
        _ONE,
        change_order,
        needs="buy",
        about=About(
            "Cancel an order from the integration sandbox; Cancel software purchases",
            "D21",
            {200: shapes.Order},
            f"{_TESTS}test_the_integration_sandbox_cancels_a_reservation",
            takes=shapes.OrderChange,
            errors=(
                *_UNKNOWN,
                (403, 800019),
                (409, 800014),
                (400, 800061),
                (400, 800063),
                (400, 900117),
                (400, 3000),
            ),
            states=_STATES,
        ),
    ),
    Route(
        "GET",
        f"{_ONE}/provisioningstatus",
        provisioning_status,
        about=About(
            "Get subscription provisioning status (of an order)",
            "D21 S23",
            {200: Collection[shapes.LineProvisioning]},
            f"{_TESTS}test_the_provisioning_of_an_unknown_order",
            errors=((404, 60003), (403, 20002), (404, 800007)),
            states=("PrefulfillmentPending", "Fulfilled", "Unfulfilled"),
        ),
    ),
    *(
        Route(
            "GET",
            f"{_ONE}/{kind}",
            nothing_to_activate,
            about=About(
                title,
                "D21 INF",
                {},
                f"{_TESTS}test_nothing_is_activated_by_a_link",
                errors=(*_UNKNOWN, (404, 1000)),
            ),
        )
        for kind, title in (
            ("activationlinks", "Get activation link by order line item"),
            ("attachments", "Get attachments of an order"),
        )
    ),
)
