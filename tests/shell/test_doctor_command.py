"""``bespeak doctor`` against a sandbox: what it says, what it asks, and what it never shows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import bespeak
from bespeak import cli
from bespeak.clients.session import Person
from bespeak.errors import SignInError
from bespeak.terminal import columns

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from run_all import TOKEN, Recorder

PROXY = "http://user:hunter2@proxy.example:3128"


@pytest.fixture(scope="module")
def served():
    with Recorder().serving() as recorder:
        yield recorder


def _json(capsys, *arguments):
    code = cli.main(["doctor", "--json", *arguments])
    told = json.loads(capsys.readouterr().out)
    return code, {check["name"]: check for check in told["checks"]}


def test_a_served_sandbox_is_well_and_nothing_in_it_is_changed(served, capsys):
    before = served.world.snapshot()
    served.requests.clear()
    code, checks = _json(capsys)
    assert (code, {check["state"] for check in checks.values()}) == (0, {"ok", "not asked"})
    assert checks["World"]["finding"].startswith("sandbox, shared by this Lab (instance served)")
    assert served.writes() == []
    assert served.world.snapshot() == before


@pytest.mark.usefixtures("served")
def test_a_served_sandbox_has_a_clock_to_compare_with(capsys):
    assert "agrees with the server's" in _json(capsys)[1]["Clock"]["finding"]


@pytest.mark.usefixtures("served")
def test_the_table_shows_each_check_and_no_token(capsys, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert cli.main(["doctor"]) == 0
    shown = capsys.readouterr()
    assert "ok         World          sandbox, shared by this Lab" in shown.out
    assert "HTTPS_PROXY: set, and never used for the sandbox" in shown.out
    assert TOKEN not in shown.out + shown.err
    assert "hunter2" not in shown.out + shown.err


def test_without_a_served_sandbox_it_looks_at_one_in_the_process(capsys, monkeypatch):
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    code, checks = _json(capsys)
    assert code == 0
    assert "in this kernel" in checks["World"]["finding"]
    assert checks["Clock"]["state"] == "not asked"


def test_an_address_that_cannot_be_used_fails_with_the_reason(capsys, monkeypatch):
    monkeypatch.setenv("BESPEAK_SANDBOX", '{"url": 5, "token": "secret-token"}')
    code, checks = _json(capsys)
    assert (code, checks["World"]["state"], checks["Person"]["state"]) == (1, "fail", "not asked")
    assert checks["Versions"]["state"] == "ok"
    assert "secret-token" not in json.dumps(checks)


def test_an_argument_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", "--world", "moon"])
    assert ended.value.code == 2
    assert "moon" in capsys.readouterr().err


class _Signed:
    """A sandbox session in which somebody else, or nobody, is signed in."""

    def __init__(self, session, person):
        self._session, self._person = session, person

    def __getattr__(self, name):
        return getattr(self._session, name)

    @property
    def person(self):
        if self._person is None:
            raise SignInError("Nobody is signed in.", "Sign in.")
        return self._person


@pytest.fixture(scope="module")
def session():
    return bespeak.private_sandbox()


def test_a_notebook_gets_the_checks_as_a_table(session):
    table = bespeak.doctor(session)
    assert table["state"].isin(["ok", "not asked"]).all()


def test_nobody_signed_in_is_a_failure_and_their_roles_are_not_asked(session):
    table = bespeak.doctor(_Signed(session, None)).set_index("name")
    assert table.loc["Person", "state"] == "fail"
    assert table.loc["Roles", "state"] == "not asked"


def test_a_refused_read_is_a_missing_role(session):
    session.set_fault("fxrates", "refuse", status=403, code=900150)
    table = bespeak.doctor(_Signed(session, Person("kim", "o", "t", second_factor=True))).set_index("name")
    assert table.loc["Roles", "state"] == "fail"
    assert "You may not read prices." in table.loc["Roles", "finding"]


def test_a_folder_that_others_may_open_fails(session):
    session.home.chmod(0o755)
    try:
        assert bespeak.doctor(session).set_index("name").loc["Folder", "state"] == "fail"
    finally:
        session.home.chmod(0o700)


def test_limits_that_cannot_be_read_fail(session):
    limits = session.home / "limits.toml"
    limits.write_text("order = 5\n")
    try:
        assert bespeak.doctor(session).set_index("name").loc["Limits", "state"] == "fail"
    finally:
        limits.unlink()


def test_a_journal_that_is_none_locks_buying(session):
    journal = session.home / "journal.sqlite"
    journal.write_bytes(b"garbage" * 1000)
    try:
        assert bespeak.doctor(session).set_index("name").loc["Journal", "state"] == "fail"
    finally:
        journal.unlink()


def test_what_a_service_says_never_steers_the_terminal():
    shown = columns([("ok", "Person", "You are \x1b[2Jkim\r\n.")], 80)
    assert shown == "ok  Person  You are \\x1b[2Jkim\\r\\n.\n"


def test_a_long_sentence_is_broken_under_its_column():
    assert columns([("a", "word " * 12)], 43) == (
        "a  word word word word word word word word\n   word word word word\n"
    )


SETTINGS = '[live]\ntenant = "partner.example"\ntenent = "x"\n'


@pytest.mark.parametrize(
    ("text", "words"), [(SETTINGS, "line 3: [live] tenent is not known"), (None, "cannot be read")]
)
def test_settings_that_cannot_be_used_are_told_and_nothing_is_asked(
    capsys, monkeypatch, tmp_path, text, words
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = tmp_path / "bespeak.toml"
    if text:
        path.write_text(text)
    code, checks = _json(capsys, "--world", "live", "--settings", str(path))
    assert (code, checks["Settings"]["state"], words in checks["Settings"]["finding"]) == (1, "fail", True)
    assert (checks["World"]["state"], checks["Hosts"]["state"]) == ("fail", "not asked")
    assert checks["Key store"]["state"] in {"ok", "warn"}
