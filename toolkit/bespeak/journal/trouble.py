"""When a journal is not what was written: a person acknowledges it, or a new one is begun beside the old one.

Neither happens by itself. What was there is kept to the last byte.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bespeak.errors import JournalError
from bespeak.journal import audit, head, schema
from bespeak.journal.intent import Signer
from bespeak.journal.reading import PATIENCE
from bespeak.journal.rows import utc
from bespeak.journal.store import FILE_NAME, Journal

_CUSTOMER = re.compile(rb'"customer_id":"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"')


def acknowledge(journal: Journal, reason: str, signer: Signer, *, at: datetime) -> str:
    """Writes into the chain that a person has seen what is wrong with it, and why buying goes on; the new head.

    Raises ``JournalError`` when nothing is wrong, or the file cannot be read at all.
    """
    with schema.write(journal.path, journal.patience, checked=False) as connection:
        wrong = _wrong(connection, journal.path)
        if not wrong:
            raise JournalError("The purchase journal is whole; there is nothing to acknowledge.")
        there = head.kept(journal.path) or head.Head()
        what = {
            "at": utc(at),
            "wrong": wrong,
            "reason": reason,
            "person": signer.name,
            "person_id": signer.object_id,
        }
        return audit.acknowledge(connection, what, max(there.number, head.last(connection).number) + 1)


def _wrong(connection: sqlite3.Connection, path: Path) -> str:
    """What is wrong with chain and head, "" for nothing."""
    found = []
    for look in (lambda: audit.verify(connection), lambda: head.check(connection, path)):
        try:
            look()
        except JournalError as error:
            found.append(error.what)
    return " ".join(found)


def is_readable(path: Path) -> bool:
    """Whether the file is a journal that can be opened and read to its end."""
    try:
        schema.prepare(path, PATIENCE, tell=lambda *_: None)
        with schema.read(path, PATIENCE) as connection:
            told = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT count(*) FROM intents").fetchone()
    except JournalError:
        return False
    return bool(told == "ok")


def begin_anew(
    home: Path, world: str, instance: str, signer: Signer, *, at: datetime
) -> tuple[Journal, Path]:
    """A new journal in the place of one that cannot be read, and where the old one is kept, with a copy beside it.

    The first event of the new one names the old one, its SHA-256 and the head that had been kept.
    """
    path = home / FILE_NAME
    kept = head.kept(path) or head.Head()
    old = _free(home, f"journal.damaged-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    told: dict[str, Any] = {"did": "begun anew", "at": utc(at), "old": old.name}
    if path.exists():
        shutil.copyfile(path, old.with_suffix(".copy.sqlite"))
        path.rename(old)
        told["sha256"] = hashlib.sha256(old.read_bytes()).hexdigest()
    with suppress(FileNotFoundError):  # what SQLite would roll back belongs to the old file
        (home / f"{FILE_NAME}-journal").rename(old.with_name(f"{old.name}-journal"))
    told |= {"old_head": kept.hash, "old_number": kept.number}
    told |= {"person": signer.name, "person_id": signer.object_id}
    head.keep(path, head.Head())
    journal = Journal.in_folder(home, world, instance)
    with schema.write(journal.path, journal.patience) as connection:
        audit.append(connection, {}, told)
    return journal, old


def begun_anew(journal: Journal) -> datetime | None:
    """When this journal took the place of one that could not be read; ``None`` for one that did not."""
    with schema.read(journal.path, journal.patience) as connection:
        row = connection.execute("SELECT entry FROM events WHERE number = 1").fetchone()
    what: Mapping[str, Any] = audit.what_of(row["entry"]) if row else {}
    return datetime.fromisoformat(str(what["at"])) if what.get("did") == "begun anew" else None


def customers_in(file: Path) -> tuple[str, ...]:
    """The customers whose ids can still be read out of a damaged file, in the order of their ids."""
    if not file.exists():
        return ()
    return tuple(sorted({found.decode().lower() for found in _CUSTOMER.findall(file.read_bytes())}))


def _free(home: Path, stem: str) -> Path:
    """A name that no file has yet."""
    names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    return next(home / f"{name}.sqlite" for name in names if not (home / f"{name}.sqlite").exists())
