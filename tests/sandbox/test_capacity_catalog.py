"""The catalogue of a subscription, what applies to it, the actions of the provider (2.4, 2.7 of the reference)."""

import json
from datetime import UTC, datetime

import pytest
from azure_caller import CAPACITY, azure, buy, get, refused, wish
from tiny_world import ADA_AZURE_ONE, ADA_AZURE_TWO, BOB_AZURE_ONE, CYD_AZURE, CYD_PLAN

from bespeak.sandbox.rules import is_closed

VMS = "reservedResourceType=VirtualMachines&location=polandcentral"


def catalog(caller, query=VMS, subscription=BOB_AZURE_ONE):
    return get(caller, f"/subscriptions/{subscription}{CAPACITY}/catalogs?{query}")


def row(caller, size="Standard_D2s_v5"):
    return next(one for one in catalog(caller)["value"] if one["name"] == size)


def test_a_row_has_its_keys_spelt_as_recorded(caller):
    shown = row(caller)
    assert (shown["resourceType"], shown["locations"]) == ("virtualMachines", ["polandcentral"])
    assert shown["terms"] == ["P1Y", "P3Y"]
    assert shown["billingPlans"] == {"p1Y": ["Upfront", "Monthly"], "p3Y": ["Upfront", "Monthly"]}
    assert shown["msrp"] == {
        "p1Y": {"currencyCode": "USD", "amount": 595.0},
        "p3Y": {"currencyCode": "USD", "amount": 1150.0},
    }
    assert shown["restrictions"] == []


def test_d424_group_and_ratio_are_properties_and_a_list_may_stand_in_a_text(caller):
    found = {one["name"]: one["value"] for one in row(caller, "Standard_D4s_v5")["skuProperties"]}
    assert (found["ReservationsAutofitGroup"], found["ReservationsAutofitRatio"]) == ("DSv5 Series", "2")
    assert json.loads(found["billingPlans"]) == ["Upfront", "Monthly"]
    assert found["vCpu"] == "4"


def test_x23_a_closed_term_is_listed_but_restricted_and_without_a_price(caller):
    """X-23 / D-520."""
    shown = row(caller, "Standard_DS1_v2")
    assert shown["terms"] == ["P1Y", "P3Y"]
    assert set(shown["msrp"]) == {"p3Y"}
    restriction = {"type": "Term", "values": ["P1Y"], "reasonCode": "NotAvailableForSubscription"}
    assert shown["restrictions"] == [restriction]
    assert not is_closed("Standard_DS1_v2", "P1Y", datetime(2026, 6, 30, tzinfo=UTC).date())


def test_a_size_without_capacity_is_restricted_in_its_region(caller):
    types = [one["type"] for one in row(caller, "Standard_D96s_v5")["restrictions"]]
    assert types == ["Location"]


def test_the_price_is_that_of_a_quote(caller):
    quote = azure(caller, "POST", f"{CAPACITY}/calculatePrice", wish(quantity=1)).get_json()["properties"]
    assert quote["billingCurrencyTotal"] == row(caller)["msrp"]["p1Y"]


def test_one_page_unless_a_size_of_it_is_asked_for(caller):
    everything = catalog(caller)
    assert "nextLink" not in everything
    assert "totalItems" not in everything
    part = catalog(caller, f"{VMS}&$take=2")
    names = [one["name"] for one in part["value"]]
    while "nextLink" in part:
        path = part["nextLink"].partition("/arm")[2]
        part = get(caller, path, version=None)
        names += [one["name"] for one in part["value"]]
    assert names == [one["name"] for one in everything["value"]]
    assert part["totalItems"] == len(names)


def test_a_filter_picks_rows(caller):
    found = catalog(caller, f"{VMS}&$filter=name eq 'standard_d4s_v5'")["value"]
    assert [one["name"] for one in found] == ["Standard_D4s_v5"]


def test_other_types_are_empty(caller):
    assert catalog(caller, "reservedResourceType=CosmosDb")["value"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("location=polandcentral", "BadRequest"),
        ("reservedResourceType=Boats", "BadRequest"),
        ("reservedResourceType=VirtualMachines&location=atlantis", "InvalidLocationId"),
        (f"{VMS}&$take=0", "BadRequest"),
        (f"{VMS}&$skip=-1", "BadRequest"),
        (f"{VMS}&$filter=name ne 'x'", "BadRequest"),
        (f"{VMS}&$filter=(name eq 'x'", "BadRequest"),
        (f"{VMS}&$filter=name eq 'x", "BadRequest"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(caller, query, code):
    path = f"/subscriptions/{BOB_AZURE_ONE}{CAPACITY}/catalogs?{query}"
    assert refused(caller, "GET", path) == (400, code)


def test_a_subscription_must_be_registered_and_becomes_so(caller):
    path = f"/subscriptions/{CYD_AZURE}{CAPACITY}/catalogs?{VMS}"
    assert refused(caller, "GET", path) == (400, "SubscriptionNotRegistered")
    register = f"/subscriptions/{CYD_AZURE}{CAPACITY}/register"
    assert azure(caller, "POST", register, version="2021-04-01").status_code == 200
    caller.advance(5)
    assert azure(caller, "GET", path).status_code == 200
    registrations = f"/v1/customers/{caller.world.directory.subscription(CYD_PLAN).customer_id}/subscriptions"
    assert caller.get(f"{registrations}/{CYD_PLAN}/registrationstatus")["status"].lower() == "registered"


def test_a_strange_subscription_is_not_found(caller):
    path = f"/subscriptions/12345678-0000-4000-8000-000000000000{CAPACITY}/catalogs?{VMS}"
    assert refused(caller, "GET", path) == (404, "SubscriptionNotFound")


def test_the_orders_that_apply_to_a_subscription_by_their_scope(caller):
    single = {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{ADA_AZURE_ONE}"]}
    made = []
    for body in (wish(billing=ADA_AZURE_ONE), wish(billing=ADA_AZURE_ONE, **single)):
        price = azure(caller, "POST", f"{CAPACITY}/calculatePrice", body).get_json()
        made.append(price["properties"]["reservationOrderId"])
        azure(caller, "PUT", f"{CAPACITY}/reservationOrders/{made[-1]}", body)
    caller.advance(10)
    ids = [f"/providers/Microsoft.Capacity/reservationorders/{order}" for order in made]
    for subscription, orders in ((ADA_AZURE_ONE, ids), (ADA_AZURE_TWO, ids[:1]), (BOB_AZURE_ONE, [])):
        body = get(caller, f"/subscriptions/{subscription}{CAPACITY}/appliedReservations")
        assert body["name"] == "default"
        assert body["properties"] == {"reservationOrderIds": {"value": orders}}


def test_the_provider_names_its_actions(caller):
    names = [one["name"] for one in get(caller, f"{CAPACITY}/operations")["value"]]
    assert "Microsoft.Capacity/reservationorders/purchase/action" in names
    assert len(names) == len(set(names))


def test_what_ran_out_applies_to_nothing(caller):
    buy(caller)
    path = f"/subscriptions/{BOB_AZURE_ONE}{CAPACITY}/appliedReservations"
    assert len(get(caller, path)["properties"]["reservationOrderIds"]["value"]) == 1
    caller.advance(366 * 24 * 60)
    assert get(caller, path)["properties"]["reservationOrderIds"]["value"] == []
