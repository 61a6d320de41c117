"""The journal of one purchase while it is worked on: who may go on, and how its end is written down.

Nothing here talks to a service.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bespeak.buying.limits import read_limits
from bespeak.buying.outcome import Outcome, recorded, word
from bespeak.buying.plan import PurchasePlan
from bespeak.buying.request_ids import checkout_request_id
from bespeak.buying.second_person import check_approval
from bespeak.clients.session import Person, Session
from bespeak.errors import InputError, JournalError, LockedError, ServiceError
from bespeak.journal import Intent, Journal, Signer, State, begun_anew

#: How long a new order may be missing from the list: 15 minutes (Purchase Azure reservations, Partner Center, 2021),
#: and a margin.
LIST_LAG = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The journal seen from one intent; ``world_time`` is asked for each entry, ``holder`` is this kernel in words."""

    journal: Journal
    intent_id: str
    world_time: Callable[[], datetime]
    holder: str = ""

    @property
    def intent(self) -> Intent:
        """The intent as the journal has it at this moment."""
        return self.journal.intent(self.intent_id)

    def now(self) -> datetime:
        """The time for the next entry; that of the last one when the world cannot be asked, so that nothing is lost."""
        try:
            return self.world_time()
        except ServiceError:
            return self.intent.changed

    def recorded(self) -> Outcome:
        """The outcome that the journal has."""
        return recorded(self.intent)

    def claim(self, plan: PurchasePlan, home: Path) -> bool:
        """Whether this caller is the one who may make the cart; of several callers one is.

        Raises ``InputError`` while another purchase of the same machines is under way or UNKNOWN, in whatever window
        it was started: together they could buy twice; and while a second person must approve it.
        """
        limits, at = read_limits(home), self.now()
        try:
            taken = self.journal.claim(
                self.intent_id,
                at=at,
                is_rival=plan.is_rival_of,
                judge=lambda own: check_approval(plan, own, limits, at),
                holder=self.holder,
            )
        except JournalError:
            if self.intent.state in ("CONFIRMED", "APPROVED"):
                raise
            return False
        if taken.intent_id != self.intent_id:
            raise _rivalled(taken)
        return True

    def send(self, plan: PurchasePlan, home: Path) -> Intent:
        """The intent as SENDING: its checkout may leave, for no limit speaks against it.

        Raises ``InputError`` that names the limit and ``JournalError`` when another window has closed the purchase.
        """
        limits, at = read_limits(home), self.now()

        def judge(own: Intent, others: tuple[Intent, ...]) -> None:
            check_approval(plan, own, limits, at)
            limits.check(plan, others, at)

        return self.journal.send(
            self.intent_id, at=at, judge=judge, holder=self.holder, request_id=checkout_request_id(plan)
        )

    def end(
        self,
        to: State,
        sentence: str,
        order_ids: tuple[str, ...] = (),
        *,
        correlation_id: str = "",
        **more: str,
    ) -> Outcome:
        """Writes the end of a step down and gives it; when another window was faster, what that one wrote counts.

        A journal that cannot be written does not hide what is known: the outcome then says both.
        """
        outcome: dict[str, Any] = {"sentence": sentence, **more}
        try:
            moved = self.journal.move(
                self.intent_id,
                to,
                at=self.now(),
                order_ids=order_ids,
                outcome=outcome,
                correlation_id=correlation_id,
            )
        except JournalError as error:
            return self._written_by_another(to, order_ids) or self._unwritten(
                to, sentence, order_ids, str(error)
            )
        return recorded(moved)

    def _written_by_another(self, to: State, order_ids: tuple[str, ...]) -> Outcome | None:
        """The outcome that another window has written, when it does not contradict what is known here."""
        try:
            intent = self.intent
        except JournalError:
            return None
        agrees = (intent.state == to or intent.is_finished) and order_ids in ((), intent.order_ids)
        return recorded(intent) if agrees else None

    def _unwritten(self, to: State, sentence: str, order_ids: tuple[str, ...], error: str) -> Outcome:
        note = f"{sentence} Write this down: the journal could not take it. {error}"
        return Outcome(word(to), order_ids[0] if order_ids else "", "", note, self.intent_id)


def open_journal(session: Session) -> Journal:
    """The journal of the session's world."""
    return Journal.in_folder(session.home, session.world, session.instance)


def open_for_buying(session: Session) -> Journal:
    """The journal of the session's world, when it is whole; raises ``JournalError`` while nothing may be bought.

    A journal that took the place of a damaged one knows nothing of what had just been sent, so that buying waits until
    the order list shows it.
    """
    journal = open_journal(session)
    try:
        journal.verify()
        anew = begun_anew(journal)
    except JournalError as error:
        raise JournalError(
            f"{error.what} Buying is locked in the world {session.world}.", error.next_step
        ) from error
    if anew is not None and session.now() < anew + LIST_LAG:
        raise JournalError(
            f"The purchase journal of the world {session.world} was begun anew at {anew:%H:%M:%S} UTC, and an order "
            "made just before can still be missing from the order list; nothing is bought yet.",
            f"Look at the orders of rescue_journal again after {anew + LIST_LAG:%H:%M:%S} UTC.",
        )
    return journal


def check_unlocked(session: Session) -> Person:
    """Who is signed in, when what changes something may leave; raises ``LockedError`` or ``SignInError`` otherwise."""
    locked = session.locked
    if locked:
        raise LockedError(
            f"{locked} World: {session.world}.", "Nothing was sent and nothing was written down."
        )
    return session.person


def signer_of(person: Person) -> Signer:
    """A person as the journal writes it down."""
    return Signer(person.name, person.object_id)


def check_world(session: Session, plan: PurchasePlan) -> None:
    """Raises ``InputError`` unless the plan was made in the world that the session is in now."""
    if (plan.world, plan.instance) != (session.world, session.instance):
        raise InputError(
            f"This was planned in {plan.world} ({plan.instance}), and this is {session.world} ({session.instance}).",
            "Nothing was sent. Make a new quote here.",
        )


def _rivalled(other: Intent) -> InputError:
    plan = PurchasePlan.from_json(other.plan)
    return InputError(
        f"Whether {plan.quantity} x {plan.size} was bought for {plan.customer} on {other.changed:%Y-%m-%d %H:%M} UTC "
        "is not known, and both cover the same machines. Nothing was sent.",
        "Look again at that purchase first; it is shown when the customer is chosen anew.",
    )
