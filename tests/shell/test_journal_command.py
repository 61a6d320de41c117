"""``bespeak journal``: all purchases of a user from the disk, a chain that was changed, and what needs a session."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import bespeak
from bespeak import cli
from bespeak.buying.ledger import open_journal
from bespeak.buying.plan import PurchasePlan
from bespeak.journal import Journal
from bespeak.review.sheets import read_table

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from run_all import TOKEN, Recorder

FORMULA = '=HYPERLINK("http://evil.example")'


class Shelf:
    """A served world, and the journals of the same user: its own, and those that are laid beside it."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.session = bespeak.connect()
        self.root = self.session.home.parents[1]

    def buy(self):
        """Two purchases: one is bought, of the other the answer is an error although it is bought as well."""
        details = bespeak.find_customer(self.session, "Contoso")
        prices = bespeak.read_prices(self.session, details)
        for name, size in (("bought-1", "Standard_D2s_v5"), ("lost-2", "Standard_E4s_v5")):
            subscription = details.azure_subscriptions["azure_subscription_id"][0]
            choice = bespeak.Choice(subscription, size, "polandcentral", "P1Y", "2")
            quote = bespeak.quote_choice(choice, details, prices)
            offer = bespeak.find_offer(self.session, details, quote)
            if name == "lost-2":
                self.recorder.world.faults.add({"match": "checkout", "kind": "fail_after", "status": 504})
            plan = bespeak.plan(quote, offer, intent_id=name)
            bespeak.buy(self.session, plan, plan.phrase)

    def journal(self, world, instance, **changes):
        """A journal of another world with one planned purchase."""
        told = open_journal(self.session).intent("bought-1").plan
        plan = replace(
            PurchasePlan.from_json(told), intent_id="other-3", world=world, instance=instance, **changes
        )
        home = self.root / world / instance
        journal = Journal.in_folder(home, world, instance)
        journal.begin(plan.intent_id, plan.customer_id, plan.as_json(), at=self.session.now())
        return journal


@pytest.fixture(scope="module")
def bought():
    """A served world in which two purchases were made; its clock is not moved."""
    with Recorder().serving() as recorder:
        shelf = Shelf(recorder)
        shelf.buy()
        yield shelf


@pytest.fixture
def shelf(bought, tmp_path, monkeypatch):
    """The same purchases in a folder of this test's own."""
    shutil.copytree(bought.root, tmp_path / "data" / bought.root.name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("BESPEAK_SANDBOX", json.dumps({"url": bought.recorder.url, "token": TOKEN}))
    return Shelf(bought.recorder)


@pytest.fixture
def run(capsys, monkeypatch):
    """What the command prints, and its exit code; ``typed`` is what a person types."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = cli.main(["journal", *arguments])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def test_the_list_is_read_from_the_disk_alone_with_the_world_on_each_row(shelf, run, monkeypatch):
    shelf.journal("live", "tenant-1")
    monkeypatch.delenv("BESPEAK_SANDBOX")
    shelf.recorder.requests.clear()
    code, shown = run()
    lines = [line.split()[0] for line in shown.splitlines()]
    assert (code, lines) == (0, ["world", "sandbox/served", "sandbox/served", "live/tenant-1"])
    assert "UNKNOWN" in shown.splitlines()[2]
    assert "2 x Standard_E4s_v5 in polandcentral for 1 year, USD 3,142.00" in shown.splitlines()[2]
    assert shelf.recorder.requests == []


def test_one_world_or_instance_can_be_asked_for(shelf, run):
    shelf.journal("live", "tenant-1")
    assert "sandbox/served" not in run("--world", "live")[1]
    assert "live/tenant-1" not in run("list", "--instance", "served")[1]
    code, shown = run("list", "--all", "--world", "live")
    assert (code, "--all means every world" in shown) == (1, True)


def test_without_any_journal_the_list_says_so(tmp_path, run, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert run() == (0, "No purchase is in a journal here.\n")
    assert run("verify") == (0, "There is no journal here.\n")
    assert run("list", "--json") == (0, "[]\n")


@pytest.mark.usefixtures("shelf")
def test_programs_get_json_with_money_as_text(run):
    told = json.loads(run("list", "--json")[1])
    assert [(row["world"], row["instance"], row["intent_id"], row["total"]) for row in told] == [
        ("sandbox", "served", "bought-1", "1188.00"),
        ("sandbox", "served", "lost-2", "3142.00"),
    ]


def test_a_formula_in_a_name_is_text_in_the_csv_and_reads_back(shelf, run, tmp_path):
    shelf.journal("integration", "tenant-1", customer=FORMULA)
    path = tmp_path / "purchases.csv"
    assert run("--csv", str(path))[0] == 0
    assert f"\"'{FORMULA}".replace('"http', '""http')[:30] in path.read_text(encoding="utf-8-sig")
    assert read_table(path)["customer"].tolist() == ["Contoso", "Contoso", FORMULA]


@pytest.mark.usefixtures("shelf")
def test_a_file_that_is_there_is_not_overwritten(run, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("mine")
    code, shown = run("--csv", str(path))
    assert (code, "nothing was overwritten" in shown, path.read_text()) == (1, True, "mine")


def test_a_name_cannot_steer_the_terminal(shelf, run):
    shelf.journal("live", "tenant-1", customer="\x1b[2JContoso")
    shown = run()[1] + run("show", "other-3")[1]
    assert "\x1b" not in shown
    assert r"\x1b[2JContoso" in shown


def _tamper(journal):
    with sqlite3.connect(journal.path) as connection:
        connection.execute("UPDATE intents SET changed = '2020-01-01T00:00:00+00:00'")


def test_verify_walks_every_chain_and_names_the_broken_one(shelf, run):
    _tamper(shelf.journal("live", "tenant-1"))
    code, shown = run("verify")
    good, bad = shown.splitlines()[:2]
    assert code == 1
    assert good.startswith("ok    sandbox (served)  2 purchases")
    assert bad.startswith("fail  live (tenant-1)")
    assert "purchase other-3 is not what was written" in shown
    assert [one["state"] for one in json.loads(run("verify", "--json")[1])] == ["ok", "fail"]


@pytest.mark.usefixtures("shelf")
def test_a_purchase_is_shown_by_the_beginning_of_its_id(run):
    code, shown = run("show", "lost")
    assert code == 0
    assert shown.startswith("sandbox (served): Synthetic customers")
    assert "Whether 2 x Standard_E4s_v5 was bought is not known" in shown


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("none", "No journal here has"), ("lo", "No journal here has"), ("", "No purchase is named")],
)
@pytest.mark.usefixtures("shelf")
def test_a_purchase_that_is_not_there_is_said_to_be_missing(run, wanted, words):
    code, shown = run("show", wanted)
    assert (code, words in shown) == (1, True)


def test_an_id_in_two_journals_wants_the_world(shelf, run):
    shelf.journal("live", "tenant-1")
    shelf.journal("live", "tenant-2")
    assert "other-3 in live (tenant-1), other-3 in live (tenant-2)" in run("show", "other-3")[1]
    assert run("show", "other-3", "--instance", "tenant-2")[0] == 0


def test_recover_looks_and_sends_nothing_that_changes_anything(run):
    with Recorder().serving() as recorder:
        shelf = Shelf(recorder)
        shelf.buy()
        recorder.requests.clear()
        code, shown = run("recover")
        assert (code, "UNKNOWN  lost-2" in shown) == (1, True)
        shelf.session.advance(minutes=20)
        code, shown = run("recover")
        assert (code, "DONE  lost-2" in shown) == (0, True)
        assert "nothing is open" in run("recover")[1]
        assert [one for one in recorder.writes() if "/control/" not in one] == []


def test_recover_without_a_served_sandbox_says_where_to_type_it(run, monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    code, shown = run("recover")
    assert (code, "in a terminal of that Lab" in shown) == (1, True)


@pytest.mark.usefixtures("shelf")
def test_recover_in_another_instance_is_refused(run):
    code, shown = run("recover", "--instance", "other")
    assert (code, "is with served, not with other" in shown) == (1, True)


@pytest.mark.parametrize("typed", ["", "settle\n", "settle lost\n", "Settle lost-2\n"])
def test_settling_needs_the_whole_phrase(shelf, run, typed):
    code, shown = run("settle", "lost", "--nothing", "--reason", "looked", typed=typed)
    assert (code, "Type 'settle lost-2'" in shown, "Nothing was written down" in shown) == (1, True, True)
    assert open_journal(shelf.session).intent("lost-2").state == "UNKNOWN"


@pytest.mark.usefixtures("shelf")
def test_settling_says_what_was_found(run):
    assert "Give --order with its id, or --nothing" in run("settle", "lost-2", "--reason", "looked")[1]
    both = ("--order", "x", "--nothing")
    assert "Give --order with its id, or --nothing" in run("settle", "lost-2", *both, "--reason", "looked")[1]


@pytest.mark.usefixtures("shelf")
def test_what_a_look_can_still_tell_is_not_settled_by_hand(run):
    code, shown = run("settle", "lost-2", "--nothing", "--reason", "looked", typed="settle lost-2\n")
    assert (code, "Looking again can still tell" in shown) == (1, True)


def test_a_changed_journal_is_acknowledged_by_typing_and_then_counts_again(shelf, run):
    _tamper(open_journal(shelf.session))
    assert run("verify")[0] == 1
    assert "not what was asked for" in run("acknowledge", "--reason", "a test", typed="yes\n")[1]
    assert run("verify")[0] == 1
    code, shown = run("acknowledge", "--reason", "a test", typed="acknowledge served\n")
    assert (code, "acknowledged; head" in shown) == (0, True)
    assert run("verify")[0] == 0
