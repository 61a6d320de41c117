"""Quotes and purchases in Azure: two steps, states over time, repeats, refusals (azure-reservation-apis 2.5, 2.6)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from azure_caller import CAPACITY, azure, get, refused, wish
from tiny_world import (
    ADA,
    ADA_AZURE_ONE,
    ADA_AZURE_TWO,
    BOB,
    BOB_AZURE_ONE,
    BOB_AZURE_TWO,
    BOB_PLAN,
    CYD_AZURE,
)

from bespeak.sandbox.grants import ADMIN_AGENTS, object_id

PRICE = f"{CAPACITY}/calculatePrice"
ORDERS = f"{CAPACITY}/reservationOrders"


def quoted(caller, body, **more):
    answer = azure(caller, "POST", PRICE, body, **more)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["properties"]


def bought(caller, body=None):
    """The id of an order whose purchase has begun."""
    body = body or wish()
    order = quoted(caller, body)["reservationOrderId"]
    assert azure(caller, "PUT", f"{ORDERS}/{order}", body).status_code == 202
    return order


def order_of(caller, order):
    return get(caller, f"{ORDERS}/{order}")


def test_a_quote_has_the_price_of_the_whole_purchase_and_an_order_id(caller):
    shown = quoted(caller, wish(size="standard_D2S_v5", quantity=3))
    assert shown.pop("reservationOrderId")
    assert shown == {
        "billingCurrencyTotal": {"currencyCode": "USD", "amount": 1785.0},
        "netTotal": 0.0,
        "taxTotal": 0.0,
        "grandTotal": 0.0,
        "isTaxIncluded": False,
        "isBillingPartnerManaged": True,
        "skuTitle": "Reserved VM Instance, Standard_D2s_v5, PL Central, 1 Year",
        "skuDescription": "standard_D2S_v5",
        "pricingCurrencyTotal": {"currencyCode": "USD", "amount": 1785.0},
    }


@pytest.mark.parametrize(("term", "rows", "total"), [("P1Y", 12, "1785"), ("P3Y", 36, "3450")])
def test_d505_a_monthly_quote_has_rows_that_add_up_the_first_due_today(caller, term, rows, total):
    shown = quoted(caller, wish(billingPlan="Monthly", quantity=3, term=term))
    schedule = shown["paymentSchedule"]
    assert len(schedule) == rows
    amounts = [Decimal(str(row["pricingCurrencyTotal"]["amount"])) for row in schedule]
    assert sum(amounts) == Decimal(total)
    assert [row["dueDate"] for row in schedule[:3]] == ["2026-11-16", "2026-12-16", "2027-01-16"]
    assert ["billingCurrencyTotal" in row for row in schedule] == [True] + [False] * (rows - 1)
    assert {row["status"] for row in schedule} == {"Scheduled"}


def test_a_quote_is_of_an_older_handler_and_a_purchase_of_a_newer_one(caller):
    price = azure(caller, "POST", PRICE, wish())
    assert price.headers["Server"] == "Microsoft-IIS/10.0"
    assert ":" in price.headers["x-ms-request-id"]
    assert "x-ms-version" not in price.headers
    order = price.get_json()["properties"]["reservationOrderId"]
    made = azure(caller, "PUT", f"{ORDERS}/{order}", wish(), headers={"x-ms-client-request-id": "aa-bb"})
    assert made.headers["x-ms-request-id"] == "aabb"
    assert made.headers["x-ms-version"]


def test_a_purchase_answers_202_with_the_order_at_its_beginning(caller):
    order = quoted(caller, wish())["reservationOrderId"]
    answer = azure(caller, "PUT", f"{ORDERS}/{order}", wish())
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "120")
    assert answer.headers["Location"].endswith(f"/arm{ORDERS}/{order}?api-version=2022-11-01")
    body = answer.get_json()
    assert (body["etag"], body["properties"]["provisioningState"]) == (1, "Creating")
    assert len(body["properties"]["reservations"]) == 1
    assert not {"createdDateTime", "benefitStartTime", "expiryDate", "expiryDateTime"} & set(
        body["properties"]
    )


def test_d632_a_purchase_runs_through_its_recorded_states(caller):
    order = bought(caller)
    seen = []
    for _ in range(8):
        body = order_of(caller, order)
        seen.append((body["etag"], body["properties"]["provisioningState"]))
        caller.advance(1)
    assert seen == [
        (1, "Creating"),
        (4, "PendingCapacity"),
        (5, "ConfirmedCapacity"),
        (5, "ConfirmedCapacity"),
        (5, "ConfirmedCapacity"),
        (6, "PendingBilling"),
        (9, "Succeeded"),
        (9, "Succeeded"),
    ]


def test_d632_the_slow_run_takes_45_minutes(caller, world):
    world.switches.purchase_pace = "slow"
    order = bought(caller)
    seen = []
    for minutes in (1, 3, 7, 30, 4, 1):
        caller.advance(minutes)
        seen.append(order_of(caller, order)["properties"]["provisioningState"])
    assert seen == [
        "Creating",
        "ConfirmedCapacity",
        "PendingBilling",
        "PendingBilling",
        "ConfirmedBilling",
        "Succeeded",
    ]


def test_d502_the_term_runs_from_the_success_not_from_the_request(caller):
    order = bought(caller)
    caller.advance(10)
    shown = order_of(caller, order)["properties"]
    assert shown["requestDateTime"] == "2026-11-16T00:00:00.0000000Z"
    assert shown["benefitStartTime"] == shown["createdDateTime"] == "2026-11-16T00:05:48.1134560Z"
    assert shown["expiryDateTime"] == "2027-11-16T00:05:48.1134560Z"
    assert shown["expiryDate"] == "2027-11-16"


def test_the_running_reservation_shows_the_same_states_and_what_goes_on(caller):
    order = bought(caller)
    caller.advance(1)
    path = order_of(caller, order)["properties"]["reservations"][0]["id"]
    held = get(caller, path)["properties"]
    assert (held["provisioningState"], held["displayProvisioningState"]) == ("PendingCapacity", "Processing")
    assert held["extendedStatusInfo"]["statusCode"] == "Pending"
    assert held["utilization"] == {"aggregates": []}


@pytest.mark.parametrize("outcome", ["Failed", "BillingFailed"])
def test_a_purchase_that_fails_keeps_its_ids_and_has_no_dates(caller, world, outcome):
    world.switches.purchase_outcome = outcome
    order = bought(caller)
    caller.advance(60)
    shown = order_of(caller, order)["properties"]
    assert shown["provisioningState"] == outcome
    assert "benefitStartTime" not in shown
    held = get(caller, shown["reservations"][0]["id"])["properties"]
    assert held["displayProvisioningState"] == "Failed"
    assert held["userFriendlyRenewState"] == "NotApplicable"
    assert not any(one.alive(world.now) for one in world.book.reservations(BOB))
    assert caller.get(f"/v1/customers/{BOB}/orders")["items"] == []


def test_without_capacity_the_purchase_fails_after_its_202(caller):
    order = bought(caller, wish(size="Standard_D96s_v5"))
    caller.advance(10)
    assert order_of(caller, order)["properties"]["provisioningState"] == "Failed"


@pytest.mark.parametrize("age", [None, 61])
def test_an_unknown_or_stale_quote_is_a_timed_out_session(caller, age):
    order = quoted(caller, wish())["reservationOrderId"] if age else ADA
    caller.advance(age or 0)
    assert refused(caller, "PUT", f"{ORDERS}/{order}", wish()) == (400, "BadRequest")
    message = azure(caller, "PUT", f"{ORDERS}/{order}", wish()).get_json()["error"]["message"]
    assert "timed out" in message


def test_an_hour_is_not_too_long_for_a_quote(caller):
    order = quoted(caller, wish())["reservationOrderId"]
    caller.advance(60)
    assert azure(caller, "PUT", f"{ORDERS}/{order}", wish()).status_code == 202


@pytest.mark.parametrize("change", [{"quantity": 3}, {"billingPlan": "Monthly"}, {"displayName": "other"}])
def test_a_request_that_differs_from_its_quote_is_refused(caller, change):
    order = quoted(caller, wish())["reservationOrderId"]
    assert refused(caller, "PUT", f"{ORDERS}/{order}", wish(**change)) == (400, "BadRequest")


def test_d630_the_same_put_while_it_runs_buys_nothing_more(caller, world):
    order = bought(caller)
    caller.advance(2)
    again = azure(caller, "PUT", f"{ORDERS}/{order}", wish())
    assert (again.status_code, again.get_json()["etag"]) == (202, 5)
    assert len(world.book.orders()) == 1


def test_d630_the_same_put_after_it_gets_the_order(caller, world):
    order = bought(caller)
    caller.advance(120)
    again = azure(caller, "PUT", f"{ORDERS}/{order}", wish())
    assert (again.status_code, again.get_json()) == (200, order_of(caller, order))
    assert len(world.book.orders()) == 1


def test_d630_the_other_reading_refuses_the_same_put_after_it(caller, world):
    world.switches.repeated_purchase = "refuse"
    order = bought(caller)
    caller.advance(10)
    wanted = (400, "ReservationOrderIdAlreadyExists")
    assert refused(caller, "PUT", f"{ORDERS}/{order}", wish()) == wanted


def test_a_purchase_in_azure_is_an_order_of_partner_center_with_its_delay(caller, world):
    order = bought(caller)
    caller.advance(6)
    assert caller.get(f"/v1/customers/{BOB}/orders")["items"] == []
    caller.advance(15)
    found = caller.get(f"/v1/customers/{BOB}/orders")["items"]
    assert [line["quantity"] for one in found for line in one["lineItems"]] == [2]
    assert world.book.order(order).commerce_order_id == found[0]["id"]
    assert [one.operation for one in world.audit.records].count("create_order") == 1
    held = caller.get(f"/v1/customers/{BOB}/entitlements?entitlementType=reservedinstance", user=True)[
        "items"
    ]
    assert [one["referenceOrder"]["id"] for one in held] == [found[0]["id"]]


def test_what_was_bought_in_azure_covers_machines(caller):
    order = bought(caller)
    caller.advance(2 * 24 * 60)
    path = order_of(caller, order)["properties"]["reservations"][0]["id"]
    use = get(caller, path)["properties"]["utilization"]["aggregates"][0]
    assert use["value"] > 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"size": "Standard_Q9"}, "BadRequest"),
        ({"size": "Standard_N1_v7"}, "BadRequest"),
        ({"region": "atlantis"}, "InvalidLocationId"),
        ({"term": "P5Y"}, "UnsupportedReservationTerm"),
        ({"reservedResourceType": "CosmosDb"}, "BadRequest"),
        ({"quantity": 0}, "BadRequest"),
        ({"quantity": 10**12}, "BadRequest"),
        ({"quantity": "2"}, "InvalidRequestContent"),
        ({"quantity": 1.5}, "InvalidRequestContent"),
        ({"quantity": True}, "InvalidRequestContent"),
        ({"term": None}, "InvalidRequestContent"),
        ({"billingPlan": "Weekly"}, "BadRequest"),
        ({"displayName": "no spaces"}, "BadRequest"),
        ({"renew": "yes"}, "InvalidRequestContent"),
        ({"reservedResourceProperties": {"instanceFlexibility": "Maybe"}}, "BadRequest"),
        ({"billingScopeId": "/subscriptions/here"}, "InvalidSubscriptionId"),
        ({"appliedScopeType": "Galaxy"}, "BadRequest"),
        ({"appliedScopeType": "Single"}, "MissingAppliedScopesForSingle"),
        ({"appliedScopes": [f"/subscriptions/{BOB_AZURE_ONE}"]}, "BadRequest"),
        (
            {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{BOB_AZURE_ONE}"] * 2},
            "InvalidSingleAppliedScopesCount",
        ),
        (
            {"appliedScopeType": "Single", "appliedScopes": [f"/subscriptions/{ADA_AZURE_ONE}"]},
            "AppliedScopesNotAssociatedWithCommerceAccount",
        ),
        (
            {
                "appliedScopeType": "ManagementGroup",
                "appliedScopeProperties": {"managementGroupId": "nobody"},
            },
            "AppliedScopesNotAssociatedWithCommerceAccount",
        ),
    ],
)
def test_a_request_that_cannot_be_bought_is_refused(caller, change, error):
    assert refused(caller, "POST", PRICE, wish(**change)) == (400, error)


@pytest.mark.parametrize("body", [None, [], {}, {"properties": 5}, {"sku": {}, "properties": {}}])
def test_a_body_that_is_no_request_is_refused(caller, body):
    assert refused(caller, "POST", PRICE, body)[0] == 400


def test_x23_a_closed_term_is_not_sold(caller):
    """X-23 / D-520: D2s_v3 for no term, DS1_v2 for three years only."""
    for size, term in (("Standard_D2s_v3", "P1Y"), ("Standard_D2s_v3", "P3Y"), ("Standard_DS1_v2", "P1Y")):
        wanted = (400, "UnsupportedReservationTerm")
        assert refused(caller, "POST", PRICE, wish(size=size, term=term)) == wanted
    assert quoted(caller, wish(size="Standard_DS1_v2", term="P3Y"))


def test_a_subscription_must_be_registered_with_the_provider(caller):
    assert refused(caller, "POST", PRICE, wish(billing=CYD_AZURE)) == (400, "SubscriptionNotRegistered")
    caller.control("POST", "/switches", {"capacity_needs_registration": False})
    assert quoted(caller, wish(billing=CYD_AZURE))


def test_d602_without_an_agreement_the_purchase_is_not_billed(caller, world):
    world.switches.capacity_needs_registration = False
    order = bought(caller, wish(billing=CYD_AZURE))
    caller.advance(10)
    assert order_of(caller, order)["properties"]["provisioningState"] == "BillingFailed"


def test_what_the_token_cannot_see_is_as_forbidden_as_what_is_not(caller):
    answers = [
        azure(caller, "POST", PRICE, wish(billing=one)).get_json()["error"]["message"].replace(one, "")
        for one in (ADA, "12345678-0000-4000-8000-000000000000")
    ]
    assert answers[0] == answers[1]
    assert refused(caller, "POST", PRICE, wish(billing=ADA)) == (403, "AuthorizationFailed")


def test_d640_a_market_without_reservations(caller, world):
    world.directory.put_customer(replace(world.directory.customers[BOB], country="GL"))
    assert refused(caller, "POST", PRICE, wish()) == (400, "NotSupportedCountry")


def test_x16_the_quota_counts_for_a_single_scope_only(caller, monkeypatch):
    """X-16 / D-512: a limit of 10 cores lets 10 one-core instances be bought for one subscription, not 11."""
    monkeypatch.setattr("bespeak.sandbox.purchase_checks.vcpu_quota", lambda _family: 10)
    single = {
        "size": "Standard_DS1_v2",
        "term": "P3Y",
        "appliedScopeType": "Single",
        "appliedScopeProperties": {"subscriptionId": f"/subscriptions/{BOB_AZURE_ONE}"},
    }
    assert refused(caller, "POST", PRICE, wish(**single, quantity=11)) == (400, "BadRequest")
    assert quoted(caller, wish(size="Standard_DS1_v2", term="P3Y", quantity=11))
    bought(caller, wish(**single, quantity=10))
    assert refused(caller, "POST", PRICE, wish(**single, quantity=1)) == (400, "BadRequest")
    other = single | {"appliedScopeProperties": {"subscriptionId": BOB_AZURE_TWO}}
    assert quoted(caller, wish(**other, quantity=10))


def test_the_order_of_partner_center_cannot_be_put_again(caller, world):
    order = bought(caller, wish(billing=ADA_AZURE_TWO))
    caller.advance(30)
    del world.state.purchases.quotes[order]
    wanted = (400, "ReservationOrderIdAlreadyExists")
    assert refused(caller, "PUT", f"{ORDERS}/{order}", wish(billing=ADA_AZURE_TWO)) == wanted


def test_a_running_purchase_goes_on_in_a_restored_world(caller, world):
    order = bought(caller)
    caller.advance(1)
    kept = world.snapshot()
    caller.advance(30)
    whole = world.snapshot()
    world.restore(kept)
    caller.advance(30)
    assert world.snapshot() == whole
    assert order_of(caller, order)["properties"]["provisioningState"] == "Succeeded"


def test_x15_the_first_day_has_the_hours_that_are_left(caller):
    """X-15 / D-502: in force from 12:59:48 on, so 11 hours of each of two instances are reserved on that day."""
    caller.advance(12 * 60 + 54)
    order = bought(caller)
    caller.advance(2 * 24 * 60)
    use = f"{ORDERS}/{order}/providers/Microsoft.Consumption/reservationSummaries?grain=daily"
    days = "$filter=properties/usageDate ge 2026-11-16 AND properties/usageDate le 2026-11-17"
    rows = get(caller, f"{use}&{days}", version="2023-11-01")["value"]
    assert [row["properties"]["reservedHours"] for row in rows] == [22.0, 48.0]


def test_a_credit_line_that_is_used_up_fails_the_billing(caller, world):
    """D-604: reservations count."""
    world.commerce.standing.state.credit_limit = Decimal(1500)
    first = bought(caller)
    caller.advance(10)
    second = bought(caller)
    caller.advance(10)
    states = [order_of(caller, one)["properties"]["provisioningState"] for one in (first, second)]
    assert states == ["Succeeded", "BillingFailed"]


def test_a_disabled_subscription_pays_for_nothing(caller, world):
    held = world.directory.subscription(BOB_PLAN)
    world.commerce.subscriptions.cancel_azure(held.azure[1])
    wanted = (409, "ReadOnlyDisabledSubscription")
    assert refused(caller, "POST", PRICE, wish(billing=BOB_AZURE_TWO)) == wanted
    assert quoted(caller, wish())
    world.commerce.subscriptions.change(held).status = "suspended"
    assert refused(caller, "POST", PRICE, wish()) == wanted


def test_quotes_that_nobody_bought_are_forgotten(caller, world):
    bought(caller)
    for _ in range(3):
        quoted(caller, wish(quantity=5))
    caller.advance(61)
    quoted(caller, wish())
    assert len(world.state.purchases.quotes) == 2


def test_two_worlds_with_the_same_calls_answer_alike(caller, world):
    def life():
        world.restore(fresh)
        order = bought(caller)
        caller.advance(30)
        return order, order_of(caller, order), world.snapshot()

    fresh = world.snapshot()
    assert life() == life()


def test_one_purchase_is_seen_by_every_service(caller, world):
    """Orders, entitlements, audit and charges of Partner Center, and Azure itself, tell of the same purchase."""
    order = bought(caller)
    caller.advance(24 * 60)
    made = caller.get(f"/v1/customers/{BOB}/orders")["items"]
    assert [one["client"]["name"] for one in made] == ["Azure Portal"]
    held = caller.get(f"/v1/customers/{BOB}/entitlements?entitlementType=reservedinstance")["items"]
    assert [one["referenceOrder"]["id"] for one in held] == [made[0]["id"]]
    records = caller.get("/v1/auditrecords?startDate=2026-11-16")["items"]
    assert [one["operationType"] for one in records] == ["create_order"]
    query = "provider=onetime&invoicelineitemtype=billinglineitems&currencycode=usd&period=current&size=2000"
    lines = caller.get(f"/v1/invoices/unbilled/lineitems?{query}")["items"]
    assert [(one["orderId"], one["quantity"], one["subtotal"]) for one in lines] == [
        (made[0]["id"], 2, 1190.0)
    ]
    assert [one["name"] for one in get(caller, ORDERS)["value"]] == [order]
    path = order_of(caller, order)["properties"]["reservations"][0]["id"]
    numbers = [one["etag"] for one in get(caller, f"{path}/revisions")["value"]]
    assert numbers == list(range(9, 0, -1))
    assert world.covered(BOB).drawn(path.rpartition("/")[2], *_day(world)).sum() > 0


def _day(world):
    end = int(world.now.timestamp() // 3600)
    return end - 20, end


def test_the_quote_of_another_tenant_is_a_timed_out_session(caller):
    order = quoted(caller, wish(), who="admin-agent", tenant=BOB)["reservationOrderId"]
    answers = [
        azure(caller, "PUT", f"{ORDERS}/{one}", wish(), who="admin-agent", tenant=ADA).get_json()
        for one in (order, BOB_PLAN)
    ]
    assert answers[0] == answers[1]
    assert "timed out" in answers[0]["error"]["message"]


def test_a_token_of_one_customer_cannot_use_the_subscription_of_another(caller):
    more = {"who": "admin-agent", "tenant": ADA}
    wanted = (403, "AuthorizationFailed")
    assert refused(caller, "POST", PRICE, wish(billing=BOB_AZURE_ONE), **more) == wanted
    assert quoted(caller, wish(billing=ADA_AZURE_ONE), **more)


def test_d227_who_owns_the_subscription_at_the_purchase_owns_the_order(caller, world):
    order = bought(caller)
    assert set(world.state.grants.owners[order]) == {ADMIN_AGENTS, object_id("customer-owner", BOB)}
    more = {"who": "customer-owner", "tenant": BOB}
    assert get(caller, f"{ORDERS}/{order}", **more)["name"] == order


def test_d507_a_price_is_told_in_the_currency_of_the_market_and_in_dollars(caller, world, monkeypatch):
    monkeypatch.setattr(world.prices, "rate", lambda _currency: Decimal("0.5"))
    world.directory.put_customer(replace(world.directory.customers[BOB], country="DE"))
    shown = quoted(caller, wish(quantity=1, billingPlan="Monthly"))
    assert shown["billingCurrencyTotal"] == {"currencyCode": "EUR", "amount": 297.5}
    assert shown["pricingCurrencyTotal"] == {"currencyCode": "USD", "amount": 595.0}
    rows = shown["paymentSchedule"]
    assert rows[0]["billingCurrencyTotal"]["currencyCode"] == "EUR"
    assert sum(Decimal(str(row["pricingCurrencyTotal"]["amount"])) for row in rows) == Decimal(595)
