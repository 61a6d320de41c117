"""What the limits of a world say about a purchase before it is confirmed. They are judged again where it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bespeak.buying.ledger import open_journal
from bespeak.buying.limits import FILE_NAME, Limits, read_limits
from bespeak.clients.session import Session
from bespeak.errors import InputError
from bespeak.journal import Intent
from bespeak.money import Money


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of a world and what was bought in it, at one moment; ``unreadable`` says why there are none."""

    limits: Limits
    bought: tuple[Intent, ...] = field(repr=False)
    at: datetime
    unreadable: str = ""

    def against(self, customer_id: str, total: Money) -> list[str]:
        """One sentence for each limit that such a purchase exceeds, or that cannot be judged."""
        if self.unreadable:
            return [self.unreadable]
        return [str(one) for one in self.limits.against(customer_id, total, self.bought, self.at)]

    def second_person(self, total: Money) -> str:
        """That a second person must approve such a purchase, "" when nobody must."""
        above = self.limits.approve_above
        if above is None or (above.currency == total.currency and not above < total):
            return ""
        return f"More than {above} needs the approval of a second person (approve_above in {FILE_NAME})."


def allowance(session: Session) -> Allowance:
    """What the limits of the session's world allow now; raises ``JournalError`` when the journal cannot be read."""
    at = session.now()
    bought = open_journal(session).intents()
    try:
        return Allowance(read_limits(session.home), bought, at)
    except InputError as error:
        return Allowance(Limits(), bought, at, str(error))
