"""A witness of one world: it asks over HTTP, keeps books of its own, and holds the world to its laws.

It knows of every purchase, return and exchange only what the answers said. What the world holds is compared with that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from law_door import Door, Reply

from bespeak.sandbox.money import Money, money

#: What a tenant may take back in 365 days, in USD (D-803).
POOL = Decimal(50_000)
YEAR = timedelta(days=365)
#: Records of instances that go on in other records.
GONE_ON = ("Split", "Merged", "Swapped")
#: What float arithmetic over a day may leave.
DUST = 1e-6
#: Hours that are looked at after a long move of the clock, at its beginning and at its end.
WINDOW = 500
BROKEN = 500


class LawError(AssertionError):
    """A law of the world does not hold."""


def hold(law: str, found: bool, *facts: object) -> None:
    """Raises ``LawError`` that names the law when it does not hold."""
    if not found:
        raise LawError(f"{law}: {', '.join(map(str, facts))}")


class Witness:
    """Asks one world and remembers."""

    def __init__(self, world, door: Door) -> None:
        self.world = world
        self.door = door
        self.seen = world.snapshot()
        self.last = world.now
        #: How often each kind of request was taken and refused, for the test that nothing is tested in vain.
        self.tally: Counter[str] = Counter()
        self.ordered: set[str] = set()
        self.bought_in_azure: set[str] = set()
        self.renewing: set[str] = set()
        self.returned: dict[str, int] = defaultdict(int)
        self.swapped: dict[str, int] = defaultdict(int)
        self.swaps_in: int = 0
        self.counted: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
        self.looked: dict[str, int] = {}
        self.given_back: dict[str, Decimal] = defaultdict(Decimal)

    def took(self, what: str, reply: Reply) -> Reply:
        """Writes down an answer; a refused request must have left no trace."""
        hold("The sandbox does not break", reply.status != BROKEN, what, reply.raw[:300])
        now = self.world.snapshot()
        if not reply.ok:
            hold("A refused request changes nothing", now == self.seen, what, reply.status, reply.raw[:200])
        self.seen = now
        self.tally[f"{what} {'taken' if reply.ok else 'refused'}"] += 1
        return reply

    def check(self) -> None:
        """The laws that are cheap enough to be looked at after every step."""
        self._time()
        self._orders()
        self._quantities()
        self._pool()
        self._money()

    def _time(self) -> None:
        hold("Time never runs back", self.world.now >= self.last, self.world.now, self.last)
        self.last = self.world.now

    def _orders(self) -> None:
        book, shop = self.world.state.book, self.world.state.shop
        exchanged = 0
        sources = {held.renewed_to: held for held in book.reservations.values() if held.renewed_to}
        for order in book.orders.values():
            if order.channel == "PartnerCenter":
                known = order.commerce_order_id in self.ordered
            elif order.channel == "Azure":
                known = order.id in self.bought_in_azure
            elif order.channel == "Renewal":
                known = order.id in sources or any(one in sources for one in order.reservation_ids)
            else:
                exchanged += 1
                known = exchanged <= self.swaps_in
            hold("No order without a checkout or a quote", known, order.channel, order.id)
        shown = {one.id for orders in shop.orders.values() for one in orders}
        mirrored = {one.commerce_order_id for one in book.orders.values() if one.channel != "PartnerCenter"}
        strange = shown - self.ordered - mirrored
        hold("No order without a checkout or a quote", not strange, strange)
        hold("No order gets lost", self.ordered <= shown, self.ordered - shown)
        hold("No order gets lost", self.bought_in_azure <= set(book.orders), self.bought_in_azure)

    def _quantities(self) -> None:
        book = self.world.state.book
        leaves: dict[tuple[str, str], int] = defaultdict(int)
        for held in book.reservations.values():
            if held.ended_as not in GONE_ON:
                leaves[held.order_id, held.ended_as] += held.quantity
        for order in book.orders.values():
            parts = {how: leaves[order.id, how] for how in ("", "Returned", "Exchanged")}
            facts = (order.id, order.quantity, parts, self.returned[order.id], self.swapped[order.id])
            law = "Quantities survive split and merge"
            hold(law, sum(parts.values()) == order.quantity, *facts)
            hold(law, parts["Returned"] == self.returned[order.id], *facts)
            hold(law, parts["Exchanged"] <= self.swapped[order.id], *facts)

    def _pool(self) -> None:
        for customer, refunds in self.counted.items():
            recent = self.consumed(customer)
            hold("The pool is never exceeded", recent <= POOL, customer, recent, refunds)

    def _money(self) -> None:
        """Paid, used up, still to come back and given back: from the book, and from what the answers said."""
        for customer in {order.customer_id for order in self.world.state.book.orders.values()}:
            sums = money(
                self.world.book, customer, self.world.now, whole_days=self.world.switches.refund_whole_days
            )
            total = sums.consumed + sums.refundable + sums.refunded
            hold("Money is conserved", sums.paid == total, customer, sums)
            hold(
                "Money is conserved", min(sums.consumed, sums.refundable, sums.refunded) >= 0, customer, sums
            )
            self._money_of_answers(customer, sums)

    def _money_of_answers(self, customer: str, sums: Money) -> None:
        now, orders = self.world.now, self.world.book.orders(customer)
        begun = [one for one in orders if not one.failed and one.starts <= now]
        if all(one.billing_plan == "Upfront" for one in begun):
            paid = sum((one.offer.unit_total * one.quantity for one in begun), Decimal(0))
            hold("All is paid that was bought", sums.paid == paid, customer, sums.paid, paid)
        if not any(self.swapped[one.id] for one in orders):
            back = sum((self.given_back[one.id] for one in orders), Decimal(0))
            hold("All comes back that was promised", sums.refunded == back, customer, sums.refunded, back)

    def consumed(self, customer: str) -> Decimal:
        """What counts against the pool of a customer at this instant."""
        since = self.world.now - YEAR
        return sum((amount for at, amount in self.counted[customer] if at > since), Decimal(0))

    def check_use(self, customer: str) -> None:
        """No hour of a machine is covered twice, and no hour has more cover than was reserved in it.

        Looks at the hours that passed since the last look, of many only at the first and the last.
        """
        cover = self.world.covered(customer)
        since = max(cover.start, self.looked.get(customer, cover.start))
        self.looked[customer] = cover.end
        if cover.end - since <= 2 * WINDOW:
            windows = [(since, cover.end)]
        else:
            windows = [(since, since + WINDOW), (cover.end - WINDOW, cover.end)]
        for first, end in windows:
            if first < end and cover.benefits:
                self._covered_once(customer, cover, first, end)
                self._within_reserved(cover, first, end)

    def _covered_once(self, customer: str, cover, first: int, end: int) -> None:
        cells = cover.cells(first, end)
        table = np.zeros((end - first, len(cover.machines)))
        np.add.at(table, (cells.hour - first, cells.item), cells.hours)
        running = self.world.demand.running(cover.machines, first, end)
        twice = (table - running).max(initial=0.0)
        hold("No hour is covered twice", twice <= DUST, customer, twice)

    def _within_reserved(self, cover, first: int, end: int) -> None:
        law, hours = "No more is covered than was reserved", np.arange(first, end)
        reserved = defaultdict(lambda: np.zeros(len(hours)))
        for held in cover.reservations:
            lives = (hours >= held.first_hour) & (hours < held.end_hour)
            reserved[held.order_id] += lives * held.quantity
            used = cover.drawn(held.id, first, end)
            hold(law, bool((used <= lives * held.quantity + DUST).all()), held.id)
        for order_id, total in reserved.items():
            bought = self.world.state.book.orders[order_id].quantity
            hold(law, bool((total <= bought).all()), order_id, bought, total.max(initial=0))

    def check_snapshot(self) -> None:
        """A world that goes on from its own snapshot is the same world."""
        before = self.world.snapshot()
        self.world.restore(before)
        hold("A snapshot holds everything", self.world.snapshot() == before)


def instant(text: str) -> datetime:
    """An instant as answers print it."""
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)
