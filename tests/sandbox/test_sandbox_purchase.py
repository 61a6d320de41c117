"""From the cart to the order, the entitlement and the use of a reservation."""

import json
import threading
from dataclasses import replace

import pytest
from commerce_steps import PLAN, item_id, legacy_line, line
from tiny_world import (
    ADA,
    ADA_AZURE_ONE,
    ADA_ONE,
    ADA_TWO,
    ARM,
    BOB,
    BOB_AZURE_ONE,
    BOB_AZURE_TWO,
    BOB_PLAN,
    CYD,
    CYD_AZURE,
    CYD_PLAN,
    DOT,
)

from bespeak.sandbox.coverage_book import CoverageBook


def new_cart(caller, *lines, customer=BOB):
    return caller.post(f"/v1/customers/{customer}/carts", {"lineItems": list(lines)})


def check_out(caller, cart, customer=BOB, **more):
    return caller.call("POST", f"/v1/customers/{customer}/carts/{cart['id']}/checkout", **more)


def buy(caller, *lines, customer=BOB):
    cart = new_cart(caller, *lines, customer=customer)
    return caller.post(f"/v1/customers/{customer}/carts/{cart['id']}/checkout")["orders"]


def errors(cart):
    return [made.get("error", {}).get("errorCode") for made in cart["lineItems"]]


def orders(caller, customer=BOB):
    return [o["id"] for o in caller.get(f"/v1/customers/{customer}/orders")["items"]]


def test_a_cart_comes_back_with_what_was_asked(caller):
    cart = new_cart(caller, line(caller, quantity=4))
    assert (cart["status"], cart["expirationTimestamp"]) == ("Active", "2026-11-23T00:00:00.0000000Z")
    shown = cart["lineItems"][0]
    assert shown | {"catalogItemId": ""} == {
        "id": 0,
        "catalogItemId": "",
        "friendlyName": "web tier",
        "quantity": 4,
        "currencyCode": "USD",
        "billingCycle": "one_time",
        "termDuration": "P1Y",
        "provisioningContext": {"subscriptionId": BOB_AZURE_ONE, "scope": "shared"},
        "orderGroup": "0",
    }
    assert caller.get(f"/v1/customers/{BOB}/carts/{cart['id']}") == cart


def test_the_cart_of_another_customer_is_not_found(caller):
    cart = new_cart(caller, line(caller))
    assert caller.error("GET", f"/v1/customers/{ADA}/carts/{cart['id']}") == (404, 800008)


def test_members_in_any_case_are_understood(caller):
    wish = {
        "Id": 0,
        "CatalogItemId": item_id(caller),
        "Quantity": 2,
        "BillingCycle": "OneTime",
        "TermDuration": "p1y",
    }
    wish["ProvisioningContext"] = {"SubscriptionId": BOB_AZURE_ONE.upper(), "Scope": "Shared"}
    cart = caller.post(f"/v1/customers/{BOB}/carts", {"LineItems": [wish]})
    assert errors(cart) == [None]
    assert cart["lineItems"][0]["billingCycle"] == "one_time"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"quantity": 0}, "invalid_input"),
        ({"quantity": -1}, "invalid_input"),
        ({"quantity": 1_000_000_000}, "invalid_input"),
        ({"termDuration": "P3Y"}, "invalid_input"),
        ({"termDuration": None}, "invalid_input"),
        ({"billingCycle": "monthly"}, "billing_plan_not_supported"),
        ({"currencyCode": "EUR"}, "currency_is_not_supported"),
        ({"catalogItemId": "DZH318Z0VMD5:00K7:DZH318Z0NNNN"}, "catalog_item_id_is_not_valid"),
        ({"provisioningContext": {"scope": "shared"}}, "subscription_is_not_valid"),
        ({"provisioningContext": {"subscriptionId": BOB_PLAN}}, "subscription_is_not_valid"),
        ({"provisioningContext": {"subscriptionId": CYD_AZURE}}, "subscription_is_not_valid"),
        ({"provisioningContext": {"subscriptionId": BOB_AZURE_ONE, "scope": "galaxy"}}, "invalid_input"),
        ({"provisioningContext": {"subscriptionId": BOB_AZURE_ONE, "duration": "3Years"}}, "invalid_input"),
    ],
)
def test_a_mistake_in_a_line_is_a_201_with_an_error_and_no_order(caller, change, error):
    cart = new_cart(caller, line(caller) | change)
    assert errors(cart) == [error]
    assert check_out(caller, cart).status_code in (400, 403)
    caller.advance(30)
    assert orders(caller) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"quantity": 1.5}, (400, 800002)),
        ({"quantity": "2"}, (400, 800002)),
        ({"quantity": True}, (400, 800002)),
        ({"catalogItemId": ""}, (400, 900142)),
        ({"id": 7}, (400, 800071)),
        ({"friendlyName": 5}, (400, 800002)),
        ({"provisioningContext": {"subscriptionId": 5}}, (400, 800002)),
    ],
)
def test_a_line_of_the_wrong_type_is_400(caller, change, error):
    body = {"lineItems": [line(caller) | change]}
    assert caller.error("POST", f"/v1/customers/{BOB}/carts", body) == error


@pytest.mark.parametrize("body", [{}, {"lineItems": []}, {"lineItems": "none"}])
def test_an_empty_cart_is_400(caller, body):
    assert caller.error("POST", f"/v1/customers/{BOB}/carts", body) == (400, 800009)


def test_a_body_that_is_no_json_is_400(caller):
    headers = {"Authorization": f"Bearer {caller.token()}"}
    answer = caller.client.post(f"/partner_center/v1/customers/{BOB}/carts", data=b"{", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, 800002)


def test_a_market_without_reservations_is_400(caller):
    body = {"lineItems": [line(caller)]}
    assert caller.error("POST", f"/v1/customers/{DOT}/carts", body) == (400, 800070)


def test_an_item_of_the_other_catalogue_does_not_fit(caller):
    assert errors(new_cart(caller, line(caller, scope=""))) == ["subscription_is_not_valid"]
    assert errors(new_cart(caller, legacy_line(caller), customer=ADA)) == [None]
    assert errors(new_cart(caller, legacy_line(caller, scope=PLAN), customer=ADA)) == [
        "subscription_is_not_valid"
    ]


def test_the_plan_id_can_be_made_the_right_one(caller):
    """Open question 1 of the reference: both modes."""
    caller.control("POST", "/switches", {"plan_context": "plan"})
    assert errors(new_cart(caller, line(caller, subscription=BOB_PLAN))) == [None]
    assert errors(new_cart(caller, line(caller))) == ["subscription_is_not_valid"]


def test_a_size_without_capacity_is_a_line_error(caller):
    assert errors(new_cart(caller, line(caller, size="Standard_D96s_v5"))) == ["inventory_not_available"]


def test_x23_a_closed_series_cannot_be_ordered(caller):
    """X-23: D2s_v3 is closed for both terms, DS1_v2 for one year only."""
    closed = new_cart(caller, line(caller, size="Standard_D2s_v3", term="P3Y"))
    assert errors(closed) == ["unable_to_process_cart_line_item"]
    assert caller.error("POST", f"/v1/customers/{BOB}/carts/{closed['id']}/checkout") == (403, 800028)
    assert errors(new_cart(caller, line(caller, size="Standard_DS1_v2", term="P3Y"))) == [None]


def test_a_stale_item_is_a_line_error_but_a_cart_keeps_it_for_a_while(caller):
    kept = line(caller)
    caller.advance(12 * 24 * 60)
    cart = new_cart(caller, kept)
    caller.advance(3 * 24 * 60)
    assert errors(new_cart(caller, kept)) == ["catalog_item_id_is_not_valid"]
    assert check_out(caller, cart).status_code == 201


def test_an_expired_cart_cannot_be_ordered(caller):
    cart = new_cart(caller, line(caller))
    caller.advance(7 * 24 * 60 - 1)
    caller.get(f"/v1/customers/{BOB}/carts/{cart['id']}")
    caller.advance(1)
    assert caller.error("POST", f"/v1/customers/{BOB}/carts/{cart['id']}/checkout") == (404, 800008)
    assert orders(caller) == []


def test_a_subscription_must_be_registered_first(caller):
    cart = new_cart(caller, line(caller, subscription=CYD_AZURE), customer=CYD)
    assert errors(cart) == ["subscription_not_registered"]


def test_the_agreement_is_asked_for_at_checkout(caller):
    caller.call("POST", f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}/registrations")
    caller.advance(5)
    cart = new_cart(caller, line(caller, subscription=CYD_AZURE), customer=CYD)
    assert errors(cart) == [None]
    assert caller.error("POST", f"/v1/customers/{CYD}/carts/{cart['id']}/checkout") == (403, 13605)
    caller.advance(30)
    assert orders(caller, CYD) == []


def test_a_line_that_went_wrong_can_be_mended_and_checked_out_again(caller):
    cart = new_cart(caller, line(caller, subscription=CYD_AZURE), customer=CYD)
    template = caller.get("/v1/agreements?agreementType=*")["items"][0]["templateId"]
    contact = {"firstName": "Ann", "lastName": "Lee", "email": "ann@cyd.example.com"}
    caller.post(f"/v1/customers/{CYD}/agreements", {"primaryContact": contact, "templateId": template})
    path = f"/v1/customers/{CYD}/carts/{cart['id']}/checkout"
    assert caller.error("POST", path) == (400, 800013)
    caller.call("POST", f"/v1/customers/{CYD}/subscriptions/{CYD_PLAN}/registrations")
    caller.advance(5)
    assert len(caller.post(path)["orders"]) == 1


def test_a_replaced_cart_has_the_new_lines_until_it_is_ordered(caller):
    cart = new_cart(caller, line(caller, quantity=0))
    path = f"/v1/customers/{BOB}/carts/{cart['id']}"
    caller.advance(1)
    changed = read_put(caller, path, {**cart, "lineItems": [line(caller, quantity=3)]})
    assert (changed["lineItems"][0]["quantity"], errors(changed)) == (3, [None])
    assert changed["lastModifiedTimestamp"] > changed["creationTimestamp"]
    check_out(caller, cart)
    assert caller.error("PUT", path, {"lineItems": [line(caller)]}) == (400, 800065)
    assert caller.get(path)["status"] == "Ordered"


def read_put(caller, path, body):
    answer = caller.call("PUT", path, body)
    assert answer.status_code == 201

    return json.loads(answer.data.decode("utf-8-sig"))


def test_the_same_request_id_makes_one_cart(caller):
    body, headers = {"lineItems": [line(caller)]}, {"MS-RequestId": "11111111-2222-4333-8444-555555555555"}
    path = f"/v1/customers/{BOB}/carts"
    first, second = (caller.post(path, body, headers=headers) for _ in range(2))
    assert first == second
    assert caller.post(path, body, headers={"MS-RequestId": "other"})["id"] != first["id"]


def test_a_refused_request_can_be_repeated_with_the_same_id(caller):
    headers = {"MS-RequestId": "11111111-2222-4333-8444-555555555555"}
    path = f"/v1/customers/{BOB}/carts"
    assert caller.error("POST", path, {"lineItems": []}, headers=headers) == (400, 800009)
    caller.post(path, {"lineItems": [line(caller)]}, headers=headers)


def test_a_second_checkout_repeats_the_first_result_and_orders_nothing(caller):
    cart = new_cart(caller, line(caller))
    first = check_out(caller, cart)
    caller.advance(60)
    second = check_out(caller, cart)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert len(orders(caller)) == 1


def test_an_ordered_cart_replays_even_after_its_seven_days(caller):
    cart = new_cart(caller, line(caller))
    first = check_out(caller, cart)
    caller.advance(8 * 24 * 60)
    assert check_out(caller, cart).data == first.data


def test_the_other_contract_refuses_a_second_checkout(caller):
    caller.control("POST", "/switches", {"checkout_replays": False})
    cart = new_cart(caller, line(caller))
    check_out(caller, cart)
    assert caller.error("POST", f"/v1/customers/{BOB}/carts/{cart['id']}/checkout") == (400, 800065)


def test_a_lost_answer_leaves_an_order(caller):
    cart = new_cart(caller, line(caller))
    caller.control("POST", "/faults", {"match": "/checkout", "kind": "lose_answer"})
    with pytest.raises(ConnectionResetError):
        check_out(caller, cart)
    assert caller.get(f"/v1/customers/{BOB}/carts/{cart['id']}")["status"] == "Ordered"
    caller.advance(15)
    assert len(orders(caller)) == 1
    again = check_out(caller, cart)
    assert again.status_code == 201
    assert len(orders(caller)) == 1


def test_two_checkouts_at_once_make_one_order(caller, world, monkeypatch):
    cart = new_cart(caller, line(caller))
    entered, go_on = threading.Event(), threading.Event()

    def pause(_seconds):
        entered.set()
        assert go_on.wait(5)

    monkeypatch.setattr(caller.client.application.wsgi_app, "_sleep", pause)
    caller.control("POST", "/faults", {"match": "/checkout", "kind": "slow"})
    answers = []
    slow = threading.Thread(target=lambda: answers.append(check_out(caller, cart)))
    slow.start()
    assert entered.wait(5)
    assert caller.error("POST", f"/v1/customers/{BOB}/carts/{cart['id']}/checkout") == (409, 800064)
    go_on.set()
    slow.join(5)
    assert answers[0].status_code == 201
    assert len(world.shop.state.orders[BOB]) == 1


def test_two_subscriptions_are_two_orders(caller):
    made = buy(caller, line(caller, 0), line(caller, 1, subscription=BOB_AZURE_TWO), line(caller, 2))
    assert [[li["lineItemNumber"] for li in o["lineItems"]] for o in made] == [[0, 1], [0]]


def test_a_checkout_can_succeed_in_part_and_be_finished_later(caller):
    lines = [legacy_line(caller), legacy_line(caller, number=1, subscription=ADA_TWO)]
    held = caller.world.directory.subscription(ADA_TWO)
    caller.world.directory.put_subscription(replace(held, registered=False))
    cart = new_cart(caller, *lines, customer=ADA)
    assert errors(cart) == [None, "subscription_not_registered"]
    path = f"/v1/customers/{ADA}/carts/{cart['id']}/checkout"
    part = caller.post(path)
    assert len(part["orders"]) == 1
    assert [(e["orderGroupId"], e["code"]) for e in part["orderErrors"]] == [("1", 800013)]
    caller.call("POST", f"/v1/customers/{ADA}/subscriptions/{ADA_TWO}/registrations")
    caller.advance(5)
    whole = caller.post(path)
    assert whole["orders"][0]["id"] == part["orders"][0]["id"]
    assert len(whole["orders"]) == 2
    assert "orderErrors" not in whole


def test_a_young_order_is_there_by_id_but_not_in_the_list(caller):
    made = buy(caller, line(caller))[0]
    path = f"/v1/customers/{BOB}/orders/{made['id']}"
    assert made["status"] == "pending"
    caller.advance(14)
    assert orders(caller) == []
    assert caller.get(path)["status"] == "pending"
    status = caller.get(f"{path}/provisioningstatus")["items"][0]
    assert status["quantityProvisioningInformation"] == [{"quantity": 1, "status": "PrefulfillmentPending"}]
    caller.advance(1)
    assert orders(caller) == [made["id"]]
    assert caller.get(path)["status"] == "completed"
    assert caller.get(f"{path}/provisioningStatus")["items"][0]["status"] == "Fulfilled"


def test_an_order_has_the_documented_shape_and_a_price_on_request(caller):
    made = buy(caller, line(caller, quantity=4))[0]
    assert made["id"] == made["alternateId"]
    assert len(made["id"]) == 12
    assert (made["billingCycle"], made["currencyCode"], made["transactionType"]) == (
        "one_time",
        "USD",
        "UserPurchase",
    )
    assert "totalPrice" not in made
    assert "subscriptionId" not in made["lineItems"][0]
    assert made["lineItems"][0]["provisioningContext"] == {"subscriptionId": BOB_AZURE_ONE, "scope": "shared"}
    priced = caller.get(f"/v1/customers/{BOB}/orders/{made['id']}?include_price=true")
    assert priced["totalPrice"] == 2380
    assert priced["lineItems"][0]["pricing"]["listPrice"] == 595


def test_orders_are_listed_by_billing_cycle_in_any_spelling(caller):
    buy(caller, line(caller))
    caller.advance(15)
    found = [
        caller.get(f"/v1/customers/{BOB}/orders?billingType={word}")["totalCount"]
        for word in ("onetime", "one_time", "OneTime", "monthly")
    ]
    assert found == [1, 1, 1, 0]


def test_an_unknown_order_is_404(caller):
    made = buy(caller, line(caller))[0]
    assert caller.error("GET", f"/v1/customers/{ADA}/orders/{made['id']}") == (404, 20000)


def test_a_reservation_order_cannot_be_cancelled(caller):
    made = buy(caller, line(caller))[0]
    path = f"/v1/customers/{BOB}/orders/{made['id']}"
    assert caller.error("PATCH", path, {"id": made["id"], "status": "cancelled"}) == (403, 800019)


def test_the_entitlement_comes_with_fulfilment_and_leads_to_the_reservation(caller):
    made = buy(caller, line(caller, quantity=2))[0]
    path = f"/v1/customers/{BOB}/entitlements?entitlementType=reservedinstance"
    assert caller.get(path)["items"] == []
    caller.advance(15)
    (owned,) = caller.get(path)["items"]
    assert owned["referenceOrder"] == {"id": made["id"], "lineItemId": "0", "alternateId": made["id"]}
    assert owned["quantity"] == 2
    assert "expiryDate" not in owned
    assert caller.get(f"{path}&showExpiry=true")["items"][0]["expiryDate"] == "2027-11-16T00:00:00"
    uri = owned["entitledArtifacts"][0]["link"]["uri"]
    assert not uri.startswith("/")
    artifact = caller.get(f"/v1/{uri}")
    (held,) = artifact["reservations"]
    assert (held["scopeType"], held["quantity"], held["displayName"]) == ("Shared", 2, "web tier")
    assert "appliedScopes" not in held
    assert held["expiryDateTime"] == "2027-11-16T00:00:00"


def test_other_kinds_of_entitlement_are_empty(caller):
    buy(caller, line(caller))
    caller.advance(15)
    assert caller.get(f"/v1/customers/{BOB}/entitlements?entitlementType=software")["items"] == []


def test_entitlements_are_read_by_a_user(caller):
    assert caller.error("GET", f"/v1/customers/{BOB}/entitlements", user=False) == (403, 900329)
    caller.control("POST", "/switches", {"entitlements_need_user": False})
    caller.get(f"/v1/customers/{BOB}/entitlements", user=False)


def test_the_old_name_of_the_array_can_be_switched_on(caller):
    caller.control("POST", "/switches", {"artifact_array": "virtualMachineReservations"})
    buy(caller, line(caller))
    caller.advance(15)
    uri = caller.get(f"/v1/customers/{BOB}/entitlements")["items"][0]["entitledArtifacts"][0]["link"]["uri"]
    assert len(caller.get(f"/v1/{uri}")["virtualMachineReservations"]) == 1


def test_a_single_scope_names_its_subscription(caller):
    context = {"subscriptionId": ADA_ONE.upper(), "scope": "Single"}
    buy(caller, legacy_line(caller, provisioningContext=context), customer=ADA)
    caller.advance(15)
    uri = caller.get(f"/v1/customers/{ADA}/entitlements")["items"][0]["entitledArtifacts"][0]["link"]["uri"]
    held = caller.get(f"/v1/{uri}")["reservations"][0]
    assert held["appliedScopes"] == [f"/subscriptions/{ADA_AZURE_ONE}"]


def azure(caller, path, status=200):
    answer = caller.call("GET", path, prefix="/arm", audience=ARM)
    assert answer.status_code == status, answer.text
    assert not answer.data.startswith(b"\xef\xbb\xbf")
    return answer.get_json()


CAPACITY = "/providers/Microsoft.Capacity/reservationOrders"
VERSION = "api-version=2022-11-01"
WEEK = (
    "providers/Microsoft.Consumption/reservationSummaries?grain=daily&api-version=2023-11-01"
    "&$filter=properties/usageDate ge 2026-11-01 AND properties/usageDate le 2026-11-30"
)


def reservation(caller):
    caller.advance(15)
    orders = azure(caller, f"{CAPACITY}?{VERSION}")["value"]
    return orders[0]["name"], azure(caller, f"{CAPACITY}/{orders[0]['name']}/reservations?{VERSION}")[
        "value"
    ][0]


def test_azure_knows_the_reservation_under_the_id_of_the_artifact(caller):
    buy(caller, line(caller, quantity=2))
    order_id, held = reservation(caller)
    owned = caller.get(f"/v1/customers/{BOB}/entitlements")["items"][0]
    assert owned["entitledArtifacts"][0]["resourceId"] == order_id
    assert held["sku"] == {"name": "Standard_D2s_v5"}
    assert held["location"] == "polandcentral"
    assert held["properties"]["appliedScopeType"] == "Shared"
    assert held["properties"]["utilization"] == {"aggregates": []}
    one = azure(caller, f"{CAPACITY.lower()}/{order_id}/reservations/{held['name']}?{VERSION}")
    assert one == held


def test_azure_wants_a_version_and_its_own_token(caller):
    assert azure(caller, CAPACITY, 400)["error"]["code"] == "MissingApiVersionParameter"
    answer = caller.call("GET", f"{CAPACITY}?{VERSION}", prefix="/arm")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (
        401,
        "InvalidAuthenticationTokenAudience",
    )


def test_an_unknown_reservation_order_is_404(caller):
    assert azure(caller, f"{CAPACITY}/{BOB}?{VERSION}", 404)["error"]["code"] == "ReservationOrderNotFound"


def test_the_tenant_of_a_customer_sees_its_own_orders_only(caller):
    buy(caller, line(caller))
    caller.advance(15)
    form = {"grant_type": "refresh_token", "refresh_token": "world-token", "scope": f"{ARM}/.default"}
    for tenant, count in ((BOB, 1), (ADA, 0)):
        token = caller.client.post(f"/login/{tenant}/oauth2/v2.0/token", data=form).get_json()["access_token"]
        answer = caller.client.get(f"/arm{CAPACITY}?{VERSION}", headers={"Authorization": f"Bearer {token}"})
        assert len(answer.get_json()["value"]) == count


def summaries(caller, order_id):
    return [row["properties"] for row in azure(caller, f"{CAPACITY}/{order_id}/{WEEK}")["value"]]


def test_x15_the_day_of_purchase_counts_its_remaining_hours(caller):
    """X-15: quantity 3 bought at 13:00 gives 33 reserved hours on day one, then 72 a day."""
    caller.advance(13 * 60)
    buy(caller, line(caller, quantity=3))
    order_id, _ = reservation(caller)
    caller.advance(7 * 24 * 60)
    rows = summaries(caller, order_id)
    assert [row["reservedHours"] for row in rows] == [33, 72, 72, 72, 72, 72, 72]
    assert rows[0]["usageDate"] == "2026-11-16T00:00:00Z"


def test_the_use_of_a_week_is_what_the_machines_of_the_group_drew(caller):
    """Bob: D2s (1 unit) and D4s (2 units) all day, a Windows D2s from 8 to 18: 4 reserved units, 3 or 4 used."""
    buy(caller, line(caller, quantity=4))
    order_id, _ = reservation(caller)
    caller.advance(7 * 24 * 60)
    row = summaries(caller, order_id)[1]
    assert (row["reservedHours"], row["usedHours"]) == (96, 24 * 3 + 10)
    assert (row["minUtilizationPercentage"], row["maxUtilizationPercentage"]) == (75, 100)
    assert row["avgUtilizationPercentage"] == round(82 / 96 * 100, 2)
    held = azure(caller, f"{CAPACITY}/{order_id}/reservations?{VERSION}")["value"][0]
    assert [a["grain"] for a in held["properties"]["utilization"]["aggregates"]] == [1, 7, 30]
    assert held["properties"]["utilization"]["aggregates"][0]["value"] == 85.42


def test_a_purchase_within_an_hour_covers_from_the_next_one(caller):
    caller.advance(61)
    buy(caller, line(caller))
    order_id, _ = reservation(caller)
    caller.advance(24 * 60)
    assert summaries(caller, order_id)[0]["reservedHours"] == 22


def test_single_scope_covers_one_subscription_only(caller):
    """Ada two holds one D2s and a size that no table knows, which nothing covers."""
    context = {"subscriptionId": ADA_TWO, "scope": "single"}
    buy(
        caller,
        legacy_line(caller, subscription=ADA_TWO, quantity=3, provisioningContext=context),
        customer=ADA,
    )
    order_id, _ = reservation(caller)
    caller.advance(2 * 24 * 60)
    assert summaries(caller, order_id)[1]["usedHours"] == 24


@pytest.mark.parametrize(
    "query",
    [
        "grain=daily",
        "grain=daily&$filter=properties/usageDate ge 2026-11-01 and properties/usageDate le 2026-11-31",
        "grain=weekly&$filter=properties/usageDate ge 2026-11-01 and properties/usageDate le 2026-11-02",
    ],
)
def test_a_summary_needs_a_grain_and_dates(caller, query):
    buy(caller, line(caller))
    order_id, _ = reservation(caller)
    azure(
        caller,
        f"{CAPACITY}/{order_id}/providers/Microsoft.Consumption/reservationSummaries?{VERSION}&{query}",
        400,
    )


def records(caller, subscription, day="2026-11-17", more="&granularity=hourly"):
    path = f"/v1/customers/{ADA}/subscriptions/{subscription}/utilizations/azure"
    end = f"2026-11-{int(day[-2:]) + 1}"
    items = caller.get(f"{path}?start_time={day}T00:00:00Z&end_time={end}T00:00:00Z{more}")["items"]
    return [i for i in items if i["resource"]["category"] != "Storage"]


def test_d340_a_covered_hour_is_on_the_reservation_meter(caller):
    buy(caller, legacy_line(caller), customer=ADA)
    _, held = reservation(caller)
    caller.advance(3 * 24 * 60)
    covered = [r for r in records(caller, ADA_ONE) if "ReservationId" in r["instanceData"]["additionalInfo"]]
    assert len(covered) == 24
    first = covered[0]
    assert first["resource"]["id"] == "22222222-0000-4000-8000-000000000001"
    assert first["resource"]["subcategory"] == "Reservation-Base VM"
    info = first["instanceData"]["additionalInfo"]
    assert (info["ReservationId"], info["VMName"]) == (held["name"], "vm-a1")
    assert info["ConsumptionMeter"] == "11111111-0000-4000-8000-000000000001"


def test_a_partly_covered_machine_is_two_records_of_one_hour(caller):
    """Two D2s on Ada one: the first covers vm-a1, the second half of the D4s vm-a2."""
    buy(caller, legacy_line(caller, quantity=2), customer=ADA)
    _, held = reservation(caller)
    caller.advance(3 * 24 * 60)
    hour = [r for r in records(caller, ADA_ONE) if r["usageStartTime"].startswith("2026-11-17T00")]
    shown = [
        (
            r["instanceData"]["additionalInfo"]["VMName"],
            "ReservationId" in r["instanceData"]["additionalInfo"],
            r["quantity"],
        )
        for r in hour
    ]
    assert shown == [("vm-a1", True, 1.0), ("vm-a2", False, 0.5), ("vm-a2", True, 0.5)]
    assert held["properties"]["quantity"] == 2


def test_d407_a_covered_windows_machine_pays_its_licence_apart(caller):
    buy(caller, legacy_line(caller, quantity=4), customer=ADA)
    reservation(caller)
    caller.advance(3 * 24 * 60)
    hour = [
        r
        for r in records(caller, ADA_ONE)
        if r["usageStartTime"].startswith("2026-11-17T09")
        and r["instanceData"]["additionalInfo"]["VMName"] == "vm-w1"
    ]
    kinds = {r["instanceData"]["additionalInfo"]["UsageType"]: r for r in hour}
    assert set(kinds) == {"ComputeHR", "ComputeHR_SW"}
    assert kinds["ComputeHR_SW"]["resource"]["id"] == "b99d40ae-41fe-4d1d-842b-56d72f3d15ee"
    assert kinds["ComputeHR"]["resource"]["subcategory"] == "Reservation-Base VM"


def test_machine_hours_are_conserved_by_coverage(caller):
    before = sum(r["quantity"] for r in records(caller, ADA_ONE, "2026-11-14"))
    buy(caller, legacy_line(caller, quantity=3), customer=ADA)
    caller.advance(4 * 24 * 60)
    after = records(caller, ADA_ONE)
    hours = sum(
        r["quantity"] for r in after if r["instanceData"]["additionalInfo"]["UsageType"] == "ComputeHR"
    )
    assert hours == before == 58
    daily = records(caller, ADA_ONE, more="")
    assert (
        sum(r["quantity"] for r in daily if r["instanceData"]["additionalInfo"]["UsageType"] == "ComputeHR")
        == 58
    )


def test_reservations_go_with_a_reset(caller):
    buy(caller, line(caller))
    caller.advance(15)
    caller.control("POST", "/reset")
    assert caller.get(f"/v1/customers/{BOB}/entitlements")["items"] == []
    assert orders(caller) == []


def test_d441_single_scope_is_used_before_shared(caller):
    """D-441: although it was bought later and the shared one could cover everything."""
    buy(caller, legacy_line(caller, quantity=10), customer=ADA)
    context = {"subscriptionId": ADA_TWO, "scope": "single"}
    buy(caller, legacy_line(caller, subscription=ADA_TWO, provisioningContext=context), customer=ADA)
    caller.advance(2 * 24 * 60)
    names = [o["name"] for o in azure(caller, f"{CAPACITY}?{VERSION}")["value"]]
    shared, single = (summaries(caller, name)[1]["usedHours"] for name in names)
    assert (shared, single) == (24 * 3 + 10, 24)


def test_used_hours_count_the_reserved_size(caller):
    """One D4s (2 units) is filled by one D2s and half of a D4s: 24 hours of a D4s a day, not 48."""
    buy(caller, line(caller, size="Standard_D4s_v5"))
    order_id, _ = reservation(caller)
    caller.advance(2 * 24 * 60)
    row = summaries(caller, order_id)[1]
    assert (row["reservedHours"], row["usedHours"], row["avgUtilizationPercentage"]) == (24, 24, 100)


def test_another_region_is_not_covered(caller, world):
    buy(caller, line(caller))
    caller.advance(2 * 24 * 60)
    (held,) = world.book.started(BOB, world.now)
    elsewhere = replace(held, offer=replace(held.offer, region="swedencentral"))
    covered = world.covered(BOB)
    assert covered.drawn(held.id, covered.start, covered.end).sum() == 48
    book = CoverageBook(world.directory, world.facts, world.demand)
    found = book.of(BOB, [elsewhere], world.now)
    assert found.drawn(elsewhere.id, found.start, found.end).sum() == 0


def test_a_reset_during_a_checkout_orders_nothing(caller, world, monkeypatch):
    cart = new_cart(caller, line(caller))
    monkeypatch.setattr(caller.client.application.wsgi_app, "_sleep", lambda _seconds: world.reset())
    caller.control("POST", "/faults", {"match": "/checkout", "kind": "slow"})
    assert caller.error("POST", f"/v1/customers/{BOB}/carts/{cart['id']}/checkout") == (404, 800008)
    caller.advance(15)
    assert orders(caller) == []
