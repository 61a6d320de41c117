"""Mistakes of a line (Microsoft, ``CartErrorCode`` of the .NET SDK, 2023): in a cart by name, at a checkout by code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineError:
    """A mistake of one line: Microsoft's number and name in a cart, and the code that a checkout gives for it."""

    number: int
    name: str
    checkout_status: int
    checkout_code: int
    description: str


#: Number of a cart error -> its name in JSON and the status and code of a checkout that fails for it.
_NAMES = {
    10000: ("currency_is_not_supported", 400, 800009),
    10001: ("catalog_item_id_is_not_valid", 400, 800009),
    10002: ("quota_not_available", 400, 800017),
    10003: ("inventory_not_available", 400, 800010),
    10004: ("participants_is_not_supported_for_partner", 400, 800009),
    10006: ("unable_to_process_cart_line_item", 403, 800028),
    10007: ("subscription_is_not_valid", 400, 800011),
    10008: ("subscription_is_not_enabled_for_r_i", 400, 800030),
    10009: ("sandbox_limit_exceeded", 400, 800018),
    10010: ("invalid_input", 400, 800009),
    10011: ("subscription_not_registered", 400, 800013),
    10012: ("attestation_not_accepted", 400, 900203),
    10013: ("billing_plan_not_supported", 400, 800009),
    500600: ("legacy_offer_not_eligible_for_purchase", 403, 2085),
}


def line_error(number: int, description: str, *, status: int = 0, code: int = 0) -> LineError:
    """A mistake of this number; ``status`` and ``code`` where a checkout says it otherwise than usual."""
    name, usual_status, usual_code = _NAMES[number]
    return LineError(number, name, status or usual_status, code or usual_code, description)
