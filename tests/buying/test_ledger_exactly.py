"""How a step's end is written down, and what is said when another window, or nobody, could write it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bespeak.buying.ledger import (
    Ledger,
    check_unlocked,
    check_world,
    open_for_buying,
    open_journal,
    signer_of,
)
from bespeak.clients.session import Person
from bespeak.errors import InputError, JournalError, LockedError, UnreachableError
from bespeak.journal import Journal, Signer

HOLDER = "pid 7 since 10:12:03 UTC"


@pytest.fixture
def planned(session, make_plan):
    """A plan that is confirmed, and its ledger."""
    plan = make_plan()
    journal = open_journal(session)
    journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=session.now(), request_id="r-1")
    journal.move(plan.intent_id, "CONFIRMED", at=session.now(), signer=Signer("anna", "id-anna"))
    return plan, Ledger(journal, plan.intent_id, session.now, HOLDER)


@pytest.fixture
def sending(session, planned):
    """A plan whose checkout may have left, and its ledger."""
    plan, ledger = planned
    assert ledger.claim(plan, session.home)
    ledger.journal.keep_cart(plan.intent_id, "cart-1", at=session.now())
    ledger.send(plan, session.home)
    return plan, ledger


def test_a_claim_names_this_kernel(session, planned):
    plan, ledger = planned
    assert ledger.claim(plan, session.home) is True
    assert (ledger.intent.state, ledger.intent.holder) == ("CART", HOLDER)


def test_a_claim_of_what_somebody_works_on_is_no(session, planned):
    plan, ledger = planned
    ledger.claim(plan, session.home)
    assert ledger.claim(plan, session.home) is False


def test_a_claim_beside_a_rival_names_the_rival(session, planned, make_plan):
    plan, ledger = planned
    ledger.claim(plan, session.home)
    other = make_plan(intent_id="intent-2")
    ledger.journal.begin("intent-2", other.customer_id, other.as_json(), at=session.now())
    ledger.journal.move("intent-2", "CONFIRMED", at=session.now())
    with pytest.raises(InputError) as refused:
        Ledger(ledger.journal, "intent-2", session.now).claim(other, session.home)
    assert str(refused.value) == (
        f"Whether 4 x Standard_D2s_v5 was bought for Contoso on {session.now():%Y-%m-%d %H:%M} UTC is not known, and "
        "both cover the same machines. Nothing was sent. "
        "Look again at that purchase first; it is shown when the customer is chosen anew."
    )
    assert ledger.journal.intent("intent-2").state == "CONFIRMED"


def test_a_sending_keeps_kernel_and_request_id(session, sending):
    plan, ledger = sending
    intent = ledger.intent
    assert (intent.state, intent.holder, intent.request_id) == ("SENDING", HOLDER, "r-1")
    assert (intent.sent, intent.sendings, plan.intent_id) == (session.now(), 1, "intent-1")


def test_an_end_is_written_with_all_that_is_known(sending):
    _, ledger = sending
    told = ledger.end("UNKNOWN", "Lost.", sent_at="then", correlation_id="x-1")
    assert (told.state, told.sentence, told.order_id, told.intent_id) == ("UNKNOWN", "Lost.", "", "intent-1")
    assert ledger.intent.outcome == {"sentence": "Lost.", "sent_at": "then"}
    assert ledger.intent.correlations == ("x-1",)


def test_an_end_that_another_window_wrote_before_is_theirs(sending):
    _, ledger = sending
    ledger.end("ORDERED", "Bought by the other window.", ("o-1",))
    assert ledger.end("ORDERED", "Bought.", ("o-1",)).sentence == "Bought by the other window."
    assert ledger.end("UNKNOWN", "Lost.").sentence == "Bought by the other window."


def test_another_order_than_the_one_that_is_written_is_said_aloud(sending):
    """One intent has one order; two are never shown as one."""
    _, ledger = sending
    ledger.end("ORDERED", "Bought.", ("o-1",))
    told = ledger.end("ORDERED", "Bought: order o-2.", ("o-2",))
    assert (told.state, told.order_id) == ("DONE", "o-2")
    assert told.sentence.startswith("Bought: order o-2. Write this down: the journal could not take it. ")
    assert ledger.intent.order_ids == ("o-1",)


def test_an_order_for_what_was_closed_is_said_aloud(sending):
    _, ledger = sending
    ledger.end("REJECTED", "Refused.")
    told = ledger.end("ORDERED", "Bought: order o-2.", ("o-2",))
    assert (told.state, told.order_id, told.reservation) == ("DONE", "o-2", "")
    assert "Write this down" in told.sentence


def test_an_end_that_nobody_can_write_is_said_aloud(sending, monkeypatch):
    _, ledger = sending

    def away(*_, **__):
        raise JournalError("The disk is full.")

    monkeypatch.setattr(Journal, "move", away)
    monkeypatch.setattr(Journal, "intent", away)
    told = ledger.end("UNKNOWN", "Lost.")
    assert (told.state, told.order_id, told.reservation, told.intent_id) == ("UNKNOWN", "", "", "intent-1")
    assert told.sentence == "Lost. Write this down: the journal could not take it. The disk is full."


def test_without_the_world_an_entry_has_the_time_of_the_last_one(session, sending):
    _, ledger = sending

    def away():
        raise UnreachableError("There is no connection.")

    assert replace(ledger, world_time=away).now() == session.now()
    assert Ledger(ledger.journal, "intent-1", session.now).holder == ""


def test_a_locked_world_is_named(session):
    session.locked = "Type the phrase."
    with pytest.raises(LockedError) as refused:
        check_unlocked(session)
    assert str(refused.value) == (
        "Type the phrase. World: sandbox. Nothing was sent and nothing was written down."
    )
    session.locked = ""
    assert check_unlocked(session) == session.person


def test_a_person_signs_with_name_and_id():
    assert signer_of(Person("anna", "id-anna", "tenant")) == Signer("anna", "id-anna")


def test_another_instance_is_named(session, make_plan):
    plan = make_plan()
    check_world(session, plan)
    with pytest.raises(InputError) as refused:
        check_world(replace(session, instance="sandbox-2"), plan)
    assert str(refused.value) == (
        "This was planned in sandbox (sandbox-1), and this is sandbox (sandbox-2). "
        "Nothing was sent. Make a new quote here."
    )


def test_a_journal_that_is_not_whole_locks_buying(session, sending, monkeypatch):
    assert sending

    def tampered(_):
        raise JournalError("Event 2 was changed.", "Look at it.")

    monkeypatch.setattr(Journal, "verify", tampered)
    with pytest.raises(JournalError) as refused:
        open_for_buying(session)
    assert str(refused.value) == "Event 2 was changed. Buying is locked in the world sandbox. Look at it."


@pytest.mark.parametrize(("minutes", "waits"), [(0, True), (19, True), (20, False), (30, False)])
def test_a_journal_that_was_begun_anew_waits_for_the_order_list(session, monkeypatch, minutes, waits):
    anew = session.now() - timedelta(minutes=minutes)
    monkeypatch.setattr("bespeak.buying.ledger.begun_anew", lambda _: anew)
    if not waits:
        assert open_for_buying(session).world == "sandbox"
        return
    with pytest.raises(JournalError) as refused:
        open_for_buying(session)
    assert str(refused.value) == (
        f"The purchase journal of the world sandbox was begun anew at {anew:%H:%M:%S} UTC, and an order made just "
        "before can still be missing from the order list; nothing is bought yet. "
        f"Look at the orders of rescue_journal again after {anew + timedelta(minutes=20):%H:%M:%S} UTC."
    )
