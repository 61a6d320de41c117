"""One world under all services: what is bought through the cart or returned through Azure is seen at every door."""

import json
from decimal import Decimal
from urllib.parse import quote

import azure_caller
import pytest
from azure_caller import CAPACITY
from changes_world import give_back
from commerce_steps import buy, line
from tiny_world import BOB, BOB_AZURE_ONE

DAY = 24 * 60
LOG = f"/subscriptions/{BOB_AZURE_ONE}/providers/Microsoft.Insights/eventtypes/management/values"
USE = "providers/Microsoft.Consumption/reservationSummaries?grain=daily&$filter="
USE += quote("properties/usageDate ge 2026-11-01 and properties/usageDate le 2026-12-31")
RATED = "/v1/invoices/unbilled/lineitems?provider=OneTime&invoiceLineItemType=UsageLineItems&currencycode=usd"
RATED += "&period=current"
LINES = "lineitems?provider=OneTime&invoicelineitemtype=BillingLineItems"


@pytest.fixture
def bought(caller):
    """One instance for Bob's Azure plan; the order of Partner Center and the reservation of Azure."""
    (order,) = buy(caller, line(caller, quantity=2))
    (held,) = caller.world.book.reservations(BOB)
    return order, held


def logged(caller):
    text = quote("eventTimestamp ge '2026-11-15T00:00:00Z' and resourceProvider eq 'Microsoft.Capacity'")
    found = azure_caller.get(caller, f"{LOG}?$filter={text}", version="2015-04-01")["value"]
    return [
        (one["operationName"]["value"].rpartition("Capacity/")[2], one["status"]["value"]) for one in found
    ]


def entitled(caller):
    """Quantity of each entitlement."""
    return [one["quantity"] for one in caller.get(f"/v1/customers/{BOB}/entitlements")["items"]]


def in_azure(caller, held):
    path = f"{CAPACITY}/reservationOrders/{held.order_id}/reservations/{held.id}"
    return azure_caller.get(caller, path)["properties"]


def reservation_lines(caller):
    found = caller.get("/v1/invoices?size=50&offset=0")["items"]
    pages = [caller.pages(f"/v1/invoices/{one['id']}/{LINES}") for one in found]
    return [row for many in pages for page in many for row in page if row["reservationOrderId"]]


def test_a_purchase_through_the_cart_is_at_every_door_with_its_delay(caller, bought):
    order, held = bought
    assert caller.get(f"/v1/customers/{BOB}/orders")["items"] == []
    assert entitled(caller) == []
    assert azure_caller.get(caller, f"{CAPACITY}/reservationOrders")["value"] == []
    caller.advance(20)
    assert [one["id"] for one in caller.get(f"/v1/customers/{BOB}/orders")["items"]] == [order["id"]]
    assert entitled(caller) == [2]
    (shown,) = azure_caller.get(caller, f"{CAPACITY}/reservationOrders")["value"]
    assert shown["name"] == held.order_id
    assert in_azure(caller, held)["quantity"] == 2
    assert "create_order" in [one["operationType"] for one in caller.get("/v1/auditrecords")["items"]]
    assert logged(caller) == [
        ("reservationOrders/write", "Succeeded"),
        ("reservationOrders/write", "Started"),
    ]


def test_the_days_after_it_agree_on_what_it_covered(caller, bought):
    """Hours times ratio in the rated lines of a day are the used hours of Azure's summary (D-341)."""
    _, held = bought
    caller.advance(5 * DAY)
    path = f"{CAPACITY}/reservationOrders/{held.order_id}/{USE}"
    days = azure_caller.get(caller, path, version="2023-11-01")["value"]
    used = {one["properties"]["usageDate"][:10]: one["properties"]["usedHours"] for one in days}
    billed = dict.fromkeys(used, 0.0)
    for row in (row for page in caller.pages(RATED) for row in page):
        said = json.loads(row["additionalInfo"])
        if said.get("ReservationOrderId") == held.order_id:
            billed[row["usageDate"][:10]] += row["quantity"] * float(said["RINormalizationRatio"])
    rated = {day: hours for day, hours in billed.items() if hours}
    assert set(rated) >= {"2026-11-17", "2026-11-18"}
    assert rated == pytest.approx({day: used[day] for day in rated})


def test_a_refund_through_azure_is_seen_in_partner_center(caller, bought):
    _, held = bought
    caller.advance(24 * DAY)
    assert [row["chargeType"] for row in reservation_lines(caller)] == ["New"]
    give_back(caller, held, 2)
    caller.advance(30)
    assert in_azure(caller, held)["provisioningState"] == "Cancelled"
    assert ("reservationOrders/reservations/write", "Succeeded") in logged(caller)
    refunded = sum(one.refunded for one in caller.world.book.reservations(BOB))
    assert refunded > 0
    assert sum(entitled(caller)) == 0
    caller.advance(40 * DAY)
    rows = reservation_lines(caller)
    assert [row["chargeType"] for row in rows].count("New") == 1
    paid = sum(Decimal(str(row["subtotal"])) for row in rows)
    assert paid == 2 * held.offer.unit_total - refunded
    days = azure_caller.get(
        caller, f"{CAPACITY}/reservationOrders/{held.order_id}/{USE}", version="2023-11-01"
    )
    assert max(one["properties"]["usageDate"] for one in days["value"])[:10] <= "2026-12-10"
