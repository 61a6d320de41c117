"""A plan is frozen, goes through JSON unchanged, and is confirmed by its exact phrase."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.buying import PurchasePlan, find_offer, plan
from bespeak.buying.plan import NAME_LIMIT, OWN_NAME_LIMIT, checked_name, tag_of
from bespeak.errors import InputError
from bespeak.journal import canonical


def test_the_phrase_names_what_is_at_stake(make_plan):
    """A12: customer, quantity, SKU, term, total with currency, environment."""
    assert make_plan().phrase == "Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox"


def test_the_line_of_a_legacy_customer(make_plan):
    """Default of the reference: the Partner Center subscription id for legacy customers."""
    assert make_plan(scope="single").line == {
        "id": 0,
        "catalogItemId": "DZH318Z08MQM:00K7:DZH318Z0NNNN",
        "friendlyName": f"web tier {tag_of('intent-1')}",
        "quantity": 4,
        "currencyCode": "USD",
        "billingCycle": "one_time",
        "termDuration": "P1Y",
        "provisioningContext": {"scope": "single", "subscriptionId": "94fc0560-c498-5760-9574-d60e29db06be"},
    }


def test_the_line_of_an_azure_plan(make_plan, plan_details):
    """D-446: shared; the Azure subscription id for plan customers."""
    assert make_plan(of=plan_details).line["provisioningContext"] == {
        "scope": "shared",
        "subscriptionId": "1df73bff-2e9e-5dc7-8f04-0916f8eb0989",
    }


def test_the_duration_goes_along_where_the_sku_asks_for_it(make_plan, center):
    """D-614: take required keys from provisioningVariables."""
    center.sku["provisioningVariables"] = ["Scope", "SubscriptionId", "Duration"]
    assert make_plan().line["provisioningContext"]["duration"] == "1Year"


def test_a_plan_comes_back_from_json_equal(make_plan):
    made = make_plan()
    assert PurchasePlan.from_json(made.as_json()) == made
    assert canonical(made.as_json()) == canonical(PurchasePlan.from_json(made.as_json()).as_json())


def test_a_plan_without_a_name_gets_one(make_plan):
    assert make_plan(friendly_name="  ").friendly_name == f"Standard_D2s_v5 P1Y {tag_of('intent-1')}"


def test_the_longest_name_fits_with_the_tag(make_plan):
    made = make_plan(friendly_name="x" * OWN_NAME_LIMIT)
    assert len(made.friendly_name) == NAME_LIMIT
    assert made.friendly_name.endswith(made.tag)


def test_an_offer_for_another_quote_is_refused(session, details, make_quote):
    offer = find_offer(session, details, make_quote())
    with pytest.raises(InputError, match="another quote"):
        plan(make_quote(term="P3Y"), offer, intent_id="intent-1")


def test_two_intents_have_two_tags():
    assert tag_of("intent-1") != tag_of("intent-2")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox",
        "Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox ",
        "Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.0 sandbox",
        "Contoso  4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox",
        "Fabrikam 4 x Standard_D2s_v5 P1Y USD 1,984.00 sandbox",
        "Contoso 4 x Standard_D2s_v5 P1Y USD 1,984.00 live",
    ],
)
def test_almost_right_is_not_confirmed(make_plan, typed):
    """F-19: other case, extra blank, missing cent, other customer, other world."""
    assert not make_plan().is_confirmed_by(typed)


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("Contoso", "C\u043ent\u043es\u043e"),  # Cyrillic o
        ("4 x", "\uff14 x"),  # full-width digit
        ("4 x", "4 \u00d7"),  # multiplication sign
        (" USD", "\u00a0USD"),  # no-break space
        ("1,984", "1\u201a984"),  # low quotation mark
        ("1,984", "1\u200b,984"),  # zero-width space
        ("sandbox", "\u202esandbox"),  # right-to-left override
        ("P1Y", "P\u0661Y"),  # Arabic digit
    ],
)
def test_a_look_alike_is_not_confirmed(make_plan, there, typed):
    """A12: what is compared are characters, not their looks."""
    made = make_plan()
    assert there in made.phrase
    assert not made.is_confirmed_by(made.phrase.replace(there, typed))


def test_the_phrase_is_compared_after_unicode_composition(make_plan, details):
    """A12: NFC, exact otherwise; a name can be typed composed or decomposed."""
    fields = {name: getattr(details, name) for name in type(details).__dataclass_fields__}
    made = make_plan(of=type(details)(**(fields | {"name": "Caf\u00e9"})))
    assert made.is_confirmed_by(made.phrase.replace("\u00e9", "e\u0301"))
    assert not made.is_confirmed_by(made.phrase.replace("\u00e9", "e"))


@given(st.text(max_size=80))
def test_a_name_is_either_safe_or_refused(name):
    try:
        tidy = checked_name(name)
    except InputError:
        return
    assert len(tidy) <= OWN_NAME_LIMIT
    assert set(tidy) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _-")
