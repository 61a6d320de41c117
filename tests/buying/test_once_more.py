"""The same cart once more after an UNKNOWN checkout (A5): after a grace time, after a look, at most once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bespeak.buying import buy, look_again
from bespeak.buying.ledger import open_journal
from bespeak.buying.limits import FILE_NAME
from bespeak.buying.once_more import GRACE, send_once_more
from bespeak.errors import AnswerLostError, InputError, RefusedError

CHECKOUT = "check out the cart"


@pytest.fixture
def lost(session, center, make_plan):
    """A purchase whose answer was lost: done or not done by the service."""

    def lost(done):
        plan = make_plan()
        center.fail(CHECKOUT, "lose_answer" if done else AnswerLostError("No answer."))
        assert buy(session, plan, plan.phrase).state == "UNKNOWN"
        return plan

    return lost


def checkouts(center):
    return len(center.asked("POST", "/checkout"))


def test_a_checkout_that_never_arrived_is_sent_once_more_and_buys_once(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    outcome = send_once_more(session, plan.intent_id, plan.phrase)
    assert outcome.state == "DONE"
    assert (checkouts(center), len(center.orders), len(center.carts)) == (2, 1, 1)
    assert open_journal(session).intent(plan.intent_id).sendings == 2


def test_before_the_grace_time_nothing_is_sent(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE - timedelta(seconds=1)
    with pytest.raises(InputError, match="may still be at work"):
        send_once_more(session, plan.intent_id, plan.phrase)
    assert checkouts(center) == 1


def test_a_cart_that_was_ordered_is_not_sent_once_more(session, center, lost):
    plan = lost(done=True)
    center.now += GRACE
    with pytest.raises(InputError, match="The cart is ordered"):
        send_once_more(session, plan.intent_id, plan.phrase)
    assert (checkouts(center), len(center.orders)) == (1, 1)
    center.now += timedelta(minutes=15)
    assert look_again(session, plan.intent_id).state == "DONE"


def test_without_the_phrase_nothing_is_sent(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    with pytest.raises(InputError, match="not the confirmation"):
        send_once_more(session, plan.intent_id, plan.phrase + " ")
    assert checkouts(center) == 1


def test_it_is_never_sent_a_third_time(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    center.fail(CHECKOUT, AnswerLostError("No answer."))
    assert send_once_more(session, plan.intent_id, plan.phrase).state == "UNKNOWN"
    center.now += GRACE
    with pytest.raises(InputError, match="sent twice"):
        send_once_more(session, plan.intent_id, plan.phrase)
    assert checkouts(center) == 2


def test_a_refusal_of_the_second_sending_says_nothing_of_the_first(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    center.fail(CHECKOUT, RefusedError("No.", status=403, code="800023"))
    assert send_once_more(session, plan.intent_id, plan.phrase).state == "UNKNOWN"


def test_order_errors_of_the_second_sending_say_nothing_of_the_first(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    center.order_errors = [{"orderGroupId": "0", "code": 800023, "description": "credit"}]
    assert send_once_more(session, plan.intent_id, plan.phrase).state == "UNKNOWN"


def test_a_limit_that_was_reached_meanwhile_leaves_it_unknown(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    small = plan.total.amount - Decimal("0.01")
    (session.home / FILE_NAME).write_text(f'currency = "USD"\norder = "{small}"', encoding="utf-8")
    with pytest.raises(InputError, match="over the limit"):
        send_once_more(session, plan.intent_id, plan.phrase)
    assert open_journal(session).intent(plan.intent_id).state == "UNKNOWN"
    assert checkouts(center) == 1


def test_a_price_that_moved_meanwhile_stops_it(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE
    center.price = "497"
    with pytest.raises(InputError, match="497"):
        send_once_more(session, plan.intent_id, plan.phrase)
    assert checkouts(center) == 1


def test_a_finished_purchase_is_not_sent_once_more(session, center, make_plan):
    plan = make_plan()
    buy(session, plan, plan.phrase)
    with pytest.raises(InputError, match=r"this one is (RECONCILED|ORDERED)"):
        send_once_more(session, plan.intent_id, plan.phrase)
    assert checkouts(center) == 1


def test_a_look_in_between_does_not_put_the_second_sending_off(session, center, lost):
    plan = lost(done=False)
    center.now += GRACE - timedelta(seconds=1)
    look_again(session, plan.intent_id)
    center.now += timedelta(seconds=1)
    assert send_once_more(session, plan.intent_id, plan.phrase).state == "DONE"
