"""Returns, exchanges, splits and renewals as they come out on the bills."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import changes_world as these
import pytest
import tiny_world as tiny
from changes_world import exchange, exchange_quote, give_back, go, hold, purchase
from test_billing_invoices import ALL, found_invoices
from test_billing_lines import PURCHASES, read, total

from bespeak.sandbox.charges import charges
from bespeak.sandbox.money import money


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("bills"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


@pytest.fixture
def world(caller):
    return caller.world


def billed(caller):
    """The lines of reservations on all documents."""
    invoices = [one["id"] for one in found_invoices(caller)]
    lines = [one for key in invoices for one in read(caller, f"{ALL}/{key}/{PURCHASES}")]
    return [one for one in lines if one["reservationOrderId"]]


def law(world):
    """What a customer paid less what came back, as the law of money counts it."""
    found = money(world.book, tiny.ADA, world.now)
    return found.paid - found.refunded


def settle(world):
    """Goes to a day on which all that happened so far is billed, and nothing new fell due."""
    there = (world.now + timedelta(days=40)).replace(day=9, hour=0, minute=0)
    go(world, f"{there:%Y-%m-%d}")


def test_bills_are_what_was_paid_less_what_was_refunded_through_every_change(caller, world):
    """Law: to the cent, after a purchase by month, a partial return, an exchange, and the end of the term."""
    world.state.switches.exchange_text_of = "2026-01-15"
    go(world, "2029-01-10")
    monthly = hold(world, quantity=5, plan="Monthly", total="100.01")
    upfront = hold(world, "Standard_D3s_v9", quantity=3)
    go(world, "2029-04-20", 7)
    give_back(caller, monthly, 2)
    settle(world)
    assert total(billed(caller), "subtotal") == law(world)
    quoted = exchange_quote(caller, [(upfront, 1)], [purchase("Standard_D5s_v9")])
    exchange(caller, quoted)
    world.advance(20)
    settle(world)
    assert total(billed(caller), "subtotal") == law(world)
    go(world, "2030-06-09")
    lines = billed(caller)
    assert total(lines, "subtotal") == law(world)
    assert {one["chargeType"] for one in lines} == {"New", "Cancel"}


def test_a_partial_return_is_a_line_of_its_quantity(caller, world):
    go(world, "2029-01-10")
    held = hold(world, "Standard_D3s_v9", quantity=10)
    go(world, "2029-01-20")
    give_back(caller, held, 4)
    settle(world)
    new, cancel = billed(caller)
    assert (new["quantity"], new["subtotal"]) == (10, 5000)
    assert (cancel["chargeType"], cancel["quantity"]) == ("Cancel", -4)
    assert Decimal(str(cancel["subtotal"])) == -world.book.refunds()[0].amount
    assert new["invoiceNumber"] == cancel["invoiceNumber"]


def test_a_returned_monthly_reservation_is_not_charged_any_more(caller, world):
    go(world, "2029-01-10")
    held = hold(world, plan="Monthly", total="120")
    go(world, "2029-03-15")
    give_back(caller, held, 1)
    go(world, "2029-12-09")
    lines = billed(caller)
    assert [one["chargeStartDate"][:7] for one in lines if one["chargeType"] == "New"] == [
        "2029-03", "2029-02", "2029-01",
    ]  # fmt: skip
    (cancel,) = [one for one in lines if one["chargeType"] == "Cancel"]
    (invoice,) = [one for one in found_invoices(caller) if one["id"] == cancel["invoiceNumber"]]
    assert invoice["billingPeriodStartDate"][:7] == "2029-03"


def test_a_renewal_is_a_purchase_of_its_own(caller, world):
    go(world, "2029-01-10")
    hold(world, "Standard_D3s_v9", renew=True)
    go(world, "2030-02-09")
    lines = billed(caller)
    assert [(one["chargeStartDate"][:10], one["subtotal"]) for one in lines] == [
        ("2030-01-10", 500),
        ("2029-01-10", 500),
    ]
    assert len({one["reservationOrderId"] for one in lines}) == 2


def test_charges_of_split_and_merged_reservations_are_those_of_their_order(caller, world):
    go(world, "2029-01-10")
    held = hold(world, quantity=4, plan="Monthly", total="99.99")
    whole = charges(world.book, datetime(2031, 1, 1, tzinfo=UTC))
    go(world, "2029-03-01")
    body = {"properties": {"reservationId": these.path(held), "quantities": [1, 3]}}
    these.call(caller, "POST", f"{these.order_path(held)}/split", body)
    assert charges(world.book, datetime(2031, 1, 1, tzinfo=UTC)) == whole
