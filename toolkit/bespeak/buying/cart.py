"""Reading a cart: the errors in its lines, and every difference from the plan. Pure; it sends nothing.

A cart can be created with 201 and still carry errors in its lines, so each line is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bespeak.buying.plan import PurchasePlan

#: Microsoft's line errors: number, name on the wire, what it means (Cart resources, 2021-03; .NET SDK, 2023-06).
_LINE_ERRORS: tuple[tuple[int, str, str], ...] = (
    (
        10000,
        "currency_is_not_supported",
        "the currency is not supported; read the prices for the customer's market",
    ),
    (10001, "catalog_item_id_is_not_valid", "the offer has changed; make a new quote"),
    (10002, "quota_not_available", "the quantity is not available; ask for fewer"),
    (10003, "inventory_not_available", "Microsoft has no capacity for it; choose another region or size"),
    (10004, "participants_is_not_supported_for_partner", "a reseller cannot be named here"),
    (10006, "unable_to_process_cart_line_item", "the line could not be processed; try again later"),
    (10007, "subscription_is_not_valid", "the subscription is not valid; choose another one"),
    (
        10008,
        "subscription_is_not_enabled_for_r_i",
        "the subscription is not enabled for reservations; register it",
    ),
    (
        10009,
        "sandbox_limit_exceeded",
        "the limit of Microsoft's test tenant is reached; cancel a test purchase first",
    ),
    (10010, "invalid_input", "a field of the line is not valid"),
    (
        10011,
        "subscription_not_registered",
        "the subscription is not registered for reservations; register it",
    ),
    (10012, "attestation_not_accepted", "an attestation is missing"),
    (10013, "billing_plan_not_supported", "the billing frequency is not supported; choose another one"),
    (
        500600,
        "legacy_offer_not_eligible_for_purchase",
        "the offer can no longer be bought; choose a newer size",
    ),
)
_SENTENCES = {str(number): said for number, _, said in _LINE_ERRORS} | {
    name: said for _, name, said in _LINE_ERRORS
}

#: "Never" in Partner Center's dates.
_NEVER = frozenset({"0001-01-01T00:00:00", "9999-12-10T00:00:00Z"})


def line_errors(cart: Mapping[str, Any]) -> list[str]:
    """One sentence for each line of the cart that carries an error."""
    errors = [line["error"] for line in _lines(cart) if line.get("error")]
    return [
        _sentence(error if isinstance(error, Mapping) else {"errorDescription": error}) for error in errors
    ]


def differences(plan: PurchasePlan, cart: Mapping[str, Any], now: datetime) -> list[str]:
    """One sentence for each field of the cart that is not what the plan has; empty when it may be checked out."""
    lines = _lines(cart)
    if len(lines) != 1:
        return [f"The cart has {len(lines)} lines; the plan has 1."]
    found = _cart_differences(cart, now) + _field_differences(plan.line, lines[0])
    return found + _context_differences(dict(plan.provisioning), lines[0].get("provisioningContext"))


def has_expired(cart: Mapping[str, Any], now: datetime) -> bool:
    """Whether the cart's time is over; a cart without a time, or with "never", does not expire."""
    told = str(cart.get("expirationTimestamp", ""))
    if not told or told in _NEVER:
        return False
    try:
        expires = datetime.fromisoformat(told)
    except ValueError:
        return True  # an unreadable date is not trusted with a purchase
    return (expires if expires.tzinfo else expires.replace(tzinfo=UTC)) <= now


def _cart_differences(cart: Mapping[str, Any], now: datetime) -> list[str]:
    found = []
    if str(cart.get("status", "")).lower() != "active":
        found.append(f"The cart's status is '{cart.get('status')}', not 'Active'.")
    if has_expired(cart, now):
        found.append(f"The cart expired at {cart.get('expirationTimestamp')}; the quote is void.")
    return found


def _field_differences(wanted: Mapping[str, Any], line: Mapping[str, Any]) -> list[str]:
    # The page calls the line's id a text and its samples a number, and it says nothing about what is bought.
    names = [name for name in wanted if name not in ("id", "provisioningContext")]
    return [
        f"The cart's {name} is {line.get(name)!r}, the plan has {wanted[name]!r}."
        for name in names
        if not _equal(wanted[name], line.get(name))
    ]


def _context_differences(wanted: Mapping[str, str], told: Any) -> list[str]:  # noqa: ANN401  # any member of an answer
    found = {str(k).lower(): str(v).lower() for k, v in told.items()} if isinstance(told, Mapping) else {}
    return [
        f"The cart's {name} is {found.get(name.lower())!r}, the plan has '{value}'."
        for name, value in wanted.items()
        if found.get(name.lower()) != value.lower()
    ]


def _equal(wanted: Any, told: Any) -> bool:  # noqa: ANN401  # any member of an answer
    """Whether a field came back as it was sent; True is not the quantity 1."""
    return type(told) is type(wanted) and told == wanted


def _lines(cart: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = cart.get("lineItems")
    return [line for line in found if isinstance(line, Mapping)] if isinstance(found, list) else []


def _sentence(error: Mapping[str, Any]) -> str:
    code = str(error.get("errorCode", "")).strip()
    words = str(error.get("errorDescription") or "no reason is given")
    known = _SENTENCES.get(code.lower())
    return (
        f"Microsoft refuses the line: {known} (code {code})."
        if known
        else f"Microsoft refuses the line: {words}."
    )
