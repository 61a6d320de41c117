"""What an error of a call says: which service did not do what, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bespeak.clients.call import Call, Service

NAMES: Mapping[Service, str] = {
    "login": "The sign-in service",
    "partner_center": "Partner Center",
    "price_sheets": "The price sheet service",
    "arm": "Azure",
    "graph": "Microsoft Graph",
    "control": "The sandbox",
}


def not_done(call: Call[Any], cause: str, next_step: str = "Try again later.") -> tuple[str, str]:
    """What happened to a call, and the next step."""
    return f"{NAMES[call.service]} did not do '{call.name}': {cause}.", next_step
