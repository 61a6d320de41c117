"""Sets of switches under one name, and which words a switch with words takes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.switches import Switches

#: The words of the switches that take some words only.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "plan_context": ("azure_subscription", "plan", "either"),
    "legacy_context": ("subscription", "azure_subscription", "either"),
    "racing_checkouts": ("conflict", "in_progress", "both"),
    "qualification_date": ("vettingCreatedDate", "vettingCreateDate"),
    "info_case": ("pascal", "camel"),
    "purchase_pace": ("fast", "slow"),
    "purchase_outcome": ("Succeeded", "BillingFailed", "Failed"),
    "repeated_purchase": ("order", "refuse"),
    "azure_no_role": ("403", "404", "502"),
    "throttle": ("off", "sandbox_time", "wall_time"),
    "throttle_by": ("partner", "customer"),
    "mfa_needed": ("nowhere", "user_operations", "everywhere"),
    "cart_error_form": ("name", "pascal", "number"),
}

#: Every open question answered the way that is worse for a client (*reliability*, section 4; *Partner Center API*, 18).
_WORSE: Mapping[str, object] = {
    "malformed_next_link": True,
    "plan_single_scope": False,
    "checkout_replays": False,
    "ordered_cart_days": 7,
    "racing_checkouts": "both",
    "same_request_same_cart": False,
    "cart_minutes": 15,
    "friendly_name_returns": False,
    "order_minutes": 20,
    "usage_late": 5,
    "usage_doubled": 5,
    "usage_corrected": 5,
    "usage_credited": 2,
    "usage_ready_minutes": 60,
    "info_case": "camel",
    "retail_links_raw": True,
    "retail_overlap": True,
    "pool_counts_instalment": True,
    "archive_active": False,
    "exchange_policy_fails": True,
    "request_log_minutes": 24 * 60,
    "activity_minutes": 20,
    "azure_needs_customer_tenant": True,
    "purchase_pace": "slow",
    "repeated_purchase": "refuse",
    "azure_no_role": "502",
    "stuck_expiring": True,
    "mfa_needed": "everywhere",
    "mfa_status": 403,
    "expired_cart_status": 400,
    "cart_error_form": "number",
    "registration_fails": True,
    "summaries_count_quantities": False,
    "throttle": "sandbox_time",
    "gzip": True,
    "continuation_minutes": 10,
}
PRESETS: Mapping[str, Mapping[str, object]] = {
    "default": {field.name: field.default for field in fields(Switches)},
    "worse": _WORSE,
    "throttled": {"throttle": "sandbox_time"},
}


def set_all(switches: Switches, wanted: Mapping[str, Any]) -> None:
    """Sets a preset and then single switches; sets none when one of them is unknown or wrong."""
    named = dict(wanted)
    preset = named.pop("preset", None)
    if preset is not None and (not isinstance(preset, str) or preset not in PRESETS):
        raise RefusalError(
            400, "BadRequest", f"There is no preset {preset!r:.60}. There are {', '.join(PRESETS)}."
        )
    checked = {**(PRESETS[preset] if preset else {}), **named}
    for name, value in checked.items():
        _check(switches, name, value)
    for name, value in checked.items():
        switches.set(name, value)


def _check(switches: Switches, name: str, value: object) -> None:
    known = {field.name for field in fields(switches)}
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(sorted(known))}."
        raise RefusalError(400, "BadRequest", f"There is no switch '{name}'. {hint}")
    kind = type(getattr(switches, name))
    if type(value) is not kind:
        raise RefusalError(400, "BadRequest", f"Switch '{name}' takes a {kind.__name__}, not {value!r:.60}.")
    if name in CHOICES and value not in CHOICES[name]:
        raise RefusalError(
            400, "BadRequest", f"Switch '{name}' takes {', '.join(CHOICES[name])}, not {value!r:.60}."
        )
    if isinstance(value, int) and not 0 <= value <= 10**8:
        raise RefusalError(400, "BadRequest", f"Switch '{name}' takes 0 to 100000000, not {value}.")
    if name.endswith("_text_of") and value:
        _check_day(name, str(value))


def _check_day(name: str, value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError as error:
        what = f"Switch '{name}' takes a day such as 2026-11-16, or nothing, not {value!r:.60}."
        raise RefusalError(400, "BadRequest", what) from error
