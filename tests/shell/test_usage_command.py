"""``bespeak usage``: what it prints and returns, in the sandbox of the process."""

import sys
from pathlib import Path

import pytest

import bespeak
from bespeak import usage_command

sys.path.insert(0, str(Path(__file__).parents[1] / "readers"))
import estate_files as told


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command against one world; gives its code and what it printed."""
    session = bespeak.private_sandbox()
    monkeypatch.setattr(usage_command, "open_world", lambda *_: session)

    def run(*arguments):
        code = usage_command.main(arguments)
        return code, capsys.readouterr().out

    return run


def test_an_empty_store_says_how_it_is_filled(run):
    assert run("status") == (0, "The store knows nothing yet. 'bespeak usage read' fills it.\n")


def test_a_customer_is_read_and_then_listed(run):
    code, out = run("read", "--customer", "Fabrikam", "--days", "2")
    assert code == 0
    assert out.startswith("Refreshed(1 customers, ")
    _, out = run("status")
    assert "Fabrikam  2026-11-1" in out


def test_files_of_a_folder_are_taken_in_and_a_refused_one_is_named(run, tmp_path):
    (tmp_path / "a.csv").write_bytes(told.export(told.estate()))
    (tmp_path / "b.html").write_bytes(b"<html>")
    code, out = run("import", str(tmp_path), "--customer", "Fabrikam")
    assert code == 1
    assert "Imported(" in out
    assert "b.html  The file is a page for people" in out


def test_a_customer_is_forgotten(run):
    run("read", "--customer", "Fabrikam", "--days", "1")
    assert "is removed" in run("forget", "Fabrikam")[1]
    assert "knows nothing" in run("status")[1]


def test_who_is_read_must_be_said(run):
    with pytest.raises(SystemExit):
        run("read")


def test_an_unknown_customer_is_a_sentence(run):
    with pytest.raises(bespeak.MissingError):
        run("read", "--customer", "Nobody Anywhere")
