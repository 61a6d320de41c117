"""The arrows of a purchase: legal ones are walked, all others are refused."""

from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from bespeak.errors import JournalError
from bespeak.journal import ARROWS, Approval, Journal, Signer, State

AT = datetime(2026, 11, 16, tzinfo=UTC)
STATES = get_args(State)

#: The way from PLANNED to each state.
WAYS: dict[State, tuple[State, ...]] = {
    "PLANNED": (),
    "CONFIRMED": ("CONFIRMED",),
    "APPROVED": ("CONFIRMED", "APPROVED"),
    "CART": ("CONFIRMED", "CART"),
    "SENDING": ("CONFIRMED", "CART", "SENDING"),
    "REJECTED": ("CONFIRMED", "CART", "REJECTED"),
    "ORDERED": ("CONFIRMED", "CART", "SENDING", "ORDERED"),
    "UNKNOWN": ("CONFIRMED", "CART", "SENDING", "UNKNOWN"),
    "RECONCILED": ("CONFIRMED", "CART", "SENDING", "ORDERED", "RECONCILED"),
}

#: Written out once more, so that a new arrow is a decision and not a slip.
EXPECTED = {
    ("PLANNED", "CONFIRMED"),
    ("CONFIRMED", "APPROVED"),
    ("CONFIRMED", "CART"),
    ("CONFIRMED", "REJECTED"),
    ("APPROVED", "CART"),
    ("APPROVED", "REJECTED"),
    ("CART", "SENDING"),
    ("CART", "REJECTED"),
    ("SENDING", "ORDERED"),
    ("SENDING", "REJECTED"),
    ("SENDING", "UNKNOWN"),
    ("UNKNOWN", "ORDERED"),
    ("UNKNOWN", "REJECTED"),
    ("UNKNOWN", "SENDING"),
    ("ORDERED", "RECONCILED"),
}


@pytest.fixture
def journal(tmp_path):
    return Journal.in_folder(tmp_path, "sandbox", "sandbox-1")


def put(journal, state):
    journal.begin("i-1", "customer", {"quantity": 4}, at=AT)
    for step in WAYS[state]:
        walk(journal, step)


def walk(journal, step):
    if step == "SENDING":
        return journal.send("i-1", at=AT, judge=lambda _own, _others: None)
    if step == "APPROVED":
        return journal.approve("i-1", Approval(Signer("second", "id-2"), AT, "hash"))
    return journal.move("i-1", step, at=AT)


def test_the_arrows_are_exactly_the_written_ones():
    assert {(old, new) for old, targets in ARROWS.items() for new in targets} == EXPECTED


@pytest.mark.parametrize(("old", "new"), sorted(EXPECTED))
def test_a_legal_arrow_is_walked(journal, old, new):
    put(journal, old)
    walk(journal, new)
    assert journal.intent("i-1").state == new


@pytest.mark.parametrize(("old", "new"), sorted(set(product(STATES, STATES)) - EXPECTED))
def test_an_illegal_arrow_raises_and_changes_nothing(journal, old, new):
    """A3: no other arrows exist; an illegal one raises."""
    put(journal, old)
    head = journal.verify()
    with pytest.raises(JournalError, match=f"is {old} and cannot become {new}"):
        walk(journal, new)
    assert journal.intent("i-1").state == old
    assert journal.verify() == head


def test_nothing_is_sent_without_a_judge(journal):
    """A14: limits are judged in the transaction that lets a checkout leave, so there is no other way there."""
    put(journal, "CART")
    with pytest.raises(TypeError, match="send"):
        journal.move("i-1", "SENDING", at=AT)


def test_nothing_is_approved_without_an_approval(journal):
    """A13: who approved which plan stands in the row, so that there is no other way there."""
    put(journal, "CONFIRMED")
    with pytest.raises(TypeError, match="approve"):
        journal.move("i-1", "APPROVED", at=AT)
