"""One intended purchase as the journal knows it. A record; it reads and writes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from bespeak.journal.states import State


@dataclass(frozen=True, slots=True)
class Intent:
    """What one intent wants (``plan``, never changed), how far it is, its only cart, and what came of it.

    Times are UTC and as the world said them. ``outcome`` is empty until something is known.
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

    @property
    def is_finished(self) -> bool:
        """Whether its result is known for good: bought or refused."""
        return self.state in ("ORDERED", "REJECTED", "RECONCILED")

    @property
    def is_under_way(self) -> bool:
        """Whether somebody works on it, or nobody knows what became of it."""
        return self.state in ("CART", "SENDING", "UNKNOWN")


def from_row(row: sqlite3.Row) -> Intent:
    """The intent in a row of the table."""
    return Intent(
        intent_id=row["intent_id"],
        world=row["world"],
        instance=row["instance"],
        customer_id=row["customer_id"],
        plan=json.loads(row["plan"]),
        state=cast("State", row["state"]),
        cart_id=row["cart_id"],
        order_ids=tuple(json.loads(row["order_ids"])),
        outcome=None if row["outcome"] is None else json.loads(row["outcome"]),
        created=datetime.fromisoformat(row["created"]),
        changed=datetime.fromisoformat(row["changed"]),
        sent=None if row["sent"] is None else datetime.fromisoformat(row["sent"]),
        sendings=row["sendings"],
    )
