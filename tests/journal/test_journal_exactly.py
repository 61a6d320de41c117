"""The text that is hashed, to the byte, and the words of what the journal refuses, to the last."""

import hashlib
from decimal import Decimal

import pytest

from bespeak.errors import JournalError
from bespeak.journal.canonical import NOTHING_BEFORE, canonical, fingerprint
from bespeak.journal.states import check_arrow


def test_before_the_first_event_stand_64_zeros():
    assert NOTHING_BEFORE == "0000000000000000000000000000000000000000000000000000000000000000"


def test_the_canonical_text_has_sorted_keys_no_blanks_and_plain_letters():
    value = {"b": [1, True, None], "a": {"ż": "Łódź \u2028", "_": ("x", -2)}, "": False}
    assert canonical(value) == '{"":false,"a":{"_":["x",-2],"ż":"Łódź \u2028"},"b":[1,true,null]}'


def test_a_hash_is_that_of_the_one_before_a_line_break_and_the_text():
    assert fingerprint("text", "before") == hashlib.sha256(b"before\ntext").hexdigest()
    assert fingerprint("żółw") == hashlib.sha256("\nżółw".encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "kind"), [(0.5, "float"), (Decimal(1), "Decimal"), (b"x", "bytes"), ({1}, "set")]
)
def test_what_no_journal_holds_is_named(value, kind):
    for inside in (value, [value], {"a": (value,)}):
        with pytest.raises(TypeError) as refused:
            canonical(inside)
        assert str(refused.value) == f"A journal holds no {kind}; write it as text."


@pytest.mark.parametrize(("key", "kind"), [(1, "int"), (None, "NoneType"), (("a",), "tuple")])
def test_a_key_that_is_no_text_is_named(key, kind):
    with pytest.raises(TypeError) as refused:
        canonical({key: "x"})
    assert str(refused.value) == f"A key in the journal is text, not {kind}."


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("CART", "ORDERED", "REJECTED, SENDING"),
        ("PLANNED", "CART", "CONFIRMED"),
        ("RECONCILED", "SENDING", "nothing: it is finished"),
        ("REJECTED", "CART", "nothing: it is finished"),
    ],
)
def test_an_arrow_that_does_not_exist_is_refused_with_those_that_do(old, new, allowed):
    with pytest.raises(JournalError) as refused:
        check_arrow("i-1", old, new)
    assert str(refused.value) == (
        f"Purchase i-1 is {old} and cannot become {new}; it can become {allowed}. "
        "Look at it again before anything else is bought."
    )
