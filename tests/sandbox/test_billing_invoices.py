"""Invoices of the partner month by month, and what is owed."""

import json
import re
from decimal import Decimal

import pytest
from test_sandbox_purchase import buy, line
from tiny_world import BOB

from bespeak.sandbox.reservation_records import Refund
from bespeak.sandbox.utilization import RECORDS_FROM

DAY = 24 * 60
ALL = "/v1/invoices"


def ids(caller):
    """The documents of new commerce."""
    return [one["id"] for one in found_invoices(caller)]


def found_invoices(caller):
    return [one for one in caller.get(ALL)["items"] if one["invoiceType"] == "OneTime"]


def months(caller):
    """The months that have records and are billed by now."""
    first, now = RECORDS_FROM, caller.world.now
    count = (now.year - first.year) * 12 + now.month - first.month
    return range(count if now.day >= 8 else count - 1)


def returned(caller, amount="100"):
    """Gives the only reservation back, as the law of refunds would, for this much."""
    world = caller.world
    held = next(iter(world.book.reservations()))
    held.until, held.ended_as, held.refunded = world.now, "Returned", Decimal(amount)
    world.book.refund(
        Refund(
            1, world.now, held.customer_id, held.order_id, held.id, held.quantity, "Return", Decimal(amount),
            Decimal(0), Decimal(0), Decimal(0), "USD", Decimal(amount), 1,
        )
    )  # fmt: skip


def test_invoices_come_monthly_newest_first(caller):
    """D-1236: a calendar month, there by the 8th of the next one."""
    found = {"items": found_invoices(caller)}
    shown = [
        (one["invoiceDate"], one["billingPeriodStartDate"], one["billingPeriodEndDate"])
        for one in found["items"]
    ]
    assert shown[:3] == [
        ("2026-11-08T00:00:00Z", "2026-10-01T00:00:00Z", "2026-10-31T00:00:00Z"),
        ("2026-10-08T00:00:00Z", "2026-09-01T00:00:00Z", "2026-09-30T00:00:00Z"),
        ("2026-09-08T00:00:00Z", "2026-08-01T00:00:00Z", "2026-08-31T00:00:00Z"),
    ]
    assert caller.get(ALL)["totalCount"] == 2 * len(shown) == 2 * len(months(caller))
    assert {one["invoiceType"] for one in found["items"]} == {"OneTime"}
    assert all(re.fullmatch(r"G\d{9}", one["id"]) for one in found["items"])


def test_a_month_is_billed_on_the_eighth(caller):
    caller.advance(21 * DAY + DAY - 1)
    before = ids(caller)
    caller.advance(1)
    assert ids(caller)[1:] == before


def test_an_invoice_keeps_its_id_and_its_total_as_time_goes_on(caller):
    before = {one["id"]: one["totalCharges"] for one in found_invoices(caller)}
    buy(caller, line(caller, quantity=2))
    caller.advance(60 * DAY)
    after = {one["id"]: one["totalCharges"] for one in found_invoices(caller)}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2


def test_one_invoice_is_read_with_and_without_the_prefix(caller):
    newest = found_invoices(caller)[0]
    assert newest["links"]["self"]["uri"] == f"/invoices/OneTime-{newest['id']}"
    assert caller.get(f"{ALL}/{newest['id']}") == newest
    assert caller.get(f"{ALL}/onetime-{newest['id'].lower()}") == newest
    assert caller.error("GET", f"{ALL}/G999999999") == (404, 1000)


def test_size_and_offset_are_whole_numbers(caller):
    for query in ("size=many", "offset=-1", "size=" + "9" * 5000):
        assert caller.error("GET", f"{ALL}?{query}") == (400, 2001)


def test_a_filter_on_the_date(caller):
    low = {"Field": "InvoiceDate", "Value": "2026-10-08", "Operator": "greater_than_or_equals"}
    high = {"Field": "InvoiceDate", "Value": "2026-11-08T00:00:00Z", "Operator": "less_than"}
    both = json.dumps({"LeftFilter": low, "RightFilter": high, "Operator": "and"})
    found = caller.get(f"{ALL}?filter={both}")["items"]
    assert {one["invoiceDate"][:10] for one in found} == {"2026-10-08"}


@pytest.mark.parametrize(
    "wrong",
    ["nonsense", "[]", '{"Field":"Total","Value":"1","Operator":"equals"}', '{"Operator":"and"}',
     '{"Field":"InvoiceDate","Value":1,"Operator":"equals"}', '{"Field":"InvoiceDate","Value":"a"}',
     '{"Field":"InvoiceDate","Value":"a","Operator":"substring"}', "[" * 3000],
)  # fmt: skip
def test_a_filter_with_a_mistake(caller, wrong):
    before = caller.world.snapshot()
    assert caller.error("GET", f"{ALL}?filter={wrong}") == (400, 2000)
    assert caller.world.snapshot() == before


def test_the_statement_is_a_pdf(caller):
    newest = found_invoices(caller)[0]
    answer = caller.call("GET", "/v1" + newest["pdfDownloadLink"])
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-1.4")
    assert answer.data.endswith(b"%%EOF\n")
    place = int(answer.data.rpartition(b"startxref\n")[2].split()[0])
    assert answer.data[place:].startswith(b"xref")
    assert f"Total: {newest['totalCharges']:,.2f} USD".encode() in answer.data


def test_summaries_add_up(caller):
    """Net 60 days (D-1236): that of August fell due on 7 November, the two newer ones are open on the 16th."""
    found = caller.get(ALL)["items"]
    (one,) = caller.get(f"{ALL}/summaries")["items"]
    owed = [invoice["totalCharges"] for invoice in found if invoice["invoiceDate"] > "2026-10"]
    assert len(owed) == 4
    assert one["balanceAmount"] == pytest.approx(sum(owed), abs=0.001)
    paid = [invoice["paidAmount"] for invoice in found if invoice["invoiceDate"].startswith("2026-09-08")]
    assert one["lastPaymentDate"] == "2026-11-07T00:00:00Z"
    assert one["lastPaymentAmount"] == pytest.approx(sum(paid), abs=0.001)
    assert [detail["invoiceType"] for detail in one["details"]] == ["OneTime", "Recurring"]
    parts = sum(detail["summary"]["balanceAmount"] for detail in one["details"])
    assert one["balanceAmount"] == pytest.approx(parts, abs=0.001)
    assert caller.get(f"{ALL}/summary") == one


def test_summaries_are_for_users_only(caller):
    for path in ("summaries", "summary"):
        assert caller.error("GET", f"{ALL}/{path}", user=False) == (403, 900329)
    assert caller.get(ALL, user=False)["totalCount"] == caller.get(ALL)["totalCount"] > 1


def test_estimate_links_lead_to_lines(caller):
    found = caller.get(f"{ALL}/estimates/links?currencyCode=USD")["items"]
    kinds = [(one["type"], one["period"]) for one in found]
    assert sorted(kinds) == sorted(
        (kind, period)
        for kind in ("daily_rated_usage", "non_consumption")
        for period in ("current", "previous")
    )
    for one in found:
        caller.get("/v1" + one["link"]["uri"])


def test_a_refund_before_the_invoice_is_in_it(caller):
    buy(caller, line(caller, quantity=1))
    caller.advance(15)
    returned(caller, "590")
    caller.advance(22 * DAY)
    newest = found_invoices(caller)[0]
    assert newest["documentType"] == "invoice"
    path = f"{ALL}/{newest['id']}/lineitems/OneTime/BillingLineItems"
    lines = [one for one in caller.get(path)["items"] if one["reservationOrderId"]]
    assert [(one["chargeType"], one["subtotal"]) for one in lines] == [("New", 595), ("Cancel", -590)]


def test_a_later_refund_makes_a_note_that_amends_the_invoice_of_the_purchase(caller):
    """D-812: posted in the billing month of the purchase, by a document of its own."""
    buy(caller, line(caller, quantity=1))
    caller.advance(30 * DAY)
    returned(caller, "500")
    caller.advance(30 * DAY)
    found = caller.get(ALL)["items"]
    (note,) = [one for one in found if one["documentType"] == "adjustment_note"]
    original = caller.get(f"{ALL}/{note['amendsOf']}")
    assert original["billingPeriodStartDate"] == note["billingPeriodStartDate"] == "2026-11-01T00:00:00Z"
    assert note["invoiceDate"] == "2027-01-08T00:00:00Z"
    assert [one["id"] for one in original["amendments"]] == [note["id"]]
    assert note["totalCharges"] == -500
    assert [one["invoiceLineItemType"] for one in note["invoiceDetails"]] == ["billing_line_items"]


def test_sums_of_months_are_kept_when_the_clock_moves(caller, monkeypatch):
    caller.get(ALL)
    caller.advance(DAY)
    asked = []
    rated = caller.world.rating.between
    monkeypatch.setattr(caller.world.usage, "_rated", lambda *days: asked.append(days) or rated(*days))
    caller.get(ALL)
    assert asked == []


def test_a_customer_that_left_is_still_on_the_bill(caller):
    buy(caller, line(caller, quantity=1))
    caller.advance(15)
    caller.world.directory.remove_customer(BOB)
    caller.advance(22 * DAY)
    path = f"{ALL}/{ids(caller)[0]}/lineitems/OneTime/BillingLineItems"
    assert {one["customerId"] for one in caller.get(path)["items"]} == {BOB}


def test_what_was_bought_before_there_were_records_is_billed_without_usage(caller):
    """A reservation that a scenario gives its customer from the beginning."""
    buy(caller, line(caller, quantity=1))
    (order,) = caller.world.book.orders()
    (held,) = caller.world.book.reservations()
    long_ago = RECORDS_FROM.replace(month=2, day=10)
    order.requested = order.starts = order.visible = held.starts = held.since = long_ago
    oldest = found_invoices(caller)[-1]
    assert (oldest["invoiceDate"], oldest["totalCharges"]) == ("2026-03-08T00:00:00Z", 595)
    assert [one["invoiceLineItemType"] for one in oldest["invoiceDetails"]] == ["billing_line_items"]
    path = f"{ALL}/{oldest['id']}/lineitems/OneTime/UsageLineItems"
    assert caller.get(path)["items"] == []
