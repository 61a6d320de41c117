"""What is said of a purchase before and after it: world, total, payments, scope, outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bespeak.buying import Outcome, Purchase, outcome_facts, total_sentence, world_sentence
from bespeak.buying.stakes import payments_sentence, scope_sentence, size_sentence

ON = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_the_total_is_one_sentence_with_every_figure_its_currency_and_its_world(make_quote, prices):
    """X-13: 496 against 0.096 an hour pays from 58.98 % on."""
    assert total_sentence(make_quote(), prices, "sandbox") == (
        "4 x Standard_D2s_v5 in polandcentral for 1 year cost USD 1,984.00 in all (USD 496.00 each, "
        "USD 165.33 a month), against USD 3,363.84 at pay-as-you-go when all run every hour; "
        "it pays from 59.0% use on (world: sandbox, prices of 2026-11-16)."
    )


def test_a_missing_pay_as_you_go_price_is_said_and_not_guessed(make_quote, prices):
    told = total_sentence(make_quote(), replace(prices, payg=prices.payg.iloc[:0]), "live")
    assert "and there is no pay-as-you-go price to compare it with (world: live" in told


def test_a_reservation_dearer_than_its_machines_never_pays(make_quote, prices):
    quote = make_quote()
    dear = replace(quote, unit=quote.unit * 2)
    assert "it never pays" in total_sentence(dear, prices, "sandbox")


def test_paid_at_once_is_one_payment(make_quote):
    assert payments_sentence(make_quote()) == "One payment of USD 1,984.00."


def test_monthly_payments_that_differ_by_a_cent_are_named_as_such(make_quote):
    """D-505: 1,984 / 12 is no whole number of cents; the payments add up to the total."""
    assert payments_sentence(make_quote(billing="monthly")) == (
        "12 monthly payments of USD 165.33 to USD 165.34, USD 1,984.00 in all."
    )


def test_monthly_payments_that_are_equal_are_named_once(make_quote):
    assert payments_sentence(make_quote(billing="monthly", quantity=3)) == (
        "12 monthly payments of USD 124.00, USD 1,488.00 in all."
    )


def test_an_azure_plan_has_no_choice_of_scope(plan_details):
    """D-446."""
    assert scope_sentence(plan_details, "single", ON).startswith("An Azure plan buys shared scope only")


def test_a_legacy_customer_reads_what_each_scope_covers(details):
    """D-512: a single scope needs quota."""
    single = scope_sentence(details, "single", ON)
    assert single.startswith(
        "Covers machines of the chosen Azure subscription only. Microsoft refuses more than"
    )
    assert (
        scope_sentence(details, "shared", ON) == "Covers machines of any Azure subscription of the customer."
    )


def test_a_size_is_told_with_its_group_and_ratio():
    assert size_sentence("d4s v5") == "4 vCPUs, 16 GiB; Dsv5 Series, ratio 2."


def test_a_size_without_a_ratio_covers_itself_only():
    assert size_sentence("Standard_A1_v2").endswith("no ratio is known: count on this size only.")


def test_a_size_that_is_not_known_is_not_told():
    assert size_sentence("Standard_Z9") == ""


@pytest.mark.parametrize("world", ["sandbox", "integration", "live"])
def test_every_world_says_what_an_order_means_there(world):
    assert "order" in world_sentence(world)


def test_a_world_that_nobody_knows_is_no_place_to_buy():
    assert "do not buy" in world_sentence("moon")


def test_a_young_order_says_when_it_is_listed_and_that_its_reservation_is_being_made(make_plan):
    """New orders may be missing from the list for 15 minutes (Purchase Azure reservations, 2021)."""
    purchase = Purchase(make_plan(), Outcome("DONE", "4be1c09a77d2", "", "Bought.", "intent-1"), NOON)
    assert outcome_facts(purchase) == {
        "State": "DONE",
        "Order": "4be1c09a77d2",
        "In Partner Center's order list": "from 2026-11-16 12:15 UTC on",
        "Reservation": "being made",
    }


def test_an_unknown_purchase_names_no_order(make_plan):
    purchase = Purchase(make_plan(), Outcome("UNKNOWN", "", "", "Not known.", "intent-1"), NOON)
    assert outcome_facts(purchase) == {"State": "UNKNOWN"}
