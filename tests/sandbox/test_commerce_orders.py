"""Orders: placed directly, of every origin, cancelled where that is allowed, priced for those who may see it."""

from datetime import timedelta

import pytest
from commerce_steps import (
    NOBODY,
    as_principal,
    buy,
    checkout_path,
    errors,
    legacy_line,
    line,
    new_cart,
    patch,
    refused,
    switch,
)
from tiny_world import ADA, ADA_ONE, BOB, BOB_AZURE_ONE, BOB_AZURE_TWO, BOB_PLAN, CYD

from bespeak.sandbox.reservation_records import Offer, ReservationOrder

ORDERS = f"/v1/customers/{BOB}/orders"
B1S = "Standard_B1s"


def direct_line(caller, number=0, **more):
    wanted = line(caller)
    context = wanted["provisioningContext"] | {"duration": "1Year"}
    made = {"LineItemNumber": number, "OfferId": wanted["catalogItemId"], "Quantity": 2}
    return made | {"FriendlyName": "direct", "ProvisioningContext": context} | more


def direct(*lines, **more):
    return {"BillingCycle": "one_time", "CurrencyCode": "USD", "LineItems": list(lines)} | more


def test_an_order_can_be_placed_without_a_cart(caller):
    body = direct(direct_line(caller))
    order = caller.post(ORDERS, body, headers={"MS-RequestId": "11111111-2222-4333-8444-555555555555"})
    assert (order["status"], order["lineItems"][0]["quantity"]) == ("pending", 2)
    assert order["lineItems"][0]["termDuration"] == "P1Y"
    again = caller.post(ORDERS, body, headers={"MS-RequestId": "11111111-2222-4333-8444-555555555555"})
    assert again == order
    caller.advance(15)
    assert [one["id"] for one in caller.get(ORDERS)["items"]] == [order["id"]]
    assert caller.get(f"/v1/customers/{BOB}/entitlements")["items"][0]["quantity"] == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"OfferId": "DZH318Z0VMD5:00K7:DZH318Z0NNNN"}, (400, 800009)),
        ({"OfferId": ""}, (400, 900142)),
        ({"OfferId": 7}, (400, 900142)),
        ({"Quantity": 0}, (400, 800009)),
        ({"Quantity": "two"}, (400, 800002)),
        ({"LineItemNumber": 4}, (400, 800071)),
        ({"TermDuration": "P3Y"}, (400, 800009)),
        ({"ProvisioningContext": {"subscriptionId": NOBODY}}, (400, 800011)),
    ],
)
def test_a_direct_order_with_a_mistake_orders_nothing(caller, change, error):
    assert refused(caller, "POST", ORDERS, direct(direct_line(caller) | change)) == error


@pytest.mark.parametrize("body", [{}, {"LineItems": []}, {"LineItems": 7}, {"LineItems": [7]}])
def test_a_direct_order_without_lines(caller, body):
    assert refused(caller, "POST", ORDERS, body)[0] == 400


def test_the_lines_of_a_direct_order_belong_together(caller):
    other = direct_line(caller, 1) | {"ProvisioningContext": {"subscriptionId": BOB_AZURE_TWO}}
    assert refused(caller, "POST", ORDERS, direct(direct_line(caller), other)) == (400, 800009)


def test_a_direct_order_needs_the_agreement_too(caller):
    caller.call(
        "POST", f"/v1/customers/{CYD}/subscriptions/cccccccc-1111-4000-8000-000000000001/registrations"
    )
    caller.advance(5)
    context = {"subscriptionId": "cccccccc-2222-4000-8000-000000000001", "scope": "shared"}
    body = direct(direct_line(caller) | {"ProvisioningContext": context})
    assert refused(caller, "POST", f"/v1/customers/{CYD}/orders", body) == (403, 13605)


def bought_in_azure(world, channel="Azure"):
    sku = next(iter(next(iter(world.catalogue.products.values())).skus.values()))
    offer = Offer(
        sku.product_id, sku.id, sku.size.name, sku.region, sku.term, sku.title, sku.total, sku.currency
    )
    order = ReservationOrder(
        "99999999-0000-4000-8000-000000000001",
        BOB,
        offer,
        "from Azure",
        3,
        "Monthly",
        BOB_AZURE_ONE,
        world.now,
        world.now,
        world.now + timedelta(minutes=30),
        channel=channel,
    )
    world.book.add(order)
    return order


@pytest.mark.parametrize(
    ("channel", "transaction", "kind"),
    [
        ("Azure", "UserPurchase", "New"),
        ("Exchange", "UserPurchase", "New"),
        ("Renewal", "SystemPurchase", "renew"),
    ],
)
def test_what_comes_from_azure_is_an_order_too(caller, world, channel, transaction, kind):
    bought = bought_in_azure(world, channel)
    adopted = world.shop.adopt(bought, world.now)
    assert bought.commerce_order_id == adopted.id
    shown = caller.get(f"{ORDERS}/{adopted.id}?include_price=true")
    assert (shown["transactionType"], shown["lineItems"][0]["transactionType"]) == (transaction, kind)
    assert (shown["billingCycle"], shown["status"]) == ("monthly", "pending")
    assert "offerId" not in shown["lineItems"][0]
    assert shown["totalPrice"] == float(bought.offer.unit_total * 3)
    caller.advance(29)
    assert caller.get(ORDERS)["items"] == []
    caller.advance(1)
    assert caller.get(f"{ORDERS}?billingType=monthly")["totalCount"] == 1


def test_an_order_whose_purchase_failed_is_cancelled(caller, world):
    bought = bought_in_azure(world)
    adopted = world.shop.adopt(bought, world.now)
    bought.failed = True
    assert caller.get(f"{ORDERS}/{adopted.id}")["status"] == "cancelled"
    status = caller.get(f"{ORDERS}/{adopted.id}/provisioningstatus")["items"][0]["status"]
    assert status == "Unfulfilled"


def test_three_shapes_of_order_ids(caller, world):
    """A GUID for a legacy subscription, 12 hexadecimal digits for a cart, 33 characters for what Azure made."""
    legacy = caller.get(f"/v1/customers/{ADA}/subscriptions/{ADA_ONE}")["orderId"]
    cart = buy(caller, line(caller))[0]["id"]
    azure = world.shop.adopt(bought_in_azure(world), world.now)
    assert [len(one) for one in (legacy, cart, azure.id)] == [36, 12, 33]
    assert azure.id.endswith("1")
    shown = caller.get(f"/v1/customers/{ADA}/orders/{legacy.upper()}")
    assert (shown["id"], shown["attributes"]["objectType"]) == (legacy, "Order")
    assert caller.get(f"{ORDERS}/{azure.alternate_id}")["id"] == azure.id
    assert len(azure.alternate_id) == 12


def test_the_first_orders_can_be_listed_by_switch(caller):
    plan = caller.get(f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}")["orderId"]
    assert caller.get(ORDERS)["items"] == []
    switch(caller, old_orders_listed=True)
    assert [one["id"] for one in caller.get(ORDERS)["items"]] == [plan]


def test_orders_are_listed_by_billing_cycle_in_any_spelling(caller):
    buy(caller, line(caller))
    caller.advance(15)
    found = [
        caller.get(f"{ORDERS}?billingType={word}")["totalCount"]
        for word in ("onetime", "one_time", "OneTime", "ONE_TIME", "monthly", "Annual")
    ]
    assert found == [1, 1, 1, 1, 0, 0]
    assert refused(caller, "GET", f"{ORDERS}?billingType=weekly") == (400, 2001)


@pytest.mark.parametrize(("principal", "priced"), [("sales-agent", True), ("helpdesk-agent", False)])
def test_prices_are_for_roles_that_may_see_them(caller, principal, priced):
    order = buy(caller, line(caller))[0]["id"]
    headers, path = as_principal(caller, principal), f"{ORDERS}/{order}"
    assert caller.call("GET", path, headers=headers).status_code == 200
    answer = caller.call("GET", f"{path}?include_price=True", headers=headers)
    assert answer.status_code == (200 if priced else 403)
    if not priced:
        assert answer.get_json()["code"] == 800043


def test_the_provisioning_of_an_unknown_order(caller):
    assert refused(caller, "GET", f"{ORDERS}/ffffffffffff/provisioningstatus") == (404, 800007)
    assert refused(caller, "GET", f"{ORDERS}/ffffffffffff") == (404, 20000)


def test_the_order_of_another_customer_is_not_found(caller):
    order = buy(caller, line(caller))[0]["id"]
    for tail in ("", "/provisioningstatus", "/activationlinks"):
        assert refused(caller, "GET", f"/v1/customers/{ADA}/orders/{order}{tail}")[0] == 404
    body = {"id": order, "status": "cancelled"}
    assert refused(caller, "PATCH", f"/v1/customers/{ADA}/orders/{order}", body) == (404, 20000)


def test_nothing_is_activated_by_a_link(caller):
    order = buy(caller, line(caller))[0]["id"]
    for tail in ("activationlinks", "attachments"):
        assert refused(caller, "GET", f"{ORDERS}/{order}/{tail}") == (404, 1000)


def test_a_reservation_is_not_cancelled_in_production(caller):
    order = buy(caller, line(caller))[0]["id"]
    caller.advance(15)
    path = f"{ORDERS}/{order}"
    assert refused(caller, "PATCH", path, {"id": order, "status": "cancelled"}) == (403, 800019)
    assert refused(caller, "PATCH", path, {"id": order, "status": "completed"}) == (400, 3000)
    assert refused(caller, "PATCH", path, {}) == (400, 3000)


def test_a_plan_is_not_cancelled_by_its_order(caller):
    order = caller.get(f"/v1/customers/{BOB}/subscriptions/{BOB_PLAN}")["orderId"]
    body = {"id": order, "status": "cancelled"}
    assert refused(caller, "PATCH", f"{ORDERS}/{order}", body) == (400, 800063)


@pytest.fixture
def integration(caller):
    """A world that is Microsoft's integration sandbox."""
    switch(caller, integration=True)
    return caller


def small_line(caller, number=0, **more):
    return line(caller, number, size=B1S, **more)


def test_the_integration_sandbox_sells_one_size_only(integration):
    assert errors(new_cart(integration, small_line(integration))) == [None]
    cart = new_cart(integration, line(integration))
    assert errors(cart) == ["sandbox_limit_exceeded"]
    assert refused(integration, "POST", checkout_path(cart)) == (400, 800018)


def test_its_regions_come_in_several_casings(integration):
    found = integration.world.catalogue.integration.skus.values()
    regions = {"koreasouth", "eastus", "westus2", "northcentralus", "canadaeast"}
    assert {one.region for one in found} == regions


def test_a_customer_there_reserves_two_machines(integration):
    buy(integration, small_line(integration))
    assert errors(new_cart(integration, small_line(integration, quantity=2))) == ["sandbox_limit_exceeded"]
    buy(integration, small_line(integration))
    cart = new_cart(integration, small_line(integration))
    assert errors(cart) == ["sandbox_limit_exceeded"]


def test_the_integration_sandbox_cancels_a_reservation(integration):
    order = buy(integration, small_line(integration, quantity=2))[0]["id"]
    path, body = f"{ORDERS}/{order}", {"id": order, "status": "cancelled"}
    assert refused(integration, "PATCH", path, body) == (409, 800014)
    integration.advance(15)
    shown = patch(integration, path, body)
    assert (shown["status"], shown["lineItems"][0]["termDuration"]) == ("cancelled", "")
    assert integration.get(f"{path}/provisioningstatus")["items"][0]["status"] == "Unfulfilled"
    (owned,) = integration.get(f"/v1/customers/{BOB}/entitlements")["items"]
    assert owned["quantity"] == 0
    assert refused(integration, "PATCH", path, body) == (400, 800061)
    buy(integration, small_line(integration, quantity=2))


def test_its_window_for_cancelling_passes(integration):
    order = buy(integration, small_line(integration))[0]["id"]
    integration.advance(61 * 24 * 60)
    body = {"id": order, "status": "cancelled"}
    assert refused(integration, "PATCH", f"{ORDERS}/{order}", body) == (400, 900117)


def test_outside_of_it_the_one_product_is_not_listed(caller):
    listed = caller.get("/v1/products?country=US&targetView=AzureReservationsVM")["items"]
    assert "Virtual Machines BS Series" not in [one["title"] for one in listed]


def test_orders_survive_a_snapshot(caller, world):
    buy(caller, line(caller))
    buy(caller, legacy_line(caller), customer=ADA)
    caller.advance(15)
    before = caller.get(ORDERS)
    world.restore(world.snapshot())
    assert caller.get(ORDERS) == before
