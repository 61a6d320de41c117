"""The head of the chain kept a second time, in a folder beside the journal's, so that a cut end is noticed.

A journal that lost its last events still has a chain without a gap; only somebody who knows where it ended can tell.
The copy is replaced after each commit while no other writer can commit, so that it is at most one event behind the
journal and never ahead of it. (Certificate Transparency, RFC 6962, shows why a head must be kept elsewhere.)
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bespeak.errors import JournalError
from bespeak.journal.canonical import NOTHING_BEFORE, canonical

FOLDER = "heads"


@dataclass(frozen=True, slots=True)
class Head:
    """The number and the hash of the last event; 0 for a journal without any."""

    number: int = 0
    hash: str = NOTHING_BEFORE


def place(journal: Path) -> Path:
    """Where the head of a journal is kept: in a folder beside the one that the journal is in."""
    home = journal.resolve().parent
    return home.parent / FOLDER / f"{home.name}.json"


def kept(journal: Path) -> Head | None:
    """The head as it is kept; ``None`` when there is none or it cannot be read."""
    try:
        told = json.loads(place(journal).read_text(encoding="utf-8"))
        return Head(int(told["number"]), str(told["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(journal: Path, head: Head) -> None:
    """Puts the head in the place of the one before, whole or not at all; raises ``OSError`` when it cannot."""
    path = place(journal)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")  # one name is enough: only one writer at a time keeps a head
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(canonical({"number": head.number, "hash": head.hash}))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync(path.parent)


def last(connection: sqlite3.Connection) -> Head:
    """The head of the chain in the journal itself."""
    row = connection.execute("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1").fetchone()
    return Head(row["number"], row["hash"]) if row else Head()


def check(connection: sqlite3.Connection, journal: Path) -> Head:
    """The head in the journal, when it agrees with the one kept elsewhere; raises ``JournalError`` otherwise."""
    here, there = last(connection), kept(journal)
    if there is None:
        if here.number <= 1 or _has_just_grown(connection):
            return here
        raise _locked(
            f"its head, which is kept in the folder '{FOLDER}', is missing, so that a cut end would not show"
        )
    if there.number > here.number:
        raise _locked(
            f"it ends at event {here.number}, and event {there.number} had been written: its end was cut off"
        )
    if _hash_of(connection, there.number) != there.hash:
        raise _locked(f"event {there.number} is not what was written")
    if here.number - there.number > 1:
        raise _locked(
            f"its head, which is kept in the folder '{FOLDER}', is {here.number - there.number} events behind"
        )
    return here


def _hash_of(connection: sqlite3.Connection, number: int) -> str:
    row = connection.execute("SELECT hash FROM events WHERE number = ?", (number,)).fetchone()
    return str(row["hash"]) if row else (NOTHING_BEFORE if number == 0 else "")


def _has_just_grown(connection: sqlite3.Connection) -> bool:
    """Whether the last event says that the tables grew: a journal of an older version had no second head."""
    row = connection.execute("SELECT entry FROM events ORDER BY number DESC LIMIT 1").fetchone()
    return bool(row) and str(json.loads(row["entry"])["what"].get("did", "")).startswith("grew")


def _locked(what: str) -> JournalError:
    return JournalError(
        f"The purchase journal was changed by something else: {what}.",
        "Nothing is bought in this world until a person has compared it with the orders in Partner Center and says "
        "why with acknowledge(session, reason).",
    )


def _sync(folder: Path) -> None:
    """Makes the new name last; not every system can open a folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
