"""The MS-RequestIds of a purchase, chosen before its first byte leaves and the same for every sending.

They follow from the complete plan, so that no crash can make a second one, and two plans never share one (headers page
of the Partner Center REST reference, 2021-03: the id of a request is repeated when it is tried again).
"""

from __future__ import annotations

from bespeak.buying.plan import PurchasePlan
from bespeak.journal import canonical, fingerprint


def plan_hash(plan: PurchasePlan) -> str:
    """The hash of the complete plan; a change of any field changes it."""
    return fingerprint(canonical(plan.as_json()))


def cart_request_id(plan: PurchasePlan) -> str:
    """The request id of making the cart."""
    return _guid(plan, "cart")


def checkout_request_id(plan: PurchasePlan) -> str:
    """The request id of the checkout, for each of its sendings."""
    return _guid(plan, "checkout")


def _guid(plan: PurchasePlan, purpose: str) -> str:
    """A GUID of the fourth shape (RFC 9562) out of the hash of the plan."""
    told = fingerprint(purpose, plan_hash(plan))
    return f"{told[:8]}-{told[8:12]}-4{told[13:16]}-8{told[17:20]}-{told[20:32]}"
