"""Purchases as a person follows them: the plan, what came of it, when; and those whose end is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bespeak.buying.ledger import open_journal
from bespeak.buying.outcome import Outcome, recorded
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.purchase import buy
from bespeak.buying.recovery import look_again
from bespeak.clients.session import Session


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase that was started; ``at`` is when it was last worked on, as the world said it (UTC)."""

    plan: PurchasePlan
    outcome: Outcome
    at: datetime

    @property
    def is_open(self) -> bool:
        """Whether looking again can tell more: it is UNKNOWN, or its reservation is not there yet."""
        return self.outcome.state == "UNKNOWN" or self.is_young

    @property
    def is_young(self) -> bool:
        """Whether it is bought and its reservation is not there yet."""
        return self.outcome.state == "DONE" and not self.outcome.reservation


def make_purchase(session: Session, plan: PurchasePlan, typed: str) -> Purchase:
    """Buys what is planned (see ``buy``); trouble after the journal has taken the purchase up is an outcome, no error.

    Raises what ``buy`` raises while nothing can have been sent.
    """
    at = session.now()
    try:
        return Purchase(plan, buy(session, plan, typed), at)
    except Exception:
        for one in open_purchases(session, plan.customer_id):
            if one.plan.intent_id == plan.intent_id:
                return one
        raise


def look_again_at(session: Session, purchase: Purchase) -> Purchase:
    """The purchase after looking at its cart, order and reservation (see ``look_again``); buys nothing."""
    return Purchase(purchase.plan, look_again(session, purchase.plan.intent_id), purchase.at)


def open_purchases(session: Session, customer_id: str) -> tuple[Purchase, ...]:
    """The purchases for a customer whose end is UNKNOWN, oldest first, those of earlier kernels included.

    Raises ``JournalError`` when the journal cannot be read.
    """
    session.now()  # a world that was started anew has a journal of its own
    told = (
        Purchase(PurchasePlan.from_json(intent.plan), recorded(intent), intent.changed)
        for intent in open_journal(session).intents(customer_id)
    )
    return tuple(purchase for purchase in told if purchase.outcome.state == "UNKNOWN")


def open_blockers(purchases: Iterable[Purchase], size: str, region: str) -> list[str]:
    """Why a size must not be bought for a region while a purchase of the same is UNKNOWN: it could be bought twice."""
    return [
        f"Whether {one.plan.quantity} x {size} was bought on {one.at:%Y-%m-%d %H:%M} UTC is not known. "
        "Look again at it before you buy more of it."
        for one in purchases
        if one.outcome.state == "UNKNOWN" and (one.plan.size, one.plan.region) == (size, region)
    ]
