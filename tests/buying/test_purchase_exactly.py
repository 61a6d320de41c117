"""What each end of a purchase leaves in the journal, so that looking again can go on from there; to the last word."""

from datetime import datetime, timedelta

import pytest

from bespeak.buying import buy, look_again, send_once_more
from bespeak.buying.ledger import open_journal
from bespeak.errors import AnswerLostError, LockedError, RefusedError, UnreachableError

CART = "00000000-0000-4000-8000-0000000000aa"
CHECKOUT = "check out the cart"
REFUSES = "Microsoft refuses the order: "
UNKNOWN = (
    "Whether 4 x Standard_D2s_v5 was bought is not known. Do not buy it again: the cart and the orders are looked up, "
    "and nothing is sent a second time. World: sandbox. "
)


@pytest.fixture
def kept(session):
    """What the journal has of the purchase now."""
    return lambda: open_journal(session).intent("intent-1")


def go(session, plan, **more):
    return buy(session, plan, plan.phrase, **more)


def sent_at(intent):
    return datetime.fromisoformat(intent.outcome["sent_at"])


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        (
            [{"code": 800060, "description": "In progress."}],
            f"{REFUSES}In progress (code 800060).",
        ),
        (
            [{"code": 800060}, {"description": "Two."}],
            f"{REFUSES}no reason is given (code 800060). {REFUSES}Two (code none).",
        ),
    ],
)
def test_a_doubtful_order_error_is_unknown_since_it_was_sent(session, center, make_plan, kept, errors, said):
    center.order_errors = errors
    outcome = go(session, make_plan())
    assert (outcome.state, outcome.sentence) == ("UNKNOWN", UNKNOWN + said)
    assert sent_at(kept()) == kept().sent


def test_an_answer_that_names_no_order_is_unknown_since_it_was_sent(session, center, make_plan, kept):
    def nothing():
        center._check_out = lambda _cart: {"orders": [{"id": ""}], "orderErrors": []}

    plan = make_plan()
    center.fail(CHECKOUT, nothing)
    assert go(session, plan).sentence == UNKNOWN + "The answer names no order."
    assert sent_at(kept()) == kept().sent


def test_a_lost_answer_keeps_its_correlation_id(session, center, make_plan, kept):
    center.fail(CHECKOUT, AnswerLostError("Lost.", correlation_id="x-1"))
    outcome = go(session, make_plan())
    assert outcome.sentence == f"{UNKNOWN}Lost. (correlation id x-1)"
    assert (kept().correlations, sent_at(kept())) == (("x-1",), kept().sent)


def test_a_refusal_keeps_its_correlation_id(session, center, make_plan, kept):
    center.fail(CHECKOUT, RefusedError("No.", status=400, code="800010", correlation_id="x-2"))
    assert go(session, make_plan()).state == "REJECTED"
    assert kept().correlations == ("x-2",)


def test_an_interrupt_is_unknown_since_it_was_sent(session, center, make_plan, kept):
    center.fail(CHECKOUT, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        go(session, make_plan())
    assert kept().outcome["sentence"] == UNKNOWN + "The purchase was interrupted."
    assert sent_at(kept()) == kept().sent


def test_the_kernel_and_the_person_stand_in_the_journal(session, make_plan, kept):
    go(session, make_plan(), holder="pid 7")
    assert (kept().holder, kept().person.name) == ("pid 7", session.person.name)


def test_cart_and_checkout_have_request_ids_of_their_own_that_stay(session, center, make_plan, kept):
    plan = make_plan()
    center.fail(CHECKOUT, AnswerLostError("Lost."))
    go(session, plan)
    center.now += timedelta(minutes=4)
    assert send_once_more(session, plan.intent_id, plan.phrase).state == "DONE"
    (cart,) = (call.request_id for call in center.asked("POST", "/carts"))
    first, second = (call.request_id for call in center.asked("POST", "/checkout"))
    assert first == second == kept().request_id
    assert len({cart, first, ""}) == 3


def test_a_second_sending_that_is_locked_out_stays_unknown(session, center, make_plan, kept):
    """Nothing was sent this time, which proves nothing of the first time."""
    plan = make_plan()
    center.fail(CHECKOUT, AnswerLostError("Lost."), LockedError("It has locked itself."))
    go(session, plan)
    center.now += timedelta(minutes=4)
    outcome = send_once_more(session, plan.intent_id, plan.phrase)
    assert (outcome.state, outcome.sentence) == ("UNKNOWN", f"{UNKNOWN}It has locked itself.")
    assert (sent_at(kept()), kept().sendings) == (center.now, 2)


def test_a_second_sending_that_is_refused_stays_unknown(session, center, make_plan, kept):
    plan = make_plan()
    center.fail(CHECKOUT, AnswerLostError("Lost."), RefusedError("No.", status=400, code="800010"))
    go(session, plan)
    center.now += timedelta(minutes=4)
    assert send_once_more(session, plan.intent_id, plan.phrase).state == "UNKNOWN"
    assert sent_at(kept()) == center.now


def test_what_was_found_interrupted_while_it_was_sent_is_unknown_since_then(session, center, make_plan, kept):
    plan = make_plan()
    journal = open_journal(session)
    journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=session.now())
    journal.move(plan.intent_id, "CONFIRMED", at=session.now())
    journal.claim(plan.intent_id, at=session.now(), is_rival=lambda _: False)
    journal.keep_cart(plan.intent_id, CART, at=session.now())
    journal.send(plan.intent_id, at=session.now(), judge=lambda *_: None)
    began = session.now()
    center.now += timedelta(minutes=1)
    center.fail("read the cart", UnreachableError("There is no connection."))
    outcome = look_again(session, plan.intent_id)
    assert (outcome.state, outcome.intent_id, outcome.order_id) == ("UNKNOWN", "intent-1", "")
    assert outcome.sentence == "It could not be looked up now; do not buy it again. There is no connection."
    assert kept().outcome["sentence"] == "The purchase was interrupted while it was sent; it is looked up."
    assert sent_at(kept()) == began


def test_what_was_found_interrupted_before_it_was_sent_is_closed(session, make_plan, kept):
    plan = make_plan()
    journal = open_journal(session)
    journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=session.now())
    journal.move(plan.intent_id, "CONFIRMED", at=session.now())
    journal.claim(plan.intent_id, at=session.now(), is_rival=lambda _: False)
    assert look_again(session, plan.intent_id).sentence == (
        "Nothing was bought. The purchase was interrupted before the order was sent; make a new quote."
    )
    assert kept().state == "REJECTED"


@pytest.mark.parametrize("request_lag", [timedelta(0), None])
def test_a_cart_that_is_gone_is_closed_unless_our_checkout_arrived(
    session, center, make_plan, kept, request_lag
):
    center.fail(CHECKOUT, AnswerLostError("Lost."))
    plan = make_plan()
    go(session, plan)
    if request_lag is not None:
        center.arrived.append((center.now, kept().request_id))
    center.request_lag = request_lag
    center.carts.clear()
    center.now += timedelta(minutes=21)
    outcome = look_again(session, plan.intent_id)
    assert outcome.needs_a_person is (request_lag is not None)
    assert outcome.state == ("UNKNOWN" if request_lag is not None else "REJECTED")


def test_a_check_by_hand_names_cart_orders_and_steps(session, center, make_plan, kept):
    center.fail(CHECKOUT, AnswerLostError("Lost."))
    plan = make_plan()
    go(session, plan)
    center.arrived.append((center.now, kept().request_id))
    center.carts.clear()
    center.now += timedelta(minutes=21)
    outcome = look_again(session, plan.intent_id)
    assert outcome.sentence == (
        "A person must look: the cart is gone, and the orders that could be it are: none. Partner Center's list of "
        f"requests shows our checkout (MS-RequestId {kept().request_id}): it arrived. World: sandbox. "
        "Whether USD 1,984.00 is charged is not known; do not buy it again before that."
    )
    assert any("(now gone)" in step for step in outcome.steps)
    assert any(step.endswith("Orders that could be it: none.") for step in outcome.steps)
    assert tuple(kept().outcome["steps"]) == outcome.steps


def test_an_order_that_only_audit_records_name_is_found(session, center, make_plan, kept):
    center.fail(CHECKOUT, "lose_answer")
    plan = make_plan()
    go(session, plan)
    center.lag = timedelta(hours=5)
    center.now += timedelta(minutes=21)
    center.fail("read the order", None, UnreachableError("Away."))
    outcome = look_again(session, plan.intent_id)
    assert (outcome.state, outcome.order_id) == ("DONE", "000000000001")
    assert outcome.sentence == "Bought: order 000000000001; its answer had not arrived."
    assert kept().state == "ORDERED"


def test_a_cart_that_has_expired_is_called_so(session, center, make_plan):
    center.fail(CHECKOUT, AnswerLostError("Lost."))
    plan = make_plan()
    go(session, plan)
    center.now += timedelta(days=8)
    outcome = look_again(session, plan.intent_id)
    assert outcome.state == "REJECTED"
    assert outcome.sentence.startswith(
        "Nothing was bought. The cart is expired, and no order of Contoso carries"
    )
