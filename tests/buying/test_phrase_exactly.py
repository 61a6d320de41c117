"""The names of the parts of the phrase, as the form shows them, and of the one that a repeat adds."""

from dataclasses import replace

import pytest

from bespeak.buying import phrase_hint, phrase_parts
from bespeak.buying.plan import AGAIN

PARTS = {
    "Customer": "Contoso",
    "Quantity": "4 x",
    "Size": "Standard_D2s_v5",
    "Term": "P1Y",
    "Total": "USD 1,984.00",
    "World": "sandbox",
}
ORDER = "Type it in this order, with one blank in between: customer quantity x size term total world"


@pytest.fixture
def again(make_plan):
    """The plan of a purchase that repeats one of the last day."""
    return replace(make_plan(), again=True)


def test_the_parts_have_these_names_in_this_order(make_plan):
    assert list(phrase_parts(make_plan()).items()) == list(PARTS.items())
    assert phrase_hint(make_plan(), "") == f"{ORDER}."


def test_a_repeat_has_one_part_more(again):
    assert list(phrase_parts(again).items()) == [*PARTS.items(), ("Bought before", AGAIN)]
    assert phrase_hint(again, "") == f"{ORDER} {AGAIN}."
    assert phrase_hint(again, " ".join(PARTS.values())) == "Right so far; next: bought before."
