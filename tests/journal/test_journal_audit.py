"""The chain of events shows every change that did not go through the journal."""

import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bespeak.errors import JournalError
from bespeak.journal import Journal, Signer, acknowledge, canonical, head

AT = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path):
    journal = Journal.in_folder(tmp_path, "sandbox", "sandbox-1")
    for number in (1, 2):
        journal.begin(f"i-{number}", "customer", {"quantity": number}, at=AT)
        journal.move(f"i-{number}", "CONFIRMED", at=AT)
    journal.note("i-1", "somebody looked", at=AT)
    return journal


def tamper(journal, *statements):
    """Changes the file behind the journal's back, triggers taken away first."""
    connection = sqlite3.connect(journal.path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_untouched_journal_has_a_head_that_moves_with_each_event(journal):
    before = journal.verify()
    journal.note("i-2", "somebody looked", at=AT)
    assert len(before) == 64
    assert journal.verify() != before


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE events SET entry = replace(entry, 'CONFIRMED', 'REJECTED') WHERE number = 2", "event 2"),
        ("UPDATE events SET hash = 'x' WHERE number = 3", "event 3"),
        ("DELETE FROM events WHERE number = 2", "event 2"),
        ("DELETE FROM events WHERE number = 1", "event 1"),
        ("DELETE FROM events WHERE number = 5", "purchase i-1"),
        ("UPDATE intents SET state = 'ORDERED' WHERE intent_id = 'i-2'", "purchase i-2"),
        ("UPDATE intents SET plan = '{}' WHERE intent_id = 'i-2'", "purchase i-2"),
        ("DELETE FROM intents WHERE intent_id = 'i-2'", "purchase i-2"),
    ],
)
def test_tampering_is_named(journal, statement, where):
    """F-22: verification names the first bad row. A cut tail shows where a purchase has moved since."""
    if "number = 5" in statement:
        journal.move("i-1", "CART", at=AT)
        statement = "DELETE FROM events WHERE number = 6"
    tamper(journal, statement)
    with pytest.raises(JournalError, match=f"{where} is not what was written"):
        journal.verify()


def test_events_in_another_order_are_noticed(journal):
    tamper(
        journal,
        "UPDATE events SET number = 99 WHERE number = 1",
        "UPDATE events SET number = 1 WHERE number = 2",
        "UPDATE events SET number = 2 WHERE number = 99",
    )
    with pytest.raises(JournalError, match="event 1"):
        journal.verify()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_canonical_text_does_not_depend_on_the_order_of_keys(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_the_refusal_of_a_changed_journal_says_what_to_do(journal):
    tamper(journal, "UPDATE events SET hash = 'x' WHERE number = 3")
    with pytest.raises(JournalError) as refused:
        journal.verify()
    assert str(refused.value) == (
        "The purchase journal was changed by something else: event 3 is not what was written. "
        "Do not buy from here; keep the file and compare it with the orders in Partner Center."
    )


def test_an_acknowledgement_of_a_cut_end_stands_behind_all_that_was_there(journal):
    """A number that was used is never used again, so that what was cut off stays missing."""
    last = head.kept(journal.path).number
    tamper(journal, f"DELETE FROM events WHERE number >= {last - 1}")
    acknowledge(journal, "seen", Signer("anna", "id-anna"), at=AT)
    with sqlite3.connect(journal.path) as connection:
        (number,) = connection.execute("SELECT max(number) FROM events").fetchone()
    connection.close()
    assert number == last + 1
    assert len(journal.verify()) == 64
