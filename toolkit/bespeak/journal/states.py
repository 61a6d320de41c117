"""The states of a purchase and the only arrows between them, as data. Nothing here touches a disk.

A purchase goes forward on these arrows and on no others, so that what a crash left behind can be read off
the state alone::

    PLANNED ── CONFIRMED ─────────── CART ──────── SENDING ──── ORDERED ── RECONCILED
                  └──── APPROVED ────┘ │             │   │          │
                            │          └─ REJECTED ──┘   └─ UNKNOWN ┘    (UNKNOWN ── SENDING, once)
                            └────────────────┘ └──────────────┘
"""

from __future__ import annotations

from typing import Literal

from bespeak.errors import JournalError

State = Literal[
    "PLANNED", "CONFIRMED", "APPROVED", "CART", "SENDING", "ORDERED", "REJECTED", "UNKNOWN", "RECONCILED"
]

#: What each state may become. PLANNED: written down, nothing typed. CONFIRMED: the phrase was typed.
#: APPROVED: a second person has agreed, which only some purchases need; one that is refused, or an approval that
#: lapsed, ends in REJECTED.
#: CART: one buyer has claimed the intent and makes its only cart. SENDING: the checkout may have left.
#: UNKNOWN: it has left and nobody knows what became of it; the same cart may be sent once more.
#: RECONCILED: the order was read back and is what was planned.
ARROWS: dict[State, frozenset[State]] = {
    "PLANNED": frozenset({"CONFIRMED"}),
    "CONFIRMED": frozenset({"APPROVED", "CART", "REJECTED"}),
    "APPROVED": frozenset({"CART", "REJECTED"}),
    "CART": frozenset({"SENDING", "REJECTED"}),
    "SENDING": frozenset({"ORDERED", "REJECTED", "UNKNOWN"}),
    "UNKNOWN": frozenset({"ORDERED", "REJECTED", "SENDING"}),
    "ORDERED": frozenset({"RECONCILED"}),
    "REJECTED": frozenset(),
    "RECONCILED": frozenset(),
}


def check_arrow(intent_id: str, old: State, new: State) -> None:
    """Raises ``JournalError`` unless a purchase may go from the old state to the new one."""
    if new in ARROWS[old]:
        return
    allowed = ", ".join(sorted(ARROWS[old])) or "nothing: it is finished"
    raise JournalError(
        f"Purchase {intent_id} is {old} and cannot become {new}; it can become {allowed}.",
        "Look at it again before anything else is bought.",
    )
