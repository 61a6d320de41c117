"""Looking again: what cart and order list show decides, and nothing is ever sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bespeak.buying import buy, look_again
from bespeak.buying.evidence import Evidence
from bespeak.buying.ledger import open_journal
from bespeak.errors import AnswerLostError, InputError, JournalError, UnreachableError

CHECKOUT = "check out the cart"


@pytest.fixture
def journal(session):
    return open_journal(session)


@pytest.fixture
def lost(session, center, make_plan):
    """A purchase whose answer was lost: done or not done by the service."""

    def lost(done):
        plan = make_plan()
        center.fail(CHECKOUT, "lose_answer" if done else AnswerLostError("No answer."))
        assert buy(session, plan, plan.phrase).state == "UNKNOWN"
        return plan

    return lost


def writes(center):
    return [call.path for call in center.log if not call.is_safe]


def test_a_lost_answer_whose_order_is_listed_is_found(session, center, lost, journal):
    """F-01: UNKNOWN, no second order; in the end the order id is known and the reservation with it."""
    lost(done=True)
    center.now += timedelta(minutes=15)
    outcome = look_again(session, "intent-1")
    assert (outcome.state, outcome.order_id) == ("DONE", "000000000001")
    assert outcome.reservation == "aaaaaaaa-0000-4000-8000-000000000001"
    assert journal.intent("intent-1").state == "RECONCILED"
    assert len(center.orders) == 1


def test_looking_sends_nothing(session, center, lost):
    lost(done=False)
    before = writes(center)
    for minutes in (0, 10, 10, 1000):
        center.now += timedelta(minutes=minutes)
        look_again(session, "intent-1")
    assert writes(center) == before


def test_a_young_order_is_waited_for(session, lost, journal):
    """A7: "not in the order list" proves nothing for 15 minutes."""
    lost(done=True)
    outcome = look_again(session, "intent-1")
    assert outcome.state == "UNKNOWN"
    assert outcome.sentence == (
        "The cart has been ordered, so it is bought. Its order number can be read after 2026-11-16 00:20 UTC. "
        "Move the sandbox's clock forward to get there."
    )
    assert journal.intent("intent-1").state == "UNKNOWN"


@pytest.mark.parametrize("minutes", [0, 15, 19])
def test_an_open_cart_is_no_verdict_before_the_list_can_be_trusted(session, center, lost, minutes):
    lost(done=False)
    center.now += timedelta(minutes=minutes)
    outcome = look_again(session, "intent-1")
    assert outcome.state == "UNKNOWN"
    assert "Do not buy it again; look again after 2026-11-16 00:20 UTC" in outcome.sentence


def test_a_clock_that_was_moved_back_gives_no_verdict(session, center, lost):
    lost(done=False)
    center.now -= timedelta(days=3)
    outcome = look_again(session, "intent-1")
    assert outcome.state == "UNKNOWN"
    assert "Do not buy it again; look again after 2026-11-16 00:20 UTC" in outcome.sentence


def test_an_open_cart_and_no_order_after_the_lag_is_rejected(session, center, lost, journal):
    lost(done=False)
    center.now += timedelta(minutes=20)
    outcome = look_again(session, "intent-1")
    assert outcome.state == "REJECTED"
    assert outcome.sentence.startswith(
        "Nothing was bought. The cart is active, and no order of Contoso carries"
    )
    assert journal.intent("intent-1").state == "REJECTED"


@pytest.mark.parametrize(("done", "state"), [(True, "DONE"), (False, "REJECTED")])
def test_a_cart_that_is_gone_is_decided_by_the_list(session, center, lost, done, state):
    """F-09: answer lost, then the cart is gone; never made anew, the order list decides after its lag."""
    lost(done=done)
    center.carts.clear()
    assert look_again(session, "intent-1").state == "UNKNOWN"
    center.now += timedelta(days=8)
    assert look_again(session, "intent-1").state == state


def test_an_ordered_cart_without_an_order_in_the_list_goes_to_a_person(session, center, lost):
    lost(done=True)
    center.now += timedelta(days=1)
    center.orders.clear()
    outcome = look_again(session, "intent-1")
    assert outcome.state == "UNKNOWN"
    assert "A person must look: the cart is ordered" in outcome.sentence
    assert "do not buy it again before that" in outcome.sentence


def test_an_order_without_a_name_is_ours_when_the_cart_is_ordered(session, center, lost):
    """Open question 5: does friendlyName survive on the order?"""
    center.keeps_names = False
    lost(done=True)
    center.now += timedelta(minutes=20)
    assert look_again(session, "intent-1").order_id == "000000000001"


def test_an_order_without_a_name_proves_nothing_for_an_open_cart(session, center, lost):
    """Somebody else's purchase of the same offer must not be taken for ours."""
    center.keeps_names = False
    lost(done=True)
    next(iter(center.carts.values()))["status"] = "Active"
    center.now += timedelta(minutes=20)
    outcome = look_again(session, "intent-1")
    assert (outcome.state, outcome.order_id) == ("UNKNOWN", "")
    assert "the orders that could be it are: 000000000001" in outcome.sentence


def test_an_order_with_another_tag_is_not_ours(session, center, lost, make_plan):
    other = make_plan(intent_id="intent-2")
    buy(session, other, other.phrase)
    lost(done=False)
    center.now += timedelta(minutes=20)
    assert look_again(session, "intent-1").state == "REJECTED"


def test_trouble_with_looking_stays_unknown(session, center, lost, journal):
    lost(done=True)
    center.now += timedelta(hours=1)
    center.fail("list orders", UnreachableError("There is no connection."))
    outcome = look_again(session, "intent-1")
    assert outcome.state == "UNKNOWN"
    assert "could not be looked up now; do not buy it again. There is no connection." in outcome.sentence
    assert journal.intent("intent-1").state == "UNKNOWN"
    assert look_again(session, "intent-1").state == "DONE"


def test_what_was_seen_is_in_the_journal(session, lost, journal):
    lost(done=True)
    before = journal.verify()
    look_again(session, "intent-1")
    assert journal.verify() != before


def test_a_crash_while_sending_is_looked_up(session, center, make_plan, journal):
    """F-11: the kernel died after the order was made and before the journal had it."""
    plan = make_plan()
    cart = center._new_cart({"lineItems": [plan.line]})
    journal.begin("intent-1", plan.customer_id, plan.as_json(), at=center.now)
    journal.move("intent-1", "CONFIRMED", at=center.now)
    journal.move("intent-1", "CART", at=center.now)
    journal.keep_cart("intent-1", cart["id"], at=center.now)
    journal.send("intent-1", at=center.now, judge=lambda *_: None)
    center._check_out(cart)
    center.now += timedelta(minutes=15)
    outcome = look_again(session, "intent-1")
    assert (outcome.state, outcome.order_id) == ("DONE", "000000000001")
    assert writes(center) == []


def test_a_crash_before_the_checkout_bought_nothing(session, center, make_plan, journal):
    plan = make_plan()
    journal.begin("intent-1", plan.customer_id, plan.as_json(), at=center.now)
    journal.move("intent-1", "CONFIRMED", at=center.now)
    journal.move("intent-1", "CART", at=center.now)
    outcome = look_again(session, "intent-1")
    assert outcome.state == "REJECTED"
    assert "interrupted before the order was sent" in outcome.sentence
    assert buy(session, plan, plan.phrase).state == "REJECTED"
    assert center.orders == []


def test_a_purchase_that_is_closed_while_its_cart_is_made_is_not_sent(session, center, make_plan, journal):
    """Another window looks while this one makes the cart: the journal lets only one of them go on."""
    plan = make_plan()
    center.fail(
        "read the cart",
        lambda: journal.move("intent-1", "REJECTED", at=center.now, outcome={"sentence": "Closed."}),
    )
    outcome = buy(session, plan, plan.phrase)
    assert (outcome.state, outcome.sentence) == ("REJECTED", "Closed.")
    assert center.asked("POST", "/checkout") == []


def test_an_answer_that_arrives_after_another_window_has_looked_counts(session, center, make_plan, journal):
    plan = make_plan()

    def other_window():
        journal.move(
            "intent-1",
            "UNKNOWN",
            at=center.now,
            outcome={"sentence": "x", "sent_at": "2026-11-16T00:00:00+00:00"},
        )

    center.fail(CHECKOUT, other_window)
    assert buy(session, plan, plan.phrase).state == "DONE"
    assert journal.intent("intent-1").order_ids == ("000000000001",)


def test_a_bought_one_is_reconciled_when_its_reservation_is_there(session, center, make_plan, journal):
    plan = make_plan()
    assert buy(session, plan, plan.phrase).reservation == ""
    center.now += timedelta(minutes=15)
    outcome = look_again(session, "intent-1")
    assert outcome.sentence.endswith("Its reservation is aaaaaaaa-0000-4000-8000-000000000001.")
    assert journal.intent("intent-1").state == "RECONCILED"
    asked = len(center.log)
    assert look_again(session, "intent-1") == outcome
    assert len(center.log) == asked


def test_what_was_only_planned_was_not_sent(session, make_plan):
    plan = make_plan()
    with pytest.raises(InputError):
        buy(session, plan, "no")
    outcome = look_again(session, "intent-1")
    assert (outcome.state, outcome.sentence) == (
        "REJECTED",
        "This purchase has not been sent, so nothing was bought.",
    )


def test_a_purchase_of_another_world_is_not_here(session, make_plan):
    plan = make_plan()
    buy(session, plan, plan.phrase)
    with pytest.raises(JournalError, match="not in the journal"):
        look_again(replace(session, instance="sandbox-1-r1"), "intent-1")


def test_a_request_that_is_not_listed_proves_nothing_beside_an_ordered_cart():
    missing = Evidence("not listed")
    assert missing.sentence("id-1", "ordered").endswith("(MS-RequestId id-1), which proves nothing.")
    assert missing.sentence("id-1", "active").endswith("so it probably never arrived.")
