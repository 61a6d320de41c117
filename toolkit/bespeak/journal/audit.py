"""The chain of events: each holds the hash of the one before, so that a change in the past shows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from bespeak.errors import JournalError
from bespeak.journal.canonical import NOTHING_BEFORE, canonical, fingerprint


def append(connection: sqlite3.Connection, row: sqlite3.Row, what: Mapping[str, Any]) -> None:
    """Adds the event that an intent's row is now as it is, inside the transaction that made it so."""
    last = connection.execute("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1").fetchone()
    number, before = (last["number"] + 1, last["hash"]) if last else (1, NOTHING_BEFORE)
    entry = canonical({"number": number, "what": dict(what), "intent": dict(row)})
    connection.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?)",
        (number, row["intent_id"], entry, fingerprint(entry, before)),
    )


def verify(connection: sqlite3.Connection) -> str:
    """The hash at the head when chain and table agree; raises ``JournalError`` that names what does not."""
    head, latest = NOTHING_BEFORE, {}
    events = connection.execute("SELECT * FROM events ORDER BY number").fetchall()
    for expected, event in enumerate(events, start=1):
        if event["number"] != expected or event["hash"] != fingerprint(event["entry"], head):
            raise _tampered(f"event {expected}")
        head = event["hash"]
        latest[event["intent_id"]] = json.loads(event["entry"])["intent"]
    rows = {row["intent_id"]: dict(row) for row in connection.execute("SELECT * FROM intents")}
    for intent_id in sorted(rows.keys() | latest.keys()):
        if rows.get(intent_id) != latest.get(intent_id):
            raise _tampered(f"purchase {intent_id}")
    return head


def _tampered(where: str) -> JournalError:
    return JournalError(
        f"The purchase journal was changed by something else: {where} is not what was written.",
        "Do not buy from here; keep the file and compare it with the orders in Partner Center.",
    )
