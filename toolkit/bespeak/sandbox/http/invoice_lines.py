"""Lines of invoices, and what is not billed yet (Microsoft, *Get invoice line items*)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from bespeak.sandbox.http import paging
from bespeak.sandbox.http.billed_texts import billed
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, dumps
from bespeak.sandbox.http.invoices import find_invoice
from bespeak.sandbox.http.legacy_lines import legacy_page
from bespeak.sandbox.http.one_time_body import one_time_body
from bespeak.sandbox.http.partner import to
from bespeak.sandbox.http.shapes import billing, legacy
from bespeak.sandbox.http.shapes.partner import Collection, Page
from bespeak.sandbox.invoices import Invoice, month_start
from bespeak.sandbox.one_time_lines import of_charge, of_invoice
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.usage_lines import texts
from bespeak.sandbox.world import World

#: Lines of a page, at most and by default.
PAGE = 2000
_DIGITS = 9
_UNBILLED = "unbilled"
_BILLING, _USAGE = "billinglineitems", "usagelineitems"
#: ``marketplace`` is the name of before, which links and answers still carry.
_SERVED = ("onetime", "marketplace")
_LEGACY = "azure"
_CODE = re.compile(r"[A-Z]{3}")


def lines_by_query(ask: Ask, world: World) -> Answer:
    """A page of lines; which ones the query says."""
    provider, kind = ask.need("provider").lower(), ask.need("invoicelineitemtype").lower()
    return _page(ask, world, provider, kind, "")


def purchases_by_path(ask: Ask, world: World) -> Answer:
    """A page of one-time lines."""
    return _page(ask, world, "onetime", _BILLING, "/OneTime/BillingLineItems")


def usage_by_path(ask: Ask, world: World) -> Answer:
    """A page of rated lines."""
    return _page(ask, world, "onetime", _USAGE, "/OneTime/UsageLineItems")


def legacy_purchases_by_path(ask: Ask, world: World) -> Answer:
    """Lines of legacy Azure, a meter a month."""
    return _page(ask, world, _LEGACY, _BILLING, "")


def legacy_usage_by_path(ask: Ask, world: World) -> Answer:
    """Lines of legacy Azure, a meter and resource a day."""
    return _page(ask, world, _LEGACY, _USAGE, "")


def _page(ask: Ask, world: World, provider: str, kind: str, form: str) -> Answer:
    asked = _asked(ask, provider, kind)
    invoice = None
    if ask.args["iid"].lower() != _UNBILLED:
        invoice = find_invoice(ask.args["iid"], world)
    if provider == _LEGACY:
        return legacy_page(ask, world, invoice, kind)
    where = f"/invoices/{invoice.id if invoice else _UNBILLED}/lineitems{form}"
    state = paging.resume(world, ask, where)
    if state is not None and state["query"] != asked:
        raise RefusalError(
            400, 2000, "The continuation token belongs to another query. Start at the first page."
        )
    skip, size = (state or {"skip": 0})["skip"], int(asked["size"])
    count, page = _lines(world, invoice, asked)
    shown = page(skip, size)
    rest = skip + size if skip + size < count else None
    start = f'{{"totalCount":{len(shown)},"items":['
    return Answer(f"{start}{','.join(shown)}],".encode() + _end(world, where, asked, rest), marked=True)


def _end(world: World, where: str, asked: dict[str, Any], rest: int | None) -> bytes:
    uri = f"{where}?{urlencode(asked)}"
    links = {"self": to(uri)}
    end: dict[str, Any] = {}
    if rest is not None:
        token = paging.issue(world, where, {"query": asked, "skip": rest})
        links["next"] = to(f"{uri}&seekOperation=Next")
        links["next"]["headers"] = [{"key": "MS-ContinuationToken", "value": token}]
        end["continuationToken"] = token
    return dumps(end | {"links": links, "attributes": {"objectType": "Collection"}})[1:]


def _asked(ask: Ask, provider: str, kind: str) -> dict[str, Any]:
    if kind not in (_BILLING, _USAGE):
        raise _wrong("invoicelineitemtype", "BillingLineItems or UsageLineItems", kind)
    if provider == "office":
        raise RefusalError(501, 0, "Lines of provider=office are not in this sandbox; nothing of it is sold.")
    if provider not in (*_SERVED, _LEGACY):
        raise _wrong("provider", "OneTime", provider)
    asked: dict[str, Any] = {"provider": "onetime", "invoicelineitemtype": kind}
    unbilled = ask.args["iid"].lower() == _UNBILLED
    currency = (
        ask.need("currencycode") if unbilled and provider != _LEGACY else ask.query.get("currencycode", "")
    ).upper()
    if currency and not _CODE.fullmatch(currency):
        raise _wrong("currencycode", "a code of three letters", currency)
    asked["currencycode"] = currency
    if unbilled and provider != _LEGACY:
        asked["period"] = _choice("period", ask.need("period"), ("current", "previous"))
    if ask.query.get("haspartnerearnedcredit"):
        given = ask.query["haspartnerearnedcredit"]
        asked["hasPartnerEarnedCredit"] = _choice("hasPartnerEarnedCredit", given, ("true", "false"))
    return asked | {"size": _size(ask.query.get("size") or str(PAGE))}


def _choice(name: str, given: str, known: tuple[str, str]) -> str:
    if given.lower() not in known:
        raise _wrong(name, " or ".join(known), given)
    return given.lower()


def _size(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise _wrong("size", "a whole number", text)
    return min(int(text), PAGE) or PAGE


def _wrong(name: str, known: str, given: str) -> RefusalError:
    return RefusalError(400, 2001, f"Query parameter '{name}' must be {known}, not '{given[:60]}'.")


#: How many lines there are, and how some of them are read.
Lines = tuple[int, Callable[[int, int], Sequence[str]]]


def _lines(world: World, invoice: Invoice | None, asked: dict[str, Any]) -> Lines:
    if invoice is not None and invoice.type == "Recurring":
        return _listed([])
    if asked["invoicelineitemtype"] == _BILLING:
        return _listed(list(_purchases(world, invoice, asked)))
    if invoice is None:
        rated = world.rated(asked["period"]) if asked["currencycode"] == world.invoices.currency else None
    else:
        matching = asked["currencycode"] in ("", invoice.currency)
        rated = world.invoices.usage_of(invoice) if matching else None
    if rated is None:
        return _listed([])
    change = billed(world, invoice)
    credit = asked.get("hasPartnerEarnedCredit")
    if credit:
        mark = f'"hasPartnerEarnedCredit":{credit}'
        return _listed([change(text) for text in texts(rated) if mark in text])
    return len(rated), lambda skip, size: [change(text) for text in rated.page(skip, size)]


def _listed(found: list[str]) -> Lines:
    return len(found), lambda skip, size: found[skip : skip + size]


def _purchases(world: World, invoice: Invoice | None, asked: dict[str, Any]) -> Iterator[str]:
    customers = world.all_customers
    if invoice is not None:
        made = of_invoice(invoice, customers) if asked["currencycode"] in ("", invoice.currency) else ()
    else:
        month = month_start(world.now)
        month = month if asked["period"] == "current" else month_start(month - timedelta(days=1))
        known = world.invoices.of_month(month, asked["currencycode"], world.now)
        made = (of_charge(one, customers[one.bought.customer_id], "") for one in known)
    for line in made:
        yield dumps(one_time_body(line, world)).decode()


_TEST = "test_billing_lines.py::"
_ERRORS: tuple[tuple[int, int | str], ...] = ((400, 2000), (400, 2001), (404, 1000))
_QUERY = (
    Query("currencycode"),
    Query("period", Literal["current", "previous"]),
    Query("hasPartnerEarnedCredit", bool),
    Query("size", int),
)
_BY_QUERY = About(
    "Get invoice line items",
    "D21, S23; the sum of a plan's usage as one line is inferred",
    {200: billing.LinePage},
    _TEST + "test_lines_of_an_invoice_add_up_to_its_total",
    query=(Query("provider", needed=True), Query("invoicelineitemtype", needed=True), *_QUERY),
    errors=(*_ERRORS, (501, 0)),
    states=("New", "Cancel"),
)
_PURCHASES = About(
    "Get invoice line items (path form)",
    "D21, R19",
    {200: Page[billing.OneTimeLine]},
    _TEST + "test_the_path_form_gives_the_same_lines",
    query=_QUERY,
    errors=_ERRORS,
    states=("New", "Cancel"),
)
_RATED = About(
    "Get invoice billed commercial consumption line items (path form)",
    "D21",
    {200: Page[billing.RatedUsageLine]},
    _TEST + "test_the_path_form_gives_the_same_lines",
    query=_QUERY,
    errors=_ERRORS,
)
_LEGACY_QUERY = (Query("size", int), Query("offset", int))
_LEGACY_MONTH = About(
    "Get invoice line items (Azure, billing)",
    "D21 for the path and the paging; members from memory of the SDK",
    {200: Collection[legacy.LegacyLine]},
    "test_billing_legacy.py::test_lines_add_up_to_the_invoice",
    query=_LEGACY_QUERY,
    errors=_ERRORS,
)
_LEGACY_DAYS = About(
    "Get invoice line items (Azure, usage)",
    "D21 for the path and the paging; members from memory of the SDK",
    {200: Collection[legacy.LegacyUsageLine]},
    "test_billing_legacy.py::test_daily_lines_add_up_too",
    query=_LEGACY_QUERY,
    errors=_ERRORS,
)
_ALL = "/v1/invoices/<iid>/lineitems"
ROUTES = (
    Route("GET", _ALL, lines_by_query, needs="usage", about=_BY_QUERY),
    Route("GET", f"{_ALL}/onetime/billinglineitems", purchases_by_path, needs="billing", about=_PURCHASES),
    Route("GET", f"{_ALL}/onetime/usagelineitems", usage_by_path, needs="usage", about=_RATED),
    Route(
        "GET",
        f"{_ALL}/azure/billinglineitems",
        legacy_purchases_by_path,
        needs="billing",
        about=_LEGACY_MONTH,
    ),
    Route("GET", f"{_ALL}/azure/usagelineitems", legacy_usage_by_path, needs="usage", about=_LEGACY_DAYS),
)
