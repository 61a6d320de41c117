"""Carts beyond the plain way: Azure offers, resellers, business refusals, the open questions about checkouts."""

import threading

import pytest
from commerce_steps import (
    as_principal,
    azure_line,
    buy,
    checkout_path,
    errors,
    legacy_line,
    line,
    new_cart,
    refused,
    stand,
    switch,
)
from tiny_world import ADA, ADA_ONE, BOB, BOB_AZURE_ONE, BOB_PLAN, CYD, DOT

PLAN_PRODUCT, LEGACY_PRODUCT = "DZH318Z0BPS6", "MS-AZR-0145P"
CONTACT = {"firstName": "Ann", "lastName": "Lee", "email": "ann@dot.example.com"}
NEW = {
    "companyProfile": {"domain": "eve"},
    "billingProfile": {
        "email": "eve@eve.example.com",
        "culture": "en-US",
        "language": "en",
        "companyName": "Eve Ltd",
        "defaultAddress": {
            "firstName": "Eve",
            "lastName": "Finch",
            "addressLine1": "1 Road",
            "city": "Town",
            "state": "WA",
            "postalCode": "98052",
            "country": "US",
        },
    },
}


def agree(caller, customer):
    template = caller.get("/v1/agreements?agreementType=*")["items"][0]["templateId"]
    body = {"primaryContact": CONTACT, "templateId": template}
    caller.post(f"/v1/customers/{customer}/agreements", body)


@pytest.fixture
def eve(caller):
    """A new customer that accepted relationship and agreement and has nothing yet."""
    made = caller.post("/v1/customers", NEW)["id"]
    caller.advance(5)
    agree(caller, made)
    return made


def test_an_azure_plan_makes_a_subscription_with_a_first_azure_subscription(caller, eve):
    (order,) = buy(caller, azure_line(caller, PLAN_PRODUCT), customer=eve)
    assert order["status"] == "completed"
    assert "termDuration" not in order["lineItems"][0]
    (plan,) = caller.get(f"/v1/customers/{eve}/subscriptions")["items"]
    assert (plan["orderId"], plan["offerName"]) == (order["id"], "Azure plan")
    assert order["lineItems"][0]["subscriptionId"] == plan["id"]
    (azure,) = caller.get(f"/v1/customers/{eve}/subscriptions/{plan['id']}/azureEntitlements")["items"]
    assert (azure["subscriptionId"], azure["status"]) == (plan["id"], "active")
    assert caller.get(f"/v1/customers/{eve}/entitlements")["items"] == []


def test_reservations_can_be_bought_under_a_new_plan(caller, eve):
    buy(caller, azure_line(caller, PLAN_PRODUCT), customer=eve)
    (plan,) = caller.get(f"/v1/customers/{eve}/subscriptions")["items"]
    own = f"/v1/customers/{eve}/subscriptions/{plan['id']}"
    azure = caller.get(f"{own}/azureEntitlements")["items"][0]["id"]
    assert errors(new_cart(caller, line(caller, subscription=azure), customer=eve)) == [
        "subscription_not_registered"
    ]
    caller.call("POST", f"{own}/registrations")
    caller.advance(5)
    (order,) = buy(caller, line(caller, subscription=azure), customer=eve)
    assert order["status"] == "pending"


def test_a_plan_needs_the_agreement(caller):
    made = caller.post("/v1/customers", NEW)["id"]
    caller.advance(5)
    cart = new_cart(caller, azure_line(caller, PLAN_PRODUCT), customer=made)
    assert errors(cart) == [None]
    assert refused(caller, "POST", checkout_path(cart, made)) == (403, 13605)


def test_d232_one_azure_plan_a_customer(caller):
    """D-232 and D-235: no second plan, no legacy subscription beside a plan, no plan beside a legacy one."""
    second = new_cart(caller, azure_line(caller, PLAN_PRODUCT))
    assert errors(second) == ["unable_to_process_cart_line_item"]
    assert refused(caller, "POST", checkout_path(second)) == (403, 800020)
    beside = new_cart(caller, azure_line(caller, LEGACY_PRODUCT))
    assert errors(beside) == ["legacy_offer_not_eligible_for_purchase"]
    assert refused(caller, "POST", checkout_path(beside)) == (403, 2085)
    other = new_cart(caller, azure_line(caller, PLAN_PRODUCT), customer=ADA)
    assert errors(other) == ["unable_to_process_cart_line_item"]


def test_both_offers_in_one_cart_are_refused(caller, eve):
    both = [azure_line(caller, PLAN_PRODUCT), azure_line(caller, LEGACY_PRODUCT, 1)]
    assert refused(caller, "POST", f"/v1/customers/{eve}/carts", {"lineItems": both}) == (400, 800009)


def test_a_legacy_order_has_a_guid_and_its_own_order_group(caller, eve):
    cart = new_cart(caller, azure_line(caller, LEGACY_PRODUCT), customer=eve)
    assert cart["lineItems"][0]["orderGroup"] == "OMS-0"
    (order,) = caller.post(checkout_path(cart, eve))["orders"]
    assert (len(order["id"]), order["status"]) == (36, "completed")
    assert "etag" in order["attributes"]
    (held,) = caller.get(f"/v1/customers/{eve}/subscriptions")["items"]
    assert held["offerId"] == LEGACY_PRODUCT
    assert held["entitlementId"]


def test_mixed_lines_fall_into_order_groups(caller):
    """The plan line fails (one plan a customer), the reservations are ordered: 201 with both lists."""
    cart = new_cart(caller, line(caller), azure_line(caller, PLAN_PRODUCT, 1))
    assert [made["orderGroup"] for made in cart["lineItems"]] == ["0", "1"]
    done = caller.post(checkout_path(cart))
    assert len(done["orders"]) == 1
    assert [(one["orderGroupId"], one["code"]) for one in done["orderErrors"]] == [("1", 800020)]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"quantity": 2}, "invalid_input"),
        ({"termDuration": "P1Y"}, "invalid_input"),
        ({"billingCycle": "annual"}, "billing_plan_not_supported"),
        ({"currencyCode": "EUR"}, "currency_is_not_supported"),
    ],
)
def test_a_mistake_in_the_line_of_a_plan(caller, eve, change, error):
    assert errors(new_cart(caller, azure_line(caller, PLAN_PRODUCT) | change, customer=eve)) == [error]


def test_a_plan_is_sold_where_reservations_are_not(caller):
    path = f"/v1/customers/{DOT}/products?targetView=MicrosoftAzure"
    assert [one["id"] for one in caller.get(path)["items"]] == [LEGACY_PRODUCT, PLAN_PRODUCT]
    (order,) = buy(caller, azure_line(caller, PLAN_PRODUCT), customer=DOT)
    assert order["status"] == "completed"


def test_d231_the_agreement_ends_buying_for_legacy_subscriptions(caller):
    """D-231: enforced by switch, because the demo has customers that accepted and still buy."""
    assert errors(new_cart(caller, legacy_line(caller), customer=ADA)) == [None]
    switch(caller, plan_only_after_agreement=True)
    cart = new_cart(caller, legacy_line(caller), customer=ADA)
    assert errors(cart) == ["unable_to_process_cart_line_item"]
    assert refused(caller, "POST", checkout_path(cart, ADA)) == (403, 800020)
    assert errors(new_cart(caller, line(caller))) == [None]


def test_resellers_are_for_indirect_providers(caller):
    named = {"participants": [{"key": "transaction_reseller", "value": "5010021"}]}
    assert errors(new_cart(caller, line(caller, **named))) == ["participants_is_not_supported_for_partner"]


def test_an_indirect_provider_names_resellers_and_attests(caller):
    switch(caller, indirect=True)
    named = {"participants": [{"key": "transaction_reseller", "value": "5010021"}]}
    cart = new_cart(caller, line(caller, **named))
    assert errors(cart) == [None]
    assert cart["lineItems"][0]["participants"] == named["participants"]
    assert refused(caller, "POST", checkout_path(cart)) == (400, 900206)
    (order,) = buy(caller, line(caller, **named), partnerOnRecordAttestationAccepted=True)
    assert order["lineItems"][0]["partnerIdOnRecord"] == "5010021"


def test_an_unknown_reseller_is_a_line_error_and_404(caller):
    switch(caller, indirect=True)
    named = {"participants": [{"key": "TransactionReseller", "value": "1"}]}
    cart = new_cart(caller, line(caller, **named), partnerOnRecordAttestationAccepted=True)
    assert errors(cart) == ["invalid_input"]
    assert refused(caller, "POST", checkout_path(cart)) == (404, 800015)


def test_a_line_without_its_attestation(caller):
    cart = new_cart(caller, line(caller, attestationAccepted=False))
    assert errors(cart) == ["attestation_not_accepted"]
    assert refused(caller, "POST", checkout_path(cart)) == (400, 900203)


@pytest.mark.parametrize(
    "code", [800023, 800025, 900121, 800069, 800073, 800018, 20002, 800060, 4018, 800005]
)
def test_a_business_refusal_orders_nothing(caller, code):
    """F-25: each code as a setting of one customer; the cart stays open and is ordered once it is over."""
    cart = new_cart(caller, line(caller))
    stand(caller, customer=BOB, refuse=code)
    status, told = refused(caller, "POST", checkout_path(cart))
    assert (status >= 400, told) == (True, code)
    assert caller.get(f"/v1/customers/{BOB}/carts/{cart['id']}")["status"] == "Active"
    stand(caller, customer=BOB, refuse=0)
    assert len(caller.post(checkout_path(cart))["orders"]) == 1


def test_a_refusal_of_all_meets_every_customer(caller):
    stand(caller, refuse=900123)
    cart = new_cart(caller, legacy_line(caller), customer=ADA)
    assert refused(caller, "POST", checkout_path(cart, ADA)) == (403, 900123)


def test_d604_the_credit_line_counts_purchases_and_payments_a_day_later(caller):
    """D-604: a D2s of one year is 595; 1,000 are enough for one, and for a second one a day after 200 were paid."""
    stand(caller, credit_limit=1000)
    buy(caller, line(caller))
    cart = new_cart(caller, line(caller))
    assert refused(caller, "POST", checkout_path(cart)) == (403, 800023)
    stand(caller, paid=200)
    assert refused(caller, "POST", checkout_path(cart)) == (403, 800023)
    caller.advance(24 * 60)
    assert len(caller.post(checkout_path(cart))["orders"]) == 1


def test_the_credit_line_exactly_used_up_is_enough(caller):
    stand(caller, credit_limit=595, credit_code=900121)
    cart = new_cart(caller, line(caller, quantity=2))
    assert refused(caller, "POST", checkout_path(cart)) == (403, 900121)
    buy(caller, line(caller))


def test_x16_single_scope_needs_quota_and_shared_does_not(caller):
    """X-16, D-512: ten cores are left; five D2s fit, six do not, and shared scope is not checked."""
    stand(caller, customer=BOB, quota_cores=10)
    single = {"provisioningContext": {"subscriptionId": BOB_AZURE_ONE, "scope": "single"}}
    assert errors(new_cart(caller, line(caller, quantity=5, **single))) == [None]
    assert errors(new_cart(caller, line(caller, quantity=6, **single))) == ["quota_not_available"]
    assert errors(new_cart(caller, line(caller, quantity=6))) == [None]


def test_a_suspended_subscription_cannot_buy(caller):
    path = f"/v1/customers/{ADA}/subscriptions/{ADA_ONE}"
    held = caller.get(path)
    headers = {"If-Match": f'"{held["attributes"]["etag"]}"'}
    assert caller.call("PATCH", path, held | {"status": "suspended"}, headers=headers).status_code == 200
    cart = new_cart(caller, legacy_line(caller), customer=ADA)
    assert errors(cart) == ["subscription_is_not_enabled_for_r_i"]
    assert refused(caller, "POST", checkout_path(cart, ADA)) == (400, 800012)


def test_monthly_payment_by_switch(caller):
    switch(caller, monthly_billing=True)
    (order,) = buy(caller, line(caller, billingCycle="Monthly"))
    assert order["billingCycle"] == "monthly"
    (bought,) = caller.world.book.orders(BOB)
    assert bought.billing_plan == "Monthly"


def test_a_cart_of_fifteen_minutes(caller):
    """reliability.md 4.13: 7 days in the text, 15 minutes in older samples."""
    switch(caller, cart_minutes=15)
    cart = new_cart(caller, line(caller))
    assert cart["expirationTimestamp"] == "2026-11-16T00:15:00.0000000Z"
    caller.advance(15)
    assert refused(caller, "POST", checkout_path(cart)) == (404, 800008)


def test_the_same_request_id_can_make_two_carts(caller):
    """reliability.md 4.1, the worse answer."""
    switch(caller, same_request_same_cart=False)
    headers = {"MS-RequestId": "11111111-2222-4333-8444-555555555555"}
    body = {"lineItems": [line(caller)]}
    first, second = (caller.post(f"/v1/customers/{BOB}/carts", body, headers=headers)["id"] for _ in range(2))
    assert first != second


def test_a_late_second_checkout_can_be_refused(caller):
    """reliability.md 4.3: now the first result, hours later 800065."""
    switch(caller, checkout_replay_hours=2)
    cart = new_cart(caller, line(caller))
    first = caller.post(checkout_path(cart))
    assert caller.post(checkout_path(cart)) == first
    caller.advance(120)
    assert refused(caller, "POST", checkout_path(cart)) == (400, 800065)


def test_an_ordered_cart_can_be_forgotten(caller):
    """reliability.md 4.4: after 7 days it is not found."""
    switch(caller, ordered_cart_days=7)
    cart = new_cart(caller, line(caller))
    caller.post(checkout_path(cart))
    caller.advance(7 * 24 * 60 - 1)
    assert caller.get(f"/v1/customers/{BOB}/carts/{cart['id']}")["status"] == "Ordered"
    caller.advance(1)
    assert refused(caller, "GET", f"/v1/customers/{BOB}/carts/{cart['id']}") == (404, 800008)
    assert refused(caller, "POST", checkout_path(cart)) == (404, 800008)


def race(caller, monkeypatch, cart):
    """The answers of a slow checkout and of one that comes meanwhile, the later one first."""
    entered, go_on = threading.Event(), threading.Event()

    def pause(_seconds):
        entered.set()
        assert go_on.wait(5)

    monkeypatch.setattr(caller.client.application.wsgi_app, "_sleep", pause)
    caller.control("POST", "/faults", {"match": "/checkout", "kind": "slow"})
    answers = []
    slow = threading.Thread(target=lambda: answers.append(caller.call("POST", checkout_path(cart))))
    slow.start()
    assert entered.wait(5)
    meanwhile = caller.call("POST", checkout_path(cart))
    go_on.set()
    slow.join(5)
    return meanwhile, answers[0]


@pytest.mark.parametrize(
    ("law", "status", "count"), [("conflict", 409, 1), ("in_progress", 409, 1), ("both", 201, 2)]
)
def test_what_two_checkouts_at_once_give(caller, world, monkeypatch, law, status, count):
    """reliability.md 4.2: one order, or with the worst reading two."""
    switch(caller, racing_checkouts=law)
    cart = new_cart(caller, line(caller))
    meanwhile, slow = race(caller, monkeypatch, cart)
    assert (meanwhile.status_code, slow.status_code) == (status, 201)
    assert len(world.shop.state.orders[BOB]) == count
    assert len(world.book.orders(BOB)) == count


def test_the_name_of_a_line_can_be_lost(caller):
    """reliability.md 4.5."""
    switch(caller, friendly_name_returns=False)
    (order,) = buy(caller, line(caller, friendlyName="tag 17"))
    assert order["lineItems"][0]["friendlyName"].startswith("Reserved VM Instance")
    assert caller.world.book.orders(BOB)[0].name.startswith("Reserved VM Instance")


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 10**30},
        {"id": 10**30},
        {"participants": "none"},
        {"participants": [{"key": "boss", "value": "1"}]},
        {"participants": [7]},
        {"friendlyName": "x" * 5000},
        {"attestationAccepted": "yes"},
        {"provisioningContext": [1]},
        {"billingCycle": {"a": 1}},
    ],
)
def test_odd_lines_never_break_it(caller, change):
    answer = caller.call("POST", f"/v1/customers/{BOB}/carts", {"lineItems": [line(caller) | change]})
    assert answer.status_code in (201, 400), answer.text


def test_the_plan_id_of_a_customer_can_be_asked_for_in_capitals(caller):
    switch(caller, plan_context="plan")
    assert errors(new_cart(caller, line(caller, subscription=BOB_PLAN.upper()))) == [None]


def test_unknown_members_are_ignored(caller):
    cart = new_cart(caller, line(caller, somethingNew={"a": 1}), fromTheFuture=True)
    assert errors(cart) == [None]


def test_a_helpdesk_agent_does_not_buy(caller):
    """D-201: only admin and sales agents."""
    cart = new_cart(caller, line(caller))
    for principal, status in (("helpdesk-agent", 403), ("sales-agent", 201)):
        headers = as_principal(caller, principal)
        assert caller.call("POST", checkout_path(cart), headers=headers).status_code == status


def test_a_customer_that_is_not_registered_stays_unchanged(caller):
    path = f"/v1/customers/{CYD}/carts"
    assert refused(caller, "POST", path, {"lineItems": [{"id": 0}]}) == (400, 900142)
