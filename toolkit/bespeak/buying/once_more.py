"""Sending the same cart once more, when its first checkout left no trace: never a new cart, never a third time.

Checkout of one cart is documented as idempotent (Partner Center, *Check out a cart*, 2026), so that the same cart
gives one order however often it is sent. Still it waits, and looks first.
"""

from __future__ import annotations

from datetime import timedelta

from bespeak.buying.ledger import Ledger, check_unlocked, check_world, open_for_buying
from bespeak.buying.one_at_a_time import one_at_a_time
from bespeak.buying.outcome import Outcome
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.purchase import check_out, check_phrase, look_at_cart
from bespeak.buying.recovery import Sight, found_order, see, sent_at
from bespeak.clients.session import Session
from bespeak.errors import InputError
from bespeak.journal import Intent

#: From the request on: as long as its answer is waited for, and 120 s more, which is longer than any processing of a
#: checkout at the service is thought to take.
GRACE = timedelta(seconds=60 + 120)
MOST_SENDINGS = 2


def send_once_more(session: Session, intent_id: str, typed: str, *, holder: str = "") -> Outcome:
    """Sends the cart of an UNKNOWN purchase once more when cart and orders show that it was not ordered.

    The phrase must be typed again. Raises ``InputError`` with the reason while it may not be sent (a limit is one),
    ``LockedError`` while the world is locked and ``JournalError`` when the journal is not whole; then nothing was.
    """
    session.now()  # a world that was started anew has a journal of its own
    check_unlocked(session)
    journal = open_for_buying(session)
    ledger = Ledger(journal, intent_id, session.now, holder)
    with one_at_a_time(journal.path, intent_id):
        intent = ledger.intent
        plan = PurchasePlan.from_json(intent.plan)
        check_world(session, plan)
        check_phrase(plan, typed)
        check_state(session, intent)
        sight = see(session, plan, str(intent.cart_id), session.now())
        journal.note(intent_id, f"looked before sending once more: {sight}", at=session.now())
        check_sight(sight)
        changed = look_at_cart(session, plan, str(intent.cart_id))
        if changed:
            raise InputError(
                " ".join(changed), "Nothing was sent. Look again until it is known what became of it."
            )
        return check_out(session, ledger, plan, ledger.send(plan, session.home))


def check_state(session: Session, intent: Intent) -> None:
    """Raises ``InputError`` unless the purchase is UNKNOWN, was sent once, and its grace time is over."""
    if intent.state != "UNKNOWN":
        raise InputError(
            f"Only a purchase that is UNKNOWN is sent once more; this one is {intent.state}.",
            "Nothing was sent.",
        )
    if intent.sendings >= MOST_SENDINGS:
        raise InputError(
            "This purchase was sent twice, which is the most.",
            "Look again at it, and check it by hand in the end.",
        )
    ready = sent_at(intent) + GRACE
    if session.now() < ready:
        raise InputError(
            "The first request may still be at work.",
            f"Look again at {ready:%H:%M:%S} UTC; nothing was sent.",
        )


def check_sight(sight: Sight) -> None:
    """Raises ``InputError`` unless what was seen shows that the cart was not ordered and can be."""
    if found_order(sight) or sight.tagged or sight.similar:
        raise InputError(
            "There is an order that may be this purchase.", "Look again at it; nothing was sent."
        )
    if sight.cart != "active":
        raise InputError(
            f"The cart is {sight.cart}, so it cannot be sent once more.",
            "Look again at it; nothing was sent.",
        )
