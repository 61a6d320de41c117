"""A tiny world whose prices are those of the worked examples, and what its tests of changes share."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import azure_caller
import tiny_world as tiny

from bespeak.sandbox import World, create_app
from bespeak.sandbox.price_list import PriceChange
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.renewals import begun
from bespeak.sandbox.reservation_records import Offer, ReservationOrder, Scope

CAPACITY = "/providers/Microsoft.Capacity"
#: Size -> price of one instance for one year and for three years; the figures are those of X-06 to X-12.
PRICES = {
    "Standard_D1s_v9": (2400, 3600),
    "Standard_D2s_v9": (365, 108000),
    "Standard_D3s_v9": (500, 36000),
    "Standard_D4s_v9": (1000, 2000),
    "Standard_D5s_v9": (900, 1000),
    "Standard_D6s_v9": (600, 1200),
    "Standard_D7s_v9": ("666.67", 1300),
    "Standard_E1_v9": (700, 1500),
    "Standard_E1s_v9": (710, 1510),
    "Standard_D2s_v3": (600, 1200),
}


def build(root):
    """A world in this folder and a caller of it."""
    tiny.write(root)
    head = tiny.PRICES_TABLE.splitlines()[0]
    rows = [
        f"polandcentral,{size},Linux,USD,0.5,{one},{three},0.3,0.2,2026-01-26"
        for size, (one, three) in PRICES.items()
    ]
    (root / "demo" / "prices.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    sizes = [
        f"{size},{size[9]}sv9,f,2,8,x64,{size[9]}v9 Series,{number},t,2026-08-01"
        for number, size in enumerate(PRICES, 1)
    ]
    table = root / "reference" / "sizes.csv"
    table.write_text("\n".join([tiny.SIZES.splitlines()[0], *sizes]) + "\n", encoding="utf-8")
    rates = "currency,per_usd,rate_source,as_of\nUSD,1,t,2026-01-01\nGBP,0.831461,t,2026-01-01\n"
    (root / "reference" / "currencies.csv").write_text(rates, encoding="utf-8")
    machine = f"{tiny.ADA_AZURE_ONE},steady,1,vm-d2,rg-a,Standard_D2s_v9,Linux,polandcentral"
    (root / "demo" / "machines.csv").write_text(
        f"{tiny.MACHINES.splitlines()[0]}\n{machine}\n", encoding="utf-8"
    )
    world = World.demo(folder=root)
    clock, waits = [1_000_000.0], []
    app = create_app(world, tiny.TOKEN, wall=lambda: clock[0], sleep=waits.append)
    return tiny.Caller(world, app.test_client(), clock, waits)


def fresh(caller):
    """The same world, a new life."""
    caller.world.state.resets = -1
    caller.world.reset()
    return caller


def go(world, day, hour=0):
    """Moves the clock to a day (yyyy-mm-dd) and hour."""
    there = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=hour)
    world.advance(int((there - world.now).total_seconds()) // 60)


def hold(
    world,
    size="Standard_D1s_v9",
    *,
    quantity=1,
    term="P1Y",
    plan="Upfront",
    customer=tiny.ADA,
    scope=None,
    total=None,
    currency="USD",
    renew=False,
    flexible=True,
):
    """A reservation that a customer has from now on, as after a purchase that is complete."""
    sku = world.catalogue.by_size("polandcentral", size)[term]
    price = Decimal(str(total)) if total is not None else world.prices.reservation(sku, world.now)
    offer = Offer(sku.product_id, sku.id, sku.size.name, sku.region, term, sku.title, price, currency)
    billing = world.directory.azure_ids(customer)[0]
    order = ReservationOrder(
        id=world.ids.guid("reservation order"),
        customer_id=customer,
        offer=offer,
        name="web",
        quantity=quantity,
        billing_plan=plan,
        billing_subscription_id=billing,
        requested=world.now,
        starts=world.now,
        visible=world.now,
        channel="Azure",
    )
    wish = PurchaseRequest(
        size, "polandcentral", billing, term, plan, quantity, "web", scope or Scope(), flexible, renew
    )
    held = begun(order, world.ids.guid("reservation"), wish, flexible=True)
    world.book.add(order, held)
    return held


def price(world, factor, *, size="", term=""):
    """Multiplies prices of reservations from now on."""
    world.prices.announce(PriceChange(world.now, "reservation", Decimal(factor), size, term))


def path(held):
    """The id of a reservation."""
    return f"{CAPACITY}/reservationOrders/{held.order_id}/reservations/{held.id}"


def order_path(held):
    """The id of its order."""
    return f"{CAPACITY}/reservationOrders/{held.order_id}"


def call(caller, method, where, body=None, status=200, **more):
    """The body of a call that must have this status."""
    answer = azure_caller.azure(caller, method, where, body, **more)
    assert answer.status_code == status, answer.text
    return answer.get_json() if answer.data else None


def item(held, quantity):
    """What is given back."""
    return {"reservationId": path(held), "quantity": quantity}


def refund_quote(caller, held, quantity, status=200):
    """The quote of a refund."""
    wanted = {"scope": "Reservation", "reservationToReturn": item(held, quantity)}
    body = {"id": order_path(held), "properties": wanted}
    return call(caller, "POST", f"{order_path(held)}/calculateRefund", body, status)


def give_back(caller, held, quantity, status=202):
    """Quote and return; the answer to the return."""
    session = refund_quote(caller, held, quantity)["properties"]["sessionId"]
    wanted = {
        "sessionId": session,
        "scope": "Reservation",
        "reservationToReturn": item(held, quantity),
        "returnReason": "not needed",
    }
    return call(caller, "POST", f"{order_path(held)}/return", {"properties": wanted}, status)


def refund(caller, held, quantity):
    """The refund that a quote promises, as text."""
    return f"{refund_quote(caller, held, quantity)['properties']['billingRefundAmount']['amount']:.2f}"


def plan_wish(amount, term="P3Y", billing=tiny.ADA_AZURE_ONE):
    """A savings plan that somebody wants."""
    properties = {
        "displayName": "plan",
        "billingScopeId": f"/subscriptions/{billing}",
        "term": term,
        "billingPlan": "P1M",
        "appliedScopeType": "Shared",
        "commitment": {"currencyCode": "USD", "amount": amount, "grain": "Hourly"},
    }
    return {"sku": {"name": "Compute_Savings_Plan"}, "properties": properties}


def purchase(size, quantity=1, **more):
    """A purchase request of the first customer, with as little in it as is needed."""
    little = {"renew": None, "reservedResourceProperties": None} | more
    return azure_caller.wish(size=size, billing=tiny.ADA_AZURE_ONE, quantity=quantity, **little)


def signed_in(caller, principal, tenant="t"):
    """The header of a principal in a tenant."""
    form = {"grant_type": "refresh_token", "refresh_token": f"{tiny.TOKEN}.as-{principal}"}
    where = f"/login/{tenant}/oauth2/v2.0/token"
    answer = caller.client.post(where, data=form | {"scope": f"{tiny.ARM}/.default"})
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def exchange_quote(caller, given, taken=(), plans=()):
    """The figures of an exchange, once its quote is ready."""
    wanted = {
        "reservationsToExchange": [item(held, quantity) for held, quantity in given],
        "reservationsToPurchase": list(taken),
        "savingsPlansToPurchase": list(plans),
    }
    answer = azure_caller.azure(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    assert answer.status_code == 202, answer.text
    assert answer.data == b""
    caller.world.advance(1)
    return follow(caller, answer.headers["Location"])["properties"]


def follow(caller, location):
    """The body at an address of this service."""
    where = location.partition("/arm")[2].partition("?")[0]
    return call(caller, "GET", where)


def exchange(caller, quoted, status=202):
    """The exchange of a quote; the address of its operation."""
    body = {"properties": {"sessionId": quoted["sessionId"]}}
    answer = azure_caller.azure(caller, "POST", f"{CAPACITY}/exchange", body)
    assert answer.status_code == status, answer.text
    return answer.headers.get("Location", "") or answer.get_json()["error"]["code"]
