"""Fixtures over the model of Partner Center."""

import sys
from functools import partial
from pathlib import Path

import pytest

from bespeak.buying import find_offer, plan, quote
from bespeak.catalogue import PriceBook

# Test files are imported without a package; this makes model_center findable.
sys.path.insert(0, str(Path(__file__).parent))
from model_center import AZURE, ModelCenter, ModelSession, details_of, price_book


@pytest.fixture
def center():
    return ModelCenter()


@pytest.fixture
def session(center, tmp_path):
    return ModelSession(center, tmp_path / "home")


@pytest.fixture
def details():
    """Contoso as a legacy customer."""
    return details_of("legacy")


@pytest.fixture
def prices():
    return price_book()


@pytest.fixture
def make_quote(details, prices):
    """A quote for four machines, with changes."""

    def make(of=details, **changes):
        wanted = {
            "azure_subscription_id": AZURE,
            "size": "Standard_D2s_v5",
            "region": "polandcentral",
            "term": "P1Y",
            "quantity": 4,
        }
        return quote(of, prices, **(wanted | changes))

    return make


@pytest.fixture
def make_plan_with(details, make_quote):
    """A plan for four machines with this intent id, made through this session."""

    def make(session, intent_id="intent-1", of=details, friendly_name="web tier", **changes):
        made = make_quote(of, **changes)
        offer = find_offer(session, of, made)
        return plan(made, offer, intent_id=intent_id, friendly_name=friendly_name)

    return make


@pytest.fixture
def make_plan(session, make_plan_with):
    """A plan for four machines with this intent id."""
    return partial(make_plan_with, session)


@pytest.fixture
def make_center():
    return ModelCenter


@pytest.fixture
def make_session():
    return ModelSession


@pytest.fixture
def plan_details():
    """Contoso as a customer with an Azure plan."""
    return details_of("azure_plan")


@pytest.fixture
def no_azure():
    """Contoso without anything of Azure."""
    return details_of("none")


@pytest.fixture
def empty_prices(prices):
    return PriceBook(prices.payg, prices.reservations.head(0), "USD", prices.as_of, prices.source)
