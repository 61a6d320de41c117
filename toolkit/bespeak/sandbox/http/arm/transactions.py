"""reservationTransactions: what was paid for reservations and what came back, at the partner's billing scopes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bespeak.sandbox.charges import Charge, charges
from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.arm import odata
from bespeak.sandbox.http.arm.billing_scope import account_id, check_billing_scope, profile_id
from bespeak.sandbox.http.exchange import Answer, Ask, plain
from bespeak.sandbox.http.shapes import consumption as shapes
from bespeak.sandbox.ids import guid
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_KNOWN = {"eventdate": ("ge", "le")}
_TYPE = "Microsoft.Consumption/reservationTransactions"
_HUNDRED = Decimal(100)


def transactions(ask: Ask, world: World) -> Answer:
    """All payments and refunds of reservations, oldest first; ``$filter`` cuts them to some days."""
    check_billing_scope(ask, world)
    span = odata.days_between(odata.conditions(ask.query.get("$filter", ""), _KNOWN), "eventdate")
    markup = _markup(ask)
    found = [one for one in charges(world.book, world.now) if one.bought.reservation_order]
    body: shapes.Transactions = {
        "value": [
            _row(one, markup, world)
            for one in found
            if span is None or span[0] <= one.posted.date() <= span[1]
        ],
        "nextLink": None,
    }
    return plain(body)


def _markup(ask: Ask) -> Decimal:
    """By how much the partner's own markup raises the amounts: a preview that changes nothing."""
    if odata.choice(ask, "useMarkupIfPartner", ("false", "true"), default="false") == "false":
        return Decimal(1)
    text = ask.query.get("previewmarkuppercentage", "0")
    try:
        percent = Decimal(text)
    except InvalidOperation:
        percent = Decimal("NaN")
    if not (percent.is_finite() and 0 <= percent <= _HUNDRED):
        what = f"Query parameter 'previewMarkupPercentage' must be a number from 0 to 100, not '{text[:40]}'."
        raise RefusalError(400, "BadRequest", what)
    return 1 + percent / _HUNDRED


def _row(charge: Charge, markup: Decimal, world: World) -> shapes.Transaction:
    bought = charge.bought
    order = world.book.order(bought.reservation_order)
    azure = bought.billing_subscription_id
    owner = world.directory.owner_of(azure)
    names = {one.id: one.name for one in owner[1].azure} if owner else {}
    profile = f"/providers/Microsoft.Billing/billingAccounts/{account_id(world)}/billingProfiles/{profile_id(world)}"
    name = guid("transaction", bought.reservation_order, charge.kind, charge.number)
    return {
        "id": f"{profile}/providers/{_TYPE}/{name}",
        "name": name,
        "type": _TYPE,
        "tags": [],
        "properties": {
            "eventDate": iso(charge.posted),
            "eventType": "Purchase" if charge.kind == "New" else "Refund",
            "amount": float(round(charge.amount * markup, 2)),
            "currency": charge.currency,
            "quantity": float(abs(charge.quantity)),
            "term": bought.term,
            "region": order.offer.region if order else "",
            "armSkuName": order.offer.size if order else "",
            "reservationOrderId": bought.reservation_order,
            "reservationOrderName": bought.name,
            "billingFrequency": "OneTime" if bought.billing_plan == "Upfront" else "Recurring",
            "purchasingSubscriptionGuid": azure,
            "purchasingSubscriptionName": names.get(azure, ""),
            "description": bought.title,
            "billingProfileId": profile,
            "billingProfileName": "Partner",
        },
    }
