"""Purchases as a person follows them: the plan, what came of it, when; and those whose end is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bespeak.buying.ledger import open_journal
from bespeak.buying.outcome import Outcome, recorded
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.purchase import buy
from bespeak.buying.recovery import look_again
from bespeak.catalogue import group_of
from bespeak.clients.session import Session
from bespeak.journal import Intent
from bespeak.terms import term_label

#: A purchase is called to mind for so long; later the reservation is known as owned.
_RECENTLY = timedelta(days=1)
#: For so long another kernel may be at work on a purchase: the longest wait for an answer, and as much again.
_AT_WORK = timedelta(minutes=3)


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


def make_purchase(session: Session, plan: PurchasePlan, typed: str, *, holder: str = "") -> Purchase:
    """Buys what is planned (see ``buy``); trouble after the journal has taken the purchase up is an outcome, no error.

    Raises what ``buy`` raises while nothing can have been sent.
    """
    at = session.now()
    try:
        return Purchase(plan, buy(session, plan, typed, holder=holder), at)
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
    told = (_purchase(intent) for intent in open_journal(session).intents(customer_id))
    return tuple(purchase for purchase in told if purchase.outcome.state == "UNKNOWN")


def recover(session: Session) -> tuple[Purchase, ...]:
    """Each open purchase of this world after looking again at it; nothing is sent that could buy.

    A purchase that another kernel may be sending at this moment is left to it. Raises ``JournalError`` when the
    journal cannot be read.
    """
    now = session.now()  # a world that was started anew has a journal of its own
    told = [(one, _purchase(one)) for one in open_journal(session).intents()]
    return tuple(
        look_again_at(session, purchase)
        for intent, purchase in told
        if purchase.is_open and not (intent.state in ("CART", "SENDING") and now < intent.changed + _AT_WORK)
    )


def _purchase(intent: Intent) -> Purchase:
    return Purchase(PurchasePlan.from_json(intent.plan), recorded(intent), intent.changed)


def open_blockers(purchases: Iterable[Purchase], size: str, region: str) -> list[str]:
    """Why a size must not be bought for a region while a purchase of the same machines is UNKNOWN.

    Any size of the flexibility group covers the same machines, so that they could be covered twice.
    """
    wanted = region, group_of(size)[0]
    return [
        f"Whether {one.plan.quantity} x {one.plan.size} was bought on {one.at:%Y-%m-%d %H:%M} UTC is not known. "
        "Look again at it before you buy more for the same machines."
        for one in purchases
        if one.outcome.state == "UNKNOWN" and one.plan.machines[1:] == wanted
    ]


def bought_before(session: Session, plan: PurchasePlan) -> tuple[str, ...]:
    """What was bought here for the same machines within a day, as sentences: the plan comes on top of it."""
    since = session.now() - _RECENTLY
    told = (
        (PurchasePlan.from_json(intent.plan), intent)
        for intent in open_journal(session).intents(plan.customer_id)
        if intent.state in ("ORDERED", "RECONCILED") and intent.changed >= since
    )
    return tuple(
        f"This comes on top of {other.quantity} x {other.size} for {term_label(other.term)}, bought for the same "
        f"machines on {intent.changed:%Y-%m-%d %H:%M} UTC (order {intent.order_ids[0]})."
        for other, intent in told
        if other.machines == plan.machines
    )
