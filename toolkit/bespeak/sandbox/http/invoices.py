"""Invoices of the partner (Microsoft, *Get a collection of invoices*, *Get invoice by ID*, *Get invoice summaries*)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Literal

from bespeak.sandbox.clock import iso
from bespeak.sandbox.documents import statement
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, item
from bespeak.sandbox.http.filters import Fields, condition
from bespeak.sandbox.http.invoice_bodies import invoice_body, summaries_of
from bespeak.sandbox.http.partner import listing, to
from bespeak.sandbox.http.shapes import billing
from bespeak.sandbox.http.shapes.partner import Collection
from bespeak.sandbox.invoices import Invoice, next_month
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_DIGITS = 9
_COMPARED = ("equals", "greater_than", "greater_than_or_equals", "less_than", "less_than_or_equals")
_FIELDS: Fields[Invoice] = {"invoicedate": (lambda invoice: iso(invoice.date)[:10], _COMPARED)}


def list_invoices(ask: Ask, world: World) -> Answer:
    """All documents, newest first; size and offset are honoured for legacy invoices only."""
    offset, size = whole_query(ask, "offset", 0), whole_query(ask, "size", 0)
    wanted = condition(_dates(ask.query.get("filter", "")), _FIELDS)
    legacy = [one for one in world.legacy_invoices.all(world.now) if wanted(one)][offset:]
    found = [one for one in world.invoices.all(world.now) if wanted(one)] + legacy[: size or None]
    found.sort(key=lambda one: (one.date, one.id), reverse=True)
    return item({**listing([invoice_body(one, world) for one in found]), "links": {"self": to("/invoices")}})


def whole_query(ask: Ask, name: str, default: int) -> int:
    """A whole number of the query, or 400 / 2001."""
    text = ask.query.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise _bad_query(f"Query parameter '{name}' must be a whole number, not '{text[:60]}'.")
    return int(text)


def _dates(text: str) -> str:
    """A filter with its dates cut to days, however they are printed."""
    return text.replace("T00:00:00Z", "").replace("T00:00:00", "")


def get_invoice(ask: Ask, world: World) -> Answer:
    """One document."""
    return item(invoice_body(find_invoice(ask.args["iid"], world), world))


def find_invoice(invoice_id: str, world: World) -> Invoice:
    """The document of this id, or 404 / 1000."""
    found = world.invoices.find(invoice_id, world.now) or world.legacy_invoices.find(invoice_id, world.now)
    if found is None:
        raise RefusalError(404, 1000, f"There is no invoice {invoice_id}.")
    return found


def statement_file(ask: Ask, world: World) -> Answer:
    """The invoice as a PDF."""
    one = find_invoice(ask.args["iid"], world)
    lines = [
        "Synthetic document of a sandbox. It is not payable.",
        f"Document: {one.kind.replace('_', ' ')}" + (f" to {one.amends}" if one.amends else ""),
        f"Date: {one.date:%Y-%m-%d}",
        f"Billing period: {one.month:%Y-%m-%d} to {next_month(one.month) - timedelta(days=1):%Y-%m-%d}",
        f"Reservations: {sum((charge.amount for charge in one.charges), Decimal(0)):,.2f} {one.currency}",
        f"Azure usage: {sum(one.usage.values(), Decimal(0)):,.2f} {one.currency}",
        f"Total: {one.total:,.2f} {one.currency}",
    ]
    named = {"Content-Disposition": f"attachment; filename={one.id}.pdf"}
    return Answer(statement(f"Invoice {one.id}", lines), 200, named, content_type="application/pdf")


def summaries(_ask: Ask, world: World) -> Answer:
    """What is owed, a summary a currency."""
    shown: Collection[billing.InvoiceSummary] = listing(summaries_of(world))
    return item({**shown, "links": {"self": to("/invoices/summaries")}})


def summary(_ask: Ask, world: World) -> Answer:
    """What is owed in the currency of the partner."""
    return item(summaries_of(world)[0])


def estimate_links(ask: Ask, _world: World) -> Answer:
    """Where the lines that are not billed yet can be read."""
    currency = ask.query.get("currencycode", "usd").lower()
    shown = [_estimate(kind, period, currency) for kind in _KINDS for period in _PERIODS]
    return item(listing(shown))


_PERIODS: tuple[Literal["current", "previous"], ...] = ("current", "previous")
_KINDS: dict[Literal["daily_rated_usage", "non_consumption"], str] = {
    "daily_rated_usage": "UsageLineItems",
    "non_consumption": "BillingLineItems",
}


def _estimate(
    kind: Literal["daily_rated_usage", "non_consumption"],
    period: Literal["current", "previous"],
    currency: str,
) -> billing.EstimateLink:
    asked = f"provider=onetime&invoicelineitemtype={_KINDS[kind]}&currencycode={currency}&period={period}"
    title = "Daily rated usage" if kind == "daily_rated_usage" else "Purchases"
    return {
        "type": kind,
        "title": title,
        "description": f"{title} of the {period} period, not billed yet",
        "period": period,
        "link": to(f"/invoices/unbilled/lineitems?{asked}"),
    }


def _bad_query(sentence: str) -> RefusalError:
    return RefusalError(400, 2001, sentence, source="PartnerApiServiceControllers")


_TEST = "test_billing_invoices.py::"
_LIST = About(
    "Get a collection of invoices",
    "D21, R19, 3P",
    {200: Collection[billing.Invoice]},
    _TEST + "test_invoices_come_monthly_newest_first",
    query=(Query("size", int), Query("offset", int), Query("filter")),
    errors=((400, 2000), (400, 2001)),
    states=("invoice", "adjustment_note"),
)
_ONE = About(
    "Get invoice by ID",
    "D21",
    {200: billing.Invoice},
    _TEST + "test_one_invoice_is_read_with_and_without_the_prefix",
    errors=((404, 1000),),
)
_FILE = About(
    "Get invoice statement",
    "D21; layout invented",
    {200: "application/pdf"},
    _TEST + "test_the_statement_is_a_pdf",
    errors=((404, 1000),),
)
_MANY = About(
    "Get invoice summaries",
    "D21, R19",
    {200: Collection[billing.InvoiceSummary]},
    _TEST + "test_summaries_add_up",
)
_BALANCE = About(
    "Get the partner's current account balance",
    "D21, R19",
    {200: billing.InvoiceSummary},
    _TEST + "test_summaries_add_up",
)
_LINKS = About(
    "Get invoice estimate links",
    "D21",
    {200: Collection[billing.EstimateLink]},
    _TEST + "test_estimate_links_lead_to_lines",
    query=(Query("currencyCode"),),
)
ROUTES = (
    Route("GET", "/v1/invoices", list_invoices, needs="billing", about=_LIST),
    Route("GET", "/v1/invoices/summaries", summaries, user=True, needs="billing", about=_MANY),
    Route("GET", "/v1/invoices/summary", summary, user=True, needs="billing", about=_BALANCE),
    Route("GET", "/v1/invoices/estimates/links", estimate_links, needs="billing", about=_LINKS),
    Route("GET", "/v1/invoices/<iid>", get_invoice, needs="billing", about=_ONE),
    Route("GET", "/v1/invoices/<iid>/documents/statement", statement_file, needs="billing", about=_FILE),
)
