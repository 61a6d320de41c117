"""What a purchase charges: now, every month and in all, with the price of this moment (A13, D-505)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bespeak import Charge, InputError, Money, charge_amounts, charge_now, charge_sentence, check_offer
from bespeak.clients.session import Person

BUYER = Person("buyer@partner.example", "object-1", "partner.example")


def charge_of(plan, unit):
    return Charge(plan, Money(Decimal(unit), "USD"), datetime(2026, 11, 16, 9, 30, tzinfo=UTC), BUYER, "here")


def test_one_payment_is_all_there_is(make_plan):
    assert charge_amounts(charge_of(make_plan(), "496")) == {
        "Now": "USD 1,984.00",
        "Every month": "nothing more",
        "In all": "USD 1,984.00",
    }


def test_monthly_payments_are_counted_after_the_first(make_plan):
    plan = replace(make_plan(), billing="monthly")
    amounts = charge_amounts(charge_of(plan, "600"))
    assert amounts["Now"] == "USD 200.00"
    assert amounts["Every month"] == "USD 200.00, 11 times more"


def test_payments_that_differ_are_shown_as_a_span_and_add_up_to_the_total(make_plan):
    plan = replace(make_plan(), billing="monthly", quantity=1)
    charge = charge_of(plan, "100.00")
    assert charge_amounts(charge)["Every month"] == "USD 8.33 to USD 8.34, 11 times more"
    assert sum(one.amount for one in charge.payments) == Decimal("100.00")


def test_the_sentence_says_when_the_price_was_read_in_which_world_and_who_is_charged(make_plan):
    assert charge_sentence(charge_of(make_plan(), "496")) == (
        "4 x USD 496.00 for 1 year, tax excluded. The price was read from Partner Center on 2026-11-16 09:30 UTC. "
        "Microsoft charges the partner partner.example (signed in: buyer@partner.example); world: sandbox, here."
    )


def test_the_price_is_read_anew_for_it(session, center, make_plan):
    plan = make_plan()
    center.price = "497"
    with pytest.raises(InputError, match=r"was USD 496\.00 and is now USD 497\.00"):
        charge_now(session, plan)


def test_the_figures_are_those_of_the_service_and_not_of_the_plan(session, make_plan):
    charge = charge_now(session, make_plan())
    assert (str(charge.unit), charge.read_at, charge.person.name) == ("USD 496.00", session.now(), BUYER.name)


def test_a_check_of_the_offer_brings_its_charge(session, details, make_quote):
    checked = check_offer(session, details, make_quote(), friendly_name="", new_id=lambda: "intent-1")
    assert checked.charge is not None
    assert charge_amounts(checked.charge)["In all"] == str(checked.plan.total)
