"""Every field of a plan is that of its quote and its offer; what a name must not hold is said to the last word."""

from dataclasses import fields, replace

import pytest

from bespeak.buying import PurchasePlan, Quote, find_offer, plan
from bespeak.buying.plan import AGAIN, OWN_NAME_LIMIT, checked_name
from bespeak.errors import InputError

LETTERS = "Use letters from A to Z, digits, blanks, '-' and '_', and begin with a letter or a digit."


@pytest.mark.parametrize("kind", ["details", "plan_details"])
def test_what_is_quoted_is_what_is_planned(request, session, make_quote, kind):
    details = request.getfixturevalue(kind)
    quote = make_quote(details)
    offer = find_offer(session, details, quote)
    made = plan(quote, offer, intent_id="intent-1")
    shared = {one.name for one in fields(Quote)} & {one.name for one in fields(PurchasePlan)}
    assert {name: getattr(made, name) for name in shared} == {name: getattr(quote, name) for name in shared}
    assert {"scope", "azure_subscription_id", "subscription_id", "quantity", "unit"} <= shared
    assert (made.total, made.title, made.catalog_item_id) == (
        quote.total,
        offer.sku.title,
        offer.catalog_item_id,
    )
    assert (made.world, made.instance, made.intent_id) == (offer.world, offer.instance, "intent-1")


def test_a_plan_comes_back_from_the_journal_equal(make_plan):
    made = make_plan()
    assert PurchasePlan.from_json(made.as_json()) == made


def test_a_repeat_is_confirmed_by_a_word_more():
    assert AGAIN == "again"


def test_a_name_that_is_too_long_says_by_how_much():
    with pytest.raises(InputError) as refused:
        checked_name("x" * (OWN_NAME_LIMIT + 1))
    assert str(refused.value) == (
        f"The name has {OWN_NAME_LIMIT + 1} characters; {OWN_NAME_LIMIT} are possible beside the mark of the purchase. "
        "Shorten it."
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a/b", "/"),
        ("a<b>", "< >"),
        ("tier\u200b", "U+200B"),
        ("a\x07\x1b", "U+0007 U+001B"),
        ("-tier", "-"),
        ("_tier", "_"),
        ("Łódź", "ó Ł ź"),
    ],
)
def test_what_a_name_cannot_hold_is_shown(name, shown):
    with pytest.raises(InputError) as refused:
        checked_name(name)
    assert str(refused.value) == f"A reservation's name cannot hold, or begin with, {shown}. {LETTERS}"


@pytest.mark.parametrize("name", ["a", "7", "Web tier_1-b", " web ", ""])
def test_a_name_of_plain_letters_stands(name):
    assert checked_name(name) == name.strip()


@pytest.mark.parametrize(
    "change",
    [
        {"customer_id": "c"},
        {"product_id": "p"},
        {"sku_id": "s"},
        {"size": "S"},
        {"region": "r"},
        {"term": "P3Y"},
    ],
)
def test_an_offer_for_anything_else_is_refused(session, details, make_quote, change):
    quote = make_quote()
    offer = find_offer(session, details, quote)
    with pytest.raises(InputError) as refused:
        plan(quote, replace(offer, **change), intent_id="intent-1")
    assert str(refused.value) == "The offer was found for another quote. Find the offer again for this quote."
