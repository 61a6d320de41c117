"""Invoices for legacy Azure: one a month, at list price, read by size and offset."""

from decimal import Decimal

import pytest
from test_billing_invoices import ALL, DAY, ids
from test_billing_lines import PURCHASES, read, total
from test_sandbox_purchase import buy, legacy_line
from tiny_world import ADA, ADA_ONE

LINES = "lineitems?provider=Azure&invoicelineitemtype=BillingLineItems"
DAYS = "lineitems?provider=Azure&invoicelineitemtype=UsageLineItems"


def recurring(caller):
    return [one for one in caller.get(ALL)["items"] if one["invoiceType"] == "Recurring"]


def test_a_legacy_invoice_has_ten_characters_and_its_own_prefix(caller):
    newest = recurring(caller)[0]
    assert len(newest["id"]) == 10
    assert newest["links"]["self"]["uri"] == f"/invoices/Recurring-{newest['id']}"
    assert (
        caller.get(f"{ALL}/{newest['id'].lower()}") == caller.get(f"{ALL}/Recurring-{newest['id']}") == newest
    )
    assert {one["billingProvider"] for one in newest["invoiceDetails"]} == {"azure"}
    for detail in newest["invoiceDetails"]:
        assert caller.get("/v1" + detail["links"]["self"]["uri"])["totalCount"] > 0


def test_size_and_offset_choose_among_legacy_invoices_only(caller):
    everything, others = recurring(caller), len(ids(caller))
    found = caller.get(f"{ALL}?size=1&offset=1")["items"]
    assert [one["id"] for one in found if one["invoiceType"] == "Recurring"] == [everything[1]["id"]]
    assert len(found) == others + 1


def test_lines_add_up_to_the_invoice(caller):
    for invoice in recurring(caller):
        lines = read(caller, f"{ALL}/{invoice['id']}/{LINES}")
        assert total(lines, "pretaxCharges") == Decimal(str(invoice["totalCharges"]))
        assert {one["customerId"] for one in lines} == {ADA}


def test_daily_lines_add_up_too(caller):
    newest = recurring(caller)[0]["id"]
    lines = read(caller, f"{ALL}/{newest}/{LINES}")
    days = read(caller, f"{ALL}/{newest}/{DAYS}&size=100")
    assert total(days, "consumedQuantity") == total(lines, "consumedQuantity")
    assert len({one["usageDate"] for one in days}) == 31
    assert {one["serviceInfo1"] for one in days if one["subscriptionId"] == ADA_ONE.upper()} == {
        "vm-a1",
        "vm-a2",
        "vm-w1",
    }


def test_covered_hours_of_legacy_azure_are_on_the_reservation_meter_at_zero(caller):
    """D-308, D-340: the meter of the reservation costs nothing; its purchase is on the other invoice."""
    buy(caller, legacy_line(caller, quantity=1), customer=ADA)
    caller.advance(40 * DAY)
    newest = recurring(caller)[0]["id"]
    lines = read(caller, f"{ALL}/{newest}/{LINES}")
    covered = [one for one in lines if one["serviceType"] == "Reservation-Base VM"]
    assert covered
    assert {one["pretaxCharges"] for one in covered} == {0}
    bought = [one["id"] for one in caller.get(ALL)["items"] if one["invoiceType"] == "OneTime"]
    own = [one for one in read(caller, f"{ALL}/{bought[0]}/{PURCHASES}") if one["customerId"] == ADA]
    assert [one["subtotal"] for one in own] == [595]


def test_what_moved_to_a_plan_stays_on_the_bills_of_before(caller):
    before = {one["id"]: one["totalCharges"] for one in caller.get(ALL)["items"]}
    caller.call("POST", "/v1/productupgrades", {"customerId": ADA, "productFamily": "azure"})
    caller.advance(30 * DAY)
    found = caller.get(ALL)["items"]
    assert before.items() <= {one["id"]: one["totalCharges"] for one in found}.items()
    newest = recurring(caller)[0]
    days = {one["usageDate"][:10] for one in read(caller, f"{ALL}/{newest['id']}/{DAYS}")}
    assert max(days) == "2026-11-16"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (f"unbilled/{LINES}", (400, 2001)),
        (f"unbilled/{DAYS}", (400, 2001)),
        ("unbilled/lineitems?provider=office&invoicelineitemtype=billinglineitems", (501, 0)),
    ],
)
def test_a_wrong_question_about_legacy_lines(caller, path, error):
    assert caller.error("GET", f"{ALL}/{path}") == error


def test_each_invoice_has_the_lines_of_its_own_provider(caller):
    old, new = recurring(caller)[0]["id"], ids(caller)
    assert read(caller, f"{ALL}/{old}/{PURCHASES}") == []
    assert caller.error("GET", f"{ALL}/{old}/{LINES}&offset=first") == (400, 2001)
    modern = next(key for key in new if key.startswith("G"))
    assert read(caller, f"{ALL}/{modern}/{LINES}") == []
