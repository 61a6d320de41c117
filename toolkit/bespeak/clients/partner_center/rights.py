"""What the signed-in person may do, asked by reads that need a role each and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bespeak.clients.call import Answer, Call, Service


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a role allows: in words, the roles that have it, and a read that only they may ask.

    The read gives what the answer says of the second factor, "" when it says nothing.
    """

    what: str
    roles: str
    call: Call[str]


def rights(at: datetime) -> tuple[Right, ...]:
    """The rights that can be asked for without harm, on a date of the world.

    Roles: Assign users roles and permissions (2021), Pricing and offers (2026), Get App and User API requests (2021).
    """
    month = f"{at:%Y%m}"
    return (
        Right("look customers up", "Admin, Sales or Helpdesk agent", _read("/v1/customers", {"size": "1"})),
        Right(
            "read prices",
            "Admin or Sales agent",
            _read(f"/v1.0/sales/fxrates(Month='{month}')/$value", {}, "price_sheets"),
        ),
        Right("read invoices", "Billing admin or Admin agent", _read("/v1/invoices", {"size": "1"})),
        Right(
            "see who signed in with a second factor",
            "Admin agent or Global admin",
            _read("/v1/partnerRequests", {}),
        ),
    )


def _read(path: str, params: dict[str, str], service: Service = "partner_center") -> Call[str]:
    """A read of which only the status counts, and what its headers say of the second factor."""
    return Call(
        "see what you may do", service, "GET", path, _second_factor, params, headers={"ValidateMfa": "true"}
    )


def _second_factor(answer: Answer) -> str:
    return answer.headers.get("ismfacompliant", "").strip().lower()
