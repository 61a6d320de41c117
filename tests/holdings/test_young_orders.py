"""What was bought a minute ago counts as owned, before any list shows it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bespeak.errors import RefusedError, UnreachableError
from bespeak.holdings import holdings
from bespeak.journal import Journal
from bespeak.tables import HOLDINGS

AT = datetime(2026, 12, 15, 13, tzinfo=UTC)
SUBSCRIPTION = "1df73bff-2e9e-5dc7-8f04-0916f8eb0989"
STEPS = ("CONFIRMED", "CART", "SENDING", "ORDERED")


def plan_of(details, **changes):
    return {
        "intent_id": "intent-1",
        "world": "sandbox",
        "instance": "sandbox-1",
        "customer_id": details.customer_id,
        "customer": "Contoso",
        "country": "US",
        "kind": "azure_plan",
        "subscription_id": "plan",
        "azure_subscription_id": SUBSCRIPTION,
        "product_id": "DZH318Z08MQM",
        "sku_id": "00K7",
        "catalog_item_id": "DZH318Z08MQM:00K7:A",
        "title": "Reserved VM Instance",
        "size": "Standard_D4s_v5",
        "region": "polandcentral",
        "term": "P1Y",
        "quantity": 2,
        "scope": "shared",
        "billing": "one_time",
        "friendly_name": "web tier bsp-12345678",
        "provisioning": {"scope": "shared"},
        "unit": {"amount": "1189", "currency": "USD"},
        "total": {"amount": "2378.00", "currency": "USD"},
        "price_as_of": "2026-12-15",
        **changes,
    }


@pytest.fixture
def bought(session, door, details):
    """An intent in this state with order 5ab754a5704f; nothing else is owned."""
    door.answers["/entitlements"] = {"items": []}
    door.answers["/orders/5ab754a5704f"] = {
        "id": "5ab754a5704f",
        "status": "pending",
        "creationDate": "2026-12-15T13:00:05.1234567Z",
    }

    def bought(state="ORDERED", **changes):
        journal = Journal.in_folder(session.home, session.world, session.instance)
        journal.begin("intent-1", details.customer_id, plan_of(details, **changes), at=AT)
        for step in STEPS[: STEPS.index(state) + 1] if state in STEPS else STEPS:
            if step == "SENDING":
                journal.send("intent-1", at=AT, judge=lambda *_: None)
                continue
            journal.move("intent-1", step, at=AT, order_ids=("5ab754a5704f",) if step == "ORDERED" else ())
        if state == "RECONCILED":
            journal.move("intent-1", "RECONCILED", at=AT)
        return journal

    return bought


def test_an_order_without_an_entitlement_is_pending(session, details, bought):
    bought()
    row = HOLDINGS.check(holdings(session, details)).iloc[0]
    assert (row["state"], row["source"], row["order_id"], row["reservation_order_id"]) == (
        "Pending",
        "order",
        "5ab754a5704f",
        "",
    )
    assert (row["size"], row["group"], row["ratio"], row["quantity"]) == (
        "Standard_D4s_v5",
        "Dsv5 Series",
        2.0,
        2,
    )
    assert row["start"] == datetime(2026, 12, 15, 13, 0, 5, 123456, tzinfo=UTC)
    assert row["expiry"] == datetime(2027, 12, 15, 13, 0, 5, 123456, tzinfo=UTC)


def test_a_single_scope_is_its_azure_subscription(session, details, bought):
    bought(scope="single")
    assert holdings(session, details)["scope"].tolist() == [SUBSCRIPTION]


def test_an_order_with_an_entitlement_is_not_counted_twice(session, door, details, bought, owned):
    bought()
    door.answers["/entitlements"] = {"items": [owned | {"referenceOrder": {"id": "5AB754A5704F"}}]}
    assert holdings(session, details)["source"].tolist() == ["entitlement"]


def test_a_purchase_in_doubt_counts_as_owned(session, details, bought):
    """Left out, it would be advised, and bought, a second time."""
    bought("SENDING")
    row = HOLDINGS.check(holdings(session, details)).iloc[0]
    assert (row["state"], row["source"], row["order_id"], row["start"]) == ("In doubt", "journal", "", AT)
    assert row["quantity"] * row["ratio"] == 4.0


def test_a_purchase_in_doubt_whose_reservation_is_there_is_counted_once(
    session, door, details, bought, owned
):
    bought("SENDING", friendly_name="web tier")
    door.answers["/entitlements"] = {"items": [owned]}
    assert holdings(session, details)[["name", "source"]].to_numpy().tolist() == [["web tier", "entitlement"]]


@pytest.mark.parametrize("state", ["CONFIRMED", "RECONCILED"])
def test_other_states_are_no_young_order(session, details, bought, state):
    """A reconciled one has been seen as an entitlement; if it is gone now, it was returned."""
    bought(state)
    assert holdings(session, details).empty


def test_a_cancelled_order_is_no_holding(session, door, details, bought):
    bought()
    door.answers["/orders/5ab754a5704f"]["status"] = "cancelled"
    assert holdings(session, details).empty


def test_an_order_that_cannot_be_shown_counts_all_the_same(session, door, details, bought):
    bought()
    door.answers["/orders/5ab754a5704f"] = RefusedError("Not found.", status=404, code="20000")
    assert holdings(session, details)["start"].tolist() == [AT]


def test_orders_that_are_away_are_an_error(session, door, details, bought):
    bought()
    door.answers["/orders/5ab754a5704f"] = UnreachableError("There is no connection.")
    with pytest.raises(UnreachableError):
        holdings(session, details)


def test_an_order_of_another_customer_is_not_shown(session, details, bought):
    bought()
    fields = {name: getattr(details, name) for name in type(details).__dataclass_fields__}
    other = type(details)(**(fields | {"customer_id": "603492ac-b597-5193-a333-0408f14a1d30"}))
    assert holdings(session, other).empty


def test_an_order_of_another_instance_of_the_world_is_not_shown(session, details, bought):
    bought()
    assert holdings(replace(session, instance="sandbox-1-r1"), details).empty


def test_an_order_whose_term_is_over_is_no_holding(session, details, bought):
    bought()
    late = replace(session, date=datetime(2027, 12, 16, tzinfo=UTC))
    assert holdings(late, details).empty
