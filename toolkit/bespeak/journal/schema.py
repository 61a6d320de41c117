"""The journal's tables, and how its file is opened so that several kernels may share it.

The pragmas are the plain ones on purpose: a rollback journal with every commit on the disk, no write-ahead
log and no memory map, because several processes write the file and a purchase is rare.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bespeak.errors import JournalError

#: Goes up when the tables change; a journal of another version is not opened.
VERSION = 2

_TABLES = """
CREATE TABLE IF NOT EXISTS intents (
    intent_id TEXT PRIMARY KEY, world TEXT NOT NULL, instance TEXT NOT NULL, customer_id TEXT NOT NULL,
    plan TEXT NOT NULL, state TEXT NOT NULL, cart_id TEXT, order_ids TEXT NOT NULL, outcome TEXT,
    created TEXT NOT NULL, changed TEXT NOT NULL, sent TEXT, sendings INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, intent_id TEXT NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal only grows: an event is never changed'); END;
CREATE TRIGGER IF NOT EXISTS events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal only grows: an event is never deleted'); END;
CREATE TRIGGER IF NOT EXISTS intents_are_never_deleted BEFORE DELETE ON intents
    BEGIN SELECT RAISE(ABORT, 'the journal only grows: an intent is never deleted'); END;
CREATE TRIGGER IF NOT EXISTS plans_are_frozen BEFORE UPDATE ON intents
    WHEN NEW.intent_id IS NOT OLD.intent_id OR NEW.plan IS NOT OLD.plan OR NEW.world IS NOT OLD.world
      OR NEW.instance IS NOT OLD.instance OR NEW.customer_id IS NOT OLD.customer_id
      OR NEW.created IS NOT OLD.created
    BEGIN SELECT RAISE(ABORT, 'a plan is frozen once it is written'); END;
CREATE TRIGGER IF NOT EXISTS sent_twice_at_most BEFORE UPDATE ON intents
    WHEN NEW.sendings > 2 OR NEW.sendings < OLD.sendings
    BEGIN SELECT RAISE(ABORT, 'a purchase is sent twice at most'); END;
CREATE TRIGGER IF NOT EXISTS one_cart_for_ever BEFORE UPDATE ON intents
    WHEN OLD.cart_id IS NOT NULL AND NEW.cart_id IS NOT OLD.cart_id
    BEGIN SELECT RAISE(ABORT, 'an intent has one cart for ever'); END;
"""

#: What makes the tables of version 1 those of version 2.
_FROM_1 = (
    "ALTER TABLE intents ADD COLUMN sent TEXT",
    "ALTER TABLE intents ADD COLUMN sendings INTEGER NOT NULL DEFAULT 0",
    "UPDATE intents SET sent = changed, sendings = 1 WHERE state NOT IN ('PLANNED', 'CONFIRMED', 'CART')",
)


def prepare(path: Path, patience: float, *, tell: Callable[[sqlite3.Connection, sqlite3.Row], None]) -> None:
    """Makes the file and its tables where they are missing, readable by their owner only.

    The tables of an older version grow to this one, and ``tell`` is told each intent as it is then. Raises
    ``JournalError`` for a file of a newer version. A file that is as it should be is not written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    with read(path, patience) as connection:
        if _is_ready(path, connection):
            return
    with write(path, patience) as connection:
        older = connection.execute("PRAGMA user_version").fetchone()[0] == 1
        for statement in (*(_FROM_1 if older else ()), *_statements()):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        for row in connection.execute("SELECT * FROM intents ORDER BY rowid").fetchall() if older else ():
            tell(connection, row)


def _is_ready(path: Path, connection: sqlite3.Connection) -> bool:
    """Whether the tables are there; a new file has version 0."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise JournalError(
            f"The purchase journal {path.name} has version {version}; this program knows {VERSION}.",
            "Update bespeak before you buy.",
        )
    return bool(version == VERSION)


@contextmanager
def write(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    """One transaction that no other writer can interleave with; it is on the disk when the block ends."""
    with _explained(path), closing(_connect(path, patience)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextmanager
def read(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    """One consistent look at the file."""
    with _explained(path), closing(_connect(path, patience)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "mmap_size = 0", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _statements() -> Iterator[str]:
    """The table statements one by one: running them as a script would commit in between."""
    statement = ""
    for line in _TABLES.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what SQLite says into a sentence with the next step."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise JournalError(
                f"The purchase journal {path.name} is being written by another window or kernel.",
                "Wait a little, then look at the purchase again.",
            ) from error
        raise JournalError(
            f"The purchase journal {path.name} cannot be used: {error}.", "Check the disk and try again."
        ) from error
    except sqlite3.IntegrityError as error:
        raise JournalError(f"The purchase journal refuses this: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise JournalError(
            f"The purchase journal {path.name} is damaged ({error}); buying is locked.",
            "Keep the file as it is, and look up recent orders in Partner Center before anything is bought.",
        ) from error
