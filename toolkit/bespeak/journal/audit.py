"""The chain of events: each holds the hash of the one before, so that a change in the past shows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from bespeak.errors import JournalError
from bespeak.journal import head
from bespeak.journal.canonical import NOTHING_BEFORE, canonical, fingerprint

_ACKNOWLEDGED = "acknowledged"


def append(
    connection: sqlite3.Connection,
    row: Mapping[str, Any] | sqlite3.Row,
    what: Mapping[str, Any],
    number: int = 0,
) -> str:
    """Adds the event that an intent's row is now as it is, inside the transaction that made it so; its hash.

    An empty row is an event about the journal itself. ``number`` is the next one unless a higher one is given.
    """
    before = head.last(connection)
    number = max(before.number + 1, number)
    intent = dict(row)
    entry = canonical({"number": number, "what": dict(what), "intent": intent})
    told = fingerprint(entry, before.hash)
    connection.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?)", (number, intent.get("intent_id", ""), entry, told)
    )
    return told


def acknowledge(connection: sqlite3.Connection, what: Mapping[str, Any], number: int) -> str:
    """Adds the event that a person has seen what is wrong; from it on the chain counts again, and its hash is given.

    It holds a digest of everything before it, so that what was acknowledged cannot be changed any more either.
    """
    before = {"events": _digest(connection, number), "rows": _rows(connection)}
    return append(connection, {}, {"did": _ACKNOWLEDGED, **what, "before": before}, number)


def verify(connection: sqlite3.Connection) -> str:
    """The hash at the head when chain and table agree; raises ``JournalError`` that names what does not."""
    events = connection.execute("SELECT * FROM events ORDER BY number").fetchall()
    start, latest = _start(connection, events)
    before = events[start - 1]["hash"] if start else NOTHING_BEFORE
    expected = events[start]["number"] if latest is not None else 1
    latest = latest or {}
    for number, event in enumerate(events[start:], start=expected):
        if event["number"] != number or event["hash"] != fingerprint(event["entry"], before):
            raise _tampered(f"event {number}")
        before = event["hash"]
        if event["intent_id"]:
            latest[event["intent_id"]] = _print_of(json.loads(event["entry"])["intent"])
    rows = _rows(connection)
    for intent_id in sorted(rows.keys() | latest.keys()):
        if rows.get(intent_id) != latest.get(intent_id):
            raise _tampered(f"purchase {intent_id}")
    return before


def what_of(entry: str) -> dict[str, Any]:
    """What an event says was done; empty for an entry that cannot be read."""
    try:
        return dict(json.loads(entry)["what"])
    except (ValueError, KeyError, TypeError):
        return {}


def _start(connection: sqlite3.Connection, events: list[sqlite3.Row]) -> tuple[int, dict[str, str] | None]:
    """Where the chain counts from: the last acknowledgement, with the purchases as they were then; else the start."""
    for index in reversed(range(len(events))):
        if events[index]["intent_id"]:
            continue
        what = what_of(events[index]["entry"])
        if what.get("did") == _ACKNOWLEDGED:
            if what["before"]["events"] != _digest(connection, events[index]["number"]):
                raise _tampered(f"what was acknowledged in event {events[index]['number']}")
            return index, dict(what["before"]["rows"])
    return 0, None


def _digest(connection: sqlite3.Connection, number: int) -> str:
    """One hash over all events before a number, as they stand."""
    told = NOTHING_BEFORE
    for event in connection.execute("SELECT * FROM events WHERE number < ? ORDER BY number", (number,)):
        told = fingerprint(canonical([str(value) for value in event]), told)
    return told


def _rows(connection: sqlite3.Connection) -> dict[str, str]:
    """One hash for each purchase in the table."""
    rows = connection.execute("SELECT * FROM intents").fetchall()
    return {str(row["intent_id"]): _print_of(dict(row)) for row in rows}


def _print_of(row: Mapping[str, Any]) -> str:
    """The hash of a purchase's columns; whatever somebody put into the table has one."""
    return fingerprint(canonical({name: f"{type(value).__name__} {value}" for name, value in row.items()}))


def _tampered(where: str) -> JournalError:
    return JournalError(
        f"The purchase journal was changed by something else: {where} is not what was written.",
        "Do not buy from here; keep the file and compare it with the orders in Partner Center.",
    )
