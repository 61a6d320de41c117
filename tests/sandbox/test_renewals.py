"""Renewal and the end of a term over HTTP and time (D-740 to D-747, D-520, X-22)."""

import json
from datetime import date

import azure_caller
import changes_world as these
import pytest
import tiny_world as tiny
from changes_world import call, exchange_quote, go, hold, path, purchase

from bespeak.sandbox.azure_roles import role_named
from bespeak.sandbox.grants import Assignment, object_id
from bespeak.sandbox.reservation_records import Scope
from bespeak.sandbox.rules import moved_price, renews_by_default


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("renewals"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


@pytest.fixture
def world(caller):
    return caller.world


def read(caller, held, *, expand=False):
    where = f"{path(held)}{'?$expand=renewProperties' if expand else ''}"
    return call(caller, "GET", where)["properties"]


def patch(caller, held, **properties):
    return call(caller, "PATCH", path(held), {"properties": properties})["properties"]


def renewed(world, held):
    return world.book.reservation(held.renewed_to)


def test_a_renewal_is_a_new_purchase_of_the_same(caller, world):
    """D-741: size, region, scope, term, quantity and flexibility are inherited, the wish to renew is not."""
    scope = Scope("Single", tiny.ADA_AZURE_ONE)
    held = hold(world, quantity=3, scope=scope, flexible=False)
    patch(caller, held, renew=True)
    go(world, "2027-11-16", 1)
    new = renewed(world, held)
    assert (new.offer.size, new.offer.term, new.quantity, new.scope) == ("Standard_D1s_v9", "P1Y", 3, scope)
    assert (new.now_applied.flexible, new.renew, new.starts) == (False, False, held.expiry)
    old, shown = read(caller, held), read(caller, new)
    assert old["provisioningState"] == "Expired"
    assert (old["userFriendlyRenewState"], shown["userFriendlyRenewState"]) == ("Renewed", "Off")
    assert old["renewDestination"].lower() == path(new).lower()
    assert shown["renewSource"].lower() == path(held).lower()
    assert shown["expiryDate"] == "2028-11-16"


def test_no_hour_lies_between_the_terms(world):
    held = hold(world, renew=True)
    go(world, "2027-12-01")
    assert renewed(world, held).first_hour == held.end_hour


def test_without_the_wish_it_expires(caller, world):
    """D-744."""
    held = hold(world)
    go(world, "2027-11-16")
    shown = read(caller, held)
    assert (shown["provisioningState"], shown["userFriendlyRenewState"]) == ("Expired", "NotRenewed")
    assert len(world.book.orders(tiny.ADA)) == 1
    body = {"properties": {"renew": True}}
    got = azure_caller.refused(caller, "PATCH", path(held), body)
    assert got == (400, "OperationCannotBePerformedInCurrentState")


@pytest.mark.parametrize(("renew", "state"), [(True, "On"), (False, "Off")])
def test_the_flag_shows_as_a_state(caller, world, renew, state):
    assert read(caller, hold(world, renew=renew))["userFriendlyRenewState"] == state


def test_a_cancelled_one_has_no_renewal(caller, world):
    held = hold(world, renew=True)
    these.give_back(caller, held, 1)
    world.advance(10)
    assert read(caller, held)["userFriendlyRenewState"] == "NotApplicable"
    go(world, "2027-12-01")
    assert held.renewed_to == ""


def test_the_price_is_fixed_and_seen_thirty_days_before(caller, world):
    """D-742, 2.3: shown with $expand only, and only then."""
    held = hold(world, quantity=2, renew=True)
    go(world, "2027-10-16", 23)
    assert "billingCurrencyTotal" not in read(caller, held, expand=True)["renewProperties"]
    go(world, "2027-10-17", 0)
    shown = read(caller, held, expand=True)["renewProperties"]
    assert shown["billingCurrencyTotal"] == {"currencyCode": "USD", "amount": 4800.0}
    assert "renewProperties" not in read(caller, held)


def test_asked_for_in_the_last_days_the_price_is_fixed_at_once(caller, world):
    held = hold(world)
    go(world, "2027-11-10")
    patch(caller, held, renew=True)
    assert "billingCurrencyTotal" in read(caller, held, expand=True)["renewProperties"]
    patch(caller, held, renew=False)
    assert "renewProperties" not in read(caller, held, expand=True)


@pytest.mark.parametrize("factor", ["1.1", "0.9"])
def test_a_price_that_moved_after_it_was_fixed_stops_the_renewal(caller, world, factor):
    """D-742, text of 2024: the renewal is not processed."""
    held = hold(world, renew=True)
    go(world, "2027-11-01")
    these.price(world, factor)
    go(world, "2027-11-17")
    assert held.renewed_to == ""
    assert "moved" in held.renewal_failure
    assert read(caller, held)["userFriendlyRenewState"] == "NotRenewed"


def test_the_texts_of_2020_and_2024_differ():
    """D-740, D-742: off and the lower price; on and not processed."""
    assert (renews_by_default(date(2021, 1, 1)), moved_price(date(2021, 1, 1))) == (False, "lower")
    assert (renews_by_default(date(2026, 11, 16)), moved_price(date(2026, 11, 16))) == (True, "refuse")


@pytest.mark.parametrize(("factor", "total"), [("1.1", 2400), ("0.9", 2160)])
def test_by_the_text_of_2020_the_lower_price_counts(world, monkeypatch, factor, total):
    """D-742."""
    monkeypatch.setattr("bespeak.sandbox.renewals.moved_price", lambda _: "lower")
    held = hold(world, renew=True)
    go(world, "2027-11-01")
    these.price(world, factor)
    go(world, "2027-11-17")
    assert renewed(world, held).offer.unit_total == total


def test_a_price_that_moved_before_it_was_fixed_is_the_new_one(world):
    held = hold(world, renew=True)
    these.price(world, "1.1")
    go(world, "2027-11-17")
    assert renewed(world, held).offer.unit_total == 2640


def test_a_closed_size_is_not_renewed(caller, world):
    """D-520, D-745: the expiring SKU is not active any more."""
    held = hold(world, "Standard_D2s_v3", renew=True)
    go(world, "2027-11-17")
    assert (held.renewed_to, "not active" in held.renewal_failure) == ("", True)
    assert read(caller, held)["userFriendlyRenewState"] == "NotRenewed"


def test_another_purchase_can_follow(caller, world):
    """2.8: renewProperties may differ in size, quantity, term and plan."""
    held = hold(world)
    wish = purchase("Standard_D4s_v9", 7, term="P3Y", billingPlan="Monthly", displayName="next")
    patch(caller, held, renew=True, renewProperties={"purchaseProperties": wish})
    shown = read(caller, held, expand=True)["renewProperties"]["purchaseProperties"]
    assert (shown["sku"]["name"], shown["properties"]["quantity"]) == ("Standard_D4s_v9", 7)
    go(world, "2027-11-17")
    new = renewed(world, held)
    order = world.book.order_of(new)
    assert (new.offer.size, new.quantity, new.offer.term) == ("Standard_D4s_v9", 7, "P3Y")
    assert (order.billing_plan, order.name, order.channel) == ("Monthly", "next", "Renewal")


def test_a_wish_for_the_subscription_of_another_is_refused(caller, world):
    held = hold(world)
    wish = azure_caller.wish(size="Standard_D4s_v9")
    body = {"properties": {"renew": True, "renewProperties": {"purchaseProperties": wish}}}
    assert azure_caller.refused(caller, "PATCH", path(held), body) == (400, "InvalidSubscriptionId")


def test_split_and_merge_lose_the_renewal(caller, world):
    """D-743."""
    held = hold(world, quantity=2, renew=True)
    body = {"properties": {"quantities": [1, 1], "reservationId": path(held)}}
    call(caller, "POST", f"{these.order_path(held)}/split", body)
    go(world, "2027-12-01")
    assert len(world.book.orders(tiny.ADA)) == 1
    states = {one.state(world.now) for one in world.book.reservations(tiny.ADA)}
    assert states == {"Cancelled", "Expired"}


def test_a_renewal_is_in_the_order_history_and_in_the_audit(caller, world):
    """D-741: a purchase of its own, that Partner Center lists."""
    held = hold(world, renew=True)
    go(world, "2027-11-17")
    order = world.book.order_of(renewed(world, held))
    listed = caller.get(f"/v1/customers/{tiny.ADA}/orders")["items"]
    assert order.commerce_order_id in [one["id"] for one in listed]
    texts = [json.loads(one.value) for one in world.audit.records if one.operation == "create_order"]
    assert order.commerce_order_id in [one["OrderId"] for one in texts]


def test_the_access_is_inherited(caller, world):
    """D-741: who was given access to the old one has it to the new one."""
    held = hold(world, renew=True)
    scope, agent = these.order_path(held), object_id("sales-agent", tiny.ADA)
    role = role_named("Reservations Reader").id
    given = Assignment(
        "11111111-1111-4111-8111-111111111111", tiny.ADA, scope, role, agent, "User", world.now, agent
    )
    world.grants.add(given)
    go(world, "2027-11-17")
    head = these.signed_in(caller, "sales-agent", tiny.ADA)
    new = renewed(world, held)
    assert azure_caller.azure(caller, "GET", path(new), headers=head).status_code == 200
    got = azure_caller.refused(caller, "PATCH", path(new), {"properties": {"renew": True}}, headers=head)
    assert got == (403, "AuthorizationFailed")


def test_a_renewal_after_the_day_cannot_be_exchanged(caller, world):
    """X-22 (D-747, D-833): bought 2026-12-01, renewed 2027-12-01."""
    go(world, "2026-12-01")
    held = hold(world, renew=True)
    go(world, "2028-01-01")
    quoted = exchange_quote(caller, [(renewed(world, held), 1)], [purchase("Standard_D2s_v9", 30)])
    errors = quoted["policyResult"]["properties"]["policyErrors"]
    assert [one["code"] for one in errors] == ["SelfServiceRefundNotSupported"]


def test_a_snapshot_keeps_what_will_fall_due(caller, world):
    held = hold(world, renew=True)
    go(world, "2027-10-20")
    kept = world.snapshot()
    go(world, "2027-11-17")
    once = world.snapshot()
    world.restore(kept)
    go(world, "2027-11-17")
    assert world.snapshot() == once
    assert world.book.reservation(held.id).renewed_to
    assert read(caller, held)["provisioningState"] == "Expired"


def test_without_a_relationship_nothing_is_renewed(world):
    held = hold(world, renew=True)
    go(world, "2027-11-15")
    world.directory.remove_customer(tiny.ADA)
    go(world, "2027-11-17")
    assert (held.expired, held.renewed_to) == (True, "")
    assert "relationship" in held.renewal_failure
