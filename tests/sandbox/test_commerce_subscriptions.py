"""Subscriptions: by order and reseller, suspended and renamed, moved to a plan, Azure subscriptions cancelled."""

import base64
import json

import pytest
from commerce_steps import (
    NOBODY,
    audited,
    azure_line,
    buy,
    checkout_path,
    errors,
    legacy_line,
    line,
    new_cart,
    patch,
    put,
    refused,
    switch,
)
from tiny_world import (
    ADA,
    ADA_AZURE_ONE,
    ADA_AZURE_TWO,
    ADA_ONE,
    BOB,
    BOB_AZURE_ONE,
    BOB_AZURE_TWO,
    BOB_PLAN,
    CYD,
    CYD_AZURE,
    CYD_PLAN,
)

PLAN = f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}"
LEGACY = f"/v1/customers/{ADA}/subscriptions/{ADA_ONE}"
IDLE = f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}"


def matching(caller, path):
    return {"If-Match": f'"{caller.get(path)["attributes"]["etag"]}"'}


def change(caller, path, **members):
    return patch(caller, path, caller.get(path) | members, headers=matching(caller, path))


def test_subscriptions_by_order_and_by_reseller(caller):
    path = f"/v1/customers/{ADA}/subscriptions"
    first, second = caller.get(path)["items"]
    assert [one["id"] for one in caller.get(f"{path}?order_id={second['orderId'].upper()}")["items"]] == [
        second["id"]
    ]
    assert caller.get(f"{path}?order_id={NOBODY}")["items"] == []
    assert caller.get(f"{path}?mpn_id=5010021")["items"] == []
    assert first["orderId"] != second["orderId"]
    switch(caller, indirect=True)
    own = caller.get(path)["items"][0]["partnerId"]
    assert caller.get(f"{path}?mpn_id={own}")["totalCount"] == 2


def test_the_etag_is_an_id_and_a_version(caller):
    etag = caller.get(PLAN)["attributes"]["etag"]
    assert json.loads(base64.b64decode(etag)) == {"id": BOB_PLAN, "version": 1}
    change(caller, PLAN, friendlyName="Main")
    assert json.loads(base64.b64decode(caller.get(PLAN)["attributes"]["etag"]))["version"] == 2


def test_a_name_is_changed(caller):
    assert change(caller, LEGACY, friendlyName="Ada first")["friendlyName"] == "Ada first"
    assert caller.get(LEGACY)["friendlyName"] == "Ada first"
    assert len(audited(caller, "update_subscription")) == 1


@pytest.mark.parametrize("header", [{}, {"If-Match": "etag"}, {"If-Match": '"etag"'}])
def test_a_stale_etag_changes_nothing(caller, header):
    body = caller.get(LEGACY) | {"friendlyName": "other"}
    assert refused(caller, "PATCH", LEGACY, body, headers=header) == (400, 2055)


def test_an_etag_without_its_quotes_is_stale(caller):
    held = caller.get(LEGACY)
    headers = {"If-Match": held["attributes"]["etag"]}
    assert refused(caller, "PATCH", LEGACY, held, headers=headers) == (400, 2055)


@pytest.mark.parametrize(
    "members",
    [
        {"status": "deleted"},
        {"status": 7},
        {"quantity": 2},
        {"quantity": "1"},
        {"friendlyName": ["a"]},
        {"id": NOBODY},
    ],
)
def test_a_change_with_a_mistake(caller, members):
    body, headers = caller.get(LEGACY) | members, matching(caller, LEGACY)
    assert refused(caller, "PATCH", LEGACY, body, headers=headers) == (400, 3000)


def test_a_legacy_subscription_is_suspended_and_taken_up_again(caller):
    shown = change(caller, LEGACY, status="suspended")
    assert (shown["status"], shown["suspensionReasons"]) == ("suspended", ["CustomerCancellation"])
    shown = change(caller, LEGACY, status="active")
    assert (shown["status"], "suspensionReasons" in shown) == ("active", False)


def test_a_plan_in_use_cannot_be_suspended(caller):
    """403 / 900115 while a VM runs in it or anything is reserved."""
    body, headers = caller.get(PLAN) | {"status": "suspended"}, matching(caller, PLAN)
    assert refused(caller, "PATCH", PLAN, body, headers=headers) == (403, 900115)
    for azure in (BOB_AZURE_ONE, BOB_AZURE_TWO):
        caller.post(f"{PLAN}/azureEntitlements/{azure}/cancel", {"cancellationReason": "compromise"}, 200)
    assert change(caller, PLAN, status="suspended")["status"] == "suspended"


def test_a_plan_with_reservations_cannot_be_suspended(caller):
    buy(caller, line(caller))
    for azure in (BOB_AZURE_ONE, BOB_AZURE_TWO):
        caller.post(f"{PLAN}/azureEntitlements/{azure}/cancel", {"cancellationReason": "compromise"}, 200)
    body, headers = caller.get(PLAN) | {"status": "suspended"}, matching(caller, PLAN)
    assert refused(caller, "PATCH", PLAN, body, headers=headers) == (403, 900115)


def test_an_idle_plan_can_be_suspended(caller):
    assert change(caller, IDLE, status="suspended")["status"] == "suspended"
    path = f"/v1/customers/{CYD}/carts"
    cart = caller.post(path, {"lineItems": [line(caller, subscription=CYD_AZURE)]})
    assert errors(cart) == ["subscription_is_not_enabled_for_r_i"]
    assert refused(caller, "POST", f"{IDLE}/registrations") == (400, 800012)


def test_a_change_can_take_a_while(caller):
    """409 / 900278 while an earlier change is pending."""
    switch(caller, change_minutes=10)
    body = caller.get(LEGACY) | {"friendlyName": "slow"}
    answer = caller.call("PATCH", LEGACY, body, headers=matching(caller, LEGACY))
    assert (answer.status_code, answer.data) == (202, b"")
    assert answer.headers["Location"] == f"/customers/{ADA}/subscriptions/{ADA_ONE.upper()}"
    headers = matching(caller, LEGACY)
    assert refused(caller, "PATCH", LEGACY, body, headers=headers) == (409, 900278)
    caller.advance(10)
    assert caller.call("PATCH", LEGACY, body, headers=headers).status_code == 202


def test_an_azure_subscription_can_be_cancelled(caller):
    path = f"{PLAN}/azureEntitlements/{BOB_AZURE_ONE}"
    assert refused(caller, "POST", f"{path}/cancel", {"cancellationReason": "boredom"}) == (400, 3000)
    assert refused(caller, "POST", f"{path}/cancel", {}, user=False) == (403, 900329)
    caller.post(f"{path}/cancel", {"CancellationReason": "Compromise"}, 200)
    assert caller.get(path)["status"] == "disabled"
    assert caller.get(f"{PLAN}/azureEntitlements")["items"][1]["status"] == "active"
    other = f"{PLAN}/azureEntitlements/{ADA_AZURE_ONE}"
    assert refused(caller, "GET", other) == (404, 800111)
    assert refused(caller, "POST", f"{other}/cancel", {"cancellationReason": "compromise"}) == (404, 800111)


def test_registering_can_fail(caller):
    """Open question 2: registration left the purchase guide."""
    switch(caller, registration_fails=True)
    assert refused(caller, "POST", f"{IDLE}/registrations") == (400, 800042)


def test_the_subscription_of_another_customer_is_not_found(caller):
    other = f"/v1/customers/{ADA}/subscriptions/{BOB_PLAN}"
    for tail in ("", "/azureEntitlements", "/registrationstatus", "/provisioningstatus", "/supportcontact"):
        assert refused(caller, "GET", f"{other}{tail}") == (404, 20003)
    assert refused(caller, "PATCH", other, {"status": "suspended"}) == (404, 20003)
    assert refused(caller, "POST", f"{other}/registrations") == (404, 20003)


def test_small_reads_of_a_subscription(caller):
    shown = caller.get(f"{PLAN}/provisioningstatus")
    assert (shown["skuId"], shown["status"], shown["quantity"]) == ("0001", "success", 1)
    assert refused(caller, "GET", f"{PLAN}/provisioningstatus", user=False) == (403, 900329)
    own = caller.get(f"{PLAN}/supportcontact")
    assert own["supportTenantId"] == caller.world.partner_id
    assert refused(caller, "PUT", f"{PLAN}/supportcontact", own | {"supportTenantId": NOBODY}) == (400, 3000)
    switch(caller, indirect=True)
    path = "/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf"
    reseller = caller.get(path)["items"][0]
    body = {"supportTenantId": reseller["id"], "supportMpnId": reseller["mpnId"], "name": reseller["name"]}
    assert put(caller, f"{PLAN}/supportcontact", body)["name"] == reseller["name"]
    assert caller.get(f"{PLAN}/supportcontact")["supportMpnId"] == reseller["mpnId"]


UPGRADE = {"customerId": ADA, "productFamily": "azure"}


def begin(caller):
    answer = caller.call("POST", "/v1/productUpgrades", UPGRADE)
    assert (answer.status_code, answer.data) == (202, b"")
    return f"/v1{answer.headers['Location']}"


def test_a_legacy_customer_moves_to_a_plan(caller):
    assert caller.post("/v1/productUpgrades/eligibility", UPGRADE, 200)["isEligible"] is True
    where = begin(caller)
    assert begin(caller) == where
    cart = new_cart(caller, legacy_line(caller), customer=ADA)
    steps = []
    for minutes, code in ((0, 900112), (5, 900113)):
        caller.advance(minutes)
        steps.append(caller.get(where)["status"])
        assert refused(caller, "POST", checkout_path(cart, ADA)) == (409, code)
    caller.advance(30)
    done = caller.get(where)
    assert [*steps, done["status"]] == ["NotStarted", "InProgress", "Completed"]
    assert done["lineItems"][0]["upgradedDate"].startswith("2026-11-16T00:35")
    shown = caller.get(f"/v1/customers/{ADA}/subscriptions")["items"]
    assert [one["status"] for one in shown] == ["deleted", "deleted", "active"]
    plan = shown[2]
    assert (plan["offerName"], plan["migratedFromSubscriptionId"]) == ("Azure plan", ADA_ONE.upper())
    below = caller.get(f"/v1/customers/{ADA}/subscriptions/{plan['id']}/azureEntitlements")["items"]
    assert [one["id"] for one in below] == [ADA_AZURE_ONE, ADA_AZURE_TWO]
    buy(caller, line(caller, subscription=ADA_AZURE_ONE), customer=ADA)
    usage = f"{LEGACY}/utilizations/azure?start_time=2026-11-01T00:00:00Z&end_time=2026-11-02T00:00:00Z"
    assert refused(caller, "GET", usage)[0] in (400, 403, 404)
    assert caller.post("/v1/productUpgrades/eligibility", UPGRADE, 200)["isEligible"] is False
    assert refused(caller, "POST", "/v1/productUpgrades", UPGRADE) == (400, 3000)


def test_a_move_that_failed_blocks_purchases(caller):
    switch(caller, upgrade_fails=True)
    where = begin(caller)
    caller.advance(35)
    assert caller.get(where)["status"] == "Failed"
    cart = new_cart(caller, legacy_line(caller), customer=ADA)
    assert refused(caller, "POST", checkout_path(cart, ADA)) == (409, 900114)
    assert caller.get(LEGACY)["status"] == "active"


def test_a_move_in_a_snapshot_goes_on(caller, world):
    where = begin(caller)
    world.restore(world.snapshot())
    caller.advance(35)
    assert caller.get(where)["status"] == "Completed"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, (400, 3000)),
        ({"customerId": ADA}, (400, 3000)),
        ({"customerId": ADA, "productFamily": "shoes"}, (400, 3000)),
        ({"customerId": NOBODY, "productFamily": "azure"}, (404, 60003)),
        ({"customerId": BOB, "productFamily": "azure"}, (400, 3000)),
        ({"customerId": CYD, "productFamily": "azure"}, (400, 3000)),
    ],
)
def test_a_move_that_cannot_begin(caller, body, error):
    assert refused(caller, "POST", "/v1/productUpgrades", body) == error


def test_an_unknown_move(caller):
    assert refused(caller, "GET", f"/v1/productUpgrades/{NOBODY}/status") == (404, 1000)


def test_a_cancelled_azure_subscription_still_has_its_plan(caller):
    assert errors(new_cart(caller, azure_line(caller, "DZH318Z0BPS6"))) == [
        "unable_to_process_cart_line_item"
    ]


def hours(caller, day):
    """Machine hours that the records of Ada's first subscription report for a day of November."""
    path = f"{LEGACY}/utilizations/azure?granularity=hourly"
    window = f"start_time=2026-11-{day:02}T00:00:00Z&end_time=2026-11-{day + 1:02}T00:00:00Z"
    items = caller.get(f"{path}&{window}")["items"]
    return sum(one["quantity"] for one in items if one["resource"]["category"] == "Virtual Machines")


def test_d1256_nothing_runs_while_a_subscription_is_suspended(caller):
    """D-1256: VMs are deallocated and reservations run on; taken up again, they run as before."""
    full = hours(caller, 14)
    buy(caller, legacy_line(caller), customer=ADA)
    caller.advance(36 * 60)
    change(caller, LEGACY, status="suspended")
    caller.advance(24 * 60)
    change(caller, LEGACY, status="active")
    caller.advance(4 * 24 * 60)
    assert hours(caller, 16) == full
    assert 0 < hours(caller, 17) < full
    assert 0 < hours(caller, 18) < full
    assert hours(caller, 19) == full
    (held,) = caller.world.book.reservations(ADA)
    assert held.alive(caller.world.now)


def test_d1256_a_cancelled_azure_subscription_stays_still(caller):
    caller.post(f"{PLAN}/azureEntitlements/{BOB_AZURE_ONE}/cancel", {"cancellationReason": "compromise"}, 200)
    caller.post(f"{PLAN}/azureEntitlements/{BOB_AZURE_TWO}/cancel", {"cancellationReason": "compromise"}, 200)
    change(caller, PLAN, status="suspended")
    change(caller, PLAN, status="active")
    buy(caller, line(caller))
    caller.advance(3 * 24 * 60)
    (held,) = caller.world.book.reservations(BOB)
    covered = caller.world.covered(BOB)
    assert covered.drawn(held.id, covered.start, covered.end).sum() == 0
