"""What reservations cost, charge by charge: the charges of an order are what was paid less what was refunded."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.sandbox.charges import charges
from bespeak.sandbox.holdings_book import Book, BookState
from bespeak.sandbox.payments import paid
from bespeak.sandbox.reservation_records import Offer, Refund, ReservationOrder, Scope, first_reservation
from bespeak.sandbox.savings_plans import Promise, SavingsPlan

START = datetime(2026, 11, 16, 10, tzinfo=UTC)


def offer(total="595", term="P1Y"):
    return Offer("P", "S", "Standard_D2s_v5", "polandcentral", term, "title", Decimal(total), "USD")


def bought(book, quantity=3, *, plan="Upfront", total="595", term="P1Y"):
    order = ReservationOrder(
        "order", "customer", offer(total, term), "name", quantity, plan, "azure", START, START, START
    )
    book.add(order, first_reservation(order, "r1", Scope(), True))
    return order


def split(book, order, held, at, *parts):
    held.until, held.ended_as = at, "Split"
    for number, quantity in enumerate(parts):
        piece = first_reservation(order, f"{held.id}-{number}", Scope(), True)
        piece.quantity, piece.since = quantity, at
        book.add(order, piece)


def returned(book, order, held, at, amount):
    held.until, held.ended_as, held.refunded = at, "Returned", Decimal(amount)
    book.refund(
        Refund(
            len(book.refunds()) + 1, at, "customer", order.id, held.id, held.quantity, "Return", Decimal(amount),
            Decimal(0), Decimal(0), Decimal(0), "USD", Decimal(amount), 1,
        )
    )  # fmt: skip


def money(book, now):
    return sum((one.amount for one in charges(book, now)), Decimal(0))


def owed(book, now):
    """Paid for whoever holds the instances in the end, less what came back."""
    held = [one for one in book.reservations() if one.ended_as not in ("Split", "Merged", "Swapped")]
    gone = sum((one.amount for one in book.refunds() if one.at <= now), Decimal(0))
    return sum((paid(one, book.order_of(one).billing_plan, now) for one in held), Decimal(0)) - gone


def test_an_upfront_purchase_is_one_charge():
    book = Book(BookState())
    bought(book)
    (one,) = charges(book, START)
    assert (one.kind, one.quantity, one.unit, one.amount) == ("New", 3, Decimal(595), Decimal(1785))
    assert (one.starts, one.ends) == (START, START.replace(year=2027))


def test_a_monthly_purchase_is_charged_each_month_and_adds_up_to_its_price():
    book = Book(BookState())
    bought(book, 1, plan="Monthly", total="100", term="P3Y")
    assert len(charges(book, START + timedelta(days=31))) == 2
    assert money(book, START + timedelta(days=3 * 366)) == 100
    assert len(charges(book, START + timedelta(days=3 * 366))) == 36


def test_nothing_is_charged_before_an_order_starts_or_when_it_failed():
    book = Book(BookState())
    order = bought(book)
    assert charges(book, START - timedelta(minutes=1)) == []
    order.failed = True
    assert charges(book, START) == []


def test_a_refund_belongs_to_the_month_of_the_payment_that_it_gives_back():
    """D-812: posted in the billing month of the purchase."""
    book = Book(BookState())
    order = bought(book)
    returned(book, order, book.reservation("r1"), START + timedelta(days=100), "1000")
    new, cancel = charges(book, START + timedelta(days=200))
    assert (cancel.kind, cancel.quantity, cancel.amount, cancel.posted) == ("Cancel", -3, -1000, new.posted)
    assert cancel.at == START + timedelta(days=100)


def test_a_split_is_no_charge():
    book = Book(BookState())
    order = bought(book)
    before = charges(book, START + timedelta(days=9))
    split(book, order, book.reservation("r1"), START + timedelta(days=5), 1, 2)
    assert charges(book, START + timedelta(days=9)) == before


@given(
    quantity=st.integers(2, 9),
    total=st.decimals("0.01", "99999.99", places=2),
    plan=st.sampled_from(["Upfront", "Monthly"]),
    term=st.sampled_from(["P1Y", "P3Y"]),
    first=st.integers(0, 400),
    then=st.integers(0, 400),
    back=st.decimals("0", "500", places=2),
    now=st.integers(0, 1200),
)
def test_charges_are_what_was_paid_less_what_was_refunded(
    quantity, total, plan, term, first, then, back, now
):
    """To the cent, whatever was split and returned, at any instant."""
    book = Book(BookState())
    order = bought(book, quantity, plan=plan, total=total, term=term)
    cut = START + timedelta(days=min(first, 364))
    at = cut + timedelta(days=min(then, 364 - min(first, 364)), hours=1)
    split(book, order, book.reservation("r1"), cut, 1, quantity - 1)
    returned(book, order, book.reservation("r1-0"), at, back)
    instant = START + timedelta(days=now)
    # A reservation that ended later than now was not ended yet: what was paid by now is the same either way.
    assert money(book, instant) == owed(book, instant)


@pytest.mark.parametrize("plan", ["Upfront", "Monthly"])
def test_future_payments_of_what_was_returned_are_dropped(plan):
    book = Book(BookState())
    order = bought(book, 1, plan=plan, total="1200")
    returned(book, order, book.reservation("r1"), START + timedelta(days=40), "0")
    paid_in_all = money(book, START + timedelta(days=400))
    assert paid_in_all == (1200 if plan == "Upfront" else 200)


@pytest.mark.parametrize(("plan", "count"), [("Monthly", 12), ("Upfront", 1)])
def test_a_savings_plan_is_charged_whether_it_is_used_or_not(plan, count):
    """8,760 hours of the commitment a year (X-11): 15.23 an hour are 133,414.80."""
    promise = Promise(
        term="P1Y",
        commitment=Decimal("15.23"),
        starts=START,
        billing_subscription_id="azure",
        billing_plan=plan,
    )
    held = SavingsPlan("plan", "plan order", "customer", "name", promise)
    found = charges(Book(BookState()), START + timedelta(days=366), [held])
    assert (len(found), sum(one.amount for one in found)) == (count, Decimal("133414.80"))
    assert {one.bought.reservation_order for one in found} == {""}
