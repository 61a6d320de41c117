"""Who signs in, and what each role of Partner Center may do (D-201 to D-208, D-215).

What a role may do in Azure is another law: there only role assignments count (D-214).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Literal, cast, get_args

from bespeak.sandbox.refusals import RefusalError

#: Who is behind a token. ``app``: no user. ``guest``: a user of the partner who is a guest in the customer's tenant
#: (D-213). ``lighthouse``: one to whom Azure Lighthouse delegated the customers' subscriptions (D-212).
#: ``customer-owner``, ``customer-user``: users of the customer, with and without Owner on its subscriptions.
Principal = Literal[
    "app",
    "admin-agent",
    "sales-agent",
    "helpdesk-agent",
    "global-admin",
    "user-admin",
    "billing-admin",
    "guest",
    "lighthouse",
    "customer-owner",
    "customer-user",
]
#: What a route of Partner Center asks of a role.
Need = Literal["read", "edit", "buy", "permission", "usage", "prices", "billing", "security"]

_AGENTS = ("admin-agent", "sales-agent", "helpdesk-agent")
_MAY: Mapping[Need, tuple[str, ...]] = {
    # Customers, subscriptions, orders, the catalogue (Microsoft, "Assign users roles and permissions", 2021, D-215).
    "read": (*_AGENTS, "global-admin"),
    # Details of a customer (D-215).
    "edit": (*_AGENTS, "global-admin"),
    # Only admin or sales agents buy (Microsoft, "Buy an Azure reservation", 2026-05-05, D-201); in 2020 more did.
    "buy": ("admin-agent", "sales-agent"),
    # Sales and helpdesk agents only look ("Give customers permission to buy their own reservations", 2022, D-204).
    "permission": ("admin-agent",),
    # Daily rated usage (D-208).
    "usage": (*_AGENTS, "billing-admin"),
    # "Pricing and offers", 2026; partner-center-api 2.5.
    "prices": ("admin-agent", "sales-agent"),
    # Invoices and their lines; partner-center-api 2.5, inferred from the headings of the pages.
    "billing": ("admin-agent", "billing-admin", "global-admin"),
    # Who signed in with a second factor; partner-center-api 2.6.
    "security": ("admin-agent", "global-admin"),
}


def principal_of(name: str) -> Principal:
    """The principal of this name; ``invalid_grant`` for a name that is none."""
    known = get_args(Principal)
    if name in known and name != "app":
        return cast("Principal", name)
    near = difflib.get_close_matches(name, known, 1)
    hint = f" Did you mean '{near[0]}'?" if near else f" There are {', '.join(known[1:])}."
    raise RefusalError(400, "invalid_grant", f"AADSTS50034: There is no user '{name}' in this tenant.{hint}")


def check_role(principal: Principal, need: Need) -> None:
    """Refuses with 403 / 900150 a role that may not do this. An application without a user has no role to look at."""
    if principal != "app" and principal not in _MAY[need]:
        raise RefusalError(
            403, 900150, f"The role of the user ({principal}) has no right to this operation ({need})."
        )
