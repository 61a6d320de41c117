"""What Partner Center saw and recorded: the calls of users of the last days, and the audit records."""

from __future__ import annotations

import json
from datetime import date

from bespeak.clients.call import Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, items


def partner_requests() -> Call[list[Item]]:
    """The newest calls of signed-in users, at most 10,000 of seven days, each with its ``requestId``.

    Calls of applications are not in it. Source: Get App and User API requests (2021-03).
    """
    return Call("list the requests that arrived", "partner_center", "GET", "/v1/partnerRequests", items)


def audit_records(since: date, customer_id: str = "") -> Call[list[Item]]:
    """The audit records from a day on, of one customer when one is named; at most 90 days back.

    Source: Get a record of Partner Center activity by user (2021-03).
    """
    params = {"startDate": f"{since:%Y-%m-%d}"}
    if customer_id:
        told = {"Field": "CustomerId", "Value": guid(customer_id, "customer"), "Operator": "equals"}
        params["filter"] = json.dumps(told, separators=(",", ":"))
    return Call("list audit records", "partner_center", "GET", "/v1/auditrecords", items, params)
