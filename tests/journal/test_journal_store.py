"""What the journal keeps, what it refuses, and that several writers may share it."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bespeak.errors import JournalError
from bespeak.journal import FILE_NAME, Journal, Signer
from bespeak.journal.audit import append

AT = datetime(2026, 11, 16, tzinfo=UTC)
PLAN = {"quantity": 4, "total": "1984.00", "lines": [{"id": 0}]}


@pytest.fixture
def journal(tmp_path):
    return Journal.in_folder(tmp_path / "home", "sandbox", "sandbox-1")


def begin(journal, intent_id="i-1"):
    return journal.begin(intent_id, "customer", PLAN, at=AT)


def claim(journal):
    begin(journal)
    journal.move("i-1", "CONFIRMED", at=AT)
    return journal.move("i-1", "CART", at=AT)


def test_an_intent_comes_back_as_it_was_written(journal):
    begin(journal)
    intent = journal.intent("i-1")
    assert (intent.plan, intent.state, intent.cart_id, intent.order_ids) == (PLAN, "PLANNED", None, ())
    assert (intent.created, intent.outcome, intent.is_finished) == (AT, None, False)


def test_the_same_intent_again_is_returned_as_it_stands(journal):
    begin(journal)
    journal.move("i-1", "CONFIRMED", at=AT)
    assert begin(journal).state == "CONFIRMED"


def test_an_id_with_another_plan_is_refused(journal):
    begin(journal)
    with pytest.raises(JournalError, match="already in the journal with another plan"):
        journal.begin("i-1", "customer", PLAN | {"quantity": 5}, at=AT)


def test_an_id_of_another_instance_is_refused(journal):
    begin(journal)
    other = Journal(journal.path, "sandbox", "sandbox-2")
    with pytest.raises(JournalError, match="another plan"):
        begin(other)
    with pytest.raises(JournalError, match="not in the journal of sandbox"):
        other.intent("i-1")
    assert other.intents() == ()


@pytest.mark.parametrize("value", [0.1, Decimal("0.1"), {1: "x"}, object()])
def test_a_plan_with_a_float_or_anything_inexact_is_refused(journal, value):
    """A17, A18: canonical JSON without floats; money is written as text."""
    with pytest.raises(TypeError):
        journal.begin("i-1", "customer", {"value": value}, at=AT)
    assert journal.intents() == ()


def test_a_time_without_a_zone_is_refused(journal):
    with pytest.raises(TypeError, match="zone"):
        journal.begin("i-1", "customer", PLAN, at=datetime(2026, 11, 16))  # noqa: DTZ001  # the bad input


def test_a_cart_is_kept(journal):
    claim(journal)
    journal.keep_cart("i-1", "cart-1", at=AT)
    assert journal.intent("i-1").cart_id == "cart-1"


def test_a_second_cart_is_refused(journal):
    """A4: one intent, one cart, for ever."""
    claim(journal)
    journal.keep_cart("i-1", "cart-1", at=AT)
    with pytest.raises(JournalError, match="takes no other cart"):
        journal.keep_cart("i-1", "cart-2", at=AT)


def test_a_cart_before_the_claim_is_refused(journal):
    begin(journal)
    with pytest.raises(JournalError, match="is PLANNED"):
        journal.keep_cart("i-1", "cart-1", at=AT)


def test_orders_and_outcome_stay_on_the_next_arrow(journal):
    claim(journal)
    journal.send("i-1", at=AT, judge=lambda *_: None)
    journal.move("i-1", "ORDERED", at=AT, order_ids=("o-1",), outcome={"sentence": "Bought."})
    intent = journal.move("i-1", "RECONCILED", at=AT)
    assert (intent.order_ids, intent.outcome, intent.is_finished) == (("o-1",), {"sentence": "Bought."}, True)


def test_intents_of_one_customer(journal):
    begin(journal)
    journal.begin("i-2", "OTHER", PLAN, at=AT)
    assert [i.intent_id for i in journal.intents("other")] == ["i-2"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET entry = 'x'",
        "DELETE FROM events",
        "DELETE FROM intents",
        "UPDATE intents SET plan = '{}'",
        "UPDATE intents SET customer_id = 'x'",
        "UPDATE intents SET cart_id = 'cart-2'",
    ],
)
def test_the_file_itself_refuses_to_rewrite_history(journal, statement):
    claim(journal)
    journal.keep_cart("i-1", "cart-1", at=AT)
    with sqlite3.connect(journal.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_the_file_is_private_and_uses_a_rollback_journal(journal):
    """A16: not WAL, in a private local folder."""
    connection = sqlite3.connect(journal.path)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    connection.close()
    if os.name == "posix":
        assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_a_locked_journal_says_so(journal):
    """F-23: waits, then refuses in words; nothing is sent."""
    begin(journal)
    hasty = Journal(journal.path, "sandbox", "sandbox-1", patience=0.05)
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="being written by another window"):
        hasty.move("i-1", "CONFIRMED", at=AT)
    assert hasty.intent("i-1").state == "PLANNED"
    other.execute("ROLLBACK")
    other.close()


def test_a_damaged_file_locks_buying_and_is_left_alone(tmp_path):
    """F-24: the original is kept untouched."""
    (tmp_path / FILE_NAME).write_bytes(b"garbage" * 1000)
    with pytest.raises(JournalError, match="damaged"):
        Journal.in_folder(tmp_path, "sandbox", "sandbox-1")
    assert (tmp_path / FILE_NAME).read_bytes() == b"garbage" * 1000


def test_a_journal_of_a_newer_program_is_not_opened(journal):
    with sqlite3.connect(journal.path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(JournalError, match="version 9"):
        Journal.in_folder(journal.path.parent, "sandbox", "sandbox-1")


def test_of_many_threads_one_claims_the_intent(journal):
    begin(journal)
    journal.move("i-1", "CONFIRMED", at=AT)
    barrier, results = threading.Barrier(8), []

    def try_to_claim():
        barrier.wait()
        try:
            results.append(journal.move("i-1", "CART", at=AT).state)
        except JournalError:
            results.append("refused")

    threads = [threading.Thread(target=try_to_claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["CART", *["refused"] * 7]
    journal.verify()


CLAIM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bespeak.errors import JournalError
from bespeak.journal import Journal
journal = Journal.in_folder(Path(sys.argv[1]), "sandbox", "sandbox-1")
sys.stdin.readline()
won = []
for number in range(20):
    try:
        journal.move(f"i-{number}", "CONFIRMED", at=datetime(2026, 11, 16, tzinfo=UTC))
        won.append(number)
    except JournalError:
        pass
print(*won)
"""


@pytest.mark.slow
def test_of_two_processes_one_gets_each_intent(journal):
    """F-13: several kernels share one journal."""
    for number in range(20):
        begin(journal, f"i-{number}")
    command = [sys.executable, "-c", CLAIM, str(journal.path.parent)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    won = [number for process in both for number in process.communicate()[0].split()]
    assert sorted(won, key=int) == [str(number) for number in range(20)]
    journal.verify()


def let(_own, _others):
    pass


def with_cart(journal):
    claim(journal)
    journal.keep_cart("i-1", "cart-1", at=AT)


def test_a_send_is_written_with_its_time_and_counted(journal):
    with_cart(journal)
    sent = journal.send("i-1", at=AT, judge=let)
    assert (sent.state, sent.sent, sent.sendings) == ("SENDING", AT, 1)


def test_a_judge_that_objects_leaves_everything_as_it_was(journal):
    with_cart(journal)
    before = journal.intent("i-1"), journal.verify()

    def object_(_own, _others):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        journal.send("i-1", at=AT, judge=object_)
    assert (journal.intent("i-1"), journal.verify()) == before


def test_a_judge_sees_the_others_and_not_itself(journal):
    with_cart(journal)
    begin(journal, "i-2")
    seen = []
    journal.send("i-1", at=AT, judge=lambda own, others: seen.extend([own.intent_id, *others]))
    assert [seen[0], *(one.intent_id for one in seen[1:])] == ["i-1", "i-2"]


def test_an_unknown_purchase_is_sent_once_more_and_never_a_third_time(journal):
    with_cart(journal)
    later = AT.replace(hour=5)
    for at in (AT, later):
        journal.send("i-1", at=at, judge=let)
        journal.move("i-1", "UNKNOWN", at=at)
    assert (journal.intent("i-1").sent, journal.intent("i-1").sendings) == (AT, 2)
    with pytest.raises(JournalError, match="sent twice at most"):
        journal.send("i-1", at=later, judge=let)
    assert journal.intent("i-1").state == "UNKNOWN"


OLD_TABLES = """
CREATE TABLE intents (intent_id TEXT PRIMARY KEY, world TEXT NOT NULL, instance TEXT NOT NULL,
    customer_id TEXT NOT NULL, plan TEXT NOT NULL, state TEXT NOT NULL, cart_id TEXT, order_ids TEXT NOT NULL,
    outcome TEXT, created TEXT NOT NULL, changed TEXT NOT NULL);
CREATE TABLE events (number INTEGER PRIMARY KEY, intent_id TEXT NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL);
PRAGMA user_version = 1;
"""


def test_a_journal_of_the_first_version_grows_and_keeps_its_chain(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    row = ("i-0", "sandbox", "sandbox-1", "customer", "{}", "ORDERED", "cart-0", '["order-0"]', None)
    with closing(sqlite3.connect(home / FILE_NAME, isolation_level=None)) as old:
        old.executescript(OLD_TABLES)
        old.execute(
            "INSERT INTO intents VALUES (?,?,?,?,?,?,?,?,?,?,?)", (*row, AT.isoformat(), AT.isoformat())
        )
        old.row_factory = sqlite3.Row
        append(old, old.execute("SELECT * FROM intents").fetchone(), {"did": "moved"})

    grown = Journal.in_folder(home, "sandbox", "sandbox-1")

    assert (grown.intent("i-0").sent, grown.intent("i-0").sendings) == (AT, 1)
    assert grown.verify() == Journal.in_folder(home, "sandbox", "sandbox-1").verify()


def test_a_journal_of_the_second_version_grows_and_keeps_its_chain(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    tables = OLD_TABLES.replace(
        "changed TEXT NOT NULL)", "changed TEXT NOT NULL, sent TEXT, sendings INTEGER)"
    )
    row = ("i-0", "sandbox", "sandbox-1", "customer", "{}", "UNKNOWN", "cart-0", "[]", None)
    with closing(sqlite3.connect(home / FILE_NAME, isolation_level=None)) as old:
        old.executescript(tables.replace("user_version = 1", "user_version = 2"))
        times = (AT.isoformat(),) * 3
        old.execute("INSERT INTO intents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,1)", (*row, *times))
        old.row_factory = sqlite3.Row
        append(old, old.execute("SELECT * FROM intents").fetchone(), {"did": "moved"})

    grown = Journal.in_folder(home, "sandbox", "sandbox-1")

    assert (grown.intent("i-0").sendings, grown.intent("i-0").request_id) == (1, "")
    grown.verify()
    sent = grown.send("i-0", at=AT, judge=let, request_id="chosen")
    assert (sent.request_id, sent.sendings) == ("chosen", 2)
    grown.verify()


def test_a_request_id_is_chosen_once(journal):
    """A6: the same for every sending."""
    journal.begin("i-1", "customer", PLAN, at=AT, request_id="chosen")
    for step in ("CONFIRMED", "CART"):
        journal.move("i-1", step, at=AT)
    assert journal.send("i-1", at=AT, judge=let, request_id="another").request_id == "chosen"


def test_correlation_ids_and_the_person_are_kept(journal):
    begin(journal)
    journal.move("i-1", "CONFIRMED", at=AT, signer=Signer("buyer", "id-1"))
    journal.move("i-1", "CART", at=AT, correlation_id="cor-1")
    journal.note("i-1", "looked", at=AT, correlation_id="cor-1")
    intent = journal.note("i-1", "looked", at=AT, correlation_id="cor-2")
    assert (intent.person, intent.correlations) == (Signer("buyer", "id-1"), ("cor-1", "cor-2"))
    assert intent.head == journal.verify()
