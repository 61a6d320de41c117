"""Usage: utilization records of legacy Azure subscriptions, and rated daily lines of Azure plans."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from bespeak.clients.call import Call
from bespeak.clients.ids import code, guid
from bespeak.clients.reading import Item, items
from bespeak.errors import InputError


def utilization(  # the parameters are the query of the page
    customer_id: str,
    subscription_id: str,
    start: datetime,
    end: datetime,
    *,
    granularity: Literal["hourly", "daily"] = "hourly",
    show_details: bool = True,
    size: int = 1000,
) -> Call[list[Item]]:
    """Utilization records of a legacy subscription whose reporting time is in [start, end), in pages of up to 1,000.

    It does not serve Azure plans; 204 means that it is not ready (Get a customer's utilization records for Azure,
    2021-03).
    """
    customer, subscription = guid(customer_id, "customer"), guid(subscription_id, "subscription")
    path = f"/v1/customers/{customer}/subscriptions/{subscription}/utilizations/azure"
    params = {
        "start_time": _instant(start),
        "end_time": _instant(end),
        "granularity": granularity.capitalize(),
        "show_details": str(show_details),
        "size": str(size),
    }
    return Call("read the utilization", "partner_center", "GET", path, items, params, timeout_seconds=60.0)


def rated_usage(
    period: Literal["current", "previous"] = "current",
    *,
    currency: str = "USD",
    invoice: str = "unbilled",
    size: int = 2000,
) -> Call[list[Item]]:
    """Rated daily lines of all customers with an Azure plan, about 24 hours behind, in pages of up to 2,000.

    Source: Get invoice unbilled commercial consumption line items (2021-03).
    """
    path = f"/v1/invoices/{code(invoice, 'invoice')}/lineitems"
    params = {
        "provider": "onetime",
        "invoicelineitemtype": "usagelineitems",
        "currencycode": code(currency, "currency").upper(),
        "period": period,
        "size": str(size),
    }
    return Call("read the rated usage", "partner_center", "GET", path, items, params, timeout_seconds=60.0)


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise InputError(f"{moment} has no time zone.", "Give a time in UTC.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
