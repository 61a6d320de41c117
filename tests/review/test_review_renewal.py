"""A study once more after a purchase: what was bought is owned, and the usage is not read again."""

import pytest

from bespeak import Choice, check_offer, connect, find_customer, make_purchase, quote_choice
from bespeak.review import renew_study, study


@pytest.fixture(scope="module")
def studies():
    """A study, and the same one after four machines were bought."""
    session = connect()
    first = study(session, find_customer(session, "Contoso"))
    azure = first.details.azure_subscriptions["azure_subscription_id"].iloc[0]
    choice = Choice(azure, "Standard_D2s_v5", "polandcentral", "P1Y", "4")
    quote = quote_choice(choice, first.details, first.prices)
    plan = check_offer(session, first.details, quote, friendly_name="", new_id=lambda: "intent-1").plan
    make_purchase(session, plan, plan.phrase)
    return first, renew_study(session, first)


def quantity(told):
    rows = told.advice[
        (told.advice["scope"] == "shared")
        & (told.advice["group"] == "Dsv5 Series")
        & (told.advice["term"] == "P1Y")
    ]
    return rows["quantity"].item()


def test_what_was_bought_is_owned(studies):
    first, renewed = studies
    assert first.owned_units("shared", "polandcentral", "Dsv5 Series") == 0
    assert renewed.owned_units("shared", "polandcentral", "Dsv5 Series") == 4


def test_what_was_bought_is_not_advised_again(studies):
    """Four of the smallest size are as many units as two of the advised one."""
    first, renewed = studies
    assert quantity(renewed) == quantity(first) - 2


def test_the_usage_is_the_same(studies):
    first, renewed = studies
    assert renewed.reading is first.reading
    assert renewed.demand is first.demand
