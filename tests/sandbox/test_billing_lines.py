"""Lines of invoices, billed and not billed yet."""

import json
from decimal import Decimal

import pytest
from test_billing_invoices import ALL, DAY, found_invoices, ids, returned
from test_sandbox_purchase import buy, line
from tiny_world import ADA, BOB

PURCHASES = "lineitems?provider=OneTime&invoicelineitemtype=BillingLineItems"
USAGE = "lineitems?provider=OneTime&invoicelineitemtype=UsageLineItems"
UNBILLED = f"{ALL}/unbilled"


def read(caller, path):
    return [one for page in caller.pages(path) for one in page]


def total(lines, member):
    return sum((Decimal(str(one[member])) for one in lines), Decimal(0))


def test_lines_of_an_invoice_add_up_to_its_total(caller):
    buy(caller, line(caller, quantity=2))
    caller.advance(30 * DAY)
    for invoice in found_invoices(caller):
        lines = read(caller, f"{ALL}/{invoice['id']}/{PURCHASES}")
        assert total(lines, "subtotal") == Decimal(str(invoice["totalCharges"]))
        usage = read(caller, f"{ALL}/{invoice['id']}/{USAGE}")
        plan = [one for one in lines if one["productName"] == "Azure plan"]
        assert total(usage, "billingPreTaxTotal") == total(plan, "subtotal")


def test_a_purchase_is_a_line_of_its_month(caller):
    (order,) = buy(caller, line(caller, quantity=2))
    caller.advance(30 * DAY)
    lines = read(caller, f"{ALL}/{ids(caller)[0]}/{PURCHASES}")
    (one,) = [found for found in lines if found["reservationOrderId"]]
    assert one["productName"] == "Reserved VM Instance, Standard_D2s_v5, PL Central, 1 Year"
    assert (one["chargeType"], one["quantity"], one["unitPrice"], one["subtotal"]) == ("New", 2, 595, 1190)
    assert (one["orderId"], one["alternateId"]) == (order["id"], order["id"])
    assert one["invoiceNumber"] == ids(caller)[0]
    assert (one["customerId"], one["customerCountry"]) == (BOB, "US")
    assert (one["chargeStartDate"], one["chargeEndDate"]) == ("2026-11-16T00:00:00Z", "2027-11-16T00:00:00Z")
    assert one["priceAdjustmentDescription"] == "[]"
    assert isinstance(one["mpnId"], str)
    assert isinstance(one["resellerMpnId"], int)
    assert one["attributes"] == {"objectType": "OneTimeInvoiceLineItem"}


def test_lines_of_a_reservation_are_what_was_paid_less_what_was_refunded(caller):
    """Law: to the cent, over all documents."""
    caller.world.switches.monthly_billing = True
    buy(caller, line(caller, quantity=3, billingCycle="monthly"))
    caller.advance(75 * DAY)
    returned(caller, "20.55")
    caller.advance(90 * DAY)
    lines = [one for key in ids(caller) for one in read(caller, f"{ALL}/{key}/{PURCHASES}")]
    own = [one for one in lines if one["reservationOrderId"]]
    paid = 3 * sum(one.amount for one in first_instalments(caller, 3))
    assert total(own, "subtotal") == paid - Decimal("20.55")
    assert [one["chargeType"] for one in own].count("New") == 3


def first_instalments(caller, count):
    from bespeak.sandbox.payments import instalments  # noqa: PLC0415  (the law that is compared with)

    (order,) = caller.world.book.orders()
    return instalments(order.offer, order.billing_plan, order.starts)[:count]


def test_what_is_not_billed_hides_who_it_is(caller):
    buy(caller, line(caller, quantity=1))
    caller.advance(15)
    (one,) = read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=USD&period=current")
    assert {one[name] for name in ("partnerId", "invoiceNumber", "mpnId", "customerDomainName")} == {""}
    assert one["subtotal"] == 595
    assert read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=USD&period=previous") == []
    assert read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=EUR&period=current") == []


def test_a_new_month_makes_the_purchases_of_before_previous(caller):
    buy(caller, line(caller, quantity=1))
    caller.advance(20 * DAY)
    assert read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=USD&period=current") == []
    assert len(read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=USD&period=previous")) == 1


def test_the_path_form_gives_the_same_lines(caller):
    newest = ids(caller)[0]
    for kind, query in (("BillingLineItems", PURCHASES), ("UsageLineItems", USAGE)):
        lines = read(caller, f"{ALL}/OneTime-{newest}/lineitems/OneTime/{kind}")
        assert lines
        assert lines == read(caller, f"{ALL}/{newest}/{query}")


def test_billed_usage_is_a_whole_month_and_names_partner_and_invoice(caller):
    newest = ids(caller)[0]
    lines = read(caller, f"{ALL}/{newest}/{USAGE}&size=50")
    assert len({one["usageDate"] for one in lines}) == 31
    assert {one["invoiceNumber"] for one in lines} == {newest}
    assert {one["partnerId"] for one in lines} == {caller.world.partner_id}
    unbilled = read(caller, f"{UNBILLED}/{USAGE}&currencycode=usd&period=previous")
    assert total(lines, "billingPreTaxTotal") == total(unbilled, "billingPreTaxTotal")


def test_lines_are_chosen_by_earned_credit(caller):
    """Covered hours earn no credit (D-1231), so they are the lines without it."""
    buy(caller, line(caller, quantity=1))
    caller.advance(4 * DAY)
    path = f"{UNBILLED}/{USAGE}&currencycode=usd&period=current"
    everything = read(caller, path)
    with_credit = read(caller, f"{path}&hasPartnerEarnedCredit=true")
    without = read(caller, f"{path}&hasPartnerEarnedCredit=false")
    assert len(with_credit) + len(without) == len(everything)
    assert without
    assert all(json.loads(one["additionalInfo"]).get("ReservationId") for one in without)


def test_x20_a_covered_line_earns_no_credit_and_costs_nothing(caller):
    """X-20, D-1231, D-1232: credit is on what is paid by the hour only."""
    buy(caller, line(caller, quantity=1))
    caller.advance(4 * DAY)
    lines = read(caller, f"{UNBILLED}/{USAGE}&currencycode=usd&period=current")
    rates = {
        ("ReservationId" in json.loads(one["additionalInfo"])): one["rateOfPartnerEarnedCredit"]
        for one in lines
    }
    assert rates == {True: 0, False: 0.15}
    purchases = read(caller, f"{UNBILLED}/{PURCHASES}&currencycode=usd&period=current")
    assert "rateOfPartnerEarnedCredit" not in purchases[0]


def test_the_old_name_of_the_provider_is_understood(caller):
    path = f"{UNBILLED}/lineitems?provider=marketplace&invoicelineitemtype=usagelineitems"
    assert caller.get(f"{path}&currencycode=usd&period=current")["totalCount"] > 0


def test_a_token_is_for_its_own_lines(caller):
    path = f"{ALL}/{ids(caller)[0]}/{USAGE}"
    token = caller.get(f"{path}&size=5")["continuationToken"]
    sent = {"MS-ContinuationToken": token}
    other = f"{ALL}/{ids(caller)[1]}/{USAGE}&size=5"
    before = caller.world.snapshot()
    assert caller.error("GET", other, headers=sent) == (400, 2000)
    assert caller.error("GET", f"{path}&size=6", headers=sent) == (400, 2000)
    assert caller.error("GET", f"{path}&size=5", headers={"MS-ContinuationToken": "bm9uZQ=="}) == (400, 2000)
    assert caller.world.snapshot() == before
    caller.advance(61)
    assert caller.error("GET", f"{path}&size=5", headers=sent) == (400, 2000)


@pytest.mark.parametrize(
    "more",
    [
        "&size=-1",
        "&size=" + "9" * 5000,
        "&size=٣",
        "&currencycode=dollars",
        "&hasPartnerEarnedCredit=perhaps",
    ],
)
def test_a_query_with_a_mistake(caller, more):
    assert caller.error("GET", f"{ALL}/{ids(caller)[0]}/{USAGE}{more}") == (400, 2001)


def test_size_zero_is_a_whole_page(caller):
    assert caller.get(f"{ALL}/{ids(caller)[0]}/{USAGE}&size=0")["totalCount"] > 1


def test_a_prefix_of_customer_ids_is_a_switch(caller):
    caller.world.switches.org_prefix = True
    lines = read(caller, f"{ALL}/{ids(caller)[0]}/{PURCHASES}")
    assert {one["customerId"] for one in lines} == {f"org:{BOB}"}


def test_a_subscription_that_moved_to_a_plan_is_rated_from_the_next_day_on(caller):
    """What was legacy Azure before the move is on no bill of the plan."""
    before = {one["id"]: one["totalCharges"] for one in found_invoices(caller)}
    answer = caller.call("POST", "/v1/productupgrades", {"customerId": ADA, "productFamily": "azure"})
    assert answer.status_code in (200, 201, 202), answer.text
    caller.advance(4 * DAY)
    lines = read(caller, f"{UNBILLED}/{USAGE}&currencycode=usd&period=current")
    days = {one["usageDate"][:10] for one in lines if one["customerId"] == ADA}
    assert days == {"2026-11-17", "2026-11-18"}
    assert {one["id"]: one["totalCharges"] for one in found_invoices(caller)} == before
    record = next(one for one in caller.get("/v1/customers/usagerecords")["items"] if one["id"] == ADA)
    own = [one for one in lines if one["customerId"] == ADA]
    assert (record["isUpgraded"], Decimal(str(record["totalCost"]))) == (
        True,
        total(own, "billingPreTaxTotal"),
    )
