"""What the machine of laws does: requests, right and wrong, from small whole numbers that decide what exactly."""

from __future__ import annotations

from decimal import Decimal

import tiny_world as tiny
from law_door import Door
from law_witness import Witness, hold

PEOPLE = (tiny.ADA, tiny.BOB, tiny.CYD, tiny.DOT)
PAYER = {
    tiny.ADA: tiny.ADA_ONE,
    tiny.BOB: tiny.BOB_AZURE_ONE,
    tiny.CYD: tiny.CYD_AZURE,
    tiny.DOT: tiny.CYD_AZURE,
}
AZURE = {
    tiny.ADA: (tiny.ADA_AZURE_ONE, tiny.ADA_AZURE_TWO),
    tiny.BOB: (tiny.BOB_AZURE_ONE, tiny.BOB_AZURE_TWO),
    tiny.CYD: (tiny.CYD_AZURE,),
    tiny.DOT: (tiny.CYD_AZURE,),
}
SIZES = ("Standard_D2s_v5", "Standard_D4s_v5", "Standard_D96s_v5")
TERMS = ("P1Y", "P3Y")
CAPACITY = "/providers/Microsoft.Capacity"
DAY = 24 * 60
#: How far the clock goes at a step: mostly a little, sometimes years.
STEPS = (1, 15, 60, 7 * 60 + 11, DAY, 3 * DAY, 30 * DAY, 91 * DAY, 365 * DAY, 366 * DAY, 3 * 365 * DAY)


def pick(items, number: int):
    """One of some things by any number; None of nothing."""
    return items[number % len(items)] if items else None


class Actions:
    """All that one witness may do to its world."""

    def __init__(self, world, door: Door) -> None:
        self.witness = Witness(world, door)
        self.world = world
        self.door = door
        self.carts: list[tuple[str, str]] = []
        self.quotes: list[tuple[str, dict]] = []
        self.refunds: list[tuple[str, str, dict, dict]] = []
        self.swaps: list[str] = []
        for azure in (tiny.ADA_AZURE_ONE, tiny.BOB_AZURE_ONE):
            self.enrol(azure)

    # Partner Center -------------------------------------------------------------------------------------------

    def cart(self, who: int, what: int, quantity: int, spoil: int) -> None:
        """Makes a cart of one or two lines; most are right."""
        customer = PEOPLE[who % 4]
        lines = [self._line(customer, what, quantity, 0, spoil)]
        if what % 7 == 0:
            lines.append(self._line(customer, what + 1, 1, 1, 0))
        reply = self.door.partner("POST", f"/customers/{customer}/carts", {"lineItems": lines})
        self.witness.took("cart", reply)
        if reply.ok:
            self.carts.append((customer, reply.body()["id"]))

    def _line(self, customer: str, what: int, quantity: int, number: int, spoil: int) -> dict:
        size, term = pick(SIZES, what), pick(TERMS, what // 3)
        line = {
            "id": number,
            "catalogItemId": self._item(
                size, term, "" if customer == tiny.ADA else "&reservationScope=AzurePlan"
            ),
            "friendlyName": f"law-{what}",
            "quantity": quantity,
            "billingCycle": "one_time",
            "termDuration": term,
            "provisioningContext": {"subscriptionId": PAYER[customer], "scope": "shared"},
        }
        return line | pick(SPOILT, spoil) if spoil < len(SPOILT) else line

    def _item(self, size: str, term: str, scope: str) -> str:
        for product in self._items(f"/products?country=US&targetView=AzureReservationsVM{scope}"):
            path = f"/products/{product['id']}/skus"
            for sku in self._items(f"{path}?country=US{scope}"):
                found = sku["dynamicAttributes"]
                if found["armSkuName"] == size and found["duration"][0] == term[1]:
                    offered = self._items(f"{path}/{sku['id']}/availabilities?country=US{scope}")
                    return offered[0]["catalogItemId"]
        return "DZH318Z0BQ3Q:0001:nothing"

    def _items(self, path: str) -> list:
        reply = self.door.partner("GET", path)
        return reply.body()["items"] if reply.ok else []

    def check_out(self, number: int) -> None:
        """Checks a cart out, perhaps again, perhaps one of long ago."""
        cart = pick(self.carts, number)
        if not cart:
            return
        known = set(self.witness.ordered)
        reply = self.door.partner("POST", f"/customers/{cart[0]}/carts/{cart[1]}/checkout")
        orders = (reply.body()["orders"] or []) if reply.ok else []
        self.witness.ordered |= {order["id"].lower() for order in orders}
        self.witness.took("checkout", reply)
        self._count_lines([order for order in orders if order["id"].lower() not in known])

    def _count_lines(self, orders: list) -> None:
        book = self.world.state.book.orders.values()
        for order in orders:
            wanted = sum(line["quantity"] for line in order["lineItems"])
            held = sum(one.quantity for one in book if one.commerce_order_id == order["id"].lower())
            hold("What was ordered is what is held", wanted == held, order["id"], wanted, held)

    def register(self, who: int, number: int) -> None:
        """Registers a subscription, right or wrong."""
        customer = PEOPLE[who % 4]
        plan = pick((tiny.ADA_ONE, tiny.ADA_TWO, tiny.BOB_PLAN, tiny.CYD_PLAN), number)
        reply = self.door.partner("POST", f"/customers/{customer}/subscriptions/{plan}/registrations")
        self.witness.took("register", reply)

    def agree(self, who: int, spoil: int) -> None:
        """Signs the agreement for a customer."""
        contact = {"firstName": "A", "lastName": "B", "email": "a@b.example.com", "phoneNumber": "1"}
        body = {
            "primaryContact": contact,
            "templateId": self.world.agreements.template["templateId"] if spoil else "none",
            "dateAgreed": "2026-11-01T00:00:00Z",
            "type": "MicrosoftCustomerAgreement",
        }
        reply = self.door.partner("POST", f"/customers/{PEOPLE[who % 4]}/agreements", body)
        self.witness.took("agreement", reply)

    def permit(self, who: int, action: str) -> None:
        """Lets a customer buy for itself, or names an action that there is not."""
        customer = PEOPLE[who % 4]
        body = {
            "selfServeEntity": {"selfServeEntityType": "customer", "tenantID": customer},
            "grantor": {"grantorType": "billToPartner", "tenantID": self.world.partner_id},
            "permissions": [{"resource": "AzureReservedInstances", "action": action}],
        }
        self.witness.took("permission", self.door.partner("POST", "/SelfServePolicy", body))

    # Azure ----------------------------------------------------------------------------------------------------

    def enrol(self, azure: str) -> None:
        """Registers an Azure subscription with the provider of reservations."""
        path = f"/subscriptions/{azure}/providers/Microsoft.Capacity/register"
        self.witness.took("enrol", self.door.azure("POST", path))

    def purchase(self, who: int, what: int, quantity: int, twist: int) -> None:
        """Quotes, buys at once, and waits until it is done."""
        self.quote(who, what, quantity, twist % 20)
        self.buy(-1, 5)
        self.advance(2)

    def quote(self, who: int, what: int, quantity: int, twist: int) -> None:
        """Asks for a price; keeps the id of the order that it gives."""
        customer = PEOPLE[who % 4]
        body = self._wish(customer, what, quantity, twist)
        reply = self.door.azure("POST", f"{CAPACITY}/calculatePrice", body)
        self.witness.took("quote", reply)
        if reply.ok:
            self.quotes.append((reply.body()["properties"]["reservationOrderId"], body))

    def _wish(self, customer: str, what: int, quantity: int, twist: int) -> dict:
        properties = {
            "reservedResourceType": "VirtualMachines",
            "billingScopeId": f"/subscriptions/{AZURE[customer][0]}",
            "term": pick(TERMS, what // 3),
            "billingPlan": "Monthly" if twist % 3 == 1 else "Upfront",
            "quantity": quantity,
            "displayName": f"law-{what}",
            "appliedScopeType": "Shared",
            "renew": twist % 2 == 0,
            "reservedResourceProperties": {"instanceFlexibility": "Off" if twist % 5 == 0 else "On"},
        }
        if twist % 4 == 3:
            scope = f"/subscriptions/{pick(AZURE[customer], twist)}"
            properties |= {"appliedScopeType": "Single", "appliedScopes": [scope]}
        if twist > 20:
            properties |= pick(({"term": "P9Y"}, {"quantity": -1}, {"billingScopeId": "none"}), twist)
        return {"sku": {"name": pick(SIZES, what)}, "location": "polandcentral", "properties": properties}

    def buy(self, number: int, twist: int) -> None:
        """Buys what was quoted: once, again, changed on the way, or what nobody quoted."""
        quoted = pick(self.quotes, number)
        if not quoted:
            return
        order_id, body = quoted
        if twist == 0:
            order_id = f"{order_id[:-4]}0000"
        elif twist == 1:
            body = body | {"properties": body["properties"] | {"quantity": 77}}
        reply = self.door.azure("PUT", f"{CAPACITY}/reservationOrders/{order_id}", body)
        if reply.ok:
            self.witness.bought_in_azure.add(order_id.lower())
        self.witness.took("buy", reply)

    def held(self, number: int):
        """One of the reservations that hold instances now."""
        now = self.world.now
        return pick([one for one in self.world.state.book.reservations.values() if one.alive(now)], number)

    def patch(self, number: int, what: int) -> None:
        """Changes name, scope, flexibility or renewal; some changes are wrong."""
        held = self.held(number)
        if not held:
            return
        mine = AZURE[held.customer_id]
        foreign = AZURE[tiny.BOB if held.customer_id == tiny.ADA else tiny.ADA][0]
        changes = (
            {"name": f"renamed-{what}"},
            {"appliedScopeType": "Shared"},
            {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{mine[-1]}"]},
            {"instanceFlexibility": "Off"},
            {"instanceFlexibility": "On"},
            {"renew": True},
            {"renew": False},
            {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{foreign}"]},
            {"appliedScopeType": "Moon"},
            {"quantity": 99},
            {},
        )
        body = {"properties": pick(changes, what)}
        self.witness.took("patch", self.door.azure("PATCH", self._path(held), body))

    def _path(self, held) -> str:
        return f"{CAPACITY}/reservationOrders/{held.order_id}/reservations/{held.id}"

    def split(self, number: int, share: int, wrong: int) -> None:
        """Splits a reservation in two, whose quantities mostly add up."""
        held = self.held(number)
        if not held:
            return
        first = 1 + share % max(1, held.quantity - 1)
        quantities = [first, held.quantity - first + (1 if wrong == 0 else 0)]
        body = {"properties": {"quantities": quantities, "reservationId": self._path(held)}}
        path = f"{CAPACITY}/reservationOrders/{held.order_id}/split"
        self.witness.took("split", self.door.azure("POST", path, body))

    def merge(self, number: int, other: int) -> None:
        """Merges two reservations, mostly of one order."""
        held, now = self.held(number), self.world.now
        if not held:
            return
        order = self.world.state.book.orders[held.order_id]
        below = [self.world.state.book.reservations[key] for key in order.reservation_ids]
        family = [one for one in below if one.alive(now)]
        partner = self.held(other) if other % 5 == 0 else pick(family, family.index(held) + 1)
        body = {"properties": {"sources": [self._path(held), self._path(partner)]}}
        path = f"{CAPACITY}/reservationOrders/{held.order_id}/merge"
        self.witness.took("merge", self.door.azure("POST", path, body))

    def refund_quote(self, number: int, quantity: int) -> None:
        """Asks what a return would bring."""
        held = self.held(number)
        if not held:
            return
        wanted = quantity if quantity == 1 + number % 6 else min(quantity, held.quantity)
        wish = {"reservationId": self._path(held), "quantity": wanted}
        path = f"{CAPACITY}/reservationOrders/{held.order_id}"
        body = {"id": path, "properties": {"scope": "Reservation", "reservationToReturn": wish}}
        reply = self.door.azure("POST", f"{path}/calculateRefund", body)
        self.witness.took("refund quote", reply)
        if reply.ok:
            properties = reply.body()["properties"]
            used = properties["policyResult"]["properties"]["consumedRefundsTotal"]["amount"]
            known = self.witness.consumed(held.customer_id)
            hold("The pool counts what was returned", Decimal(str(used)) == known, used, known)
            self.refunds.append((held.customer_id, held.order_id, wish, properties))

    def give_back(self, number: int, quantity: int) -> None:
        """Asks and returns at once."""
        self.refund_quote(number, quantity)
        self.refund(0, 5)

    def refund(self, number: int, twist: int) -> None:
        """Returns what was quoted, perhaps twice, perhaps another quantity."""
        quoted = pick(self.refunds, -1 - number)
        if not quoted:
            return
        customer, order_id, wish, answer = quoted
        asked = wish | {"quantity": wish["quantity"] + 1} if twist == 0 else wish
        properties = {"sessionId": answer["sessionId"], "scope": "Reservation", "reservationToReturn": asked}
        body = {"properties": properties | {"returnReason": "law"}}
        reply = self.door.azure("POST", f"{CAPACITY}/reservationOrders/{order_id}/return", body)
        if b"RefundLimitExceeded" in reply.raw and not reply.ok:
            self.witness.tally["return beyond the pool"] += 1
        if reply.ok:
            self._count_refund(customer, order_id, wish["quantity"], reply.body()["properties"])
        self.witness.took("return", reply)

    def _count_refund(self, customer: str, order_id: str, quantity: int, said: dict) -> None:
        billing = said["billingInformation"]
        back = Decimal(str(said["billingRefundAmount"]["amount"]))
        self.witness.returned[order_id.lower()] += quantity
        self.witness.given_back[order_id.lower()] += back
        # Of what is paid monthly the payments that are dropped count, as in X-08.
        upfront = billing["billingPlan"] == "Upfront"
        what = said["pricingRefundAmount"] if upfront else billing["billingCurrencyRemainingCommitmentAmount"]
        counted = Decimal(str(what["amount"]))
        self.witness.counted[customer].append((self.world.now, counted))

    def swap_quote(self, number: int, what: int, quantity: int) -> None:
        """Asks what an exchange would cost."""
        held = self.held(number)
        if not held:
            return
        purchase = self._wish(held.customer_id, what, quantity, 2)
        back = {"reservationId": self._path(held), "quantity": min(held.quantity, 1 + number % 3)}
        wish = {
            "reservationsToExchange": [back],
            "reservationsToPurchase": [purchase],
            "savingsPlansToPurchase": [],
        }
        reply = self.door.azure("POST", f"{CAPACITY}/calculateExchange", {"properties": wish})
        self.witness.took("exchange quote", reply)
        if reply.ok:
            self.swaps.append(reply.headers["Location"])

    def swap_now(self, number: int, what: int, quantity: int) -> None:
        """Asks, waits for the answer, exchanges, and waits until it is done."""
        self.swap_quote(number, what, quantity)
        self.advance(0)
        self.swap(0)
        self.advance(2)

    def swap(self, number: int) -> None:
        """Looks at the quote of an exchange and does it."""
        location = pick(self.swaps, -1 - number)
        if not location:
            return
        place = location.partition("/arm")[2] or location
        reply = self.door.azure("GET", place.partition("?")[0])
        self.witness.took("operation", reply)
        said = (reply.body().get("properties") or {}) if reply.ok else {}
        if "sessionId" in said and "netPayable" in said:
            self._do_swap(said)

    def _do_swap(self, said: dict) -> None:
        body = {"properties": {"sessionId": said["sessionId"]}}
        reply = self.door.azure("POST", f"{CAPACITY}/exchange", body)
        if reply.ok:
            self.witness.swaps_in += len(said["reservationsToPurchase"])
            for one in said["reservationsToExchange"]:
                order_id = one["reservationId"].lower().split("/reservationorders/")[1].partition("/")[0]
                self.witness.swapped[order_id] += one["quantity"]
        self.witness.took("exchange", reply)

    # The world itself -----------------------------------------------------------------------------------------

    def advance(self, how: int) -> None:
        """Moves the clock, and looks at how benefits were used since."""
        self.witness.took("clock", self.door.control("POST", "/clock", {"advance_minutes": pick(STEPS, how)}))
        for customer in (tiny.ADA, tiny.BOB):
            self.witness.check_use(customer)

    def turn_back(self, minutes: object) -> None:
        """Tries to move the clock back."""
        reply = self.door.control("POST", "/clock", {"advance_minutes": minutes})
        self.witness.took("clock back", reply)
        hold("Time never runs back", not reply.ok, minutes)

    def nonsense(self, number: int) -> None:
        """Sends what no service can take."""
        method, path, body = pick(NONSENSE, number)
        call = self.door.azure if path.startswith("/providers") else self.door.partner
        reply = call(method, path, body)
        self.witness.took("nonsense", reply)
        hold("Nonsense is refused", not reply.ok, method, path)

    def save_and_go_on(self) -> None:
        """Goes on from a snapshot of itself."""
        self.witness.check_snapshot()


SPOILT = (
    {"quantity": 0},
    {"quantity": 10**7},
    {"catalogItemId": "none"},
    {"termDuration": "P9Y"},
    {"provisioningContext": {"subscriptionId": "none"}},
    {"provisioningContext": "none"},
    {"billingCycle": "weekly"},
    {"quantity": "two"},
)
_NOBODY = "99999999-0000-4000-8000-000000000009"
NONSENSE = (
    ("POST", f"/customers/{_NOBODY}/carts", {"lineItems": []}),
    ("POST", f"/customers/{tiny.BOB}/carts", b"{"),
    ("POST", f"/customers/{tiny.BOB}/carts", []),
    ("POST", f"/customers/{tiny.BOB}/carts/{_NOBODY}/checkout", None),
    ("PUT", f"/customers/{tiny.BOB}/carts/{_NOBODY}", {"lineItems": [{}]}),
    ("GET", f"/customers/{tiny.BOB}/orders/{_NOBODY}", None),
    ("POST", f"{CAPACITY}/calculatePrice", {"sku": 7}),
    ("POST", f"{CAPACITY}/calculatePrice", b"\xff"),
    ("PUT", f"{CAPACITY}/reservationOrders/{_NOBODY}", {"sku": {"name": "Standard_D2s_v5"}}),
    ("POST", f"{CAPACITY}/reservationOrders/{_NOBODY}/return", {"properties": {}}),
    ("POST", f"{CAPACITY}/exchange", {"properties": {"sessionId": "none"}}),
    ("DELETE", f"{CAPACITY}/reservationOrders/{_NOBODY}", None),
)
