"""What came of a purchase, in one of three words: DONE, REJECTED or UNKNOWN. Never "failed"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bespeak.journal import Intent, State

OutcomeState = Literal["DONE", "REJECTED", "UNKNOWN"]
MANUAL_CHECK = "MANUAL CHECK"
#: So much of a hash tells two heads apart.
HEAD_LENGTH = 12

_WORDS: dict[State, OutcomeState] = {
    "PLANNED": "REJECTED",
    "CONFIRMED": "REJECTED",
    "APPROVED": "REJECTED",
    "CART": "UNKNOWN",
    "SENDING": "UNKNOWN",
    "UNKNOWN": "UNKNOWN",
    "ORDERED": "DONE",
    "RECONCILED": "DONE",
    "REJECTED": "REJECTED",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a purchase.

    DONE: there is an order. REJECTED: nothing was bought. UNKNOWN: nobody knows yet; do not buy again, look again.
    ``order_id`` and ``reservation`` (the reservation order at Azure) are empty while they are not known. ``steps`` are
    what a person must do by hand when looking again cannot tell more, in their order; empty otherwise. ``head`` is the
    beginning of the hash at the head of the journal, by which a report can be held against it.
    """

    state: OutcomeState
    order_id: str
    reservation: str
    sentence: str
    intent_id: str
    steps: tuple[str, ...] = ()
    head: str = ""

    @property
    def needs_a_person(self) -> bool:
        """Whether nothing but a check by hand can tell what became of it."""
        return bool(self.steps)

    @property
    def word(self) -> str:
        """The word that a person sees: the state, or MANUAL CHECK."""
        return MANUAL_CHECK if self.needs_a_person else self.state

    def __str__(self) -> str:
        numbered = "".join(f"\n{number}. {step}" for number, step in enumerate(self.steps, start=1))
        return f"{self.word}: {self.sentence}{numbered}"


def word(state: State) -> OutcomeState:
    """The word for a state of the journal."""
    return _WORDS[state]


def recorded(intent: Intent) -> Outcome:
    """The outcome that the journal has for an intent; UNKNOWN while it may be under way."""
    told: Mapping[str, Any] = intent.outcome or {}
    return Outcome(
        state=word(intent.state),
        order_id=intent.order_ids[0] if intent.order_ids else "",
        reservation=str(told.get("reservation", "")),
        sentence=str(told.get("sentence") or _unfinished(intent)),
        intent_id=intent.intent_id,
        steps=tuple(told.get("steps", ())) if intent.state == "UNKNOWN" else (),
        head=intent.head[:HEAD_LENGTH],
    )


def _unfinished(intent: Intent) -> str:
    """What is said of a purchase that has no outcome yet; which kernel has it, where that is known."""
    said = _UNFINISHED[intent.state]
    if not (intent.is_under_way and intent.holder):
        return said
    return f"{said} The kernel that has it: {intent.holder}."


_BEING_SENT = (
    "This purchase is being sent by another window, or was interrupted while it was sent. "
    "Do not buy again; look at it again."
)
_NOT_SENT = "This purchase has not been sent, so nothing was bought."
_UNFINISHED: dict[State, str] = {
    "PLANNED": _NOT_SENT,
    "CONFIRMED": _NOT_SENT,
    "APPROVED": _NOT_SENT,
    "CART": _BEING_SENT,
    "SENDING": _BEING_SENT,
    "UNKNOWN": _BEING_SENT,
    "ORDERED": "Bought.",
    "RECONCILED": "Bought.",
    "REJECTED": "Nothing was bought.",
}
