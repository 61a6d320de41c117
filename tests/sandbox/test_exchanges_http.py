"""Exchanges and trade-ins over HTTP: the worked examples X-11, X-12 and X-22, the former moved by four years."""

from decimal import Decimal

import azure_caller
import changes_world as these
import pytest
import tiny_world as tiny
from azure_caller import refused
from changes_world import CAPACITY, call, exchange, exchange_quote, follow, go, hold, item, purchase

from bespeak.sandbox.money import money


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("exchanges"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


@pytest.fixture
def world(caller):
    return caller.world


def totals(quoted):
    return [quoted[name]["amount"] for name in ("refundsTotal", "purchasesTotal", "netPayable")]


def codes(quoted):
    return [one["code"] for one in quoted["policyResult"]["properties"]["policyErrors"] or []]


def open_market(world):
    """A world in which exchanges never end, for examples of years after 2027."""
    world.state.switches.exchange_text_of = "2026-01-15"


def test_an_exchange_costs_the_difference(caller, world):
    """X-11 (D-826): residual 666.67, bought for 900: 233.33 to pay."""
    open_market(world)
    go(world, "2028-03-01")
    held = hold(world, "Standard_D5s_v9", term="P3Y", quantity=2)
    go(world, "2030-02-28", 23)
    world.advance(60)
    quoted = exchange_quote(caller, [(held, 2)], [purchase("Standard_D5s_v9")])
    assert totals(quoted) == [666.67, 900.0, 233.33]
    assert codes(quoted) == []
    where = exchange(caller, quoted)
    world.advance(15)
    done = follow(caller, where)
    assert done["status"] == "Succeeded"
    bought = done["properties"]["reservationsToPurchase"][0]
    read = call(caller, "GET", bought["reservationId"])["properties"]
    assert read["expiryDate"] == "2031-03-01"
    assert world.book.refunds(tiny.ADA)[0].commitment == 0
    policy = these.refund_quote(caller, hold(world), 1)["properties"]["policyResult"]["properties"]
    assert policy["consumedRefundsTotal"]["amount"] == 0.0
    found = money(world.book, tiny.ADA, world.now)
    assert found.paid == found.consumed + found.refundable + found.refunded == 2000 + 900 + 2400
    assert found.refunded == Decimal("666.67")


@pytest.mark.parametrize(("size", "allowed"), [("Standard_D6s_v9", False), ("Standard_D7s_v9", True)])
def test_the_new_commitment_is_at_least_what_remains(caller, world, size, allowed):
    """X-11 (D-821): 600 is refused, 666.67 is equal and allowed."""
    open_market(world)
    go(world, "2028-03-01")
    held = hold(world, "Standard_D5s_v9", term="P3Y", quantity=2)
    go(world, "2030-02-28", 23)
    world.advance(60)
    quoted = exchange_quote(caller, [(held, 2)], [purchase(size)])
    assert codes(quoted) == ([] if allowed else ["BadRequest"])
    before = world.snapshot()
    assert (exchange(caller, quoted, 202 if allowed else 400) == "BadRequest") is not allowed
    assert (world.snapshot() == before) is not allowed


@pytest.mark.parametrize(
    ("day", "refund", "dropped", "total"),
    [("2030-06-11", 66.67, 1800.0, 1866.67), ("2030-07-01", 100.0, 1700.0, 1800.0)],
)
def test_a_monthly_return_drops_its_payments(caller, world, day, refund, dropped, total):
    """X-11: 18 payments made, 10 of 30 days used: 66.67 back, 1,800 dropped; at the boundary 1,800 in all."""
    open_market(world)
    go(world, "2029-01-01")
    held = hold(world, term="P3Y", plan="Monthly")
    go(world, day)
    quoted = exchange_quote(caller, [(held, 1)], [purchase("Standard_D2s_v9", term="P3Y")])
    given = quoted["reservationsToExchange"][0]
    assert given["billingRefundAmount"]["amount"] == refund
    assert given["billingInformation"]["billingCurrencyRemainingCommitmentAmount"]["amount"] == dropped
    assert totals(quoted)[0] == total


def test_totals_are_commitments_not_cash(caller, world):
    """0.2 number 21: a monthly purchase counts with its whole term, not with its first payment."""
    held = hold(world)
    wish = purchase("Standard_D2s_v9", term="P3Y", billingPlan="Monthly")
    assert totals(exchange_quote(caller, [(held, 1)], [wish])) == [2400.0, 108000.0, 105600.0]


def test_a_savings_plan_counts_with_its_whole_commitment(caller, world):
    """X-11: 15.23 an hour for a year are 133,414.80; with 19,800 of reservations 153,214.80."""
    held = hold(world, "Standard_D3s_v9", term="P3Y", total=3960)
    taken = [purchase("Standard_D5s_v9", 22)]
    quoted = exchange_quote(caller, [(held, 1)], taken, [these.plan_wish(15.23, "P1Y")])
    assert quoted["savingsPlansToPurchase"][0]["billingCurrencyTotal"]["amount"] == 133414.80
    assert totals(quoted) == [3960.0, 153214.80, 149254.80]


def test_an_exchange_runs_through_its_states(caller, world):
    """2.14: operation id = session id; first without properties, then item by item, at last without headers."""
    one, two = hold(world), hold(world, "Standard_D2s_v9")
    quoted = exchange_quote(
        caller, [(one, 1), (two, 1)], [purchase("Standard_D4s_v9", 4), purchase("Standard_D5s_v9")]
    )
    where = exchange(caller, quoted)
    assert where.partition("?")[0].endswith(f"/operationResults/{quoted['sessionId']}")
    seen = [poll(caller, where)]
    for minutes in (3, 3, 4, 4, 1):
        world.advance(minutes)
        seen.append(poll(caller, where))
    assert [body["status"] for body, _ in seen] == [
        "PendingRefunds",
        "PendingRefunds",
        "PendingPurchases",
        "PendingPurchases",
        "PendingPurchases",
        "Succeeded",
    ]
    assert "properties" not in seen[0][0]
    assert [states(body) for body, _ in seen[1:]] == [
        (["Succeeded", "Pending"], ["Pending", "Pending"]),
        (["Succeeded", "Succeeded"], ["Pending", "Pending"]),
        (["Succeeded", "Succeeded"], ["Pending", "Pending"]),
        (["Succeeded", "Succeeded"], ["Succeeded", "Pending"]),
        (["Succeeded", "Succeeded"], ["Succeeded", "Succeeded"]),
    ]
    assert "reservationId" not in seen[1][0]["properties"]["reservationsToPurchase"][0]
    assert "reservationId" in seen[2][0]["properties"]["reservationsToPurchase"][1]
    assert [headers.get("Retry-After") for _, headers in seen] == ["5"] * 5 + [None]
    assert "Location" not in seen[-1][1]
    assert seen[0][1]["Location"] == seen[0][1]["Azure-AsyncOperation"] == where


def poll(caller, where):
    place = where.partition("/arm")[2].partition("?")[0]
    answer = azure_caller.azure(caller, "GET", place)
    assert answer.status_code == 200
    return answer.get_json(), answer.headers


def states(body):
    figures = body["properties"]
    return tuple(
        [one["status"] for one in figures[name]]
        for name in ("reservationsToExchange", "reservationsToPurchase")
    )


def test_the_echo_is_full_of_nulls(caller, world):
    """2.14: what was not sent comes back as null, and so do two members of a purchase."""
    quoted = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    bought = quoted["reservationsToPurchase"][0]
    assert bought["paymentSchedule"] is bought["pricingCurrencyTotal"] is None
    echo = bought["properties"]["properties"]
    for name in ("appliedScopes", "renew", "reservedResourceProperties", "reviewDateTime"):
        assert echo[name] is None
    assert quoted["policyResult"]["properties"]["policyErrors"] is None
    assert quoted["savingsPlansToPurchase"] == []


def test_the_quote_is_pending_and_its_operation_is_not_the_session(caller, world):
    """0.2 number 7 and 8."""
    wanted = {
        "reservationsToExchange": [item(hold(world), 1)],
        "reservationsToPurchase": [purchase("Standard_D4s_v9", 4)],
    }
    answer = azure_caller.azure(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    assert (answer.status_code, answer.data, answer.headers["Retry-After"]) == (202, b"", "5")
    body, headers = poll(caller, answer.headers["Location"])
    assert (body["status"], "properties" in body) == ("Pending", False)
    assert headers["Azure-AsyncOperation"] == answer.headers["Azure-AsyncOperation"]
    world.advance(1)
    body, headers = poll(caller, answer.headers["Location"])
    assert body["status"] == "Succeeded"
    assert body["properties"]["sessionId"] != body["name"]
    assert "Retry-After" not in headers


def test_a_policy_violation_can_fail_the_quote(caller, world):
    """2.14: Failed with an error, as the description says; or Succeeded with policy errors."""
    world.switches.exchange_policy_fails = True
    wanted = {
        "reservationsToExchange": [item(hold(world), 1)],
        "reservationsToPurchase": [purchase("Standard_D6s_v9")],
    }
    answer = azure_caller.azure(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    world.advance(1)
    body, _ = poll(caller, answer.headers["Location"])
    assert (body["status"], body["error"]["code"]) == ("Failed", "BadRequest")


@pytest.mark.parametrize(
    ("bought", "on", "allowed"),
    [
        ("2026-12-01", "2027-01-15", True),
        ("2026-12-01", "2027-03-01", True),
        ("2027-01-31", "2027-02-01", True),
        ("2027-02-01", "2027-02-01", False),
        ("2027-02-02", "2027-02-03", False),
    ],
)
def test_the_day_of_the_purchase_decides(caller, world, bought, on, allowed):
    """X-22 (D-830, D-835): bought from 2027-02-01 on, not exchangeable."""
    go(world, bought)
    held = hold(world)
    go(world, on)
    quoted = exchange_quote(caller, [(held, 1)], [purchase("Standard_D4s_v9", 4)])
    assert codes(quoted) == ([] if allowed else ["SelfServiceRefundNotSupported"])


@pytest.mark.parametrize(("on", "again"), [("2027-01-15", True), ("2027-03-01", False)])
def test_what_comes_of_an_exchange_is_bought_anew(caller, world, on, again):
    """X-22 (D-831): exchanged before the day it keeps one final right, after it none."""
    go(world, "2026-12-01")
    held = hold(world)
    go(world, on)
    quoted = exchange_quote(caller, [(held, 1)], [purchase("Standard_D4s_v9", 4)])
    where = exchange(caller, quoted)
    world.advance(15)
    made = follow(caller, where)["properties"]["reservationsToPurchase"][0]["reservationId"]
    go(world, "2027-04-01")
    new = world.book.reservation(made.rpartition("/")[2])
    quoted = exchange_quote(caller, [(new, 4)], [purchase("Standard_D2s_v9", 30)])
    assert codes(quoted) == ([] if again else ["SelfServiceRefundNotSupported"])


def test_each_quantity_has_its_own_right(caller, world):
    """X-22 (D-832): of ten, two are exchanged; the other eight keep one exchange each."""
    go(world, "2026-12-01")
    held = hold(world, quantity=10)
    go(world, "2027-03-01")
    exchange(caller, exchange_quote(caller, [(held, 2)], [purchase("Standard_D4s_v9", 8)]))
    world.advance(15)
    rest = next(one for one in world.book.reservations(tiny.ADA) if one.quantity == 8 and one.until is None)
    assert rest.alive(world.now)
    quoted = exchange_quote(caller, [(rest, 8)], [purchase("Standard_D4s_v9", 30)])
    assert codes(quoted) == []


def test_the_grace_period_had_no_end_before(caller, world):
    """D-830: by the text of January 2026 everything is exchangeable until further notice."""
    open_market(world)
    go(world, "2027-03-01")
    quoted = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    assert codes(quoted) == []


@pytest.mark.parametrize(
    ("amount", "term", "allowed"),
    [
        (0.06849, "P3Y", True),
        (0.06848, "P3Y", False),
        (0.20548, "P1Y", True),
        (0.20547, "P1Y", False),
    ],
)
def test_a_trade_in_commits_to_what_remains(caller, world, amount, term, allowed):
    """X-12 (D-841): remaining 1,800 needs 0.06849 an hour for three years, 0.20548 for one; after 2027 too (D-844)."""
    go(world, "2029-01-01")
    held = hold(world, term="P3Y", plan="Monthly")
    go(world, "2030-07-01")
    quoted = exchange_quote(caller, [(held, 1)], plans=[these.plan_wish(amount, term)])
    assert totals(quoted)[0] == 1800.0
    assert codes(quoted) == ([] if allowed else ["BadRequest"])


def test_a_trade_in_makes_a_savings_plan(caller, world):
    """D-840, D-842: the plan is bought, then the reservation ends; nothing counts against the limit."""
    held = hold(world)
    where = exchange(caller, exchange_quote(caller, [(held, 1)], plans=[these.plan_wish(0.5)]))
    world.advance(15)
    done = follow(caller, where)["properties"]
    plan = done["savingsPlansToPurchase"][0]
    kept = world.savings_plans.plan(plan["savingsPlanId"].rpartition("/")[2])
    assert (kept.promise.commitment, kept.promise.origin, kept.customer_id) == (
        Decimal("0.5"),
        "Exchange",
        tiny.ADA,
    )
    assert held.state(world.now) == "Cancelled"
    assert [one.kind for one in world.book.refunds(tiny.ADA)] == ["TradeIn"]
    assert world.book.refunds(tiny.ADA)[0].commitment == 0


def test_a_trade_in_takes_at_most_a_hundred(caller, world):
    """D-840."""
    many = [(hold(world, "Standard_D2s_v9"), 1) for _ in range(101)]
    assert codes(exchange_quote(caller, many, plans=[these.plan_wish(9)])) == ["BadRequest"]


def test_a_twin_costs_nothing_and_keeps_the_term(caller, world):
    """D-824: premium and non-premium twin in the same region: no new term, no transaction, no charge."""
    go(world, "2027-03-01")
    held = hold(world, "Standard_E1_v9", quantity=3)
    go(world, "2027-06-01")
    quoted = exchange_quote(caller, [(held, 2)], [purchase("Standard_E1s_v9", 2)])
    assert (totals(quoted)[2], codes(quoted)) == (0.0, [])
    before = money(world.book, tiny.ADA, world.now)
    where = exchange(caller, quoted)
    assert money(world.book, tiny.ADA, world.now) == before
    assert world.book.refunds() == []
    world.advance(15)
    made = follow(caller, where)["properties"]["reservationsToPurchase"][0]
    read = call(caller, "GET", made["reservationId"])
    assert read["sku"]["name"] == "Standard_E1s_v9"
    assert read["properties"]["expiryDate"] == "2028-03-01"
    assert read["properties"]["provisioningState"] == "Succeeded"
    assert "swapSource" in read["properties"]["swapProperties"]
    assert made["reservationOrderId"].endswith(held.order_id)


def test_a_purchase_of_an_exchange_is_an_order_of_partner_center(caller, world):
    where = exchange(caller, exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)]))
    world.advance(60)
    made = follow(caller, where)["properties"]["reservationsToPurchase"][0]["reservationOrderId"]
    order = world.book.order(made.rpartition("/")[2])
    listed = caller.get(f"/v1/customers/{tiny.ADA}/orders")["items"]
    assert order.commerce_order_id in [one["id"] for one in listed]


def test_a_session_is_used_once(caller, world):
    quoted = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    body = {"properties": {"sessionId": quoted["sessionId"]}}
    exchange(caller, quoted)
    assert refused(caller, "POST", f"{CAPACITY}/exchange", body) == (400, "BadRequest")
    late = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    world.advance(30)
    body = {"properties": {"sessionId": late["sessionId"]}}
    assert refused(caller, "POST", f"{CAPACITY}/exchange", body) == (400, "BadRequest")


def test_what_changed_since_the_quote_is_refused(caller, world):
    held = hold(world)
    quoted = exchange_quote(caller, [(held, 1)], [purchase("Standard_D4s_v9", 4)])
    these.give_back(caller, held, 1)
    body = {"properties": {"sessionId": quoted["sessionId"]}}
    got = refused(caller, "POST", f"{CAPACITY}/exchange", body)
    assert got == (400, "OperationCannotBePerformedInCurrentState")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reservationsToExchange": []}, "BadRequest"),
        ({"reservationsToExchange": "x"}, "InvalidRequestContent"),
        ({"reservationsToExchange": [7]}, "InvalidRequestContent"),
        ({"reservationsToPurchase": []}, "BadRequest"),
        ({"reservationsToPurchase": [{}]}, "InvalidRequestContent"),
        ({"reservationsToPurchase": [purchase("Standard_Q1")]}, "BadRequest"),
        ({"reservationsToPurchase": [purchase("Standard_D2s_v3")]}, "UnsupportedReservationTerm"),
        (
            {"reservationsToPurchase": [purchase("Standard_D4s_v9", 4, reservedResourceType="SqlDatabases")]},
            "BadRequest",
        ),
        (
            {"reservationsToPurchase": [azure_caller.wish(size="Standard_D4s_v9", quantity=4)]},
            "AuthorizationFailed",
        ),
        ({"savingsPlansToPurchase": [these.plan_wish("0.5")]}, "InvalidRequestContent"),
        ({"savingsPlansToPurchase": [these.plan_wish(-1)]}, "InvalidRequestContent"),
        ({"savingsPlansToPurchase": [these.plan_wish(float("nan"))]}, "InvalidRequestContent"),
        ({"savingsPlansToPurchase": [these.plan_wish(1, "P5Y")]}, "BadRequest"),
        (
            {"savingsPlansToPurchase": [these.plan_wish(1) | {"sku": {"name": "Database_Savings_Plan"}}]},
            "BadRequest",
        ),
    ],
)
def test_what_is_no_exchange_is_refused(caller, world, change, code):
    """D-822, D-840, D-520 and malformed members: at once, and the world stays as it was."""
    wanted = {
        "reservationsToExchange": [item(hold(world), 1)],
        "reservationsToPurchase": [purchase("Standard_D4s_v9", 4)],
    } | change
    status, found = refused(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    assert (status, found) == (403 if code == "AuthorizationFailed" else 400, code)


def test_several_returns_are_of_one_customer(caller, world):
    wanted = {
        "reservationsToExchange": [item(hold(world), 1), item(hold(world, customer=tiny.BOB), 1)],
        "reservationsToPurchase": [purchase("Standard_D4s_v9", 4)],
    }
    got = refused(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    assert got == (400, "BadRequest")
    one = hold(world, quantity=2)
    wanted["reservationsToExchange"] = [item(one, 1), item(one, 1)]
    got = refused(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted})
    assert got == (400, "BadRequest")


def test_the_operation_of_another_tenant_is_unknown(caller, world):
    quoted = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    where = exchange(caller, quoted)
    head = these.signed_in(caller, "admin-agent", tiny.BOB)
    place = where.partition("/arm")[2].partition("?")[0]
    assert refused(caller, "GET", place, headers=head) == (404, "NotFound")
    other = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    body = {"properties": {"sessionId": other["sessionId"]}}
    got = refused(caller, "POST", f"{CAPACITY}/exchange", body, headers=head)
    assert got == (400, "BadRequest")


@pytest.mark.parametrize("principal", ["guest", "customer-owner", "customer-user"])
def test_guests_and_customers_do_not_exchange(caller, world, principal):
    """D-213, D-813, D-906."""
    head = these.signed_in(caller, principal, tiny.ADA)
    wanted = {
        "reservationsToExchange": [item(hold(world), 1)],
        "reservationsToPurchase": [purchase("Standard_D4s_v9", 4)],
    }
    got = refused(caller, "POST", f"{CAPACITY}/calculateExchange", {"properties": wanted}, headers=head)
    assert got == (403, "AuthorizationFailed")


def test_quotes_that_nobody_used_are_forgotten(caller, world):
    quoted = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    used = exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    exchange(caller, used)
    world.advance(60 * 24 * 3)
    exchange_quote(caller, [(hold(world), 1)], [purchase("Standard_D4s_v9", 4)])
    kept = world.state.sessions.exchanges
    assert (quoted["sessionId"] in kept, used["sessionId"] in kept) == (False, True)
