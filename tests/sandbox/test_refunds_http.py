"""Refunds over HTTP: the worked examples X-06 to X-10, moved by four years so that leap years stay where they are."""

from datetime import UTC, datetime
from decimal import Decimal

import azure_caller
import changes_world as these
import pytest
import tiny_world as tiny
from changes_world import call, give_back, go, hold, order_path, path, refund, refund_quote

from bespeak.sandbox.money import money
from bespeak.sandbox.reservation_records import Refund, Scope


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return these.build(tmp_path_factory.mktemp("refunds"))


@pytest.fixture
def caller(first):
    return these.fresh(first)


@pytest.fixture
def world(caller):
    return caller.world


def test_the_refund_is_counted_by_days(caller, world):
    """X-06 (D-801): 184 of 365 days of 2,400."""
    go(world, "2029-01-01")
    held = hold(world)
    go(world, "2029-07-01")
    figures = refund_quote(caller, held, 1)["properties"]
    assert figures["billingRefundAmount"] == {"currencyCode": "USD", "amount": 1209.86}
    billing = figures["billingInformation"]
    assert billing["billingCurrencyTotalPaidAmount"]["amount"] == 2400.0
    assert billing["billingCurrencyProratedAmount"]["amount"] == 1190.14
    assert billing["billingCurrencyRemainingCommitmentAmount"]["amount"] == 0.0
    assert (billing["completedTransactions"], billing["totalTransactions"]) == (1, 1)


def test_on_the_last_day_one_day_comes_back(caller, world):
    """X-06: bought 07-10, returned a year and a day less later."""
    go(world, "2026-12-10", 13)
    held = hold(world, "Standard_D2s_v9")
    go(world, "2027-12-09", 23)
    assert refund(caller, held, 1) == "1.00"


def test_some_of_the_instances_are_returned(caller, world):
    """X-06: 4 of 10 at 500."""
    go(world, "2029-01-01")
    held = hold(world, "Standard_D3s_v9", quantity=10)
    go(world, "2029-07-01")
    figures = refund_quote(caller, held, 4)["properties"]
    assert figures["billingRefundAmount"]["amount"] == 1008.22
    assert figures["billingInformation"]["billingCurrencyTotalPaidAmount"]["amount"] == 5000.0
    assert figures["billingInformation"]["billingCurrencyProratedAmount"]["amount"] == 3991.78


@pytest.mark.parametrize(
    ("size", "month", "day", "amount"),
    [
        ("Standard_D1s_v9", 7, 1, "1064.68"),
        ("Standard_D4s_v9", 1, 5, "1000.00"),
        ("Standard_D4s_v9", 1, 6, "1000.00"),
        ("Standard_D4s_v9", 1, 7, "865.53"),
    ],
)
def test_the_fee_of_2020_is_a_text_of_its_time(caller, world, size, month, day, amount):
    """X-06 (D-808): 12 % from the sixth day on; unused within five days everything comes back."""
    go(world, "2029-01-01")
    held = hold(world, size, flexible=False)
    world.switches.refund_text_of = "2021-01-01"
    go(world, f"2029-{month:02}-{day:02}")
    assert refund(caller, held, 1) == amount


def test_used_within_five_days_is_prorated(caller, world):
    """D-808: the fee is waived, the days are not."""
    go(world, "2027-01-01")
    held = hold(world, "Standard_D2s_v9", scope=Scope("Single", tiny.ADA_AZURE_ONE))
    world.switches.refund_text_of = "2021-01-01"
    go(world, "2027-01-05")
    assert refund(caller, held, 1) == "361.00"


def test_within_three_days_nothing_is_deducted_when_the_switch_says_so(caller, world):
    """Recorded answers, 2.13: returned two to three days after the purchase."""
    go(world, "2029-01-01")
    held = hold(world)
    go(world, "2029-01-04")
    assert refund(caller, held, 1) == "2380.27"
    world.switches.refund_whole_days = 3
    assert refund(caller, held, 1) == "2400.00"
    go(world, "2029-01-05")
    assert refund(caller, held, 1) == "2373.70"


@pytest.mark.parametrize(("factor", "amount"), [("1", "666.67"), ("0.9", "600.00"), ("1.5", "666.67")])
def test_the_lower_price_counts(caller, world, factor, amount):
    """X-07 (D-802): 365 of 1,095 days of 2,000, or of today's 1,800."""
    go(world, "2028-03-01")
    held = hold(world, "Standard_D4s_v9", term="P3Y")
    go(world, "2030-03-01")
    these.price(world, factor)
    assert refund(caller, held, 1) == amount


def monthly(world, size="Standard_D1s_v9"):
    go(world, "2029-01-01")
    return hold(world, size, term="P3Y", plan="Monthly")


def test_after_eighteen_payments_half_remains(caller, world):
    """X-08: 3,600 in 36 payments."""
    held = monthly(world)
    go(world, "2030-06-15")
    billing = refund_quote(caller, held, 1)["properties"]["billingInformation"]
    assert billing["completedTransactions"] == 18
    assert billing["billingCurrencyRemainingCommitmentAmount"]["amount"] == 1800.0


def test_what_is_cancelled_counts_not_what_is_paid_out(caller, world):
    """X-08 (D-804): returned in month 12, 2,400 count and 47,600 are left."""
    held = monthly(world)
    go(world, "2029-12-20")
    give_back(caller, held, 1)
    other = hold(world)
    policy = refund_quote(caller, other, 1)["properties"]["policyResult"]["properties"]
    assert policy["consumedRefundsTotal"] == {"currencyCode": "USD", "amount": 2400.0}
    assert policy["maxRefundLimit"] == {"currencyCode": "USD", "amount": 50000.0}
    assert policy["policyErrors"] == []


@pytest.mark.parametrize(("payments", "month", "allowed"), [(18, 6, False), (19, 7, False), (20, 8, True)])
def test_a_large_reservation_can_be_returned_after_the_twentieth_payment(
    caller, world, payments, month, allowed
):
    """X-08 (D-806): 108,000 in 36 payments of 3,000."""
    held = monthly(world, "Standard_D2s_v9")
    go(world, f"2030-{month:02}-15")
    figures = refund_quote(caller, held, 1)["properties"]
    assert figures["billingInformation"]["completedTransactions"] == payments
    errors = figures["policyResult"]["properties"]["policyErrors"]
    assert [one["code"] for one in errors] == ([] if allowed else ["RefundLimitExceeded"])
    answer = give_back(caller, held, 1, 202 if allowed else 400)
    assert ("error" in answer) is not allowed


def test_of_three_large_ones_one_can_be_returned(caller, world):
    """X-08: 36,000 each on the day of the purchase."""
    go(world, "2029-01-01")
    held = hold(world, "Standard_D3s_v9", term="P3Y", quantity=3)
    assert [refund_quote(caller, held, n)["properties"]["policyResult"]["properties"]["policyErrors"] == []
            for n in (1, 2, 3)] == [True, False, False]  # fmt: skip
    give_back(caller, held, 1)
    world.advance(10)
    rest = next(one for one in world.book.reservations(tiny.ADA) if one.alive(world.now))
    assert rest.quantity == 2
    assert give_back(caller, rest, 1, 400)["error"]["code"] == "RefundLimitExceeded"


def past(world, day, amount):
    """A refund of an earlier day."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    zero = Decimal(0)
    world.book.refund(
        Refund(1, at, tiny.ADA, "o", "r", 1, "Return", zero, zero, zero, Decimal(amount), "USD", zero, 1)
    )


def consumed(caller, world, day):
    go(world, day)
    held = hold(world)
    policy = refund_quote(caller, held, 1)["properties"]["policyResult"]["properties"]
    return 50_000 - policy["consumedRefundsTotal"]["amount"]


def test_each_amount_leaves_the_limit_after_365_days(caller, world):
    """X-09 (D-805), moved by a year."""
    assert consumed(caller, world, "2027-03-09") == 50_000
    past(world, "2027-03-10", 2400)
    assert consumed(caller, world, "2027-03-10") == 47_600
    past(world, "2027-09-01", 30_000)
    assert consumed(caller, world, "2027-09-01") == 17_600
    assert consumed(caller, world, "2028-03-08") == 17_600
    assert consumed(caller, world, "2028-03-09") == 20_000  # 2028 has a 29 February
    assert consumed(caller, world, "2028-08-31") == 50_000


def test_a_refund_of_a_leap_year_leaves_a_day_sooner(caller, world):
    """X-09: 2028-02-01 frees on 2029-01-31."""
    go(world, "2028-02-01")
    past(world, "2028-02-01", 1000)
    assert consumed(caller, world, "2029-01-30") == 49_000
    assert consumed(caller, world, "2029-01-31") == 50_000


def test_the_limit_is_of_each_customer(caller, world):
    """D-803: for the customers of a partner each has its own."""
    go(world, "2029-01-01")
    give_back(caller, hold(world, "Standard_D3s_v9", term="P3Y"), 1)
    other = hold(world, "Standard_D3s_v9", term="P3Y", customer=tiny.BOB)
    assert refund_quote(caller, other, 1)["properties"]["policyResult"]["properties"]["policyErrors"] == []


def test_paid_is_consumed_and_refunded(caller, world):
    """X-10 (D-810, D-807): 24.00 GBP paid, 3.28 consumed, 20.72 refunded; the limit counts 24.92 USD."""
    go(world, "2028-01-01")
    past(world, "2028-01-01", "83.69")
    held = hold(world, term="P3Y", total="24.00", currency="GBP")
    go(world, "2028-05-30")
    figures = refund_quote(caller, held, 1)["properties"]
    billing = figures["billingInformation"]
    assert billing["billingCurrencyTotalPaidAmount"] == {"currencyCode": "GBP", "amount": 24.0}
    assert billing["billingCurrencyProratedAmount"]["amount"] == 3.28
    assert figures["billingRefundAmount"] == {"currencyCode": "GBP", "amount": 20.72}
    assert figures["pricingRefundAmount"] == {"currencyCode": "USD", "amount": 24.92}
    assert figures["policyResult"]["properties"]["consumedRefundsTotal"]["amount"] == 83.69


def test_a_return_runs_for_some_minutes_and_frees_nothing_else(caller, world):
    held = hold(world, quantity=2)
    answer = give_back(caller, held, 2)
    assert call(caller, "GET", order_path(held))["properties"]["provisioningState"] == "Pending"
    assert azure_caller.refused(caller, "POST", f"{order_path(held)}/split", split_body(held)) == (
        400,
        "OperationCannotBePerformedInCurrentState",
    )
    world.advance(4)
    assert call(caller, "GET", order_path(held))["properties"]["provisioningState"] == "Cancelled"
    assert call(caller, "GET", path(held))["properties"]["provisioningState"] == "Cancelled"
    assert answer["id"].lower() == path(held).lower()


def split_body(held):
    return {"properties": {"quantities": [1, 1], "reservationId": path(held)}}


def test_a_part_is_returned_in_a_reservation_of_its_own(caller, world):
    """2.13: a split happens inside; the returned part is Cancelled, the rest goes on."""
    held = hold(world, quantity=5)
    give_back(caller, held, 2)
    world.advance(4)
    order = call(caller, "GET", order_path(held))["properties"]
    assert order["provisioningState"] == "Succeeded"
    assert order["originalQuantity"] == 5
    read = [call(caller, "GET", one["id"]) for one in order["reservations"]]
    assert [(one["properties"]["quantity"], one["properties"]["provisioningState"]) for one in read] == [
        (5, "Cancelled"),
        (2, "Cancelled"),
        (3, "Succeeded"),
    ]


@pytest.mark.parametrize("present", [True, False])
def test_where_to_look_is_said_or_not(caller, world, present):
    """2.13: Location was there in 2023 and not in 2022."""
    world.switches.return_location = present
    held = hold(world)
    session = refund_quote(caller, held, 1)["properties"]["sessionId"]
    wanted = {"sessionId": session, "reservationToReturn": these.item(held, 1)}
    answer = azure_caller.azure(caller, "POST", f"{order_path(held)}/return", {"properties": wanted})
    assert ("Location" in answer.headers) is present
    assert "Retry-After" not in answer.headers


def test_a_session_is_good_once_and_for_a_while(caller, world):
    held = hold(world, quantity=3)
    session = refund_quote(caller, held, 1)["properties"]["sessionId"]
    wanted = {"sessionId": session, "reservationToReturn": these.item(held, 1)}
    where, body = f"{order_path(held)}/return", {"properties": wanted}
    other = {"properties": wanted | {"reservationToReturn": these.item(held, 2)}}
    assert azure_caller.refused(caller, "POST", where, other) == (400, "BadRequest")
    world.advance(16)
    assert azure_caller.refused(caller, "POST", where, body) == (400, "BadRequest")
    session = refund_quote(caller, held, 1)["properties"]["sessionId"]
    again = {"properties": wanted | {"sessionId": session}}
    call(caller, "POST", where, again, 202)
    assert azure_caller.refused(caller, "POST", where, again) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reservationToReturn": None}, "InvalidRequestContent"),
        ({"reservationToReturn": {"reservationId": "x", "quantity": 1}}, "InvalidReservationId"),
        ({"scope": "Order"}, "InvalidRequestContent"),
    ],
)
def test_a_malformed_question_names_its_member(caller, world, change, code):
    held = hold(world)
    wanted = {"scope": "Reservation", "reservationToReturn": these.item(held, 1)} | change
    where = f"{order_path(held)}/calculateRefund"
    assert azure_caller.refused(caller, "POST", where, {"properties": wanted}) == (400, code)


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (0, "InvalidRefundQuantity"),
        (3, "InvalidRefundQuantity"),
        ("1", "InvalidRequestContent"),
        (True, "InvalidRequestContent"),
    ],
)
def test_no_more_than_there_is_comes_back(caller, world, quantity, code):
    held = hold(world, quantity=2)
    wanted = {"reservationToReturn": these.item(held, 1) | {"quantity": quantity}}
    where = f"{order_path(held)}/calculateRefund"
    assert azure_caller.refused(caller, "POST", where, {"properties": wanted}) == (400, code)


def test_another_tenants_reservation_is_unknown(caller, world):
    held, other = hold(world), hold(world, customer=tiny.BOB)
    wanted = {"reservationToReturn": these.item(other, 1)}
    where = f"{order_path(held)}/calculateRefund"
    assert azure_caller.refused(caller, "POST", where, {"properties": wanted})[1] == (
        "ReservationIdNotInReservationOrder"
    )


@pytest.mark.parametrize("principal", ["guest", "customer-owner", "customer-user"])
def test_guests_and_customers_do_not_refund(caller, world, principal):
    """D-213, D-813: a guest views only, and a customer of a partner returns nothing itself."""
    held = hold(world)
    wanted = {"reservationToReturn": these.item(held, 1)}
    head = these.signed_in(caller, principal, tiny.ADA)
    where = f"{order_path(held)}/calculateRefund"
    got = azure_caller.refused(caller, "POST", where, {"properties": wanted}, headers=head)
    assert got == (403, "AuthorizationFailed")


def test_refunds_by_support_request_only(caller, world):
    """D-707: an older rule that the API still knows."""
    world.switches.self_service_refunds = False
    held = hold(world)
    errors = refund_quote(caller, held, 1)["properties"]["policyResult"]["properties"]["policyErrors"]
    assert [one["code"] for one in errors] == ["SelfServiceRefundNotSupported"]
    assert give_back(caller, held, 1, 400)["error"]["code"] == "SelfServiceRefundNotSupported"


def test_the_refund_stands_in_the_book(caller, world):
    go(world, "2029-01-01")
    held = hold(world, quantity=2)
    go(world, "2029-07-01")
    give_back(caller, held, 1)
    found = money(world.book, tiny.ADA, world.now)
    assert (found.paid, found.refunded, found.refundable) == (4800, Decimal("1209.86"), Decimal("1209.87"))
    assert found.consumed == Decimal("2380.27")
    kept = world.book.refunds(tiny.ADA)[0]
    assert (kept.kind, kept.quantity, kept.amount, kept.reason) == (
        "Return",
        1,
        Decimal("1209.86"),
        "not needed",
    )


def test_a_fee_is_used_up(caller, world):
    """D-808: of 1,209.86 a fee of 145.18 is kept; the commitment counts whole."""
    go(world, "2029-01-01")
    held = hold(world, flexible=False)
    world.switches.refund_text_of = "2021-01-01"
    go(world, "2029-07-01")
    give_back(caller, held, 1)
    found = money(world.book, tiny.ADA, world.now)
    assert (found.paid, found.refunded, found.refundable) == (2400, Decimal("1064.68"), 0)
    assert found.consumed == Decimal("1335.32")
    assert found.cancelled == Decimal("1209.86")


def test_a_text_is_chosen_by_a_day(caller, world):
    """The switches name the day whose text counts; anything else is refused and changes nothing."""
    before = world.snapshot()
    for name in ("refund_text_of", "exchange_text_of"):
        answer = caller.control("POST", "/switches", {name: "last year"})
        assert (answer.status_code, name in answer.get_json()["error"]["message"]) == (400, True)
    assert world.snapshot() == before
    assert caller.control("POST", "/switches", {"refund_text_of": "2021-01-01"}).status_code == 200
    assert world.switches.refund_text_of == "2021-01-01"


@pytest.mark.parametrize(("day", "allowed"), [("2030-08-11", False), ("2030-08-12", True)])
def test_by_days_58_000_must_be_spent(caller, world, day, allowed):
    """D-806, read by days: 57,000 are used up when the twentieth payment is made, 58,000 a third of a month later."""
    world.switches.pool_counts_instalment = True
    held = monthly(world, "Standard_D2s_v9")
    go(world, day)
    errors = refund_quote(caller, held, 1)["properties"]["policyResult"]["properties"]["policyErrors"]
    assert (errors == []) is allowed
