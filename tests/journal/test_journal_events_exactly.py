"""What each step leaves in the chain and in the intent, to the last word."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bespeak.errors import JournalError
from bespeak.journal import Approval, Intent, Journal, Signer

AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
ANNA, BERT = Signer("anna@contoso.example", "id-anna"), Signer("bert@contoso.example", "id-bert")
APPROVAL = Approval(BERT, AT + timedelta(minutes=2), "hash-of-the-plan")


def after(minutes):
    return AT + timedelta(minutes=minutes)


@pytest.fixture
def journal(tmp_path):
    (tmp_path / "home").mkdir()
    return Journal.in_folder(tmp_path / "home", "sandbox", "sandbox-1")


@pytest.fixture
def whole_way(journal):
    """An intent that was planned, confirmed, approved, claimed, sent, lost, noted and ordered."""
    journal.begin("i-1", "c-1", {"a": 1}, at=AT, request_id="r-1")
    journal.move("i-1", "CONFIRMED", at=after(1), signer=ANNA, note="typed")
    journal.approve("i-1", APPROVAL)
    journal.claim("i-1", at=after(3), is_rival=lambda _: False, holder="pid 7")
    journal.keep_cart("i-1", "cart-1", at=after(4))
    journal.send("i-1", at=after(5), judge=lambda *_: None, holder="pid 8", request_id="r-2")
    journal.move("i-1", "UNKNOWN", at=after(6), outcome={"sentence": "Lost."}, correlation_id="x-1")
    journal.note("i-1", "looked", at=after(7), correlation_id="x-2")
    return journal.move("i-1", "ORDERED", at=after(8), order_ids=("o-1",))


def events(journal):
    with sqlite3.connect(journal.path) as connection:
        told = [
            json.loads(entry) for (entry,) in connection.execute("SELECT entry FROM events ORDER BY number")
        ]
    connection.close()
    return told


def test_each_step_is_told_in_the_chain(journal, whole_way):
    assert whole_way.state == "ORDERED"
    assert [one["what"] for one in events(journal)] == [
        {"did": "planned"},
        {"did": "moved", "from": "PLANNED", "note": "typed"},
        {"did": "moved", "from": "CONFIRMED", "note": ""},
        {"did": "moved", "from": "APPROVED", "note": ""},
        {"did": "kept cart"},
        {"did": "moved", "from": "CART", "note": ""},
        {"did": "moved", "from": "SENDING", "note": ""},
        {"did": "noted", "note": "looked"},
        {"did": "moved", "from": "UNKNOWN", "note": ""},
    ]
    assert [one["number"] for one in events(journal)] == list(range(1, 10))


def test_the_intent_holds_all_that_was_told(whole_way):
    assert whole_way == Intent(
        intent_id="i-1",
        world="sandbox",
        instance="sandbox-1",
        customer_id="c-1",
        plan={"a": 1},
        state="ORDERED",
        cart_id="cart-1",
        order_ids=("o-1",),
        outcome={"sentence": "Lost."},
        created=AT,
        changed=after(8),
        sent=after(5),
        sendings=1,
        request_id="r-1",
        correlations=("x-1", "x-2"),
        person=ANNA,
        holder="pid 8",
        approval=APPROVAL,
    )


def test_the_states_between_are_those_of_the_arrows(journal):
    journal.begin("i-1", "c-1", {"a": 1}, at=AT)
    assert journal.move("i-1", "CONFIRMED", at=AT, signer=ANNA).state == "CONFIRMED"
    approved = journal.approve("i-1", APPROVAL)
    assert (approved.state, approved.approval, approved.changed) == ("APPROVED", APPROVAL, APPROVAL.at)
    claimed = journal.claim("i-1", at=after(3), is_rival=lambda _: True)
    assert (claimed.state, claimed.intent_id, claimed.changed) == ("CART", "i-1", after(3))


def test_what_is_not_told_anew_stays(journal, whole_way):
    """A later step without a person, an outcome, a holder or an id takes none of them away."""
    told = journal.move("i-1", "RECONCILED", at=after(9))
    assert (told.person, told.outcome, told.holder, told.correlations) == (
        whole_way.person,
        whole_way.outcome,
        whole_way.holder,
        whole_way.correlations,
    )
    assert (told.order_ids, told.request_id, told.sent) == (("o-1",), "r-1", after(5))


def test_a_second_sending_keeps_the_time_of_the_first(journal):
    journal.begin("i-1", "c-1", {"a": 1}, at=AT)
    journal.move("i-1", "CONFIRMED", at=AT)
    journal.claim("i-1", at=AT, is_rival=lambda _: False)
    journal.keep_cart("i-1", "cart-1", at=AT)
    first = journal.send("i-1", at=after(1), judge=lambda *_: None, request_id="late")
    journal.move("i-1", "UNKNOWN", at=after(2))
    second = journal.send("i-1", at=after(9), judge=lambda *_: None, request_id="other")
    assert (first.sent, first.sendings, first.request_id) == (after(1), 1, "late")
    assert (second.sent, second.sendings, second.request_id) == (after(1), 2, "late")


@pytest.mark.parametrize("state", ["CART", "SENDING", "UNKNOWN"])
def test_a_rival_that_is_under_way_is_given_instead(journal, state):
    steps = ("CONFIRMED", "CART", "SENDING", "UNKNOWN")
    for one in ("i-1", "i-2"):
        journal.begin(one, "c-1", {"of": one}, at=AT)
        journal.move(one, "CONFIRMED", at=AT)
    for step in steps[1 : steps.index(state) + 1]:
        if step == "CART":
            journal.claim("i-1", at=AT, is_rival=lambda _: False)
        elif step == "SENDING":
            journal.send("i-1", at=AT, judge=lambda *_: None)
        else:
            journal.move("i-1", step, at=AT)
    assert journal.claim("i-2", at=AT, is_rival=lambda _: True).intent_id == "i-1"
    assert journal.intent("i-2").state == "CONFIRMED"
    assert journal.claim("i-2", at=AT, is_rival=lambda _: False).intent_id == "i-2"


@pytest.mark.parametrize(
    ("state", "finished", "under_way"),
    [
        ("PLANNED", False, False),
        ("CONFIRMED", False, False),
        ("APPROVED", False, False),
        ("CART", False, True),
        ("SENDING", False, True),
        ("UNKNOWN", False, True),
        ("ORDERED", True, False),
        ("REJECTED", True, False),
        ("RECONCILED", True, False),
    ],
)
def test_each_state_is_finished_or_under_way_or_waits(state, finished, under_way):
    one = Intent("i", "sandbox", "s", "c", {}, state, None, (), None, AT, AT)
    assert (one.is_finished, one.is_under_way) == (finished, under_way)
    assert (one.sent, one.sendings, one.request_id, one.correlations) == (None, 0, "", ())
    assert (one.person, one.holder, one.approval, one.head) == (Signer("", ""), "", None, "")


def test_neither_plan_nor_outcome_stands_in_the_text_form():
    told = repr(Intent("i", "sandbox", "s", "c", {"p": 1}, "CART", None, (), {"q": 2}, AT, AT))
    assert "plan" not in told
    assert "outcome" not in told


def test_where_it_was_read_makes_no_other_intent():
    first, second = (
        Intent("i", "sandbox", "s", "c", {}, "CART", None, (), None, AT, AT, head=head) for head in ("a", "b")
    )
    assert first == second


def test_the_steps_are_refused_by_the_name_of_the_purchase(journal):
    journal.begin("i-1", "c-1", {"a": 1}, at=AT)
    refused = []
    for step in (
        lambda: journal.approve("i-1", APPROVAL),
        lambda: journal.claim("i-1", at=AT, is_rival=lambda _: False),
        lambda: journal.send("i-1", at=AT, judge=lambda *_: None),
    ):
        with pytest.raises(JournalError) as error:
            step()
        refused.append(error.value.what)
    assert refused == [
        f"Purchase i-1 is PLANNED and cannot become {state}; it can become CONFIRMED."
        for state in ("APPROVED", "CART", "SENDING")
    ]


def test_another_cart_is_refused_in_words(journal, whole_way):
    assert whole_way.cart_id == "cart-1"
    with pytest.raises(JournalError) as error:
        journal.keep_cart("i-1", "cart-2", at=after(9))
    assert str(error.value) == (
        "Purchase i-1 is ORDERED with cart cart-1; it takes no other cart. "
        "Plan the purchase anew if you still want it."
    )
