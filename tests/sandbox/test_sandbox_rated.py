"""Daily rated lines of Azure plans."""

import json
from collections import defaultdict
from decimal import Decimal

import pytest
from test_sandbox_purchase import buy, line, reservation
from tiny_world import BOB, BOB_AZURE_ONE, BOB_PLAN, CYD

from bespeak.sandbox.rated import floor_total

PATH = "/v1/invoices/unbilled/lineitems?provider=OneTime&invoiceLineItemType=UsageLineItems&currencycode=usd"


def lines(caller, period="current", more=""):
    return [line for page in caller.pages(f"{PATH}&period={period}{more}") for line in page]


def info(line):
    return json.loads(line["additionalInfo"])


def test_the_current_month_ends_two_days_before_now(caller):
    """D-331: a day is rated 24 hours after its end."""
    days = sorted({line["usageDate"] for line in lines(caller)})
    assert (days[0], days[-1], len(days)) == ("2026-11-01T00:00:00", "2026-11-14T00:00:00", 14)
    caller.advance(23 * 60 + 59)
    assert len({line["usageDate"] for line in lines(caller)}) == 14
    caller.advance(1)
    assert len({line["usageDate"] for line in lines(caller)}) == 15


def test_the_previous_month_is_whole(caller):
    days = sorted({line["usageDate"] for line in lines(caller, "previous")})
    assert (days[0], days[-1], len(days)) == ("2026-10-01T00:00:00", "2026-10-31T00:00:00", 31)


def test_a_line_sums_the_hours_of_a_machine_in_a_day(caller):
    day = [line for line in lines(caller) if line["usageDate"].startswith("2026-11-03")]
    shown = {info(line)["VMName"]: (line["quantity"], info(line)["ServiceType"]) for line in day}
    assert shown == {
        "vm-p1": (24, "Standard_D2s_v5"),
        "vm-p2": (10, "Standard_D2s_v5"),
        "vm-q1": (24, "Standard_D4s_v5"),
    }


def test_a_line_names_customer_plan_subscription_and_meter(caller):
    found = lines(caller)[0]
    assert (found["customerId"], found["customerName"]) == (BOB, "Bob & Söhne")
    assert (found["subscriptionId"], found["entitlementId"]) == (BOB_PLAN, BOB_AZURE_ONE)
    assert (found["meterCategory"], found["meterName"], found["meterRegion"]) == (
        "Virtual Machines",
        "D2s v5",
        "PL Central",
    )
    assert found["invoiceLineItemType"] == "usage_line_items"
    assert isinstance(found["additionalInfo"], str)
    assert found["attributes"] == {"objectType": "DailyRatedUsageLineItem"}


def test_money_is_what_the_partner_pays_after_earned_credit(caller):
    found = lines(caller)[0]
    assert (found["unitPrice"], found["effectiveUnitPrice"]) == (0.1152, 0.09792)
    assert (found["billingPreTaxTotal"], found["billingCurrency"]) == (2.35, "USD")
    assert (found["rateOfPartnerEarnedCredit"], found["hasPartnerEarnedCredit"]) == (0.15, True)


def test_d333_a_total_is_rounded_down():
    """D-333 and X-21: 1.6572 is 1.65, not 1.66."""
    assert floor_total(Decimal("0.0816"), Decimal(24), Decimal("0.846202666")) == Decimal("1.65")


def test_lines_come_page_by_page(caller):
    pages = caller.pages(f"{PATH}&period=current&size=20")
    assert [len(page) for page in pages] == [20, 20, 2]
    assert [line for page in pages for line in page] == lines(caller)


def test_another_currency_has_no_lines(caller):
    assert caller.get(PATH.replace("usd", "eur") + "&period=current")["items"] == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("provider=onetime&invoicelineitemtype=usagelineitems&currencycode=usd", (400, 2001)),
        ("provider=onetime&invoicelineitemtype=usagelineitems&currencycode=usd&period=last", (400, 2001)),
        ("provider=office&invoicelineitemtype=usagelineitems&currencycode=usd&period=current", (501, 0)),
        ("provider=onetime&invoicelineitemtype=usagelineitems&period=current", (400, 2001)),
    ],
)
def test_a_wrong_question(caller, query, error):
    assert caller.error("GET", f"/v1/invoices/unbilled/lineitems?{query}") == error


def test_an_invoice_that_does_not_exist_has_no_lines(caller):
    query = "provider=onetime&invoicelineitemtype=usagelineitems"
    assert caller.error("GET", f"/v1/invoices/G000000001/lineitems?{query}") == (404, 1000)


def test_d341_a_covered_day_keeps_its_meter_and_names_the_reservation(caller):
    """Two reserved D2s: vm-p1 is covered whole; by day the Windows vm-p2, by night half of the D4s vm-q1."""
    buy(caller, line(caller, quantity=2))
    order_id, held = reservation(caller)
    caller.advance(4 * 24 * 60)
    day = [line for line in lines(caller) if line["usageDate"].startswith("2026-11-17")]
    assert {line["customerId"] for line in day} == {BOB} != {CYD}
    hours = defaultdict(float)
    for found in day:
        kind = (info(found)["VMName"], info(found)["UsageType"], "ReservationId" in info(found))
        hours[kind] += found["quantity"]
    assert hours == {
        ("vm-p1", "ComputeHR", True): 24,
        ("vm-p2", "ComputeHR", True): 10,
        ("vm-p2", "ComputeHR_SW", False): 10,
        ("vm-q1", "ComputeHR", True): 7,
        ("vm-q1", "ComputeHR", False): 17,
    }
    covered = next(line for line in day if info(line)["VMName"] == "vm-q1" and "ReservationId" in info(line))
    assert covered["meterId"] == info(covered)["ConsumptionMeter"] == "11111111-0000-4000-8000-000000000002"
    assert (info(covered)["ReservationId"], info(covered)["ReservationOrderId"]) == (held["name"], order_id)
    assert info(covered)["RINormalizationRatio"] == "2.0"
    assert (covered["unitPrice"], covered["effectiveUnitPrice"], covered["billingPreTaxTotal"]) == (
        0.2304,
        0,
        0,
    )


def test_the_licence_of_a_covered_windows_machine_costs_what_it_adds(caller):
    buy(caller, line(caller, quantity=4))
    reservation(caller)
    caller.advance(4 * 24 * 60)
    licence = next(found for found in lines(caller) if info(found)["UsageType"] == "ComputeHR_SW")
    assert (licence["unitPrice"], licence["quantity"]) == (0.092, 10)
    assert licence["meterCategory"] == "Virtual Machines Licenses"
