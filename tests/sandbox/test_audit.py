"""The activity of the partner: who changed what, and who signed in how."""

import json

import pytest
from test_sandbox_purchase import buy, line
from tiny_world import ADA, BOB, PARTNER, TOKEN

from bespeak.sandbox.request_log import MOST, Call, RequestLog
from bespeak.sandbox.state import dump, load

DAY = 24 * 60
PATH = "/v1/auditrecords"


def orders(caller, query=""):
    return [one for one in caller.get(PATH + query)["items"] if one["resourceType"] == "order"]


def test_a_purchase_is_recorded(caller):
    (order,) = buy(caller, line(caller, quantity=2))
    (one,) = orders(caller)
    assert (one["operationType"], one["operationStatus"]) == ("create_order", "succeeded")
    assert (one["customerId"], one["customerName"]) == (BOB, "Bob & Söhne")
    assert one["userPrincipalName"] == "admin-agent@sandbox.example.com"
    assert one["id"].startswith(f"{caller.world.partner_id}_order_create_order_")
    assert one["operationDate"] == "2026-11-16T00:00:00.0000000Z"
    data = {pair["key"]: pair["value"] for pair in one["customizedData"]}
    assert (data["OrderId"], data["Quantity-0"], data["PartnerOnRecord-0"]) == (order["id"], "2", None)
    assert json.loads(one["resourceNewValue"])["OrderId"] == order["id"]
    assert one["resourceOldValue"] is None


def test_an_application_alone_has_no_user_name(caller):
    cart = caller.post(f"/v1/customers/{BOB}/carts", {"lineItems": [line(caller)]}, user=False)
    headers = {"MS-CorrelationId": "11111111-2222-4000-8000-333333333333"}
    caller.post(f"/v1/customers/{BOB}/carts/{cart['id']}/checkout", user=False, headers=headers)
    (one,) = orders(caller)
    assert one["userPrincipalName"] == ""
    assert one["originalCorrelationId"] == headers["MS-CorrelationId"]


def test_a_change_has_its_old_and_its_new_value(caller):
    caller.call("PATCH", f"/v1/customers/{BOB}/usagebudget", {"amount": 7.5})
    (one,) = caller.get(PATH)["items"]
    assert (one["operationType"], one["resourceType"]) == ("update_customer_spending_budget", "customer")
    assert json.loads(one["resourceOldValue"])["UsageSpendingBudget"] is False
    assert json.loads(one["resourceNewValue"])["Amount"] == 7.5
    assert one["customizedData"] is None


def test_records_survive_a_snapshot(caller):
    buy(caller, line(caller))
    state = caller.world.snapshot()
    assert dump(load(state)) == state
    before = orders(caller)
    caller.world.restore(state)
    assert orders(caller) == before


@pytest.mark.parametrize(
    ("field", "operator", "value", "count"),
    [
        ("CompanyName", "substring", "söh", 1),
        ("CompanyName", "substring", "nobody", 0),
        ("CustomerId", "equals", BOB.upper(), 1),
        ("CustomerId", "equals", ADA, 0),
        ("ResourceType", "equals", "Order", 1),
        ("ResourceType", "equals", "agreement", 0),
    ],
)
def test_filters(caller, field, operator, value, count):
    buy(caller, line(caller))
    wanted = json.dumps({"Field": field, "Value": value, "Operator": operator})
    assert len(orders(caller, f"?filter={wanted}")) == count


def test_the_window_is_thirty_days_unless_it_is_asked_for_and_never_beyond_ninety(caller):
    buy(caller, line(caller))
    caller.advance(31 * DAY)
    assert orders(caller) == []
    assert len(orders(caller, "?startDate=2026-11-01")) == 1
    assert orders(caller, "?startDate=2026-11-17") == []
    assert len(orders(caller, "?startDate=2026-11-01&endDate=2026-11-16")) == 1
    caller.advance(60 * DAY)
    before = caller.world.snapshot()
    assert caller.error("GET", f"{PATH}?startDate=2026-11-16") == (400, 2001)
    assert caller.world.snapshot() == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("startDate=yesterday", 2001),
        ("startDate=2026-11-10&endDate=2026-11-09", 2001),
        ("endDate=2026-13-01", 2001),
        ("size=many", 2001),
        ("filter=nonsense", 2000),
        ('filter={"Field":"CustomerId","Value":"x","Operator":"substring"}', 2000),
        ('filter={"Field":"User","Value":"x","Operator":"equals"}', 2000),
    ],
)
def test_a_wrong_question_to_the_activity(caller, query, code):
    assert caller.error("GET", f"{PATH}?{query}") == (400, code)


def test_pages_of_activity_follow_a_token(caller):
    for _ in range(3):
        buy(caller, line(caller))
    pages = caller.pages(f"{PATH}?size=2")
    assert [len(page) for page in pages] == [2, 1]
    assert len({one["id"] for page in pages for one in page}) == 3
    token = caller.get(f"{PATH}?size=2")["continuationToken"]
    sent = {"MS-ContinuationToken": token}
    assert caller.error("GET", f"{PATH}?size=1", headers=sent) == (400, 2000)


def calls(caller):
    return caller.get("/v1/partnerRequests")["items"]


def test_calls_of_users_are_listed_later(caller):
    headers = {"MS-RequestId": "11111111-2222-4000-8000-000000000001", "MS-CorrelationId": "c"}
    caller.get(f"/v1/customers/{BOB}", headers=headers)
    caller.get(f"/v1/customers/{BOB}", user=False)
    assert calls(caller) == []
    caller.advance(60)
    listed = calls(caller)
    (own,) = [one for one in listed if one["requestId"] == headers["MS-RequestId"]]
    assert (own["correlationId"], own["mfaCompliant"]) == ("c", True)
    assert own["upn"] == "admin-agent@sandbox.example.com"
    assert len(listed) == 2


def test_how_late_and_whether_failures_are_listed_are_switches(caller):
    """Reliability, open question 14."""
    caller.world.switches.request_log_minutes = 0
    caller.error("GET", "/v1/customers/nobody")
    assert calls(caller) == []
    caller.world.switches.request_log_failures = True
    assert len(calls(caller)) == 2


def test_a_call_without_a_second_factor_is_refused_and_listed(caller):
    caller.world.switches.request_log_minutes = 0
    path = "/partner_center/v1/partnerrequests"
    bearer = {"Authorization": f"Bearer {caller.token(PARTNER, mfa=False)}"}
    before = caller.world.snapshot()
    assert caller.client.get(path, headers=bearer).status_code == 401
    assert caller.world.snapshot() == before
    (one,) = caller.get("/v1/nonMfaCompliantPartnerPrincipals")["items"]
    assert (one["upn"], one["lastNonMfaCompliantRequestDateTime"]) == (
        "admin-agent@sandbox.example.com",
        "2026-11-16T00:00:00Z",
    )


def test_the_adoption_status_is_a_bare_array(caller):
    caller.world.switches.request_log_minutes = 0
    for _ in range(2):
        caller.get(f"/v1/customers/{BOB}")
    caller.advance(DAY)
    caller.get(f"/v1/customers/{BOB}")
    found = caller.get("/v1/applicationMfaAdoptionStatus")
    assert [
        (one["loginDate"], one["mfaCompliantRequestCount"], one["totalRequestCount"]) for one in found
    ] == [
        ("2026-11-17T00:00:00", 1, 1),
        ("2026-11-16T00:00:00", 2, 2),
    ]


def test_these_lists_are_for_users_only(caller):
    for path in ("partnerRequests", "applicationmfaadoptionstatus", "nonMfaCompliantPartnerPrincipals"):
        assert caller.error("GET", f"/v1/{path}", user=False) == (403, 900329)
    assert TOKEN


def test_the_list_is_bounded_and_forgets_after_seven_days(caller):
    log, now = RequestLog(), caller.world.now
    for number in range(MOST + 5):
        log.note(Call(now, str(number), "", "", "", "", compliant=True, failed=False))
    listed = list(log.newest(now, minutes=0, failures=False))
    assert (len(listed), listed[0].request_id, listed[-1].request_id) == (MOST, str(MOST + 4), "5")
    caller.advance(7 * DAY + 1)
    assert list(log.newest(caller.world.now, minutes=0, failures=False)) == []
