"""Why not? One sentence for each bad input, and none for a good one."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from bespeak.buying import Choice, Sku, blockers
from bespeak.buying.choice import quote_choice, read_margin, read_quantity
from bespeak.customers import Light, preflight
from bespeak.errors import InputError

ON = date(2026, 11, 16)
AZURE = "1df73bff-2e9e-5dc7-8f04-0916f8eb0989"
GOOD = Choice(AZURE, "Standard_D2s_v5", "polandcentral", "P1Y", "4")
SMALL = Sku("D2s", 2, 100, ("one_time",), frozenset(), frozenset())


@pytest.fixture
def ask(details, prices):
    def ask(of=details, book=prices, on=ON, sku=None, lights=None, **changes):
        lit = preflight(of, on) if lights is None else lights
        return blockers(replace(GOOD, **changes), of, lit, book, on, sku=sku)

    return ask


def changed(details, **changes):
    """The same customer with other facts."""
    fields = {name: getattr(details, name) for name in type(details).__dataclass_fields__}
    return type(details)(**(fields | changes))


def test_a_good_choice_has_no_blocker(ask):
    assert ask() == []


def test_a_good_choice_becomes_a_quote(details, prices):
    assert str(quote_choice(GOOD, details, prices).total) == "USD 1,984.00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quantity": "0"}, "The quantity is 0: that buys nothing. Type a whole number from 1 on"),
        ({"quantity": 0}, "The quantity is 0"),
        ({"quantity": "-3"}, "The quantity -3 is negative."),
        ({"quantity": -3}, "The quantity -3 is negative."),
        ({"quantity": "1.5"}, "The quantity 1.5 is not a whole number."),
        ({"quantity": 1.5}, "The quantity 1.5 is not a whole number."),
        ({"quantity": "1,5"}, "The quantity 1,5 is not a whole number."),
        ({"quantity": "four"}, "The quantity 'four' is not a number."),
        ({"quantity": "٤"}, "is not a number."),
        ({"quantity": True}, "The quantity 'True' is not a number."),
        ({"quantity": ""}, "There is no quantity yet."),
        ({"quantity": "9" * 40}, "is too large."),
        ({"quantity": "1000000000"}, "above the limit of 999,999,999"),
        ({"size": ""}, "Choose a VM size."),
        ({"size": "Standard_D4xs_v9"}, "'Standard_D4xs_v9' is not a known VM size."),
        ({"region": ""}, "Choose a region."),
        ({"region": "atlantis"}, "'atlantis' is not a known Azure region."),
        ({"region": "westeurope"}, "no reservation price for Standard_D2s_v5 in westeurope"),
        ({"term": ""}, "Choose a term: 1 year or 3 years."),
        ({"size": "Standard_D2s_v3"}, "are closed since 2026-07-01"),
        ({"scope": "resource group"}, "Choose a scope"),
        ({"billing": "weekly"}, "Choose how it is paid"),
        ({"friendly_name": "x" * 52}, "The name has 52 characters; 51 are possible"),
        ({"friendly_name": "web=tier"}, "cannot hold, or begin with, =."),
        ({"friendly_name": "-web"}, "cannot hold, or begin with, -."),
        ({"friendly_name": "web\ntier"}, "cannot hold, or begin with, U+000A."),
        ({"friendly_name": "Größe"}, "cannot hold, or begin with, ß ö."),
        ({"margin_percent": "100"}, "'100' is not a margin."),
        ({"margin_percent": "ten"}, "'ten' is not a margin."),
        ({"azure_subscription_id": ""}, "Choose the Azure subscription"),
        ({"azure_subscription_id": "x"}, "Contoso has no Azure subscription x."),
    ],
)
def test_one_bad_input_gives_one_sentence_about_it(ask, changes, sentence):
    found = ask(**changes)
    assert any(sentence in one for one in found), found
    assert len(found) == 1


def test_a_size_without_reservations_says_all_its_reasons(ask):
    """D-511 and D-520: no reservation for this series at all, closed for sale, and no price."""
    found = ask(size="Standard_A1_v2")
    words = ("get no reservation", "are closed since 2026-07-01", "no reservation price")
    assert [word in sentence for word, sentence in zip(words, found, strict=True)] == [True] * 3


def test_before_the_closing_date_a_series_is_open(ask):
    """X-23: on 2026-06-30 D2s_v3 can still be bought."""
    assert ask(on=date(2026, 6, 30), size="Standard_D2s_v3") == []


def test_a_quantity_above_the_maximum_of_the_catalogue(ask):
    """D-619: limits are per SKU."""
    assert ask(sku=SMALL, quantity="101") == [
        "The quantity 101 is above the limit of 100 in one purchase. Lower it."
    ]
    assert ask(sku=SMALL, quantity="100") == []
    assert ask(sku=SMALL, quantity="1") == [
        "The quantity 1 is below the least of 2 in one purchase. Raise it."
    ]


def test_monthly_payment_where_the_catalogue_does_not_offer_it(ask):
    """D-506: the SKU's supportedBillingCycles decide."""
    assert ask(sku=SMALL, billing="monthly") == [
        "This size cannot be paid every month. The catalogue offers: all at once."
    ]
    both = replace(SMALL, billing_cycles=("one_time", "monthly"))
    assert ask(sku=both, billing="monthly") == []


def test_an_azure_plan_with_single_scope(ask, plan_details):
    """D-446."""
    assert any("buys shared scope only" in one for one in ask(plan_details, scope="single"))
    assert ask(plan_details) == []


def test_a_market_without_reservations(ask, details):
    """D-640."""
    greenland = changed(details, country="GL", currency="USD")
    for lights in (None, ()):
        assert [one for one in ask(greenland, lights=lights) if "not sold in GL" in one]


def test_a_country_that_could_not_be_read(ask, details):
    assert any("country of Contoso could not be read" in one for one in ask(changed(details, country="")))


@pytest.mark.parametrize("lights", [None, ()])
def test_a_customer_without_azure(ask, no_azure, lights):
    """D-601."""
    found = ask(no_azure, lights=lights)
    assert len(found) == 1
    assert "Azure plan" in found[0]


@pytest.mark.parametrize("status", ["suspended", "deleted", "unknown"])
def test_the_chosen_subscription_is_not_active(ask, details, status):
    """D-601: another active one of the customer does not help."""
    spare = details.azure_subscriptions.assign(
        azure_subscription_id="a0000000-0000-4000-8000-000000000001", name="spare"
    )
    ill = details.azure_subscriptions.assign(status=status)
    found = ask(changed(details, azure_subscriptions=pd.concat([ill, spare], ignore_index=True)))
    assert found == [
        f"The Azure subscription production is not active; its status is '{status}'. Choose an active one."
    ]


@pytest.mark.parametrize("lights", [None, ()])
def test_a_customer_that_has_not_signed(ask, details, lights):
    """D-602: the purchase would be refused with 13605."""
    found = ask(changed(details, agreement_signed=False), lights=lights)
    assert len(found) == 1
    assert "Customer Agreement" in found[0]


def test_an_agreement_that_could_not_be_read_does_not_block(ask, details):
    assert ask(changed(details, agreement_signed=None)) == []


@pytest.mark.parametrize(
    ("status", "words"), [("notregistered", "Register it"), ("registering", "Wait a few minutes")]
)
def test_the_chosen_subscription_is_not_registered(ask, details, status, words):
    """D-611."""
    found = ask(changed(details, subscriptions=details.subscriptions.assign(registration=status)))
    assert len(found) == 1
    assert words in found[0]


def test_another_subscription_that_is_not_registered_does_not_block(ask, details):
    other = details.subscriptions.assign(subscription_id="other", name="other", registration="notregistered")
    both = pd.concat([details.subscriptions, other], ignore_index=True)
    assert ask(changed(details, subscriptions=both)) == []


def test_a_blocked_light_that_only_the_lights_know(ask):
    light = Light("Relationship", "blocked", "You are no reseller of Contoso.", "Send a request.")
    assert ask(lights=(light,)) == ["You are no reseller of Contoso. Send a request."]


def test_another_currency(ask, details):
    found = ask(changed(details, currency="EUR"))
    assert found == [
        "Contoso is billed in EUR, and these prices are in USD. Read the prices for the customer's market."
    ]


def test_no_price(ask, empty_prices):
    assert any("no reservation price for Standard_D2s_v5" in one for one in ask(book=empty_prices))


def test_all_that_is_wrong_is_said_at_once(ask):
    assert len(ask(size="x", region="y", quantity="0", friendly_name="?")) == 4


@pytest.mark.parametrize("raw", ["4", " 4 ", 4, "004"])
def test_a_quantity_is_read(raw):
    assert read_quantity(raw) == 4


def test_a_margin_keeps_its_digits():
    assert str(read_margin("12.50")) == "12.50"


def test_a_margin_with_a_comma_is_refused():
    with pytest.raises(InputError, match="point before decimals"):
        read_margin("12,5")
