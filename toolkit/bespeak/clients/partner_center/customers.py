"""Customers and their agreements."""

from __future__ import annotations

import json

from bespeak.clients.call import Call
from bespeak.clients.ids import guid
from bespeak.clients.reading import Item, having, items

_AGREEMENT = {"agreementType": "MicrosoftCustomerAgreement"}


def list_customers(*, size: int = 500, name_starts: str = "", domain_starts: str = "") -> Call[list[Item]]:
    """The customers of the partner, in pages; at most one of the two filters, read without regard to case.

    Source: Get a list of customers; Get a list of customers filtered by a search field (2021-03): ``starts_with`` only.
    """
    field, value = ("Domain", domain_starts) if domain_starts else ("CompanyName", name_starts)
    params = {"size": str(size)}
    if value:
        told = {"Field": field, "Value": value, "Operator": "starts_with"}
        params["filter"] = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    return Call("list customers", "partner_center", "GET", "/v1/customers", items, params)


def get_customer(customer_id: str) -> Call[Item]:
    """One customer with its company and billing profile (Get a customer by ID, 2021-03)."""
    return Call(
        "read a customer", "partner_center", "GET", _path(customer_id), lambda answer: having(answer, "id")
    )


def agreements(customer_id: str) -> Call[list[Item]]:
    """The confirmed acceptances of the Microsoft Customer Agreement; empty when there is none.

    Source: Get confirmation of customer acceptance (2021-03).
    """
    path = f"{_path(customer_id)}/agreements"
    return Call("read the customer's agreements", "partner_center", "GET", path, items, _AGREEMENT)


def direct_signing(customer_id: str) -> Call[bool]:
    """Whether the customer has signed the agreement with Microsoft itself (Status of direct signing, 2021-03)."""
    path = f"{_path(customer_id)}/directSignedMicrosoftCustomerAgreementStatus"
    return Call(
        "read whether the customer signed directly",
        "partner_center",
        "GET",
        path,
        lambda answer: having(answer, "isSigned")["isSigned"] is True,
    )


def _path(customer_id: str) -> str:
    return f"/v1/customers/{guid(customer_id, 'customer')}"
