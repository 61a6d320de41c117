"""The lights before a purchase, one case each."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bespeak.customers import CustomerDetails, preflight
from bespeak.tables import AZURE_SUBSCRIPTIONS, SUBSCRIPTIONS

TODAY = date(2026, 11, 16)


def plans(*registrations, kind="azure_plan", status="active"):
    """A SUBSCRIPTIONS table with one row a registration state."""
    return SUBSCRIPTIONS.frame(
        {
            "subscription_id": str(number),
            "kind": kind,
            "name": f"Plan {number}",
            "status": status,
            "offer_id": "DZH318Z0BPS6:0001:DZH318Z0IMV8",
            "registration": state,
        }
        for number, state in enumerate(registrations)
    )


def azure(*states):
    """An AZURE_SUBSCRIPTIONS table with one row a status."""
    rows = (
        {"azure_subscription_id": str(n), "subscription_id": "0", "name": "", "status": s}
        for n, s in enumerate(states)
    )
    return AZURE_SUBSCRIPTIONS.frame(rows)


READY = CustomerDetails(
    customer_id="1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3",
    name="Contoso",
    domain="contoso.com",
    country="US",
    currency="USD",
    relationship="reseller",
    kind="azure_plan",
    subscriptions=plans("registered"),
    azure_subscriptions=azure("active"),
    agreement_signed=True,
)


def light(name, **changes):
    return next(one for one in preflight(replace(READY, **changes), TODAY) if one.name == name)


def test_the_lights_come_in_the_order_of_the_work():
    names = [one.name for one in preflight(READY, TODAY)]

    assert names == ["Relationship", "Agreement", "Subscription", "Market", "Registration"]


def test_a_customer_with_everything_is_ready_and_nothing_is_left_to_do():
    assert {(one.state, one.next_step) for one in preflight(READY, TODAY)} == {("ready", "")}


@pytest.mark.parametrize(
    ("name", "changes", "state"),
    [
        ("Relationship", {"relationship": "none"}, "blocked"),
        ("Agreement", {"agreement_signed": False}, "blocked"),
        ("Agreement", {"agreement_signed": None}, "unknown"),
        ("Subscription", {"kind": "none"}, "blocked"),
        ("Subscription", {"azure_subscriptions": azure()}, "blocked"),
        ("Subscription", {"azure_subscriptions": azure("suspended")}, "blocked"),
        ("Subscription", {"azure_subscriptions": azure("active", "suspended")}, "attention"),
        ("Market", {"country": "GL"}, "blocked"),
        ("Market", {"country": "AX"}, "blocked"),
        ("Market", {"country": "BR"}, "attention"),
        ("Market", {"country": ""}, "unknown"),
        ("Registration", {"subscriptions": plans("notregistered")}, "blocked"),
        ("Registration", {"subscriptions": plans("registered", "notregistered")}, "attention"),
        ("Registration", {"subscriptions": plans("registering")}, "attention"),
        ("Registration", {"subscriptions": plans("registered", "registering")}, "attention"),
        ("Registration", {"subscriptions": plans(None)}, "unknown"),
        ("Registration", {"subscriptions": plans("registered", None)}, "unknown"),
        ("Registration", {"subscriptions": plans()}, "unknown"),
        ("Registration", {"subscriptions": plans("registered", status="deleted")}, "unknown"),
        ("Registration", {"subscriptions": plans(None, kind="other")}, "unknown"),
    ],
)
def test_what_is_not_ready_says_what_to_do(name, changes, state):
    found = light(name, **changes)

    assert found.state == state
    assert found.finding.endswith((".", ")"))
    assert found.next_step.endswith(".")


def test_the_name_of_what_is_not_registered_is_said():
    assert "Plan 1" in light("Registration", subscriptions=plans("registered", "notregistered")).finding


def test_a_market_is_closed_by_rule_d_640():
    assert "Reservations are not sold in GL" in light("Market", country="GL").finding


def test_a_point_in_time_serves_as_a_day():
    assert preflight(READY, datetime(2026, 11, 16, 12, tzinfo=UTC)) == preflight(READY, TODAY)


def test_a_light_reads_as_one_line():
    told = str(light("Agreement", agreement_signed=False))

    assert told == (
        "Agreement: blocked. The Microsoft Customer Agreement is not accepted; Microsoft would refuse the purchase. "
        "Confirm the acceptance in Partner Center, or let the customer sign directly."
    )


def test_d231_a_legacy_customer_with_the_new_agreement_is_told_to_buy_under_the_azure_plan():
    told = light("Subscription", kind="legacy", subscriptions=plans("registered", kind="legacy"))

    assert told.state == "attention"
    assert "reservations are to be bought under the Azure plan" in told.finding
    assert "2023-08-23" in told.finding
