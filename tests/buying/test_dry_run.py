"""A dry run is the purchase itself through a door that only writes down."""

import json

import pytest

from bespeak.buying import buy, dry_run
from bespeak.buying.ledger import open_journal
from bespeak.clients.partner_center import subscriptions
from bespeak.errors import InputError


def test_the_requests_that_would_be_sent(session, make_plan):
    plan = make_plan()
    table = dry_run(session, plan)
    assert list(table.columns) == ["step", "method", "path", "body"]
    assert table["step"].tolist() == [
        "create the cart",
        "read the cart",
        "read a price sheet",
        "check out the cart",
        "read the order",
        "list entitlements",
    ]
    assert table["method"].tolist() == ["POST", "GET", "GET", "POST", "GET", "GET"]
    assert json.loads(table["body"][0]) == {"lineItems": [plan.line]}
    assert table["path"][3] == (
        "/v1/customers/03b86f56-6c73-5e0d-b2b1-45b3484d2b30/carts/00000000-0000-0000-0000-00000000ca27/checkout"
    )
    assert (table["body"][3], "recorded" in table["path"][4]) == ("", True)


def test_nothing_that_changes_anything_is_sent(session, center, make_plan):
    """A19: the same code path with the send function replaced by a recorder."""
    plan = make_plan()
    center.log.clear()
    dry_run(session, plan)
    assert [call.name for call in center.log] == ["read a price sheet"]
    assert (center.carts, center.orders) == ({}, [])


def test_the_journal_of_the_world_is_untouched(session, make_plan):
    plan = make_plan()
    dry_run(session, plan)
    assert open_journal(session).intents() == ()
    assert buy(session, plan, plan.phrase).state == "DONE"


def test_a_dry_run_and_the_purchase_send_the_same(session, center, make_plan):
    plan = make_plan()
    dry = dry_run(session, plan)
    center.log.clear()
    buy(session, plan, plan.phrase)
    assert dry["step"].tolist() == [call.name for call in center.log]
    sent = [json.dumps(call.body, indent=2) if call.body else "" for call in center.log]
    assert dry["body"].tolist() == sent


def test_a_purchase_that_would_stop_says_so(session, center, make_plan):
    plan = make_plan()
    center.price = "500"
    with pytest.raises(
        InputError, match=r"would stop. Nothing was bought. The price for one instance was USD 496.00"
    ):
        dry_run(session, plan)


def test_a_write_that_is_no_part_of_a_purchase_is_refused(session, center, make_plan, monkeypatch):
    plan = make_plan()
    call = subscriptions.register(plan.customer_id, plan.subscription_id)
    monkeypatch.setattr("bespeak.buying.purchase.current_price", lambda session, *_: session.door.send(call))
    with pytest.raises(InputError, match="A dry run sends nothing that changes anything"):
        dry_run(session, plan)
    assert center.asked("POST", "/registrations") == []
