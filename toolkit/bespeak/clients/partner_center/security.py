"""What Partner Center saw of this partner: the calls of users, the second factors behind them, the changes."""

from __future__ import annotations

import json
from datetime import date

from bespeak.clients.call import Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, bare, items
from bespeak.errors import InputError

_RECORDS = 500


def partner_requests() -> Call[list[Item]]:
    """The calls of signed-in users of the last seven days, at most 10,000, each with its ``requestId``.

    Source: Get App and User API requests (2021-03). They show up late; what is not there proves nothing.
    """
    return Call("list the requests of users", "partner_center", "GET", "/v1/partnerRequests", items)


def mfa_adoption() -> Call[list[Item]]:
    """For each day and application, the calls with a second factor and all calls (Get MFA adoption status, 2021-03)."""
    return Call(
        "read the use of the second factor", "partner_center", "GET", "/v1/applicationmfaadoptionstatus", bare
    )


def without_second_factor() -> Call[list[Item]]:
    """The users that called without a second factor, each with the last time (Get portal requests without MFA)."""
    path = "/v1/nonMfaCompliantPartnerPrincipals"
    return Call("list the users without a second factor", "partner_center", "GET", path, items)


def audit_records(
    since: date, customer_id: str = "", *, until: date | None = None, resource_type: str = ""
) -> Call[list[Item]]:
    """The changes of the days from ``since`` on, newest first, of one customer or one type of resource.

    Nothing older than 90 days is kept (Get a record of Partner Center activity by user, 2021-03). Raises
    ``InputError`` when both a customer and a type are given: the service takes one filter.
    """
    if customer_id and resource_type:
        raise InputError(
            "Changes are asked for by customer or by type, not by both.", "Leave one of them out."
        )
    params = {"startDate": f"{since:%Y-%m-%d}", "size": str(_RECORDS)}
    if until is not None:
        params["endDate"] = f"{until:%Y-%m-%d}"
    if customer_id:
        params["filter"] = _filter("CustomerId", guid(customer_id, "customer"))
    if resource_type:
        params["filter"] = _filter("ResourceType", resource_type)
    return Call(
        "list the changes",
        "partner_center",
        "GET",
        "/v1/auditrecords",
        items,
        params,
        key=lambda record: record.get("id"),
    )


def _filter(field: str, value: str) -> str:
    return json.dumps({"Field": field, "Value": value, "Operator": "equals"}, separators=(",", ":"))
