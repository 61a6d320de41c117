"""When a purchase has the approval that it needs: another person, this very plan, not too old. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bespeak.buying.limits import Limits
from bespeak.buying.plan import PurchasePlan
from bespeak.errors import InputError
from bespeak.journal import Intent, Signer, canonical, fingerprint

APPROVAL_LIFE = timedelta(minutes=30)
_NOTHING = "Nothing was sent."


def check_approval(plan: PurchasePlan, intent: Intent, limits: Limits, at: datetime) -> None:
    """Raises ``InputError`` unless the purchase needs no second person, or has the approval of one for this plan.

    A second sending of the same cart needs no new one.
    """
    if not limits.needs_approval(plan):
        return
    approval = intent.approval
    if approval is None:
        raise InputError(
            f"{plan.total} is more than {limits.approve_above}, so a second person must approve this purchase first. "
            f"World: {plan.world}.",
            f"{_NOTHING} Let somebody else approve it with a sign-in of their own, then buy it again here.",
        )
    if approval.plan != fingerprint(canonical(intent.plan)) or is_same_person(approval.by, intent.person):
        raise InputError(
            "The approval was given for another plan, or by the person who confirmed.",
            f"{_NOTHING} Make a new quote.",
        )
    if not intent.sendings and has_lapsed(intent, at):
        raise InputError(lapsed_sentence(intent), f"{_NOTHING} Make a new quote.")


def has_lapsed(intent: Intent, at: datetime) -> bool:
    """Whether an approval was given and is too old to be used."""
    return intent.approval is not None and at >= intent.approval.at + APPROVAL_LIFE


def lapsed_sentence(intent: Intent) -> str:
    """When the approval was given, and that it is void."""
    given = f" of {intent.approval.at:%Y-%m-%d %H:%M:%S} UTC" if intent.approval else ""
    return f"The approval{given} has lapsed; it holds for {APPROVAL_LIFE.seconds // 60} minutes."


def is_same_person(one: Signer, other: Signer) -> bool:
    """Whether two signers are one: the sign-in's id decides, not the name."""
    return one.object_id.casefold() == other.object_id.casefold()
