"""A second person says no: the purchase is over, nothing was sent, and the words stand in the journal (A13)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bespeak import (
    InputError,
    Person,
    approval_hint,
    approval_phrase,
    approve,
    buy,
    refuse,
    waiting_for_approval,
)
from bespeak.buying.ledger import open_journal

BEGIN = (
    "Type the word approve and then, with one blank in between: customer quantity x size term total world."
)
OTHER = Person("approver@partner.example", "object-2", "partner.example", second_factor=True)


@pytest.fixture
def waiting(session, make_plan):
    """A confirmed plan that needs a second person."""
    session.home.mkdir(parents=True, exist_ok=True)
    (session.home / "limits.toml").write_text(
        'currency = "USD"\napprove_above = "1000.00"\n', encoding="utf-8"
    )
    plan = make_plan()
    with pytest.raises(InputError, match="a second person must approve"):
        buy(session, plan, plan.phrase)
    return plan


@pytest.fixture
def approver(session):
    return replace(session, person=OTHER)


def test_a_refused_purchase_is_over_and_says_who_and_why(session, approver, waiting):
    said = refuse(session, waiting.intent_id, approver, "The machines go in March.")
    assert said == (
        "Nothing was bought. approver@partner.example refused 4 x Standard_D2s_v5 for Contoso, USD 1,984.00, in the "
        "world sandbox: The machines go in March. Make a new quote if it is still wanted."
    )
    assert open_journal(session).intent(waiting.intent_id).state == "REJECTED"
    assert waiting_for_approval(session) == ()


def test_a_refused_purchase_can_be_neither_approved_nor_bought(session, approver, waiting, center):
    refuse(session, waiting.intent_id, approver, "no")
    with pytest.raises(InputError, match="this one is REJECTED"):
        approve(session, waiting, approver, approval_phrase(waiting))
    assert buy(session, waiting, waiting.phrase).state == "REJECTED"
    assert center.orders == []


def test_whoever_asked_does_not_refuse_it_either(session, waiting):
    with pytest.raises(InputError, match="whoever confirms cannot approve"):
        refuse(session, waiting.intent_id, session, "no")


def test_a_refusal_needs_a_reason(session, approver, waiting):
    with pytest.raises(InputError, match="There is no reason"):
        refuse(session, waiting.intent_id, approver, "  ")
    assert open_journal(session).intent(waiting.intent_id).state == "CONFIRMED"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", BEGIN),
        ("appr", BEGIN),
        ("agree", "Not as it stands there from the word approve on."),
        ("Contoso 4 x", "Not as it stands there from the word approve on."),
        ("approve Contoso 4 x ", "Right so far; next: size."),
        ("approve Contoso 5", "Not as it stands above from the quantity on."),
    ],
)
def test_typing_an_approval_says_how_far_it_is_right(waiting, typed, hint):
    assert approval_hint(waiting, typed) == hint


def test_the_approval_itself_needs_no_hint(waiting):
    assert approval_hint(waiting, approval_phrase(waiting)) == ""
