"""One intended purchase as the journal knows it. A record; it reads and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bespeak.journal.states import State


@dataclass(frozen=True, slots=True)
class Signer:
    """Who did something, as the sign-in tells it: a name to show, and the id that makes two persons two."""

    name: str = ""
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """That a second person has agreed: who, when, and to which plan (the hash of the complete plan)."""

    by: Signer
    at: datetime
    plan: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What one intent wants (``plan``, never changed), how far it is, its only cart, and what came of it.

    Times are UTC and as the world said them. ``outcome`` is empty until something is known. ``request_id`` is the
    MS-RequestId of every sending of its checkout, ``correlations`` the MS-CorrelationIds of answers that were lost or
    said no, ``person`` who confirmed it, ``holder`` the kernel that works or has worked on it.
    """

    intent_id: str
    world: str
    instance: str
    customer_id: str
    plan: Mapping[str, Any] = field(repr=False)
    state: State
    cart_id: str | None
    order_ids: tuple[str, ...]
    outcome: Mapping[str, Any] | None = field(repr=False)
    created: datetime
    changed: datetime
    #: When the checkout was allowed to leave, the first time; how often it was.
    sent: datetime | None = None
    sendings: int = 0
    request_id: str = ""
    correlations: tuple[str, ...] = ()
    person: Signer = Signer()
    holder: str = ""
    approval: Approval | None = None
    #: The hash at the head of the journal when this was read.
    head: str = field(default="", compare=False)

    @property
    def is_finished(self) -> bool:
        """Whether its result is known for good: bought or refused."""
        return self.state in ("ORDERED", "REJECTED", "RECONCILED")

    @property
    def is_under_way(self) -> bool:
        """Whether somebody works on it, or nobody knows what became of it."""
        return self.state in ("CART", "SENDING", "UNKNOWN")
