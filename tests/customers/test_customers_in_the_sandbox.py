"""List, details and registration through the real door into a sandbox in this process."""

import pytest

from bespeak.connect import connect
from bespeak.customers import customer_details, customers, preflight, register, search
from bespeak.errors import InputError, MissingError
from bespeak.tables import AZURE_SUBSCRIPTIONS, CUSTOMERS, SUBSCRIPTIONS


@pytest.fixture
def session(monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    return connect()


def details_of(session, name):
    return customer_details(session, search(customers(session), name)["customer_id"][0])


def test_all_customers_of_all_pages_arrive_by_name(session):
    told = []

    table = customers(session, told.append)

    CUSTOMERS.check(table)
    assert len(table) == 1007
    assert told == sorted(told)
    assert told[-1] == 1007
    assert len(told) > 1
    assert table["name"].tolist() == sorted(table["name"], key=str.lower)
    assert table["customer_id"].str.fullmatch("[0-9a-f-]{36}").all()


def test_a_legacy_customer(session):
    found = details_of(session, "Fabrikam")

    assert (found.name, found.country, found.currency, found.kind) == ("Fabrikam", "US", "USD", "legacy")
    assert found.agreement_signed is True
    assert found.subscriptions["registration"].tolist() == ["registered"]
    assert len(found.azure_subscriptions) == 1
    assert repr(found) == "CustomerDetails(Fabrikam, US, legacy Azure, 1 Azure subscription)"


def test_a_customer_with_an_azure_plan(session):
    found = details_of(session, "Northwind")

    SUBSCRIPTIONS.check(found.subscriptions)
    AZURE_SUBSCRIPTIONS.check(found.azure_subscriptions)
    assert found.kind == "azure_plan"
    assert len(found.subscriptions) == 1
    assert set(found.azure_subscriptions["subscription_id"]) == set(found.subscriptions["subscription_id"])
    assert len(found.azure_subscriptions) == 2


def test_ids_are_in_lower_case_however_the_service_writes_them(session):
    found = details_of(session, "Contoso")
    ids = [*found.subscriptions["subscription_id"], *found.azure_subscriptions["azure_subscription_id"]]

    assert ids == [one.lower() for one in ids]


def test_a_customer_without_agreement_and_registration_shows_two_red_lights(session):
    lights = {one.name: one.state for one in preflight(details_of(session, "Litware"), session.now())}

    assert lights == {
        "Relationship": "ready",
        "Agreement": "blocked",
        "Subscription": "ready",
        "Market": "ready",
        "Registration": "blocked",
    }


def test_registering_turns_the_light(session):
    before = details_of(session, "Litware")
    plan = before.subscriptions["subscription_id"][0]

    state = register(session, before, plan.upper())
    session.advance(hours=2)
    after = customer_details(session, before.customer_id)

    assert state in {"registering", "registered"}
    assert after.subscriptions["registration"].tolist() == ["registered"]
    assert register(session, after, plan) == "registered"


def test_a_subscription_of_someone_else_is_not_registered(session):
    with pytest.raises(InputError, match="is not an Azure plan or legacy Azure subscription of Contoso"):
        register(session, details_of(session, "Contoso"), "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3")


def test_an_unknown_customer_is_said(session):
    with pytest.raises(MissingError, match=r"There is no customer with the id .* Find it by its name"):
        customer_details(session, "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3")


def test_what_is_no_id_is_said(session):
    with pytest.raises(InputError, match=r"'\.\./orders' is not the id of a customer"):
        customer_details(session, "../orders")


def test_an_agreement_that_cannot_be_read_is_unknown_not_absent(session):
    contoso = search(customers(session), "Contoso")["customer_id"][0]
    session.set_fault("/agreements", "refuse", status=403, code=900150)

    assert customer_details(session, contoso).agreement_signed is None


def test_a_registration_that_cannot_be_read_is_unknown(session):
    contoso = search(customers(session), "Contoso")["customer_id"][0]
    session.set_fault("registrationstatus", "refuse", times=2, status=400, code=800002)

    found = customer_details(session, contoso)

    assert found.subscriptions["registration"].isna().all()
    assert preflight(found, session.now())[-1].state == "unknown"
