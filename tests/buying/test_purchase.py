"""Buying: one order for one intent, whatever happens on the way; each trouble is DONE, REJECTED or UNKNOWN."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bespeak.buying import buy, look_again
from bespeak.buying.ledger import open_journal
from bespeak.errors import (
    AnswerLostError,
    InputError,
    JournalError,
    LockedError,
    RefusedError,
    SignInError,
    UnreachableError,
    UnreadableError,
)

CHECKOUT = "check out the cart"
CREATE = "create the cart"


@pytest.fixture
def journal(session):
    return open_journal(session)


def go(session, plan):
    return buy(session, plan, plan.phrase)


def test_the_whole_way(session, center, make_plan, journal):
    outcome = go(session, make_plan())
    assert (outcome.state, outcome.order_id, outcome.reservation) == ("DONE", "000000000001", "")
    assert outcome.sentence == (
        "Bought: order 000000000001, 4 x Standard_D2s_v5 in polandcentral for 1 year, USD 1,984.00. "
        "Its reservation is being made; it appears within about 15 minutes."
    )
    assert journal.intent("intent-1").state == "ORDERED"
    assert [order["lineItems"][0]["quantity"] for _, order in center.orders] == [4]


def test_the_steps_in_the_order_in_which_they_leave(session, center, make_plan):
    plan = make_plan()
    center.log.clear()
    go(session, plan)
    assert [(call.method, call.path.split("/")[-1]) for call in center.log] == [
        ("POST", "carts"),
        ("GET", "00000000-0000-4000-8000-000000000000"),
        ("GET", "$value"),
        ("POST", "checkout"),
        ("GET", "000000000001"),
        ("GET", "entitlements"),
    ]


def test_what_is_sent_is_the_frozen_line(session, center, make_plan):
    plan = make_plan()
    go(session, plan)
    assert center.asked("POST", "/carts")[0].body == {"lineItems": [plan.line]}


def test_the_plan_is_in_the_journal_before_the_first_byte_leaves(session, center, make_plan, journal):
    """A2: the intent with everything that will be sent is written first."""
    seen, plan = [], make_plan()
    center.fail(CREATE, lambda: seen.append(journal.intent("intent-1")))
    go(session, plan)
    assert (seen[0].state, seen[0].plan) == ("CART", plan.as_json())


def test_the_journal_says_sending_before_the_checkout_leaves(session, center, make_plan, journal):
    seen = []
    center.fail(CHECKOUT, lambda: seen.append(journal.intent("intent-1")))
    go(session, make_plan())
    assert (seen[0].state, seen[0].cart_id) == ("SENDING", "00000000-0000-4000-8000-000000000000")


def test_a_wrong_phrase_sends_nothing_and_can_be_typed_again(session, center, make_plan, journal):
    """F-19."""
    plan = make_plan()
    with pytest.raises(InputError, match="not the confirmation, so nothing was sent"):
        buy(session, plan, plan.phrase.lower())
    assert center.asked("POST", "/carts") == []
    assert journal.intent("intent-1").state == "PLANNED"
    assert go(session, plan).state == "DONE"


def test_a_second_call_returns_the_first_outcome_and_sends_nothing(session, center, make_plan):
    """F-14: a restart and "Run all" with a finished purchase in the journal."""
    plan = make_plan()
    first = go(session, plan)
    asked = len(center.log)
    assert buy(session, plan, "anything").order_id == first.order_id
    assert len(center.log) == asked


def test_a_plan_of_another_world_is_refused(session, make_plan):
    """A20: worlds never mix."""
    plan = make_plan()
    with pytest.raises(
        InputError, match=r"planned in sandbox \(sandbox-1\), and this is sandbox \(sandbox-1-r1\)"
    ):
        go(replace(session, instance="sandbox-1-r1"), plan)
    with pytest.raises(InputError, match="this is live"):
        go(replace(session, world="live"), plan)


def test_another_plan_under_the_same_id_is_refused(session, make_plan):
    go(session, make_plan())
    with pytest.raises(JournalError, match="another plan"):
        go(session, make_plan(quantity=5))


def test_fifty_clicks_make_one_order(session, center, make_plan):
    """F-12: 1 intent, 1 POST."""
    plan, outcomes, barrier = make_plan(), [], threading.Barrier(50)
    center.fail(
        CHECKOUT, lambda: time.sleep(0.05)
    )  # so that all clicks come while the first one is under way

    def click():
        barrier.wait()
        outcomes.append(go(session, plan))

    threads = [threading.Thread(target=click) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(center.asked("POST", "/checkout")) == len(center.asked("POST", "/carts")) == 1
    assert {(o.state, o.order_id) for o in outcomes} == {("DONE", "000000000001")}
    assert len(outcomes) == 50


def test_another_window_that_is_under_way_is_not_disturbed(session, center, make_plan, journal):
    """F-13: the loser sends nothing."""
    plan, others = make_plan(), []

    def second_window():
        # Another kernel has no lock in common with this one, only the journal.
        intent = journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=center.now)
        with pytest.raises(JournalError):
            journal.move("intent-1", "CART", at=center.now)
        others.append(intent.state)

    center.fail(CREATE, second_window)
    assert go(session, plan).state == "DONE"
    assert others == ["CART"]


def test_an_intent_that_another_window_has_claimed_is_unknown_here(session, center, make_plan, journal):
    plan = make_plan()
    journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=center.now)
    journal.move("intent-1", "CONFIRMED", at=center.now)
    journal.move("intent-1", "CART", at=center.now)
    outcome = go(session, plan)
    assert (outcome.state, center.asked("POST", "/carts")) == ("UNKNOWN", [])
    assert "another window" in outcome.sentence


def test_a_window_that_loses_the_claim_makes_no_cart(session, center, make_plan, journal, monkeypatch):
    """F-13: two kernels confirm at once; the journal lets one of them make the cart."""
    plan = make_plan()

    def confirm_and_lose(ledger, _person):
        journal.move(ledger.intent_id, "CONFIRMED", at=center.now)
        journal.move(ledger.intent_id, "CART", at=center.now)

    monkeypatch.setattr("bespeak.buying.purchase._confirm", confirm_and_lose)
    assert go(session, plan).state == "UNKNOWN"
    assert center.asked("POST", "/carts") == []


@pytest.mark.parametrize(
    "fault",
    ["not_sent", "lose_answer", RefusedError("The line is not valid.", status=400, code="800009")],
)
def test_trouble_with_making_the_cart_buys_nothing(session, center, make_plan, fault):
    """B table, create cart: a cart without an order is harmless; A4: another cart needs another confirmation."""
    center.fail(CREATE, fault)
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert outcome.sentence.startswith("Nothing was bought. A cart alone buys nothing")
    assert center.asked("POST", "/checkout") == []
    assert go(session, make_plan()).state == "REJECTED"
    assert len(center.asked("POST", "/carts")) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"errorCode": "inventory_not_available", "errorDescription": "x"}, "has no capacity for it"),
        ({"errorCode": 10011, "errorDescription": "x"}, "not registered for reservations"),
        ({"errorCode": "10013"}, "billing frequency is not supported"),
        ({"errorCode": "something_new", "errorDescription": "Words of Microsoft"}, "Words of Microsoft"),
    ],
)
def test_a_line_error_in_a_created_cart_stops(session, center, make_plan, error, words):
    """7.4: a cart can be created with 201 and still carry errors."""
    center.line_error = error
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert words in outcome.sentence
    assert center.asked("POST", "/checkout") == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("catalogItemId", "X:Y:Z", "catalogItemId is 'X:Y:Z'"),
        ("quantity", 5, "quantity is 5, the plan has 4"),
        ("quantity", "4", "quantity is '4', the plan has 4"),
        ("termDuration", "P3Y", "termDuration is 'P3Y', the plan has 'P1Y'"),
        ("billingCycle", "monthly", "billingCycle is 'monthly'"),
        ("currencyCode", "EUR", "currencyCode is 'EUR', the plan has 'USD'"),
        ("friendlyName", "other", "friendlyName is 'other'"),
        ("provisioningContext", {"scope": "single"}, "scope is 'single', the plan has 'shared'"),
        ("provisioningContext", None, "subscriptionId is None"),
    ],
)
def test_a_cart_that_came_back_different_stops(session, center, make_plan, name, value, words):
    """A10 and F-18: every field of the frozen plan, field by field."""
    center.change_line = {name: value}
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert words in outcome.sentence
    assert center.asked("POST", "/checkout") == []


def test_context_in_other_letters_is_the_same(session, center, make_plan):
    """1.4: GUIDs and scope come in mixed case."""
    center.change_line = {
        "provisioningContext": {
            "Scope": "Shared",
            "SubscriptionId": "94FC0560-C498-5760-9574-D60E29DB06BE",
        }
    }
    assert go(session, make_plan()).state == "DONE"


def test_an_expired_cart_is_not_checked_out(session, center, make_plan):
    """F-08."""
    center.fail("read the cart", lambda: setattr(center, "now", center.now + timedelta(days=7, seconds=1)))
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert "The cart expired" in outcome.sentence
    assert center.orders == []


@pytest.mark.parametrize("price", ["496.01", "495.99"])
def test_a_price_that_moved_before_the_checkout_stops(session, center, make_plan, price):
    """F-16: between quote and checkout, up or down."""
    plan = make_plan()
    center.price = price
    outcome = go(session, plan)
    assert outcome.state == "REJECTED"
    assert f"was USD 496.00 and is now USD {price}" in outcome.sentence
    assert center.orders == []


def test_an_unreadable_cart_stops(session, center, make_plan):
    center.fail("read the cart", UnreadableError("The answer has no 'id'."))
    assert go(session, make_plan()).state == "REJECTED"
    assert center.asked("POST", "/checkout") == []


@pytest.mark.parametrize(
    ("code", "status"),
    [("13605", 403), ("800013", 400), ("800023", 403), ("800069", 403), ("20002", 403), ("800018", 400)],
)
def test_a_refusal_in_words_is_rejected(session, center, make_plan, journal, code, status):
    """F-25: plain words, no retry, REJECTED in the journal, correlation id shown."""
    error = RefusedError(
        "Partner Center did not do it.", "Do that.", status=status, code=code, correlation_id="c-1"
    )
    center.fail(CHECKOUT, error)
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert "Do that. (correlation id c-1)" in outcome.sentence
    assert journal.intent("intent-1").state == "REJECTED"
    assert len(center.asked("POST", "/checkout")) == 1


def test_a_checkout_that_never_left_is_rejected(session, center, make_plan):
    """F-03: not a byte was sent."""
    center.fail(CHECKOUT, UnreachableError("There is no connection."))
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert outcome.sentence == "Nothing was bought. There is no connection."


DOUBTFUL = [
    AnswerLostError("No answer."),
    UnreadableError("Not JSON."),
    RefusedError("In progress.", status=409, code="800060"),
    RefusedError("In use.", status=409, code="800064"),
    RefusedError("Submitted.", status=400, code="800065"),
    RefusedError("A conflict that no page names.", status=409, code="123456"),
    RefusedError("Server error.", status=500, code="800003"),
    RefusedError("Too many.", status=429, code="429"),
    RefusedError("Token.", status=401, code="400"),
    RefusedError("A page of a gateway.", status=403),
]


@pytest.mark.parametrize("error", DOUBTFUL, ids=lambda e: f"{type(e).__name__}-{e.status}-{e.code}")
def test_a_doubtful_answer_is_unknown_and_not_repeated(session, center, make_plan, journal, error):
    """A1, A8: an answer that did not arrive is UNKNOWN, never "failed"; so are steps of a running purchase."""
    center.fail(CHECKOUT, error)
    outcome = go(session, make_plan())
    assert outcome.state == "UNKNOWN"
    assert "Do not buy it again" in outcome.sentence
    assert str(error) in outcome.sentence
    assert journal.intent("intent-1").state == "UNKNOWN"
    again = buy(session, make_plan(), "anything")
    assert (again.state, again.sentence) == ("UNKNOWN", outcome.sentence)
    assert len(center.asked("POST", "/checkout")) == 1


def test_order_errors_without_an_order_are_rejected(session, center, make_plan):
    """D-615: orderErrors."""
    center.order_errors = [{"orderGroupId": "0", "code": 800010, "description": "No inventory."}]
    outcome = go(session, make_plan())
    assert outcome.state == "REJECTED"
    assert outcome.sentence == "Nothing was bought. Microsoft refuses the order: No inventory (code 800010)."


def test_an_order_error_that_says_in_progress_is_unknown(session, center, make_plan):
    center.order_errors = [{"code": 800060, "description": "Order in progress."}]
    assert go(session, make_plan()).state == "UNKNOWN"


def test_an_order_and_an_error_together_are_done_with_both_said(session, center, make_plan):
    """D-615: partial success is possible; what was bought is never called a refusal."""
    plan = make_plan()

    def both():
        original = center._check_out
        center._check_out = lambda cart: (
            original(cart) | {"orderErrors": [{"code": 4018, "description": "Other line."}]}
        )

    center.fail(CHECKOUT, both)
    center.fail("read the order", UnreachableError("Away."))
    outcome = go(session, plan)
    assert (outcome.state, outcome.order_id) == ("DONE", "000000000001")
    assert "Other line" in outcome.sentence


def test_an_order_that_is_not_what_was_planned_is_shouted(session, center, make_plan, journal):
    center.change_order = {"currencyCode": "EUR", "totalPrice": 1}
    outcome = go(session, make_plan())
    assert outcome.state == "DONE"
    assert "not what was planned. The order's currencyCode is 'EUR'" in outcome.sentence
    assert "The order costs USD 1.00, the plan has USD 1,984.00" in outcome.sentence
    assert journal.intent("intent-1").state == "ORDERED"


def test_an_order_whose_reading_fails_is_bought_all_the_same(session, center, make_plan):
    center.fail("read the order", UnreachableError("Away."))
    outcome = go(session, make_plan())
    assert (outcome.state, outcome.sentence) == ("DONE", "Bought: order 000000000001.")


def test_no_right_to_prices_reads_the_order_without(session, center, make_plan):
    center.fail("read the order", RefusedError("No right.", status=403, code="800043"))
    assert "Its reservation is being made" in go(session, make_plan()).sentence
    assert [dict(call.params) for call in center.log if call.name == "read the order"] == [
        {"include_price": "true"},
        {},
    ]


def test_an_interrupt_while_sending_is_unknown_in_the_journal(session, center, make_plan, journal):
    """F-10: the kernel is interrupted between SENDING and the answer."""
    center.fail(CHECKOUT, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        go(session, make_plan())
    assert journal.intent("intent-1").state == "UNKNOWN"


def test_a_journal_that_fails_after_the_order_does_not_hide_it(session, center, make_plan, monkeypatch):
    """F-11 and F-80: nothing is lost when the disk is full after the answer."""
    plan = make_plan()
    center.fail(CHECKOUT, lambda: monkeypatch.setattr("bespeak.journal.schema._connect", _full_disk))
    outcome = go(session, plan)
    assert (outcome.state, outcome.order_id) == ("DONE", "000000000001")
    assert "Write this down" in outcome.sentence
    monkeypatch.undo()
    center.now += timedelta(minutes=15)
    assert look_again(session, "intent-1").order_id == "000000000001"


def test_a_world_that_goes_away_after_the_order_does_not_hide_it(session, center, make_plan, monkeypatch):
    """The journal asks the world for the time; the order is written down without it as well."""
    plan = make_plan()

    def away(_self):
        raise UnreachableError("There is no connection.")

    center.fail(CHECKOUT, lambda: monkeypatch.setattr(type(session), "now", away))
    center.fail("read the order", UnreachableError("There is no connection."))
    outcome = go(session, plan)
    assert (outcome.state, outcome.order_id) == ("DONE", "000000000001")
    assert open_journal(session).intent("intent-1").order_ids == ("000000000001",)


def _full_disk(path, _patience):
    raise JournalError(f"The disk is full at {path.name}.")


def test_a_journal_that_cannot_be_written_before_the_checkout_sends_nothing(
    session, center, make_plan, monkeypatch
):
    plan = make_plan()
    center.fail(CREATE, lambda: monkeypatch.setattr("bespeak.journal.schema._connect", _full_disk))
    with pytest.raises(JournalError, match="disk is full"):
        go(session, plan)
    assert center.asked("POST", "/checkout") == []


@pytest.mark.parametrize(
    "error", [LockedError("It has locked itself."), SignInError("Your sign-in has ended.")]
)
def test_a_world_that_locks_itself_before_the_cart_ends_the_purchase(
    session, center, make_plan, journal, error
):
    center.fail(CREATE, error)
    outcome = go(session, make_plan())
    assert (outcome.state, journal.intent("intent-1").state) == ("REJECTED", "REJECTED")
    assert outcome.sentence == f"Nothing was bought. {error}"


def test_a_world_that_locks_itself_before_the_checkout_has_bought_nothing(
    session, center, make_plan, journal
):
    center.fail(CHECKOUT, LockedError("It has locked itself."))
    assert go(session, make_plan()).state == "REJECTED"
    assert (journal.intent("intent-1").state, center.orders) == ("REJECTED", [])
