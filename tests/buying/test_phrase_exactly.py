"""The names of the parts of the phrase, as the form shows them."""

from bespeak.buying import phrase_parts


def test_the_parts_have_these_names_in_this_order(make_plan):
    assert phrase_parts(make_plan()) == {
        "Customer": "Contoso",
        "Quantity": "4 x",
        "Size": "Standard_D2s_v5",
        "Term": "P1Y",
        "Total": "USD 1,984.00",
        "World": "sandbox",
    }
    assert list(phrase_parts(make_plan())) == ["Customer", "Quantity", "Size", "Term", "Total", "World"]
