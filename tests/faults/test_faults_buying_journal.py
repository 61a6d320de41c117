"""Faults of the journal and of the second person (reliability.md, section 3): F-21 to F-24, and settling by hand."""

import os
import random
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

# Test files are imported without a package; this makes the stage findable.
sys.path.insert(0, str(Path(__file__).parent))
from buying_stage import COLLEAGUE, stage
from model_center import CUSTOMER

from bespeak.buying import (
    acknowledge,
    approval_facts,
    approval_phrase,
    approve,
    buy,
    journal_rows,
    look_again,
    rescue_journal,
    settle,
    verify_journal,
    waiting_for_approval,
)
from bespeak.buying.ledger import open_journal
from bespeak.errors import InputError, JournalError
from bespeak.journal import Journal, head

__all__ = ["stage"]


@pytest.fixture
def wanted(stage):
    """A confirmed purchase that waits for a second person."""
    stage.limit(approve_above="1000")
    plan = stage.plan()
    with pytest.raises(InputError, match="a second person must approve this purchase first"):
        stage.buy(plan)
    assert [one.plan for one in waiting_for_approval(stage.session)] == [plan]
    return plan


def test_f21_with_the_approval_of_a_second_person_it_is_bought_once(stage, wanted):
    facts = approval_facts(stage.session, "intent-1", stage.colleague)
    assert facts["Will be charged: now"] == "USD 1,984.00"
    told = approve(stage.session, "intent-1", stage.colleague, approval_phrase(wanted))
    assert told.startswith("second@partner.example approved 4 x Standard_D2s_v5 for Contoso, USD 1,984.00")
    assert stage.buy(wanted).state == "DONE"
    assert stage.buy(wanted).state == "DONE"
    row = journal_rows(stage.session).iloc[0]
    assert (row["person"], row["approved_by"]) == ("buyer@partner.example", "second@partner.example")
    assert stage.posts() == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"object_id": "OBJECT-1"}, "whoever confirms cannot approve"),
        ({"second_factor": False}, "signed in with a second factor"),
        ({"is_app": True}, "takes a person"),
        ({"tenant_id": "elsewhere.example"}, "belongs to another directory"),
    ],
)
def test_f21_nobody_but_a_second_person_of_the_partner_approves(stage, wanted, who, words):
    with pytest.raises(InputError, match=words):
        approve(stage.session, wanted, stage.as_person(**who), approval_phrase(wanted))
    refused(stage, wanted)


def test_f21_an_approval_that_was_not_typed_counts_for_nothing(stage, wanted):
    with pytest.raises(InputError, match="not the approval"):
        approve(stage.session, wanted, stage.colleague, wanted.phrase)
    refused(stage, wanted)


def test_f21_a_price_that_moved_meanwhile_is_not_approved(stage, wanted):
    """The approver's figures are read afresh from the service, not from the requester's screen."""
    stage.center.price = "496.01"
    with pytest.raises(InputError, match=r"is now USD 496\.01"):
        approve(stage.session, wanted, stage.colleague, approval_phrase(wanted))


def test_f21_an_approval_lapses_after_half_an_hour(stage, wanted):
    approve(stage.session, wanted, stage.colleague, approval_phrase(wanted))
    stage.wait(minutes=30)
    told = stage.buy(wanted)
    assert told.state == "REJECTED"
    assert "has lapsed; it holds for 30 minutes" in told.sentence
    assert stage.posts("/carts") == 0


def test_f21_a_plan_that_was_changed_after_the_approval_is_refused(stage, wanted):
    approve(stage.session, wanted, stage.colleague, approval_phrase(wanted))
    changed = stage.plan(quantity=40)
    with pytest.raises(JournalError, match="another plan"):
        buy(stage.session, changed, changed.phrase)
    edit(stage, "UPDATE intents SET plan = replace(plan, '\"quantity\":4', '\"quantity\":40')")
    with pytest.raises(JournalError, match="is not what was written"):
        buy(stage.session, changed, changed.phrase)
    assert stage.posts("/carts") == 0


def test_f21_an_approval_is_of_no_use_for_another_purchase(stage, wanted):
    approve(stage.session, wanted, stage.colleague, approval_phrase(wanted))
    refused(stage, stage.plan("intent-2"))
    with pytest.raises(InputError, match="this one is APPROVED"):
        approve(stage.session, wanted, stage.colleague, approval_phrase(wanted))


def refused(stage, plan):
    with pytest.raises(InputError, match="a second person must approve"):
        buy(stage.session, plan, plan.phrase)
    assert stage.posts("/carts") == 0


def edit(stage, *statements):
    """Changes the file behind the journal's back, triggers taken away first."""
    with closing(sqlite3.connect(open_journal(stage.session).path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE events SET entry = replace(entry, 'CONFIRMED', 'x') WHERE number = 2", "event 2"),
        ("DELETE FROM events WHERE number = 3", "event 3"),
        ("UPDATE events SET number = 99 WHERE number = 1", "event 1"),
        ("DELETE FROM events WHERE number > 3", "purchase intent-1"),
    ],
)
def test_f22_a_change_of_the_past_locks_buying_until_it_is_acknowledged(stage, statement, where):
    stage.buy()
    edit(stage, statement)
    with pytest.raises(JournalError, match=f"{where} is not what was written"):
        verify_journal(stage.session)
    other = stage.plan("intent-2", size="Standard_D2s_v5", quantity=1)
    with pytest.raises(JournalError, match="Buying is locked in the world sandbox"):
        stage.buy(other)
    assert stage.posts("/carts") == 1
    told = acknowledge(stage.session, "A disk was copied back; orders compared with Partner Center.")
    assert verify_journal(stage.session) == told
    assert stage.buy(other).state == "DONE"
    verify_journal(stage.session)


def test_f22_a_cut_end_is_found_through_the_head_that_is_kept_elsewhere(stage):
    stage.buy()
    path = open_journal(stage.session).path
    early = path.read_bytes()
    stage.buy(stage.plan("intent-2", quantity=1))
    path.write_bytes(early)
    with pytest.raises(JournalError, match="its end was cut off"):
        verify_journal(stage.session)
    with pytest.raises(JournalError, match="its end was cut off"):
        stage.buy(stage.plan("intent-3", quantity=1))
    acknowledge(stage.session, "The folder came back from a backup.")
    assert stage.buy(stage.plan("intent-3", quantity=1)).state == "DONE"


def test_f22_what_was_acknowledged_cannot_be_changed_any_more_either(stage):
    stage.buy()
    edit(stage, "UPDATE events SET hash = 'x' WHERE number = 2")
    acknowledge(stage.session, "Seen.")
    edit(stage, "UPDATE events SET hash = 'y' WHERE number = 2")
    with pytest.raises(JournalError, match="what was acknowledged in event"):
        verify_journal(stage.session)


def test_f22_a_head_that_is_gone_or_behind_is_noticed_and_one_event_is_not(stage):
    stage.buy()
    path = open_journal(stage.session).path
    now = head.kept(path)
    with closing(sqlite3.connect(path)) as connection:
        rows = dict(connection.execute("SELECT number, hash FROM events").fetchall())
    head.keep(path, head.Head(now.number - 1, rows[now.number - 1]))
    verify_journal(stage.session)
    head.keep(path, head.Head(now.number - 2, rows[now.number - 2]))
    with pytest.raises(JournalError, match="is 2 events behind"):
        verify_journal(stage.session)
    head.place(path).unlink()
    with pytest.raises(JournalError, match="is missing"):
        verify_journal(stage.session)


def test_f22_every_tampering_is_found(stage, tmp_path):
    """500 here; BESPEAK_TAMPERINGS=20000 gives more."""
    stage.buy()
    stage.buy(stage.plan("intent-2", quantity=1))
    path = open_journal(stage.session).path
    copy = Journal(tmp_path / "copy" / path.name, "sandbox", "sandbox-1")
    copy.path.parent.mkdir()
    head.keep(copy.path, head.kept(path))
    copy.path.write_bytes(path.read_bytes())
    guards = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
    change(copy.path, *change(copy.path, guards))
    copy.verify()  # without its guards it is still whole: what is found below is found by its rows
    whole, chance, last, missed = copy.path.read_bytes(), random.Random(22), head.kept(path).number, []
    for number in range(int(os.environ.get("BESPEAK_TAMPERINGS", "500"))):
        copy.path.write_bytes(whole)
        statement = tampering(chance, last)
        change(copy.path, statement)
        try:
            copy.verify()
            missed += [(number, statement)]
        except JournalError:
            pass
    assert missed == []


def change(path, *statements):
    """Changes the file as any program can, without waiting for the disk; what the last statement reads."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        read = [one for (one,) in [connection.execute(each).fetchall() for each in statements][-1]]
        connection.commit()
    return read


def tampering(chance, last):
    """One change of one row, or a cut end."""
    event, other = chance.randint(1, last), chance.randint(1, last)
    intent = chance.choice(("intent-1", "intent-2"))
    return chance.choice(
        [
            f"UPDATE events SET entry = substr(entry, 1, {chance.randint(1, 40)}) WHERE number = {event}",
            f"UPDATE events SET entry = entry || ' ' WHERE number = {event}",
            f"UPDATE events SET hash = '{chance.getrandbits(256):064x}' WHERE number = {event}",
            f"UPDATE events SET intent_id = 'x{event}', entry = entry || 'x' WHERE number = {event}",
            f"UPDATE events SET number = -number WHERE number IN ({event}, {other})",
            f"DELETE FROM events WHERE number = {event}",
            f"DELETE FROM events WHERE number >= {event}",
            f"DELETE FROM intents WHERE intent_id = '{intent}'",
            f"UPDATE intents SET state = 'PLANNED' WHERE intent_id = '{intent}'",
            f"UPDATE intents SET person = 'somebody' WHERE intent_id = '{intent}'",
            f"UPDATE intents SET sendings = sendings + {chance.randint(1, 9)} WHERE intent_id = '{intent}'",
            f"UPDATE intents SET order_ids = '[\"{other}\"]' WHERE intent_id = '{intent}'",
        ]
    )


def test_f23_a_locked_journal_is_waited_for_and_then_refuses_while_reading_goes_on(stage, monkeypatch):
    stage.buy()
    monkeypatch.setattr(
        Journal, "in_folder", lambda home, *names: Journal(home / "journal.sqlite", *names, 0.05)
    )
    assert open_journal(stage.session).patience == 0.05
    with closing(sqlite3.connect(open_journal(stage.session).path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="has waited for it in vain; nothing was written here"):
            stage.buy(stage.plan("intent-2", quantity=1))
        assert list(journal_rows(stage.session)["state"]) == ["ORDERED"]
        other.execute("ROLLBACK")
    assert stage.posts() == 1


@pytest.mark.parametrize("how", ["garbage", "emptied", "gone", "random bytes in the middle"])
def test_f24_a_damaged_journal_locks_buying_and_a_new_one_begins_only_when_asked_for(stage, how):
    stage.buy()
    path = open_journal(stage.session).path
    was = damage(path, how)
    stage.wait(minutes=30)
    other = stage.plan("intent-2", quantity=1)
    with pytest.raises(
        JournalError, match=r"is damaged .* buying is locked|is not what was written|Buying is locked"
    ):
        stage.buy(other)
    assert (path.read_bytes() if path.exists() else b"") == was
    told = rescue_journal(stage.session, [CUSTOMER])
    if was:
        assert told.kept.read_bytes() == told.kept.with_suffix(".copy.sqlite").read_bytes() == was
    assert list(told.orders["order"]) == ["000000000001"]
    with pytest.raises(JournalError, match="can still be missing from the order list"):
        stage.buy(other)
    stage.wait(minutes=21)
    assert stage.buy(other).state == "DONE"
    verify_journal(stage.session)


def damage(path, how):
    """What the file holds afterwards."""
    if how == "gone":
        path.unlink()
        return b""
    told = bytearray(path.read_bytes())
    if how == "random bytes in the middle":
        told[100:-100] = random.Random(24).randbytes(len(told) - 200)
    path.write_bytes({"garbage": b"garbage" * 999, "emptied": b""}.get(how, bytes(told)))
    return path.read_bytes()


def test_f24_a_whole_journal_is_never_begun_anew(stage):
    stage.buy()
    with pytest.raises(JournalError, match="can be read; it stays"):
        rescue_journal(stage.session)


def test_a_person_settles_with_the_order_that_was_found(stage):
    told = by_hand(stage)
    assert told.needs_a_person
    assert list(journal_rows(stage.session)["needs_a_person"]) == [True]
    stage.center.orders[:] = stage.hidden
    settled = settle(stage.session, "intent-1", order_id="000000000001", reason="Found in the order history.")
    assert (settled.state, settled.order_id) == ("DONE", "000000000001")


def test_a_person_cannot_settle_with_an_order_that_is_not_it(stage):
    by_hand(stage)
    stage.center.orders[:] = [(at, order | {"billingCycle": "monthly"}) for at, order in stage.hidden]
    stage.center.orders[0][1]["lineItems"] = [{**stage.hidden[0][1]["lineItems"][0], "friendlyName": "x"}]
    with pytest.raises(InputError, match=r"is not this purchase\. The order's billingCycle is 'monthly'"):
        settle(stage.session, "intent-1", order_id="000000000001", reason="I think so.")
    with pytest.raises(InputError, match="has no order 0000000000aa"):
        settle(stage.session, "intent-1", order_id="0000000000aa", reason="A slip.")


def test_nobody_settles_what_looking_can_still_tell_or_without_a_reason(stage):
    stage.lose(done=False)
    with pytest.raises(InputError, match="Looking again can still tell"):
        settle(stage.session, "intent-1", reason="It never arrived.")
    with pytest.raises(InputError, match="There is no reason"):
        settle(stage.session, "intent-1", reason=" ")


def test_nothing_is_settled_as_nothing_while_the_cart_was_ordered(stage):
    by_hand(stage)
    with pytest.raises(InputError, match="The cart is ordered: it was ordered, or can still be"):
        settle(stage.session, "intent-1", reason="I see none.")
    stage.center.carts.clear()
    told = settle(stage.session, "intent-1", reason="Support says that there is none.")
    assert told.state == "REJECTED"
    assert "buyer@partner.example settled it by hand: Support says that there is none." in told.sentence


def by_hand(stage):
    """A purchase that only a person can tell: its cart is ordered, and no order is to be seen."""
    stage.lose(done=True)
    stage.hidden = list(stage.center.orders)
    stage.center.orders.clear()
    stage.wait(minutes=21)
    assert COLLEAGUE.object_id != stage.session.person.object_id
    told = look_again(stage.session, "intent-1")
    assert told.head == verify_journal(stage.session)[:12]
    assert stage.center.now > told_at(stage) - timedelta(days=1)
    return told


def told_at(stage):
    return open_journal(stage.session).intent("intent-1").changed
