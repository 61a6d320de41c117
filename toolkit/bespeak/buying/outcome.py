"""What came of a purchase, in one of three words: DONE, REJECTED or UNKNOWN. Never "failed"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bespeak.journal import Intent, State

OutcomeState = Literal["DONE", "REJECTED", "UNKNOWN"]

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
    ``order_id`` and ``reservation`` (the reservation order at Azure) are empty while they are not known.
    """

    state: OutcomeState
    order_id: str
    reservation: str
    sentence: str
    intent_id: str

    def __str__(self) -> str:
        return f"{self.state}: {self.sentence}"


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
        sentence=str(told.get("sentence") or _UNFINISHED[intent.state]),
        intent_id=intent.intent_id,
    )


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
