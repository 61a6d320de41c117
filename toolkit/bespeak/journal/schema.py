"""The journal's tables, and how its file is opened so that several kernels may share it.

The pragmas are the plain ones on purpose: a rollback journal with every commit on the disk, no write-ahead
log and no memory map, because several processes write the file and a purchase is rare.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bespeak.errors import JournalError
from bespeak.journal import head

#: Goes up when the tables change; a journal of another version is not opened.
VERSION = 3

_TABLES = """
CREATE TABLE IF NOT EXISTS intents (
    intent_id TEXT PRIMARY KEY, world TEXT NOT NULL, instance TEXT NOT NULL, customer_id TEXT NOT NULL,
    plan TEXT NOT NULL, state TEXT NOT NULL, cart_id TEXT, order_ids TEXT NOT NULL, outcome TEXT,
    created TEXT NOT NULL, changed TEXT NOT NULL, sent TEXT, sendings INTEGER NOT NULL DEFAULT 0,
    request_id TEXT NOT NULL DEFAULT '', correlations TEXT NOT NULL DEFAULT '[]',
    person TEXT NOT NULL DEFAULT '', person_id TEXT NOT NULL DEFAULT '', holder TEXT NOT NULL DEFAULT '',
    approved_by TEXT NOT NULL DEFAULT '', approved_by_id TEXT NOT NULL DEFAULT '', approved TEXT,
    approved_plan TEXT NOT NULL DEFAULT '');
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
CREATE TRIGGER IF NOT EXISTS one_request_id_for_ever BEFORE UPDATE ON intents
    WHEN OLD.request_id <> '' AND NEW.request_id IS NOT OLD.request_id
    BEGIN SELECT RAISE(ABORT, 'a purchase keeps its request id for every sending'); END;
CREATE TRIGGER IF NOT EXISTS one_approval BEFORE UPDATE ON intents
    WHEN OLD.approved IS NOT NULL AND (NEW.approved IS NOT OLD.approved OR NEW.approved_plan IS NOT OLD.approved_plan
      OR NEW.approved_by_id IS NOT OLD.approved_by_id)
    BEGIN SELECT RAISE(ABORT, 'an approval is given once'); END;
"""

#: What makes the tables of version 1 those of version 2.
_FROM_1 = (
    "ALTER TABLE intents ADD COLUMN sent TEXT",
    "ALTER TABLE intents ADD COLUMN sendings INTEGER NOT NULL DEFAULT 0",
    "UPDATE intents SET sent = changed, sendings = 1 WHERE state NOT IN ('PLANNED', 'CONFIRMED', 'CART')",
)


#: What makes the tables of version 2 those of version 3.
_FROM_2 = tuple(
    f"ALTER TABLE intents ADD COLUMN {column}"
    for column in (
        "request_id TEXT NOT NULL DEFAULT ''",
        "correlations TEXT NOT NULL DEFAULT '[]'",
        "person TEXT NOT NULL DEFAULT ''",
        "person_id TEXT NOT NULL DEFAULT ''",
        "holder TEXT NOT NULL DEFAULT ''",
        "approved_by TEXT NOT NULL DEFAULT ''",
        "approved_by_id TEXT NOT NULL DEFAULT ''",
        "approved TEXT",
        "approved_plan TEXT NOT NULL DEFAULT ''",
    )
)
_GROWTH: dict[int, tuple[str, ...]] = {0: (), 1: (*_FROM_1, *_FROM_2), 2: _FROM_2}


def prepare(path: Path, patience: float, *, tell: Callable[[sqlite3.Connection, sqlite3.Row], None]) -> None:
    """Makes the file and its tables where they are missing, readable by their owner only.

    The tables of an older version grow to this one, and ``tell`` is told each intent as it is then. Raises
    ``JournalError`` for a file of a newer version. A file that is as it should be is not written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_not_lost(path)
    path.touch(mode=0o600)
    path.chmod(0o600)
    with read(path, patience) as connection:
        if _is_ready(path, connection):
            return
    with write(path, patience, checked=False) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:  # another kernel was faster
            return
        for statement in (*_GROWTH[version], *_statements()):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        for row in connection.execute("SELECT * FROM intents ORDER BY rowid").fetchall() if version else ():
            tell(connection, row)


def _check_not_lost(path: Path) -> None:
    """Raises ``JournalError`` when the file is gone or empty although something had been written into it."""
    told = head.kept(path)
    if told is not None and told.number and (not path.exists() or path.stat().st_size == 0):
        raise damaged(path, f"it is empty or gone, and {told.number} events had been written")


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
def write(path: Path, patience: float, *, checked: bool = True) -> Iterator[sqlite3.Connection]:
    """One transaction that no other writer can interleave with; it is on the disk when the block ends.

    The head of the chain that is kept elsewhere is looked at before, and replaced after it. Raises ``JournalError``
    when the two disagree, unless this is the transaction that says so (``checked`` is off).
    """
    with _explained(path), closing(_connect(path, patience)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if checked:
                _catch_up(connection, path)
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        _keep_head(connection, path)


def _catch_up(connection: sqlite3.Connection, path: Path) -> None:
    """Keeps the head elsewhere that a crash left one event behind: while it cannot be kept, nothing is written."""
    here = head.check(connection, path)
    if head.kept(path) != here and here.number:
        try:
            head.keep(path, here)
        except OSError as error:
            raise JournalError(
                f"The head of the purchase journal cannot be kept beside it: {error}.",
                "Check the disk and the rights on the folder; until then nothing is bought.",
            ) from error


def _keep_head(connection: sqlite3.Connection, path: Path) -> None:
    """Keeps the head elsewhere, under the lock of the writers, so that an older one never replaces a younger one.

    What has been written stands in any case; the next writer makes up for a head that could not be kept.
    """
    with suppress(OSError, sqlite3.OperationalError):
        connection.execute("BEGIN IMMEDIATE")
        head.keep(path, head.last(connection))
        connection.execute("ROLLBACK")


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
                f"The purchase journal {path.name} is being written by another window or kernel, and this one has "
                "waited for it in vain; nothing was written here.",
                "Reading goes on. Wait a little, then look at the purchase again.",
            ) from error
        raise JournalError(
            f"The purchase journal {path.name} cannot be used: {error}.", "Check the disk and try again."
        ) from error
    except sqlite3.IntegrityError as error:
        raise JournalError(f"The purchase journal refuses this: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error


def damaged(path: Path, how: str) -> JournalError:
    """The error that a file cannot be read as a journal; nothing is done about it by itself."""
    return JournalError(
        f"The purchase journal {path.name} is damaged ({how}); buying is locked.",
        "Keep the file as it is. rescue_journal(session) keeps it beside a new one and lists the recent orders from "
        "Partner Center; nothing else starts a new journal.",
    )
