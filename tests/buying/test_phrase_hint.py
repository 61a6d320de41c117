"""Helping a person to type the confirmation without writing it for the person."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.buying import phrase_hint, phrase_parts

PHRASE = "Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox"


@pytest.fixture
def planned(make_plan):
    return make_plan()


def test_the_parts_joined_with_blanks_are_the_phrase(planned):
    assert " ".join(phrase_parts(planned).values()) == planned.phrase == PHRASE


def test_nothing_typed_names_the_order_of_the_parts(planned):
    assert phrase_hint(planned, "") == (
        "Type it in this order, with one blank in between: customer quantity x size term total world."
    )


def test_the_phrase_itself_needs_no_hint(planned):
    assert phrase_hint(planned, PHRASE) == ""


@pytest.mark.parametrize(
    ("typed", "following"),
    [
        ("Con", "customer"),
        ("Contoso", "quantity"),
        ("Contoso ", "quantity"),
        ("Contoso 4", "quantity"),
        ("Contoso 4 x", "size"),
        ("Contoso 4 x Standard_D2s_v5 P1Y USD", "total"),
        ("Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 ", "world"),
    ],
)
def test_a_right_beginning_names_the_part_that_follows(planned, typed, following):
    assert phrase_hint(planned, typed) == f"Right so far; next: {following}."


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("contoso", "customer"),
        ("Contoso 5", "quantity"),
        ("Contoso 4x", "quantity"),
        ("Contoso 4 x Standard_D2s_v4 P1Y", "size"),
        ("Contoso 4 x Standard_D2s_v5 P3Y", "term"),
        ("Contoso 4 x Standard_D2s_v5 P1Y USD 1984", "total"),
        ("Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 live", "world"),
    ],
)
def test_the_first_difference_is_named_by_its_part(planned, typed, part):
    assert phrase_hint(planned, typed) == f"Not as it stands above from the {part} on."


def test_a_blank_too_many_at_the_end_is_said(planned):
    assert phrase_hint(planned, f"{PHRASE} ") == "Something stands behind the world; take it away."


def test_an_accent_may_be_typed_in_either_form(make_plan_with, session, details):
    name = unicodedata.normalize("NFC", "Citroën")
    planned = make_plan_with(session, of=replace(details, name=name))
    assert phrase_hint(planned, unicodedata.normalize("NFD", planned.phrase)) == ""
    assert phrase_hint(planned, unicodedata.normalize("NFD", "Citroë")) == "Right so far; next: customer."


@given(typed=st.text(max_size=60))
def test_no_hint_is_missing_unless_the_phrase_is_typed(typed):
    planned = PLAN
    assert (phrase_hint(planned, typed) == "") == planned.is_confirmed_by(typed)


@given(cut=st.integers(0, len(PHRASE) - 1), more=st.characters(blacklist_categories=["Cs"]))
def test_a_hint_never_holds_the_part_that_is_still_to_be_typed(cut, more):
    hint = phrase_hint(PLAN, PHRASE[:cut] + more)
    assert not any(part in hint for part in ("Contoso", "Standard_D2s_v5", "1,984.00", "P1Y"))


class _Plan:
    """The parts of a plan that a hint is made from."""

    customer, quantity, size, term, total, world = (
        "Contoso",
        4,
        "Standard_D2s_v5",
        "P1Y",
        "USD 1,984.00",
        "sandbox",
    )
    phrase = PHRASE
    again = False

    def is_confirmed_by(self, typed: str) -> bool:
        return unicodedata.normalize("NFC", typed) == PHRASE


PLAN = _Plan()
