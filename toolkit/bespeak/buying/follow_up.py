"""What is being done about a purchase whose end is not known: when it was sent, how long it waits, what comes next.

It reads the journal, and cart and orders where that decides something; it writes nothing and sends nothing that buys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bespeak.buying.ledger import LIST_LAG, open_journal
from bespeak.buying.once_more import GRACE, MOST_SENDINGS, check_sight, check_state
from bespeak.buying.purchases import Purchase
from bespeak.buying.recovery import see
from bespeak.clients.session import Session
from bespeak.errors import InputError, ServiceError
from bespeak.journal import Intent

#: Long enough past a time for what begins then to have begun.
_MARGIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The times of an UNKNOWN purchase (UTC, as the world says them) and what may be done about it.

    ``sent`` is empty while it is not known whether it was sent. ``next_look`` is when looking again can tell more,
    empty once nothing more is waited for. ``not_once_more`` says why its cart may not be sent once more, "" when that
    may be tried.
    """

    sent: datetime | None
    sendings: int
    grace_ends: datetime
    listed_by: datetime
    next_look: datetime | None
    not_once_more: str
    request_id: str = field(default="")
    correlations: tuple[str, ...] = field(default=())


def follow_up(session: Session, purchase: Purchase) -> FollowUp | None:
    """What is being done about a purchase; ``None`` when its end is known. Raises ``JournalError``."""
    if purchase.outcome.state != "UNKNOWN":
        return None
    now = session.now()  # a world that was started anew has a journal of its own
    intent = open_journal(session).intent(purchase.plan.intent_id)
    last = _last_sent(intent)
    times = (last + GRACE, last + LIST_LAG)
    return FollowUp(
        sent=intent.sent,
        sendings=intent.sendings,
        grace_ends=times[0],
        listed_by=times[1],
        next_look=next((time + _MARGIN for time in times if now < time), None),
        not_once_more=_not_once_more(session, purchase, intent),
        request_id=intent.request_id,
        correlations=intent.correlations,
    )


def follow_up_facts(told: FollowUp, purchase: Purchase, world: str) -> dict[str, str]:
    """The same in words, for a person who must not buy it again meanwhile."""
    facts = {
        "Sent": _sent(told),
        "Waits": _waits(told),
        "Next look": _next(told, world),
        "Money": f"{purchase.plan.total} may be charged, and counts as spent: do not buy it again, in no window",
        "World": f"{world}; the purchase is {purchase.plan.intent_id}",
    }
    ids = [f"request id {told.request_id}" if told.request_id else ""]
    ids += [f"correlation id {one}" for one in told.correlations[-1:]]
    listed = ", ".join(one for one in ids if one)
    return facts | ({"For Microsoft's support": listed} if listed else {})


def _last_sent(intent: Intent) -> datetime:
    """When its checkout was last sent; when it was last worked on, while that is not written down."""
    told = (intent.outcome or {}).get("sent_at")
    return datetime.fromisoformat(str(told)) if told else intent.sent or intent.changed


def _not_once_more(session: Session, purchase: Purchase, intent: Intent) -> str:
    """Why it may not be sent once more; the cart is looked at only when nothing else speaks against it."""
    if purchase.outcome.needs_a_person:
        return "A person must look first, step by step."
    try:
        check_state(session, intent)
        check_sight(see(session, purchase.plan, str(intent.cart_id), session.now()))
    except (InputError, ServiceError) as error:
        return str(error)
    return ""


def _sent(told: FollowUp) -> str:
    if told.sent is None:
        return "not yet, as far as the journal knows"
    return f"at {told.sent:%Y-%m-%d %H:%M:%S} UTC, {told.sendings} of at most {MOST_SENDINGS} times; no answer arrived"


def _waits(told: FollowUp) -> str:
    if told.next_look is None:
        return f"no longer: since {told.listed_by:%Y-%m-%d %H:%M:%S} UTC an order would stand in the list"
    return (
        f"until {told.grace_ends:%H:%M:%S} UTC Microsoft may still be at work on it; until "
        f"{told.listed_by:%H:%M:%S} UTC a new order may be missing from the list"
    )


def _next(told: FollowUp, world: str) -> str:
    if told.next_look is None:
        return "whenever you press Look again"
    at = f"{told.next_look:%H:%M:%S} UTC"
    if world == "sandbox":
        return f"after {at}; the sandbox's clock stands still, so let 20 minutes pass"
    return f"at {at}, by itself while this page is open; or press Look again"
