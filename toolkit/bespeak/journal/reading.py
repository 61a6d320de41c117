"""The journal read: one purchase, all of them, and whether the chain is whole. It writes nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from bespeak.errors import JournalError
from bespeak.journal import audit, head, schema
from bespeak.journal.intent import Intent
from bespeak.journal.rows import from_row, row_of

#: How long a step waits for another writer before it gives up, in seconds.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a journal is, for which instance of which world, and how to read it."""

    path: Path
    world: str
    instance: str
    patience: float = PATIENCE

    def intent(self, intent_id: str) -> Intent:
        """One intent as it stands; raises ``JournalError`` when it is not in this world's journal."""
        with schema.read(self.path, self.patience) as connection:
            return self._mine(connection, intent_id)

    def intents(self, customer_id: str | None = None) -> tuple[Intent, ...]:
        """The intents of this world, oldest first; of one customer when one is named."""
        with schema.read(self.path, self.patience) as connection:
            found = self._all(connection)
        return tuple(i for i in found if customer_id is None or i.customer_id.lower() == customer_id.lower())

    def verify(self) -> str:
        """The hash at the head of the chain; raises ``JournalError`` that names what was tampered with."""
        with schema.read(self.path, self.patience) as connection:
            told = audit.verify(connection)
            head.check(connection, self.path)
            return told

    def _same(self, connection: sqlite3.Connection, row: sqlite3.Row, customer_id: str, plan: str) -> Intent:
        known = (row["world"], row["instance"], row["customer_id"], row["plan"])
        if known == (self.world, self.instance, customer_id, plan):
            return from_row(row, head.last(connection).hash)
        raise JournalError(
            f"Purchase {row['intent_id']} is already in the journal with another plan.",
            "Plan the purchase anew, so that it gets an id of its own.",
        )

    def _mine(self, connection: sqlite3.Connection, intent_id: str) -> Intent:
        row = row_of(connection, intent_id)
        if row is None or (row["world"], row["instance"]) != (self.world, self.instance):
            raise JournalError(
                f"Purchase {intent_id} is not in the journal of {self.world} ({self.instance}).",
                "Look at the list of purchases of this world.",
            )
        return from_row(row, head.last(connection).hash)

    def _all(self, connection: sqlite3.Connection) -> tuple[Intent, ...]:
        told = head.last(connection).hash
        rows = connection.execute(
            "SELECT * FROM intents WHERE world = ? AND instance = ? ORDER BY rowid",
            (self.world, self.instance),
        ).fetchall()
        return tuple(from_row(row, told) for row in rows)
