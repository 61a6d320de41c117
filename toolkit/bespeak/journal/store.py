"""The purchase journal: what is about to be sent is on the disk before the first byte leaves.

One file a world. Every arrow is one transaction, and every transaction adds one event to a chain of hashes.
The journal sends nothing and knows no clock: times come in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bespeak.errors import JournalError
from bespeak.journal import audit, schema
from bespeak.journal.canonical import canonical
from bespeak.journal.intent import Approval, Intent, Signer
from bespeak.journal.reading import PATIENCE, Reading
from bespeak.journal.rows import UPDATE, from_row, row_of, to_row, utc
from bespeak.journal.states import State, check_arrow

#: Name of the journal's file in the private folder of a world.
FILE_NAME = "journal.sqlite"


def _no_objection(_intent: Intent) -> None:
    """A judge that lets everything pass."""


@dataclass(frozen=True, slots=True)
class Journal(Reading):
    """The purchases of one instance of one world, in one file that several kernels may share."""

    @classmethod
    def in_folder(cls, home: Path, world: str, instance: str) -> Journal:
        """The journal in a world's private folder, made when it is missing."""
        schema.prepare(home / FILE_NAME, PATIENCE, tell=_grown)
        return cls(home / FILE_NAME, world, instance)

    def begin(
        self, intent_id: str, customer_id: str, plan: Mapping[str, Any], *, at: datetime, request_id: str = ""
    ) -> Intent:
        """Writes an intent down as PLANNED; the same intent once more is returned as it stands.

        Raises ``JournalError`` when the id is taken by another plan, customer or world.
        """
        text, when = canonical(plan), utc(at)
        with schema.write(self.path, self.patience) as connection:
            row = row_of(connection, intent_id)
            if row is not None:
                return self._same(connection, row, customer_id, text)
            connection.execute(
                "INSERT INTO intents (intent_id, world, instance, customer_id, plan, state, order_ids, created, "
                "changed, request_id) VALUES (?, ?, ?, ?, ?, 'PLANNED', '[]', ?, ?, ?)",
                (intent_id, self.world, self.instance, customer_id, text, when, when, request_id),
            )
            return self._written(connection, intent_id, {"did": "planned"})

    def move(  # each arrow's facts, all named
        self,
        intent_id: str,
        to: State,
        *,
        at: datetime,
        order_ids: tuple[str, ...] = (),
        outcome: Mapping[str, Any] | None = None,
        note: str = "",
        signer: Signer | None = None,
        correlation_id: str = "",
    ) -> Intent:
        """The intent after one arrow other than to SENDING, which ``send`` alone writes.

        ``signer`` is who confirmed it. Raises ``JournalError`` when no such arrow starts where it stands.
        """
        if to in ("SENDING", "APPROVED"):
            raise TypeError(
                "Only send() lets a checkout leave, and only approve() approves: both judge in the same transaction."
            )
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, to)
            new = replace(
                old,
                state=to,
                order_ids=order_ids or old.order_ids,
                outcome=old.outcome if outcome is None else outcome,
                person=signer or old.person,
                correlations=_with(old.correlations, correlation_id),
            )
            return self._changed(connection, new, at, {"did": "moved", "from": old.state, "note": note})

    def approve(
        self, intent_id: str, approval: Approval, *, judge: Callable[[Intent], None] = _no_objection
    ) -> Intent:
        """The intent as APPROVED; ``judge`` sees it in this very transaction and stops it by raising."""
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, "APPROVED")
            judge(old)
            new = replace(old, state="APPROVED", approval=approval)
            return self._changed(
                connection, new, approval.at, {"did": "moved", "from": old.state, "note": ""}
            )

    def claim(
        self,
        intent_id: str,
        *,
        at: datetime,
        is_rival: Callable[[Intent], bool],
        judge: Callable[[Intent], None] = _no_objection,
        holder: str = "",
    ) -> Intent:
        """The intent as CART; or its first rival that is under way, and then nothing is changed.

        Of several callers with rival intents one gets its own: looking and moving are one transaction. Raises
        ``JournalError`` when the intent cannot become CART, and what ``judge`` raises.
        """
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, "CART")
            judge(old)
            others = (one for one in self._all(connection) if one.intent_id != intent_id)
            rival = next((one for one in others if one.is_under_way and is_rival(one)), None)
            if rival is not None:
                return rival
            new = replace(old, state="CART", holder=holder or old.holder)
            return self._changed(connection, new, at, {"did": "moved", "from": old.state, "note": ""})

    def send(
        self,
        intent_id: str,
        *,
        at: datetime,
        judge: Callable[[Intent, tuple[Intent, ...]], None],
        holder: str = "",
        request_id: str = "",
    ) -> Intent:
        """The intent as SENDING: from here on its checkout may leave.

        ``judge`` sees the intent and all others as they are in this very transaction, and stops it by raising.
        ``request_id`` is for an intent of an older journal that has none. Raises ``JournalError`` when the intent
        cannot become SENDING, or was sent twice.
        """
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            check_arrow(intent_id, old.state, "SENDING")
            judge(old, tuple(one for one in self._all(connection) if one.intent_id != intent_id))
            new = replace(
                old,
                state="SENDING",
                sent=old.sent or at,
                sendings=old.sendings + 1,
                holder=holder or old.holder,
                request_id=old.request_id or request_id,
            )
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

    def note(
        self,
        intent_id: str,
        what: str,
        *,
        at: datetime,
        outcome: Mapping[str, Any] | None = None,
        correlation_id: str = "",
    ) -> Intent:
        """Adds a sentence to the history of an intent, such as that somebody looked and what was seen."""
        with schema.write(self.path, self.patience) as connection:
            old = self._mine(connection, intent_id)
            new = replace(
                old,
                outcome=old.outcome if outcome is None else outcome,
                correlations=_with(old.correlations, correlation_id),
            )
            return self._changed(connection, new, at, {"did": "noted", "note": what})

    def _changed(
        self, connection: sqlite3.Connection, new: Intent, at: datetime, what: Mapping[str, Any]
    ) -> Intent:
        connection.execute(UPDATE, to_row(replace(new, changed=at)))
        return self._written(connection, new.intent_id, what)

    def _written(self, connection: sqlite3.Connection, intent_id: str, what: Mapping[str, Any]) -> Intent:
        """The intent as the table now has it, with the event that says so added to the chain."""
        row = row_of(connection, intent_id)
        assert row is not None
        return from_row(row, audit.append(connection, row, what))


def _grown(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Writes into the chain what an intent is after its table has grown, so that chain and table agree."""
    audit.append(connection, row, {"did": f"grew to version {schema.VERSION}"})


def _with(known: tuple[str, ...], correlation_id: str) -> tuple[str, ...]:
    return (*known, correlation_id) if correlation_id and correlation_id not in known else known
