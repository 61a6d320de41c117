"""What an order costs: in the currency of the market, at the price of the checkout or, by switch, of the cart."""

import json
from decimal import Decimal

import pytest
from commerce_steps import checkout_path, item_id, line, new_cart, refused, switch
from tiny_world import BOB, TOKEN, Caller

from bespeak.sandbox import World, create_app
from bespeak.sandbox.price_list import PriceChange

PLAN_PRODUCT = "DZH318Z0BPS6"


@pytest.fixture(scope="module")
def demo():
    world = World.demo()
    return Caller(world, create_app(world, TOKEN).test_client(), [], [])


def new_customer(caller, country):
    address = {"firstName": "Eve", "lastName": "Finch", "addressLine1": "1 Road", "city": "Hull"}
    address |= {"state": "-", "postalCode": "HU1", "country": country}
    billing = {"email": "eve@eve.example.com", "culture": "en-GB", "language": "en", "companyName": "Eve"}
    body = {
        "companyProfile": {"domain": f"eve-{country}"},
        "billingProfile": billing | {"defaultAddress": address},
    }
    made = caller.post("/v1/customers", body)["id"]
    caller.advance(5)
    template = caller.get("/v1/agreements?agreementType=*")["items"][0]["templateId"]
    contact = {"firstName": "Eve", "lastName": "Finch", "email": "eve@eve.example.com"}
    caller.post(f"/v1/customers/{made}/agreements", {"primaryContact": contact, "templateId": template})
    return made


def own_plan(caller, customer, country):
    path = f"/v1/products/{PLAN_PRODUCT}/skus/0001/availabilities?country={country}"
    item = caller.get(path)["items"][0]["catalogItemId"]
    wanted = {"id": 0, "catalogItemId": item, "quantity": 1, "billingCycle": "one_time"}
    cart = new_cart(caller, wanted, customer=customer)
    (order,) = caller.post(checkout_path(cart, customer))["orders"]
    plan = order["lineItems"][0]["subscriptionId"]
    own = f"/v1/customers/{customer}/subscriptions/{plan}"
    caller.call("POST", f"{own}/registrations")
    caller.advance(5)
    return caller.get(f"{own}/azureEntitlements")["items"][0]["id"]


@pytest.mark.parametrize(("country", "currency"), [("GB", "GBP"), ("DE", "EUR"), ("US", "USD")])
def test_a_customer_pays_in_the_currency_of_its_market(demo, country, currency):
    customer = new_customer(demo, country)
    azure = own_plan(demo, customer, country)
    product, sku, aid = item_id(demo, "Standard_D2s_v5").split(":")
    wanted = {
        "id": 0,
        "catalogItemId": f"{product}:{sku}:{aid}",
        "quantity": 3,
        "billingCycle": "one_time",
        "termDuration": "P1Y",
        "provisioningContext": {"subscriptionId": azure, "scope": "shared"},
    }
    cart = new_cart(demo, wanted, customer=customer)
    assert cart["lineItems"][0]["currencyCode"] == currency
    (order,) = demo.post(checkout_path(cart, customer))["orders"]
    shown = demo.get(f"/v1/customers/{customer}/orders/{order['id']}?include_price=true")
    world = demo.world
    unit = world.prices.reservation(world.catalogue.find(product, sku), world.now, currency)
    assert (shown["currencyCode"], shown["totalPrice"]) == (currency, float(unit * 3))
    (held,) = world.book.orders(customer)
    assert (held.offer.currency, held.offer.unit_total) == (currency, unit)
    foreign = wanted | {"currencyCode": "JPY"}
    assert "error" in new_cart(demo, foreign, customer=customer)["lineItems"][0]


def test_the_availability_says_the_currency(demo):
    product, sku, _ = item_id(demo, "Standard_D2s_v5").split(":")
    path = f"/v1/products/{product}/skus/{sku}/availabilities?country=GB"
    assert demo.get(path)["items"][0]["defaultCurrency"] == {"code": "GBP", "symbol": "£"}


@pytest.mark.parametrize(("keeps", "total"), [(False, 1190), (True, 595)])
def test_the_price_that_is_charged_when_it_moves_in_between(caller, world, keeps, total):
    """reliability.md 4.7: a price of 595 doubles between cart and checkout."""
    switch(caller, cart_keeps_price=keeps)
    cart = new_cart(caller, line(caller))
    world.prices.announce(PriceChange(world.now, "reservation", Decimal(2)))
    (order,) = caller.post(checkout_path(cart))["orders"]
    shown = caller.get(f"/v1/customers/{BOB}/orders/{order['id']}?include_price=true")
    assert shown["totalPrice"] == total


def test_what_cannot_be_bought_may_be_a_success_with_an_error(caller):
    """Code 400072 stands in the list of errors with status 200."""
    product, sku, aid = item_id(caller, "Standard_D2s_v3").split(":")
    path = f"/v1/products/{product}/skus/{sku}/availabilities/{aid}?country=US&reservationScope=AzurePlan"
    assert caller.get(path)["isPurchasable"] is False
    switch(caller, unavailable_is_200=True)
    answer = caller.call("GET", path)
    assert (answer.status_code, json.loads(answer.data)["code"]) == (200, 400072)
    assert refused(caller, "GET", path.replace(aid, "DZH318Z0XXXX")) == (404, 400019)
