"""A second person says no: the purchase that waited for them is over, with who said so and why. It sends nothing."""

from __future__ import annotations

from bespeak.buying.approval import find_confirmed, second_person
from bespeak.buying.ledger import open_for_buying
from bespeak.clients.session import Session
from bespeak.errors import InputError


def refuse(session: Session, intent_id: str, approver: Session, reason: str) -> str:
    """Refuses a confirmed purchase with the sign-in of a second person; the answer is what was refused, in words.

    Whoever confirmed it cannot refuse it either: they let it be. Raises ``InputError`` when it may not be refused, and
    ``JournalError`` when the journal is not whole.
    """
    if not reason.strip():
        raise InputError("There is no reason.", "Nothing was written down. Say why it is refused.")
    plan, intent = find_confirmed(session, intent_id)
    by = second_person(session, intent, approver)
    said = (
        f"Nothing was bought. {by.name} refused {plan.quantity} x {plan.size} for {plan.customer}, {plan.total}, in "
        f"the world {plan.world}: {reason.strip().rstrip('.')}. Make a new quote if it is still wanted."
    )
    open_for_buying(session).move(intent_id, "REJECTED", at=approver.now(), outcome={"sentence": said})
    return said
