"""The purchase journal: what is about to be sent is on the disk before the first byte leaves.

One file a world. Every arrow is one transaction, and every transaction adds one event to a chain of hashes.
The journal sends nothing and knows no clock: times come in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bespeak.errors import JournalError
from bespeak.journal import audit, schema
from bespeak.journal.canonical import canonical
from bespeak.journal.intent import Intent, from_row
from bespeak.journal.states import State, check_arrow

#: Name of the journal's file in the private folder of a world.
FILE_NAME = "journal.sqlite"

#: How long a step waits for another writer before it gives up, in seconds.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Journal:
    """The purchases of one instance of one world, in one file that several kernels may share."""

    path: Path
    world: str
    instance: str
    patience: float = PATIENCE

    @classmethod
    def in_folder(cls, home: Path, world: str, instance: str) -> Journal:
        """The journal in a world's private folder, made when it is missing."""
        schema.prepare(home / FILE_NAME, PATIENCE, tell=_grown)
        return cls(home / FILE_NAME, world, instance)

    def begin(self, intent_id: str, customer_id: str, plan: Mapping[str, Any], *, at: datetime) -> Intent:
        """Writes an intent down as PLANNED; the same intent once more is returned as it stands.

        Raises ``JournalError`` when the id is taken by another plan, customer or world.
        """
        text, when = canonical(plan), _utc(at)
        with schema.write(self.path, self.patience) as connection:
            row = _row(connection, intent_id)
            if row is not None:
                return self._same(row, customer_id, text)
            connection.execute(
                "INSERT INTO intents VALUES (?, ?, ?, ?, ?, 'PLANNED', NULL, '[]', NULL, ?, ?, NULL, 0)",
                (intent_id, self.world, self.instance, customer_id, text, when, when),
            )
            return self._written(connection, intent_id, {"did": "planned"})

    def move(
        self,
        intent_id: str,
        to: State,
        *,
        at: datetime,
        order_ids: tuple[str, ...] = (),
        outcome: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> Intent:
        """The intent after one arrow other than to SENDING, which ``send`` alone writes.

        Raises ``JournalError`` when no such arrow starts where it stands.
        """
        if to == "SENDING":
            raise TypeError(
                "Only send() lets a checkout leave: it judges the limits in the same transaction."
            )
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, to)
            new = replace(
                old,
                state=to,
                order_ids=order_ids or old.order_ids,
                outcome=old.outcome if outcome is None else outcome,
            )
            return self._changed(connection, new, at, {"did": "moved", "from": old.state, "note": note})

    def claim(self, intent_id: str, *, at: datetime, is_rival: Callable[[Intent], bool]) -> Intent:
        """The intent as CART; or its first rival that is under way, and then nothing is changed.

        Of several callers with rival intents one gets its own: looking and moving are one transaction. Raises
        ``JournalError`` when the intent cannot become CART.
        """
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, "CART")
            others = (one for one in self._all(connection) if one.intent_id != intent_id)
            rival = next((one for one in others if one.is_under_way and is_rival(one)), None)
            if rival is not None:
                return rival
            return self._changed(
                connection, replace(old, state="CART"), at, {"did": "moved", "from": old.state, "note": ""}
            )

    def send(
        self, intent_id: str, *, at: datetime, judge: Callable[[Intent, tuple[Intent, ...]], None]
    ) -> Intent:
        """The intent as SENDING: from here on its checkout may leave.

        ``judge`` sees the intent and all others as they are in this very transaction, and stops it by raising. Raises
        ``JournalError`` when the intent cannot become SENDING, or was sent twice.
        """
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, "SENDING")
            judge(old, tuple(one for one in self._all(connection) if one.intent_id != intent_id))
            new = replace(old, state="SENDING", sent=old.sent or at, sendings=old.sendings + 1)
            return self._changed(connection, new, at, {"did": "moved", "from": old.state, "note": ""})

    def keep_cart(self, intent_id: str, cart_id: str, *, at: datetime) -> Intent:
        """Writes down the only cart that this intent will ever have; raises ``JournalError`` for another."""
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            if old.state != "CART" or old.cart_id is not None:
                raise JournalError(
                    f"Purchase {intent_id} is {old.state} with cart {old.cart_id}; it takes no other cart.",
                    "Plan the purchase anew if you still want it.",
                )
            return self._changed(connection, replace(old, cart_id=cart_id), at, {"did": "kept cart"})

    def note(self, intent_id: str, what: str, *, at: datetime) -> None:
        """Adds a sentence to the history of an intent, such as that somebody looked and what was seen."""
        with schema.write(self.path, self.patience) as connection:
            self._changed(connection, self._mine(connection, intent_id), at, {"did": "noted", "note": what})

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
            return audit.verify(connection)

    def _same(self, row: sqlite3.Row, customer_id: str, plan: str) -> Intent:
        known = (row["world"], row["instance"], row["customer_id"], row["plan"])
        if known == (self.world, self.instance, customer_id, plan):
            return from_row(row)
        raise JournalError(
            f"Purchase {row['intent_id']} is already in the journal with another plan.",
            "Plan the purchase anew, so that it gets an id of its own.",
        )

    def _mine(self, connection: sqlite3.Connection, intent_id: str) -> Intent:
        row = _row(connection, intent_id)
        if row is None or (row["world"], row["instance"]) != (self.world, self.instance):
            raise JournalError(
                f"Purchase {intent_id} is not in the journal of {self.world} ({self.instance}).",
                "Look at the list of purchases of this world.",
            )
        return from_row(row)

    def _all(self, connection: sqlite3.Connection) -> tuple[Intent, ...]:
        rows = connection.execute(
            "SELECT * FROM intents WHERE world = ? AND instance = ? ORDER BY rowid",
            (self.world, self.instance),
        ).fetchall()
        return tuple(from_row(row) for row in rows)

    def _changed(
        self, connection: sqlite3.Connection, new: Intent, at: datetime, what: Mapping[str, Any]
    ) -> Intent:
        outcome = None if new.outcome is None else canonical(new.outcome)
        connection.execute(
            "UPDATE intents SET state=?, cart_id=?, order_ids=?, outcome=?, changed=?, sent=?, sendings=? "
            "WHERE intent_id=?",
            (
                new.state,
                new.cart_id,
                canonical(new.order_ids),
                outcome,
                _utc(at),
                None if new.sent is None else _utc(new.sent),
                new.sendings,
                new.intent_id,
            ),
        )
        return self._written(connection, new.intent_id, what)

    def _written(self, connection: sqlite3.Connection, intent_id: str, what: Mapping[str, Any]) -> Intent:
        """The intent as the table now has it, with the event that says so added to the chain."""
        row = _row(connection, intent_id)
        assert row is not None
        audit.append(connection, row, what)
        return from_row(row)


def _grown(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Writes into the chain what an intent is after its table has grown, so that chain and table agree."""
    audit.append(connection, row, {"did": "grew to version 2"})


def _row(connection: sqlite3.Connection, intent_id: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        "SELECT * FROM intents WHERE intent_id = ?", (intent_id,)
    ).fetchone()
    return found


def _utc(at: datetime) -> str:
    if at.tzinfo is None:
        raise TypeError("The journal takes a time with its zone.")
    return at.astimezone(UTC).isoformat()
