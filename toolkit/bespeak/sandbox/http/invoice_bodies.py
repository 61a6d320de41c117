"""Invoices and what is owed, as Partner Center prints them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.partner import is_a, number, to
from bespeak.sandbox.http.shapes import billing
from bespeak.sandbox.invoices import Invoice, month_start, next_month
from bespeak.sandbox.rules import days_to_pay
from bespeak.sandbox.world import World

_TYPES: tuple[billing.InvoiceType, ...] = ("OneTime", "Recurring")
_NEVER = "0001-01-01T00:00:00"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def invoice_body(one: Invoice, world: World) -> billing.Invoice:
    """A document."""
    shown: billing.Invoice = {
        "id": one.id,
        "invoiceDate": iso(one.date),
        "billingPeriodStartDate": iso(one.month),
        "billingPeriodEndDate": iso(next_month(one.month) - timedelta(days=1)),
        "totalCharges": number(one.total),
        "paidAmount": number(paid_of(one, world)),
        "currencyCode": one.currency,
        "currencySymbol": _SYMBOLS.get(one.currency, one.currency),
        "pdfDownloadLink": f"/invoices/{one.id}/documents/statement",
        "invoiceDetails": _details(one),
        "documentType": one.kind,
        "invoiceType": one.type,
        "links": {"self": to(f"/invoices/{one.type}-{one.id}")},
        "attributes": is_a("Invoice"),
    }
    if one.amends:
        shown["amendsOf"] = one.amends
    if one.amended_by:
        shown["amendments"] = [_amendment(key) for key in one.amended_by]
    return shown


def _amendment(invoice_id: str) -> billing.Amendment:
    links = {"self": to(f"/invoices/OneTime-{invoice_id}")}
    return {"id": invoice_id, "documentType": "adjustment_note", "links": links}


def _details(one: Invoice) -> list[billing.InvoiceDetail]:
    shown = [_detail(one, "billing_line_items", "BillingLineItems")]
    return [*shown, _detail(one, "usage_line_items", "UsageLineItems")] if one.usage else shown


def _detail(
    one: Invoice, kind: Literal["billing_line_items", "usage_line_items"], lines: str
) -> billing.InvoiceDetail:
    provider, name = ("OneTime", "one_time") if one.type == "OneTime" else ("Azure", "azure")
    where = f"/invoices/{one.type}-{one.id}/lineitems/{provider}/{lines}"
    return {
        "invoiceLineItemType": kind,
        "billingProvider": name,
        "links": {"self": to(where)},
        "attributes": is_a("InvoiceDetail"),
    }


def paid_of(one: Invoice, world: World) -> Decimal:
    """An invoice is paid on the last day; what is owed to the partner is set off at once."""
    return one.total if world.now >= one.date + timedelta(days=days_to_pay()) else Decimal(0)


def summaries_of(world: World) -> list[billing.InvoiceSummary]:
    """What is owed, a summary a currency; the currency of the partner first."""
    known = [*world.invoices.all(world.now), *world.legacy_invoices.all(world.now)]
    known.sort(key=lambda one: one.date, reverse=True)
    currencies = dict.fromkeys(["USD", *sorted(one.currency for one in known)])
    return [_summary(code, [one for one in known if one.currency == code], world) for code in currencies]


def _summary(currency: str, known: Sequence[Invoice], world: World) -> billing.InvoiceSummary:
    details: list[billing.SummaryDetail] = []
    for kind in _TYPES:
        of_kind = [one for one in known if one.type == kind]
        if of_kind:
            details.append({"invoiceType": kind, "summary": _part(currency, of_kind, world)})
    links = {"self": to("/invoices/summary")}
    return {**_part(currency, known, world), "details": details, "links": links}


def _part(currency: str, known: Sequence[Invoice], world: World) -> billing.SummaryPart:
    paid = [one for one in known if paid_of(one, world)]
    return {
        "balanceAmount": number(sum((one.total - paid_of(one, world) for one in known), Decimal(0))),
        "currencyCode": currency,
        "currencySymbol": _SYMBOLS.get(currency, currency),
        "accountingDate": iso(known[0].date if known else month_start(world.now)),
        "firstInvoiceCreationDate": iso(known[-1].date) if known else _NEVER,
        "lastPaymentDate": iso(paid[0].date + timedelta(days=days_to_pay())) if paid else _NEVER,
        "lastPaymentAmount": number(_last_payment(paid)),
        "latestInvoiceDate": iso(known[0].date) if known else _NEVER,
        "attributes": is_a("InvoiceSummary"),
    }


def _last_payment(paid: Sequence[Invoice]) -> Decimal:
    """Invoices of one day are paid together."""
    return sum((one.total for one in paid if one.date == paid[0].date), Decimal(0))
