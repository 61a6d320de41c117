"""Reservation orders as Azure lists and shows them, and who sees them (azure-reservation-apis 2.3, 2.7, 2.15)."""

import pytest
from azure_caller import CAPACITY, azure, buy, get, refused, wish
from tiny_world import ADA, ADA_AZURE_ONE, BOB, BOB_AZURE_ONE

ORDERS = f"{CAPACITY}/reservationOrders"
UNKNOWN = "12345678-0000-4000-8000-000000000000"


def pages(caller, path):
    found, version = [], "2022-11-01"
    while path:
        body = get(caller, path, version=version)
        found.append([one["name"] for one in body["value"]])
        link = body.get("nextLink", "")
        assert not link or link.startswith("http://")
        path, version = link.partition("/arm")[2], None
    return found


def test_orders_come_fifty_a_page_behind_absolute_links(caller):
    made = [buy(caller, minutes=0) for _ in range(101)]
    first = get(caller, ORDERS)
    assert first["nextLink"].endswith(f"{ORDERS}?api-version=2022-11-01&%24skiptoken=50")
    found = pages(caller, ORDERS)
    assert [len(part) for part in found] == [50, 50, 1]
    assert [name for part in found for name in part] == made


def test_the_last_page_has_no_link_at_all(caller):
    buy(caller)
    assert set(get(caller, ORDERS)) == {"value"}


@pytest.mark.parametrize("token", ["-1", "x", "1.5", "9" * 30])
def test_a_cursor_that_is_none_is_refused(caller, token):
    assert refused(caller, "GET", f"{ORDERS}?$skiptoken={token}") == (400, "BadRequest")


def test_a_cursor_behind_the_end_finds_nothing(caller):
    buy(caller)
    assert get(caller, f"{ORDERS}?$skiptoken=500") == {"value": []}


def test_an_order_shows_its_dates_once_it_has_succeeded(caller):
    order = buy(caller, wish(quantity=3, billingPlan="Monthly"), minutes=0)
    dates = {"createdDateTime", "benefitStartTime", "expiryDate", "expiryDateTime"}
    assert not dates & set(get(caller, f"{ORDERS}/{order}")["properties"])
    caller.advance(10)
    body = get(caller, f"{ORDERS}/{order}")
    assert dates < set(body["properties"])
    assert (body["type"], body["name"]) == ("microsoft.capacity/reservationOrders", order)
    assert body["id"] == f"/providers/microsoft.capacity/reservationOrders/{order}"
    assert isinstance(body["etag"], int)
    shown = body["properties"]
    assert (shown["originalQuantity"], shown["billingPlan"], shown["term"]) == (3, "Monthly", "P1Y")
    assert "planInformation" not in shown


def test_an_older_version_tells_the_day_of_expiry_only(caller):
    order = buy(caller)
    shown = get(caller, f"{ORDERS}/{order}", version="2022-03-01")["properties"]
    assert shown["expiryDate"] == "2027-11-16"
    assert "expiryDateTime" not in shown


def test_d505_the_schedule_tells_what_was_paid_and_what_comes(caller):
    order = buy(caller, wish(quantity=3, billingPlan="Monthly"))
    caller.advance(40 * 24 * 60)
    plan = get(caller, f"{ORDERS}/{order}?$expand=schedule")["properties"]["planInformation"]
    rows = plan["transactions"]
    assert [row["status"] for row in rows] == ["Succeeded"] * 2 + ["Scheduled"] * 10
    assert (plan["startDate"], plan["nextPaymentDueDate"]) == ("2026-11-16", rows[2]["dueDate"])
    assert ["billingCurrencyTotal" in row for row in rows] == [True] * 2 + [False] * 10
    total = round(sum(row["pricingCurrencyTotal"]["amount"] for row in rows), 2)
    assert total == plan["pricingCurrencyTotal"]["amount"] == 1785.0


def test_d505_what_a_monthly_quote_tells_is_what_is_paid(caller):
    wanted = wish(quantity=10, billingPlan="Monthly", term="P3Y")
    told = azure(caller, "POST", f"{CAPACITY}/calculatePrice", wanted).get_json()["properties"]
    order = buy(caller, wanted)
    plan = get(caller, f"{ORDERS}/{order}?$expand=schedule")["properties"]["planInformation"]
    paid = [row["pricingCurrencyTotal"] for row in plan["transactions"]]
    assert [row["pricingCurrencyTotal"] for row in told["paymentSchedule"]] == paid
    assert len({row["amount"] for row in paid}) > 1


def test_an_upfront_order_has_one_payment(caller):
    order = buy(caller)
    plan = get(caller, f"{ORDERS}/{order}?$expand=schedule")["properties"]["planInformation"]
    assert [row["status"] for row in plan["transactions"]] == ["Succeeded"]
    assert "nextPaymentDueDate" not in plan


def test_an_order_that_ran_out_is_expired(caller):
    order = buy(caller)
    caller.advance(366 * 24 * 60)
    assert get(caller, f"{ORDERS}/{order}")["properties"]["provisioningState"] == "Expired"


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_an_id_is_read_in_any_case(caller, case):
    order = buy(caller)
    assert get(caller, case(f"{ORDERS}/{order}"))["name"] == order


def test_an_id_that_is_none_or_unknown(caller):
    assert refused(caller, "GET", f"{ORDERS}/here") == (400, "InvalidReservationOrderId")
    assert refused(caller, "GET", f"{ORDERS}/{UNKNOWN}") == (404, "ReservationOrderNotFound")


def test_an_order_of_another_tenant_is_as_unknown_as_one_that_does_not_exist(caller):
    order = buy(caller, wish(billing=ADA_AZURE_ONE))
    answers = [
        azure(caller, "GET", f"{ORDERS}/{one}", who="admin-agent", tenant=BOB).get_json()["error"]
        for one in (order, UNKNOWN)
    ]
    assert [one["code"] for one in answers] == ["ReservationOrderNotFound"] * 2
    assert answers[0]["message"].replace(order, "") == answers[1]["message"].replace(UNKNOWN, "")
    listed = azure(caller, "GET", ORDERS, who="admin-agent", tenant=BOB).get_json()
    assert listed == {"value": []}


def test_a_token_of_the_customer_sees_its_own_and_one_of_the_partner_sees_all(caller, world):
    orders = [buy(caller, wish(billing=one)) for one in (ADA_AZURE_ONE, BOB_AZURE_ONE)]
    assert [one["name"] for one in get(caller, ORDERS)["value"]] == orders
    assert [one["name"] for one in get(caller, ORDERS, who="admin-agent", tenant=ADA)["value"]] == orders[:1]
    world.switches.azure_needs_customer_tenant = True
    assert get(caller, ORDERS) == {"value": []}
    assert refused(caller, "GET", f"{ORDERS}/{orders[0]}") == (404, "ReservationOrderNotFound")


@pytest.mark.parametrize(
    ("switch", "status", "code"),
    [("403", 403, "AuthorizationFailed"), ("404", 404, "ReservationOrderNotFound")],
)
def test_a_caller_without_a_role_gets_what_the_world_wants(caller, world, switch, status, code):
    order = buy(caller)
    world.switches.azure_no_role = switch
    more = {"who": "customer-user", "tenant": BOB}
    assert refused(caller, "GET", f"{ORDERS}/{order}", **more) == (status, code)
    assert get(caller, ORDERS, **more) == {"value": []}


def test_a_gateway_may_say_so_in_plain_text(caller, world):
    order = buy(caller)
    world.switches.azure_no_role = "502"
    answer = azure(caller, "GET", f"{ORDERS}/{order}", who="customer-user", tenant=BOB)
    assert (answer.status_code, answer.content_type) == (502, "text/plain; charset=utf-8")
    assert b"access control policy" in answer.data


def test_a_purchase_of_partner_center_is_seen_when_it_is_fulfilled(caller, world):
    order = buy(caller, wish(billing=ADA_AZURE_ONE))
    kept = world.book.order(order)
    kept.channel, kept.visible = "PartnerCenter", world.now.replace(hour=23)
    assert refused(caller, "GET", f"{ORDERS}/{order}") == (404, "ReservationOrderNotFound")


def test_d901_a_customer_buys_when_its_partner_lets_it(caller, world):
    """D-901, D-905, D-907."""
    more = {"who": "customer-owner", "tenant": BOB}
    price = f"{CAPACITY}/calculatePrice"
    assert refused(caller, "POST", price, wish(), **more) == (403, "AuthorizationFailed")
    world.self_serve.create(BOB, [("AzureReservedInstances", "Purchase")], world.now)
    order = buy(caller, **more)
    assert world.book.order(order).buyer == "customer"
    caller.advance(20)
    assert len(caller.get(f"/v1/customers/{BOB}/orders")["items"]) == 1
    assert refused(caller, "POST", price, wish(), who="customer-user", tenant=BOB) == (
        403,
        "AuthorizationFailed",
    )


def test_a_new_order_may_not_be_found_right_after_its_202(caller, world):
    world.switches.new_order_hidden_minutes = 2
    order = buy(caller, minutes=1)
    assert refused(caller, "GET", f"{ORDERS}/{order}") == (404, "ReservationOrderNotFound")
    assert azure(caller, "PUT", f"{ORDERS}/{order}", wish()).status_code == 202
    caller.advance(1)
    assert get(caller, f"{ORDERS}/{order}")["name"] == order


def test_an_order_is_pending_while_a_refund_runs_and_cancelled_after_it(caller):
    order = buy(caller, wish(billingPlan="Monthly"))
    caller.advance(40 * 24 * 60)
    path = get(caller, f"{ORDERS}/{order}")["properties"]["reservations"][0]["id"]
    given = {"reservationId": path, "quantity": 2}
    body = {"id": f"{ORDERS}/{order}", "properties": {"scope": "Reservation", "reservationToReturn": given}}
    quote = azure(caller, "POST", f"{ORDERS}/{order}/calculateRefund", body).get_json()
    body["properties"] |= {"sessionId": quote["properties"]["sessionId"], "returnReason": "too many"}
    assert azure(caller, "POST", f"{ORDERS}/{order}/return", body).status_code == 202
    assert get(caller, f"{ORDERS}/{order}")["properties"]["provisioningState"] == "Pending"
    caller.advance(10)
    assert get(caller, f"{ORDERS}/{order}")["properties"]["provisioningState"] == "Cancelled"
    plan = get(caller, f"{ORDERS}/{order}?$expand=schedule")["properties"]["planInformation"]
    states = [row["status"] for row in plan["transactions"]]
    assert states == ["Succeeded"] * 2 + ["Cancelled"] * 10
    held = get(caller, path)["properties"]
    assert held["displayProvisioningState"] == "Cancelled"
    assert held["userFriendlyRenewState"] == "NotApplicable"
    assert held["utilization"] == {"aggregates": []}


def test_split_and_merge_raise_the_number_of_an_order(caller):
    order = buy(caller, wish(quantity=3))
    before = get(caller, f"{ORDERS}/{order}")
    body = {
        "properties": {"quantities": [1, 2], "reservationId": before["properties"]["reservations"][0]["id"]}
    }
    assert azure(caller, "POST", f"{ORDERS}/{order}/split", body).status_code == 200
    after = get(caller, f"{ORDERS}/{order}")
    assert (before["etag"], after["etag"]) == (9, 10)
    assert len(after["properties"]["reservations"]) == 3


def test_what_was_returned_is_not_paid_any_more(caller):
    order = buy(caller, wish(quantity=3, billingPlan="Monthly"))
    path = get(caller, f"{ORDERS}/{order}")["properties"]["reservations"][0]["id"]
    given = {"reservationId": path, "quantity": 1}
    body = {"id": f"{ORDERS}/{order}", "properties": {"scope": "Reservation", "reservationToReturn": given}}
    quote = azure(caller, "POST", f"{ORDERS}/{order}/calculateRefund", body).get_json()
    body["properties"] |= {"sessionId": quote["properties"]["sessionId"], "returnReason": "too many"}
    assert azure(caller, "POST", f"{ORDERS}/{order}/return", body).status_code == 202
    caller.advance(10)
    plan = get(caller, f"{ORDERS}/{order}?$expand=schedule")["properties"]["planInformation"]
    amounts = [row["pricingCurrencyTotal"]["amount"] for row in plan["transactions"]]
    assert amounts[0] == round(595 / 12 - 0.005, 2) * 3
    assert amounts[1] == round(595 / 12 - 0.005, 2) * 2
