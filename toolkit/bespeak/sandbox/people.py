"""The invented people who sign in: one for each role, so that a second one can look at what the first one did."""

from __future__ import annotations

from collections.abc import Mapping

from bespeak.sandbox.ids import guid
from bespeak.sandbox.roles import Principal

#: Whom the page of the sign-in offers, in this order.
NAMES: Mapping[Principal, str] = {
    "admin-agent": "Alba Ferri",
    "sales-agent": "Sam Okoro",
    "helpdesk-agent": "Hedda Lind",
    "global-admin": "Goran Petrov",
    "user-admin": "Uma Shah",
    "billing-admin": "Bo Nilsen",
    "guest": "Gaby Roux",
    "lighthouse": "Leo Haas",
    "customer-owner": "Cora Wyatt",
    "customer-user": "Cyril Wyatt",
}


def upn(principal: str) -> str:
    """The name with which this user signs in."""
    return f"{principal}@sandbox.example.com"


def object_id(principal: str) -> str:
    """The id of this user in its directory."""
    return guid("user", principal)
