"""Which scopes can be chosen when a reservation is bought, and which of them need quota (D-446, D-512)."""

from __future__ import annotations

from datetime import date

from bespeak.policy import Quota, ScopesAtPurchase, load


def scopes_at_purchase(kind: str, on: date) -> tuple[str, ...]:
    """The scopes that a customer with this kind of subscription can choose on that day; none for an unknown kind.

    >>> from datetime import date
    >>> scopes_at_purchase("azure_plan", date(2026, 11, 16))
    ('shared',)
    """
    return tuple(scope for rule in _rules(kind, on) for scope in rule.scopes)


def scope_refusal(kind: str, scope: str, on: date) -> str:
    """Why this scope cannot be chosen at the purchase, as a sentence; "" when it can."""
    rules = _rules(kind, on)
    if not rules or any(scope in rule.scopes for rule in rules):
        return ""
    held = {"azure_plan": "An Azure plan", "legacy": "A legacy subscription"}[rules[0].kind]
    allowed = " or ".join(rules[0].scopes)
    after = "change it afterwards in the Azure portal"
    return f"{held} buys {allowed} scope only; {after}. {rules[0].citation}"


def quota_sentence(scope: str, on: date) -> str:
    """What a scope needs of the subscription's vCPU quota, as a sentence; "" when Microsoft does not look at it."""
    for rule in load(Quota, on):
        if scope in rule.scopes:
            return (
                "Microsoft refuses more than the subscription's vCPU quota for the size's family; machines that run "
                f"count inside it. {rule.citation}"
            )
    return ""


def _rules(kind: str, on: date) -> tuple[ScopesAtPurchase, ...]:
    return tuple(rule for rule in load(ScopesAtPurchase, on) if rule.kind == kind)
