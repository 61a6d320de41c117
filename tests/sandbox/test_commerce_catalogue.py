"""The catalogue beyond VM reservations: every view, the Azure offers, restrictions, life cycle."""

import pytest
from commerce_steps import item_id, line, new_cart, refused, stand, switch
from tiny_world import ADA, BOB, DOT

PLAN_PRODUCT, LEGACY_PRODUCT = "DZH318Z0BPS6", "MS-AZR-0145P"


def listed(caller, view, root="/v1/products?country=US&"):
    return [one["id"] for one in caller.get(f"{root}targetView={view}")["items"]]


def test_each_view_holds_what_it_says(caller):
    machines, offers = listed(caller, "AzureReservationsVM"), [LEGACY_PRODUCT, PLAN_PRODUCT]
    assert len(machines) == 3
    assert listed(caller, "AzureReservations") == machines
    assert listed(caller, "MicrosoftAzure") == offers
    assert listed(caller, "Azure") == offers + machines


@pytest.mark.parametrize(
    "view",
    [
        "AzureReservationsSQL",
        "azurereservationscosmosdb",
        "OnlineServices",
        "OnlineServicesNCE",
        "Software",
        "SoftwareSUSELinux",
        "SoftwarePerpetual",
        "SoftwareSubscriptions",
        "MarketplaceSaaS",
    ],
)
def test_views_of_what_this_world_does_not_sell_are_empty(caller, view):
    """No price of them is known, so nothing is invented."""
    assert listed(caller, view) == []


@pytest.mark.parametrize("view", ["AzureAzureReservationsVM", "SavingsPlans", "x" * 300])
def test_views_that_are_none(caller, view):
    assert refused(caller, "GET", f"/v1/products?country=US&targetView={view}") == (403, 400036)
    assert refused(caller, "GET", f"/v1/customers/{BOB}/products?targetView={view}") == (403, 400036)


@pytest.mark.parametrize("segment", ["education", "government", "nonprofit"])
def test_other_segments_have_nothing(caller, segment):
    assert listed(caller, "Azure", f"/v1/products?country=US&targetSegment={segment}&") == []


def test_the_azure_plan_has_one_sku_of_which_one_is_sold(caller):
    (sku,) = caller.get(f"/v1/products/{PLAN_PRODUCT}/skus?country=US")["items"]
    assert (sku["id"], sku["title"]) == ("0001", "Microsoft Azure plan")
    assert (sku["minimumQuantity"], sku["maximumQuantity"]) == (1, 1)
    assert sku["supportedBillingCycles"] == ["one_time"]
    assert sku["purchasePrerequisites"] == ["MicrosoftCustomerAgreement"]
    path = f"/v1/products/{PLAN_PRODUCT}/skus/0001/availabilities"
    (one,) = caller.get(f"{path}?country=US")["items"]
    assert one["terms"] == []
    assert one["catalogItemId"] == f"{PLAN_PRODUCT}:0001:{one['id']}"
    assert caller.get(f"{path}/{one['id']}?country=US") == one
    assert refused(caller, "GET", f"/v1/products/{PLAN_PRODUCT}/skus/0002?country=US") == (404, 400018)


def test_the_ids_of_azure_offers_rotate_too(caller):
    path = f"/v1/products/{PLAN_PRODUCT}/skus/0001/availabilities?country=US"
    before = caller.get(path)["items"][0]["id"]
    caller.advance(14 * 24 * 60)
    assert caller.get(path)["items"][0]["id"] != before


def test_an_azure_plan_is_sold_where_reservations_are_not(caller):
    assert listed(caller, "MicrosoftAzure", "/v1/products?country=GL&") == [LEGACY_PRODUCT, PLAN_PRODUCT]
    assert refused(caller, "GET", "/v1/products?country=GL&targetView=AzureReservations") == (400, 800070)
    assert refused(caller, "GET", f"/v1/customers/{DOT}/products?targetView=AzureReservations") == (
        400,
        800070,
    )


def test_the_life_cycle_is_said_on_request(caller):
    open_id, closed_id = item_id(caller), item_id(caller, "Standard_D2s_v3")
    said = {}
    for item in (open_id, closed_id):
        product, sku, aid = item.split(":")
        path = f"/v1/products/{product}/skus/{sku}/availabilities"
        query = "country=US&reservationScope=AzurePlan"
        assert "lifeCycleState" not in caller.get(f"{path}/{aid}?{query}")
        said[item] = caller.get(f"{path}?{query}&IncludeLifeCycleState=true")["items"][0]["lifeCycleState"]
    assert list(said.values()) == ["GeneralAvailability", "Retired"]


def test_the_catalogue_of_a_customer_has_the_same_levels(caller):
    product, sku, aid = item_id(caller).split(":")
    path, scope = f"/v1/customers/{BOB}/products/{product}", "?reservationScope=AzurePlan"
    assert caller.get(f"{path}{scope}")["id"] == product
    assert sku in [one["id"] for one in caller.get(f"{path}/skus{scope}")["items"]]
    assert caller.get(f"{path}/skus/{sku}{scope}")["id"] == sku
    assert caller.get(f"{path}/skus/{sku}/availabilities{scope}")["items"][0]["id"] == aid
    assert caller.get(f"{path}/skus/{sku}/availabilities/{aid}{scope}")["id"] == aid


def test_the_wrong_half_of_the_catalogue_gives_items_that_do_not_fit(caller):
    """Without reservationScope a plan customer gets items for legacy subscriptions."""
    product, sku, _ = item_id(caller).split(":")
    path = f"/v1/customers/{BOB}/products/{product}/skus/{sku}/availabilities"
    wrong = caller.get(path)["items"][0]["catalogItemId"]
    cart = new_cart(caller, line(caller) | {"catalogItemId": wrong})
    error = cart["lineItems"][0]["error"]
    assert error["errorCode"] == "subscription_is_not_valid"
    assert error["errorDescription"].endswith("Read the catalogue with reservationScope=AzurePlan.")


def inventory(caller, customer=BOB, **item):
    product, sku, _ = item_id(caller).split(":")
    body = {"targetItems": [{"productId": product, "skuId": sku} | item]}
    body["inventoryContext"] = {"customerId": customer, "armRegionName": "polandcentral"}
    return caller.post("/v1/extensions/product/checkinventory?country=US", body, 200)


def test_capacity_can_be_gone_for_one_customer(caller):
    stand(caller, customer=BOB, restrict={"region": "polandcentral"})
    (mine,), (theirs,) = inventory(caller), inventory(caller, ADA)
    assert (mine["isRestricted"], theirs["isRestricted"]) == (True, False)
    assert mine["restrictions"][0]["properties"] == {"type": "Location", "values": "polandcentral"}
    assert new_cart(caller, line(caller))["lineItems"][0]["error"]["errorCode"] == "inventory_not_available"


def test_capacity_can_be_gone_for_a_size_everywhere(caller):
    stand(caller, restrict={"size": "standard_d2s_v5"})
    assert inventory(caller, ADA)[0]["isRestricted"] is True


@pytest.mark.parametrize(
    "body",
    [
        {"targetItems": 7},
        {"targetItems": [7]},
        {"targetItems": [{"productId": 7}]},
        {"targetItems": [], "inventoryContext": []},
        {"targetItems": [], "inventoryContext": {"customerId": {}}},
    ],
)
def test_an_inventory_check_with_a_mistake(caller, body):
    path = "/v1/extensions/product/checkinventory?country=US"
    assert refused(caller, "POST", path, body) == (400, 3000)


def test_an_inventory_check_of_nothing(caller):
    path = "/v1/extensions/product/checkinventory?country=US"
    assert caller.post(path, {}, 200) == []
    assert refused(caller, "POST", path.replace("US", "GL"), {}) == (400, 800070)


def test_there_are_no_promotions(caller):
    assert caller.get("/v1/productpromotions?country=US&segment=commercial")["items"] == []
    assert refused(caller, "GET", "/v1/productpromotions") == (400, 2001)


def test_monthly_payment_is_said_by_the_sku(caller):
    product, sku, _ = item_id(caller).split(":")
    path = f"/v1/products/{product}/skus/{sku}?country=US"
    assert caller.get(path)["supportedBillingCycles"] == ["one_time"]
    switch(caller, monthly_billing=True)
    assert caller.get(path)["supportedBillingCycles"] == ["one_time", "monthly"]


def test_unknown_query_parameters_are_ignored(caller):
    assert len(listed(caller, "Azure", "/v1/products?country=us&colour=blue&")) == 5
