"""Two purchases for the same machines: while one is not known to have ended, the other sends nothing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bespeak.buying import buy, check_offer, look_again
from bespeak.buying.ledger import open_journal
from bespeak.errors import InputError, JournalError

NOT_KNOWN = "Whether 4 x Standard_D2s_v5 was bought for Contoso on 2026-11-16 00:00 UTC is not known"


@pytest.fixture
def unknown(session, center, make_plan):
    """A purchase whose answer was lost in one window."""
    center.fail("check out the cart", "lose_answer")
    made = make_plan(intent_id="first")
    assert buy(session, made, made.phrase).state == "UNKNOWN"
    return made


def test_another_window_that_does_not_know_of_the_unknown_purchase_sends_nothing(
    session, center, make_plan, unknown
):
    """D-620: its form was filled before; the journal knows."""
    second = make_plan(intent_id="second")
    sent = len(center.asked("POST"))
    with pytest.raises(InputError, match=NOT_KNOWN):
        buy(session, second, second.phrase)
    assert len(center.asked("POST")) == sent
    assert center.bought == [unknown.friendly_name]


@pytest.mark.usefixtures("unknown")
def test_another_quantity_is_a_rival_too(session, make_plan):
    second = make_plan(intent_id="second", quantity=9)
    with pytest.raises(InputError, match=NOT_KNOWN):
        buy(session, second, second.phrase)


def test_once_it_is_known_the_other_can_be_bought(session, center, make_plan, unknown):
    center.now += timedelta(minutes=20)
    assert look_again(session, unknown.intent_id).state == "DONE"
    second = make_plan(intent_id="second")
    assert buy(session, second, second.phrase).state == "DONE"
    assert center.bought == [unknown.friendly_name, second.friendly_name]


def test_of_two_windows_that_buy_the_same_at_once_one_sends(session, center, make_plan):
    """Both were checked before either was bought."""
    plans = [make_plan(intent_id=name) for name in ("left", "right")]
    inside, go = threading.Event(), threading.Event()

    def hold():
        inside.set()
        assert go.wait(10)

    center.fail("check out the cart", hold)
    slow = threading.Thread(target=buy, args=(session, plans[0], plans[0].phrase))
    slow.start()
    assert inside.wait(10)
    with pytest.raises(InputError, match=NOT_KNOWN):
        buy(session, plans[1], plans[1].phrase)
    go.set()
    slow.join()
    assert center.bought == [plans[0].friendly_name]


def test_a_rejected_purchase_is_no_rival(session, center, make_plan):
    center.order_errors = [{"code": "800010", "description": "No capacity."}]
    first = make_plan(intent_id="first")
    assert buy(session, first, first.phrase).state == "REJECTED"
    center.order_errors = []
    second = make_plan(intent_id="second")
    assert buy(session, second, second.phrase).state == "DONE"


def test_a_claim_that_is_refused_for_a_rival_changes_nothing(session, make_plan, unknown):
    second = make_plan(intent_id="second")
    with pytest.raises(InputError):
        buy(session, second, second.phrase)
    journal = open_journal(session)
    assert journal.intent("second").state == "CONFIRMED"
    assert journal.intent(unknown.intent_id).state == "UNKNOWN"
    journal.verify()


def test_a_claim_needs_a_confirmed_intent(session, make_plan):
    journal = open_journal(session)
    made = make_plan()
    journal.begin(made.intent_id, made.customer_id, made.as_json(), at=session.now())
    with pytest.raises(JournalError, match="cannot become CART"):
        journal.claim(made.intent_id, at=session.now(), is_rival=lambda _: False)


def test_a_world_that_begins_anew_before_the_checkout_sends_none(session, center, make_plan):
    """The cart was made in the new world, and the order would stand in the journal of the old one."""
    made = make_plan()
    center.fail("create the cart", lambda: setattr(session, "instance", "sandbox-1-r1"))
    outcome = buy(session, made, made.phrase)
    assert outcome.state == "REJECTED"
    assert "This was planned in sandbox (sandbox-1)" in outcome.sentence
    assert center.asked("POST", "/checkout") == []


def test_what_was_bought_a_moment_ago_is_said_before_it_is_bought_again(
    session, details, make_quote, make_plan
):
    made = make_plan(intent_id="first")
    outcome = buy(session, made, made.phrase)
    checked = check_offer(session, details, make_quote(), friendly_name="", new_id=lambda: "second")
    assert checked.undo[0] == (
        "This comes on top of 4 x Standard_D2s_v5 for 1 year, bought for the same machines on 2026-11-16 00:00 UTC "
        f"(order {outcome.order_id})."
    )


def test_what_was_bought_long_ago_is_not_called_to_mind(session, center, details, make_quote, make_plan):
    made = make_plan(intent_id="first")
    buy(session, made, made.phrase)
    center.now += timedelta(days=2)
    checked = check_offer(session, details, make_quote(), friendly_name="", new_id=lambda: "second")
    assert not checked.undo[0].startswith("This comes on top")
