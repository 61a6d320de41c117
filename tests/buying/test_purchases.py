"""Purchases that a person follows: made, looked at again, and those whose end is not known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bespeak.buying import look_again_at, make_purchase, open_blockers, open_purchases
from bespeak.errors import InputError


def test_a_purchase_keeps_its_plan_its_outcome_and_its_time(session, make_plan):
    planned = make_plan()
    made = make_purchase(session, planned, planned.phrase)
    assert (made.plan, made.outcome.state, made.at) == (planned, "DONE", session.now())
    assert made.is_open
    assert made.is_young


def test_looking_again_finds_the_reservation_and_closes_the_purchase(session, center, make_plan):
    planned = make_plan()
    made = make_purchase(session, planned, planned.phrase)
    center.now += timedelta(minutes=20)
    later = look_again_at(session, made)
    assert later.outcome.reservation
    assert not later.is_open
    assert later.at == made.at


def test_a_wrong_phrase_raises_and_leaves_nothing_open(session, make_plan):
    with pytest.raises(InputError):
        make_purchase(session, make_plan(), "buy it")
    assert open_purchases(session, make_plan().customer_id) == ()


def test_a_lost_answer_is_open_and_found_by_the_next_kernel(session, center, make_plan):
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    made = make_purchase(session, planned, planned.phrase)
    assert made.outcome.state == "UNKNOWN"
    assert [one.plan for one in open_purchases(session, planned.customer_id)] == [planned]


def test_trouble_that_nobody_foresaw_while_sending_is_an_outcome_and_no_error(session, center, make_plan):
    center.fail("check out the cart", RuntimeError("a bug"))
    planned = make_plan()
    assert make_purchase(session, planned, planned.phrase).outcome.state == "UNKNOWN"


def test_the_same_size_is_blocked_while_a_purchase_of_it_is_unknown(session, center, make_plan):
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    found = [make_purchase(session, planned, planned.phrase)]
    (sentence,) = open_blockers(found, "Standard_D2s_v5", "polandcentral")
    assert sentence == (
        "Whether 4 x Standard_D2s_v5 was bought on 2026-11-16 00:00 UTC is not known. "
        "Look again at it before you buy more for the same machines."
    )


def test_another_size_of_its_flexibility_group_is_blocked_too(session, center, make_plan):
    """D-420: it covers the same machines."""
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    found = [make_purchase(session, planned, planned.phrase)]
    assert len(open_blockers(found, "Standard_D4s_v5", "polandcentral")) == 1


def test_another_group_or_region_is_not_blocked(session, center, make_plan):
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    found = [make_purchase(session, planned, planned.phrase)]
    assert open_blockers(found, "Standard_D2as_v5", "polandcentral") == []
    assert open_blockers(found, "Standard_D2s_v5", "westeurope") == []


def test_a_finished_purchase_blocks_nothing(session, make_plan):
    planned = make_plan()
    found = [make_purchase(session, planned, planned.phrase)]
    assert open_blockers(found, "Standard_D2s_v5", "polandcentral") == []


def test_another_customers_unknown_purchase_is_not_listed(session, center, make_plan):
    center.fail("check out the cart", "lose_answer")
    planned = make_plan()
    make_purchase(session, planned, planned.phrase)
    assert open_purchases(session, "603492ac-b597-5193-a333-0408f14a1d30") == ()
