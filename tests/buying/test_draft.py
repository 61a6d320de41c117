"""What an order form says about what stands in it, and the check before it is confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bespeak.buying import (
    Choice,
    Preparation,
    blockers,
    blockers_by_field,
    check_offer,
    draft_order,
    make_purchase,
)
from bespeak.errors import UnreachableError
from bespeak.terms import undo_facts

AZURE = "1df73bff-2e9e-5dc7-8f04-0916f8eb0989"
CHOICE = Choice(AZURE, "Standard_D2s_v5", "polandcentral", "P1Y", "4")


@pytest.fixture
def known(prices):
    return Preparation(prices, (), ())


def test_a_filled_form_has_a_quote_a_total_and_nothing_against_it(details, known):
    told = draft_order(CHOICE, details, known, "sandbox")
    assert (told.problems, told.against) == ({}, [])
    assert str(told.quote.total) == "USD 1,984.00"
    assert told.total.startswith("4 x Standard_D2s_v5")


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "abc", "", "1000000000"])
def test_a_quantity_that_cannot_be_is_said_at_its_field_only(details, known, typed):
    told = draft_order(replace(CHOICE, quantity=typed), details, known, "sandbox")
    assert list(told.problems) == ["quantity"]
    assert told.against == told.problems["quantity"]


def test_a_closed_series_is_said_at_the_term(details, known):
    """D-520."""
    told = draft_order(replace(CHOICE, size="Standard_D2s_v3"), details, known, "sandbox")
    assert "closed since 2026-07-01" in told.problems["term"][0]


def test_without_a_quote_there_is_no_total(details, known):
    told = draft_order(replace(CHOICE, size="Standard_Z9"), details, known, "sandbox")
    assert (told.quote, told.total) == (None, "")


def test_an_unknown_purchase_of_the_same_size_speaks_against_it(session, center, make_plan, details, known):
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    unknown = known.with_purchases([make_purchase(session, planned, planned.phrase)])
    assert "is not known" in draft_order(CHOICE, details, unknown, "sandbox").against[0]


def test_a_purchase_that_became_known_no_longer_speaks_against_it(session, center, make_plan, details, known):
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    lost = make_purchase(session, planned, planned.phrase)
    found = replace(lost, outcome=replace(lost.outcome, state="DONE"))
    later = known.with_purchases([lost]).with_purchases([found])
    assert draft_order(CHOICE, details, later, "sandbox").against == []


def test_what_cannot_be_undone_is_not_said_twice(details, known):
    told = draft_order(CHOICE, details, known, "sandbox")
    undo = undo_facts(told.quote.total, known.prices.as_of, "sandbox")
    assert not set(told.warnings) & set(undo)


def test_what_a_reservation_does_not_pay_for_is_said(details, known):
    """D-407."""
    (told,) = draft_order(CHOICE, details, known, "sandbox").warnings
    assert "Windows and other software, disks and network stay payable" in told


def test_the_blockers_by_field_are_the_blockers(details, known):
    bad = replace(CHOICE, size="", quantity="0", friendly_name="-")
    by_field = blockers_by_field(bad, details, (), known.prices, known.prices.as_of)
    assert list(by_field) == ["size", "quantity", "friendly_name"]
    assert blockers(bad, details, (), known.prices, known.prices.as_of) == [
        sentence for sentences in by_field.values() for sentence in sentences
    ]


def check(session, details, quote):
    return check_offer(session, details, quote, friendly_name="web tier", new_id=lambda: "intent-1")


def test_a_check_gives_a_plan_and_what_cannot_be_undone(session, details, make_quote):
    told = check(session, details, make_quote())
    assert told.plan.phrase == "Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox"
    assert told.undo[0].startswith("Once bought, the order cannot be cancelled")
    assert told.why_not is None


def test_a_price_that_changed_is_no_plan_and_brings_new_prices(
    session, center, details, make_quote, prices, monkeypatch
):
    new = replace(prices, source="the sheet of today")
    monkeypatch.setattr("bespeak.buying.preparing.read_prices", lambda *_: new)
    center.price = "510"
    told = check(session, details, make_quote())
    assert told.plan is None
    assert "was USD 496.00 and is now USD 510.00" in str(told.why_not)
    assert told.prices is new


def test_why_there_is_no_plan_is_said_even_when_new_prices_cannot_be_read(
    session, center, details, make_quote
):
    center.price = "510"
    center.fail("read the rate card", UnreachableError("There is no connection."))
    told = check(session, details, make_quote())
    assert "is now USD 510.00" in str(told.why_not)
    assert told.prices is None


def test_a_name_that_cannot_be_is_no_plan(session, details, make_quote):
    told = check_offer(session, details, make_quote(), friendly_name="<b>", new_id=lambda: "intent-1")
    assert "name" in str(told.why_not)


def test_a_service_out_of_reach_is_an_error(session, center, details, make_quote):
    center.fail("read a SKU", UnreachableError("There is no connection."))
    with pytest.raises(UnreachableError):
        check(session, details, make_quote())


def test_a_check_sends_nothing_that_buys(session, center, details, make_quote):
    check(session, details, make_quote())
    assert center.asked("POST", "carts") == []
    assert center.asked("POST", "checkout") == []
