"""What is being done about an UNKNOWN purchase: its times, and why its cart may not be sent once more (A5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bespeak import follow_up, follow_up_facts, look_again_at, make_purchase
from bespeak.buying.ledger import LIST_LAG
from bespeak.buying.once_more import GRACE
from bespeak.errors import AnswerLostError

SECOND = timedelta(seconds=1)


@pytest.fixture
def lost(session, center, make_plan):
    """A purchase whose checkout got no answer; whether it was done is for the test to say."""

    def lost(fault):
        center.fail("check out the cart", fault)
        plan = make_plan()
        return make_purchase(session, plan, plan.phrase)

    return lost


@pytest.fixture
def purchase(lost):
    return lost(AnswerLostError("No answer."))


def test_a_purchase_whose_end_is_known_has_nothing_to_follow(session, make_plan):
    plan = make_plan()
    assert follow_up(session, make_purchase(session, plan, plan.phrase)) is None


def test_it_is_looked_at_after_the_grace_time_then_when_the_list_is_complete_then_no_more(
    session, center, purchase
):
    sent = center.now
    assert follow_up(session, purchase).next_look >= sent + GRACE
    center.now = sent + GRACE
    assert follow_up(session, purchase).next_look >= sent + LIST_LAG
    center.now = sent + LIST_LAG
    assert follow_up(session, purchase).next_look is None


def test_before_the_grace_time_is_over_the_cart_is_not_sent_and_not_looked_at(session, center, purchase):
    center.now += GRACE - SECOND
    asked = len(center.asked("GET"))
    assert "may still be at work" in follow_up(session, purchase).not_once_more
    assert len(center.asked("GET")) == asked


def test_after_the_grace_time_an_active_cart_may_be_sent_once_more(session, center, purchase):
    center.now += GRACE
    assert follow_up(session, purchase).not_once_more == ""


def test_a_cart_that_was_ordered_is_not_sent_once_more(session, center, lost):
    purchase = lost("lose_answer")
    center.now += GRACE
    assert follow_up(session, purchase).not_once_more


def test_a_purchase_that_needs_a_person_is_not_sent_once_more(session, center, purchase):
    center.now += GRACE
    stuck = replace(purchase, outcome=replace(purchase.outcome, steps=("Look.",)))
    assert follow_up(session, stuck).not_once_more == "A person must look first, step by step."


def test_that_the_cart_cannot_be_read_now_speaks_against_it_in_words(session, center, purchase):
    center.now += GRACE
    center.fail("read the cart", AnswerLostError("The line is down."))
    assert follow_up(session, purchase).not_once_more == "The line is down."


def test_the_words_name_times_money_and_world_and_say_not_to_buy_it_again(session, purchase):
    facts = follow_up_facts(follow_up(session, purchase), purchase, "live")
    assert "1 of at most 2 times" in facts["Sent"]
    assert facts["Next look"].endswith("by itself while this page is open; or press Look again")
    assert facts["Money"].startswith(f"{purchase.plan.total} may be charged")
    assert "do not buy it again" in facts["Money"]
    assert facts["World"] == f"live; the purchase is {purchase.plan.intent_id}"


def test_following_it_changes_nothing_in_the_journal(session, center, purchase):
    center.now += GRACE
    before = (session.home / "journal.sqlite").read_bytes()
    follow_up(session, purchase)
    assert (session.home / "journal.sqlite").read_bytes() == before
    assert look_again_at(session, purchase).outcome.state == "UNKNOWN"
