"""Every endpoint of the purchase and of the usage, asked of the sandbox through the real door."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bespeak.clients.azure import reservations
from bespeak.clients.partner_center import carts, catalog, entitlements, orders, prices, usage
from bespeak.connect import connect
from bespeak.customers import customer_details, customers, search
from bespeak.errors import RefusedError

DAY = datetime(2026, 11, 10, tzinfo=UTC)


@pytest.fixture
def session(monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    return connect()


def details_of(session, name):
    return customer_details(session, search(customers(session), name)["customer_id"][0])


def a_cart(session, details):
    """A cart with four one-year Standard_D2s_v5 in polandcentral."""
    door = session.door
    product = next(
        one for one in door.collect(catalog.products("US", azure_plan=True)) if "Dsv5 Series" in one["title"]
    )
    skus = door.collect(catalog.skus(product["id"], "US", azure_plan=True))
    wanted = {"armSkuName": "Standard_D2s_v5", "armRegionName": "polandcentral", "duration": "1Year"}
    sku = next(one for one in skus if wanted.items() <= one["dynamicAttributes"].items())
    offers = door.collect(catalog.availabilities(product["id"], sku["id"], "US", azure_plan=True))
    line = {
        "id": 0,
        "catalogItemId": offers[0]["catalogItemId"],
        "friendlyName": "web tier",
        "quantity": 4,
        "billingCycle": "one_time",
        "termDuration": "P1Y",
        "provisioningContext": {
            "subscriptionId": details.azure_subscriptions["azure_subscription_id"][0],
            "scope": "shared",
        },
    }
    return door.send(carts.create_cart(details.customer_id, [line]))


def test_a_purchase_from_the_catalogue_to_the_use_of_the_reservation(session):
    details, door = details_of(session, "Northwind"), session.door
    customer = details.customer_id

    cart = a_cart(session, details)
    result = door.send(carts.check_out(customer, cart["id"]))
    order = door.send(orders.get_order(customer, result["orders"][0]["id"], include_price=True))
    listed_at_once = door.collect(orders.list_orders(customer))
    session.advance(days=7)
    listed_later = door.collect(orders.list_orders(customer))
    owned = door.collect(entitlements.list_entitlements(customer))
    artifact = owned[0]["entitledArtifacts"][0]
    held = door.send(entitlements.artifact(customer, artifact))
    azure_order = door.send(reservations.get_order(artifact["resourceId"]))
    azure = door.send(reservations.get_reservation(artifact["resourceId"], held[0]["reservationId"]))
    days = door.collect(
        reservations.daily_summaries(artifact["resourceId"], date(2026, 11, 16), date(2026, 11, 22))
    )

    assert order["lineItems"][0]["quantity"] == 4
    assert order["totalPrice"] > 0
    assert listed_at_once == []
    assert [one["id"] for one in listed_later] == [order["id"]]
    assert owned[0]["referenceOrder"]["id"] == order["id"]
    assert held[0]["quantity"] == 4
    assert azure_order["properties"]["originalQuantity"] == 4
    assert azure["sku"]["name"] == "Standard_D2s_v5"
    assert [one["properties"]["reservedHours"] for one in days] == [96] * 7


def test_a_cart_is_replaced_and_read_as_it_is_then(session):
    details = details_of(session, "Northwind")
    cart = a_cart(session, details)
    cart["lineItems"][0]["quantity"] = 5

    session.door.send(carts.replace_cart(details.customer_id, cart))

    again = session.door.send(carts.get_cart(details.customer_id, cart["id"]))
    assert again["lineItems"][0]["quantity"] == 5


def test_a_checkout_without_an_agreement_is_refused_with_the_way_out(session):
    litware = details_of(session, "Litware")

    with pytest.raises(RefusedError) as caught:
        session.door.send(carts.check_out(litware.customer_id, a_cart(session, litware)["id"]))

    assert caught.value.code in {"13605", "800013", "800030"}
    assert caught.value.next_step


def test_hourly_records_of_a_legacy_subscription_come_in_pages(session):
    details = details_of(session, "Fabrikam")
    told = []

    found = session.door.collect(
        usage.utilization(
            details.customer_id,
            details.subscriptions["subscription_id"][0],
            DAY,
            DAY + timedelta(days=4),
            size=500,
        ),
        told.append,
    )

    assert len(told) > 1
    assert told[-1] == len(found)
    starts = {record["usageStartTime"] for record in found}
    assert min(starts) >= "2026-11-10"
    assert {record["attributes"]["objectType"] for record in found} == {"AzureUtilizationRecord"}


@pytest.mark.parametrize("period", ["current", "previous"])
def test_rated_lines_of_all_plans_come_in_pages(session, period):
    found = session.door.collect(usage.rated_usage(period))
    northwind = details_of(session, "Northwind").customer_id

    assert northwind in {line["customerId"].lower() for line in found}
    assert {line["attributes"]["objectType"] for line in found} == {"DailyRatedUsageLineItem"}


@pytest.mark.parametrize("view", ["azure_consumption", "azure_reservations"])
def test_a_price_sheet_is_a_table_of_texts(session, view):
    rows = session.door.send(prices.price_sheet("US", view))

    assert {"ProductId", "SkuId", "SkuTitle", "Currency", "UnitPrice"} <= set(rows[0])
    assert len(rows) > 100


def test_the_rate_card_has_meters(session):
    card = session.door.send(prices.rate_card())

    assert card["currency"] == "USD"
    assert any(meter["category"] == "Virtual Machines" for meter in card["meters"])
