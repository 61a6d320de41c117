"""The law of money and of quantities over random lives of a customer, on the laws without HTTP."""

from datetime import timedelta
from decimal import Decimal

import changes_world as these
import pytest
import tiny_world as tiny
from hypothesis import given, settings
from hypothesis import strategies as some

from bespeak.sandbox.exchange_terms import Wanted
from bespeak.sandbox.exchanges import exchange, quote
from bespeak.sandbox.money import money
from bespeak.sandbox.purchase_request import PurchaseRequest
from bespeak.sandbox.refunds import quote as refund_quote
from bespeak.sandbox.refunds import take_back
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.reservation_records import Scope
from bespeak.sandbox.residual import residual
from bespeak.sandbox.returns import cancelled_commitment, text_day
from bespeak.sandbox.rules import refund_fee, refund_pool
from bespeak.sandbox.splitting import merge, split
from bespeak.sandbox.world import World

_SIZES = ("Standard_D1s_v9", "Standard_D3s_v9", "Standard_D7s_v9", "Standard_E1_v9", "Standard_E1s_v9")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("money")).world


class Life:
    """A customer that does something at random; the laws are looked at after each step."""

    def __init__(self, world: World, text: str = "") -> None:
        world.state.resets = -1
        world.reset()
        world.switches.refund_text_of = text
        world.switches.refund_minutes = world.switches.exchange_minutes = 0
        world.switches.exchange_quote_minutes = 0
        self.world = world
        self.bought = 0
        self.gone = self.returned = 0
        self.renewed = set()
        self.before = b""
        self.whole_days = refund_fee(text_day(world, text))[1]
        self.last = self.money()

    def money(self):
        return money(self.world.book, tiny.ADA, self.world.now, whole_days=self.whole_days)

    def alive(self):
        return [one for one in self.world.book.reservations(tiny.ADA) if one.alive(self.world.now)]

    def step(self, kind, pick, number, size):
        self.mark()
        try:
            getattr(self, kind)(pick, number, size)
        except RefusalError:
            assert self.world.snapshot() == self.before
        self.look()

    def mark(self):
        """A refusal from here on leaves the world as it is now; a quote before it is no refusal."""
        self.before = self.world.snapshot()

    def look(self):
        now = self.money()
        assert now.paid == now.consumed + now.refundable + now.refunded
        assert now.consumed >= self.last.consumed
        assert now.paid >= self.last.paid
        assert min(now.consumed, now.refundable, now.refunded) >= 0
        assert all(value == round(value, 2) for value in (now.consumed, now.refundable, now.refunded))
        assert now.cancelled <= refund_pool()[0]
        assert sum(one.quantity for one in self.alive()) == self.bought - self.gone
        self.last = now

    def buy(self, pick, number, size):
        these.hold(
            self.world,
            size,
            quantity=number,
            term=("P1Y", "P3Y")[pick % 2],
            plan=("Upfront", "Monthly")[pick // 2 % 2],
            renew=pick % 3 == 0,
        )
        self.bought += number

    def wait(self, pick, number, _size):
        end = self.world.now + timedelta(hours=pick * number)
        self.world.advance(60 * pick * number)
        kept = [one for one in self.world.book.reservations(tiny.ADA) if one.until is None]
        self.gone = sum(one.quantity for one in kept if one.expiry <= end) + self.returned
        renewed = [one for one in self.world.book.reservations(tiny.ADA) if one.renewed_from]
        self.bought += sum(
            self.world.book.order_of(one).quantity for one in renewed if one.id not in self.renewed
        )
        self.renewed |= {one.id for one in renewed}

    def reprice(self, pick, _number, size):
        these.price(self.world, str(Decimal(50 + pick % 100) / 100), size=size)

    def divide(self, pick, number, _size):
        if held := self.one(pick):
            split(self.world, held, [number, held.quantity - number])

    def join(self, pick, _number, _size):
        if held := self.one(pick):
            order = self.world.book.order_of(held)
            merge(self.world, order, [one for one in self.alive() if one.order_id == order.id][:2])

    def give_back(self, pick, number, _size):
        if held := self.one(pick):
            session, _ = refund_quote(self.world, held, number)
            self.mark()
            take_back(self.world, session.id, held, number, "")
            self.gone += number
            self.returned += number

    def swap(self, pick, number, size):
        if held := self.one(pick):
            billing = self.world.directory.azure_ids(tiny.ADA)[0]
            count = 1 + pick % 40
            wish = PurchaseRequest(
                size, "polandcentral", billing, "P1Y", "Upfront", count, "", Scope(), True, False
            )
            customer = self.world.directory.customers[tiny.ADA]
            found = quote(self.world, customer, Wanted(((held, number),), (wish,), ()))
            self.mark()
            exchange(self.world, found, "admin-agent")
            self.gone += number
            self.returned += number
            self.bought += count

    def one(self, pick):
        there = self.alive()
        return there[pick % len(there)] if there else None


_STEPS = some.lists(
    some.tuples(
        some.sampled_from(
            ["buy", "buy", "wait", "wait", "reprice", "divide", "join", "give_back", "give_back", "swap"]
        ),
        some.integers(0, 400),
        some.integers(1, 9),
        some.sampled_from(_SIZES),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps=_STEPS, text=some.sampled_from(["", "2021-01-01"]))
def test_no_cent_is_made_or_lost(world, steps, text):
    """Paid = consumed + refundable + refunded to the cent, consumed never falls, quantities survive."""
    life = Life(world, text)
    for step in steps:
        life.step(*step)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    size=some.sampled_from(_SIZES),
    monthly=some.booleans(),
    term=some.sampled_from(["P1Y", "P3Y"]),
    start=some.integers(0, 400),
    days=some.integers(0, 1200),
)
def test_what_is_left_only_falls_between_payments(world, size, monthly, term, start, days):
    """D-801: what is used up never falls, and at the end of the term nothing is left."""
    life = Life(world)
    life.world.advance(start * 24 * 60 + 77)
    held = these.hold(life.world, size, term=term, plan="Monthly" if monthly else "Upfront")
    plan = life.world.book.order_of(held).billing_plan
    at = [held.starts + timedelta(days=day) for day in (days, days + 1)]
    sooner, later = (residual(held.offer, plan, held.starts, one) for one in at)
    assert sooner.used <= later.used
    assert sooner.used + sooner.left == sooner.paid * sooner.scale
    end = residual(held.offer, plan, held.starts, held.expiry)
    assert (end.left, end.dropped, end.paid) == (0, 0, held.offer.unit_total)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(parts=some.lists(some.integers(1, 5), min_size=1, max_size=6), days=some.integers(0, 364))
def test_many_small_refunds_are_one_large_one(world, parts, days):
    """All refunds of one order on one day add up to what the whole would have brought."""
    life = Life(world)
    life.world.state.switches.pool_counts_instalment = False
    held = these.hold(life.world, "Standard_D7s_v9", quantity=sum(parts), total="666.67")
    life.world.advance(days * 24 * 60)
    whole = refund_quote(life.world, held, held.quantity)[1].amount
    if cancelled_commitment(life.world.book, tiny.ADA, life.world.now) + whole > refund_pool()[0]:
        return
    for part in parts:
        held = life.alive()[-1]
        session, _ = refund_quote(life.world, held, part)
        take_back(life.world, session.id, held, part, "")
    assert sum(one.amount for one in life.world.book.refunds(tiny.ADA)) == whole


def test_the_limit_holds_over_many_returns(world):
    """D-803: never more than 50,000 in any 365 days, and again after them."""
    life = Life(world)
    outcomes = []
    for _ in range(30):
        held = these.hold(life.world, "Standard_D3s_v9", quantity=40)
        session, _ = refund_quote(life.world, held, 40)
        try:
            take_back(life.world, session.id, held, 40, "")
            outcomes.append("done")
        except RefusalError as refusal:
            outcomes.append(str(refusal.code))
        life.world.advance(60 * 24 * 30)
    assert outcomes.count("done") == 2 * 3
    assert set(outcomes) == {"done", "RefundLimitExceeded"}
