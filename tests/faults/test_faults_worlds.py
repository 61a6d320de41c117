"""Faults of worlds: all cells run with live configured, no page at all, settings that are wrong (F-15, F-83, F-84)."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import bespeak
from bespeak.clients.session import SandboxSession
from bespeak.errors import InputError, LockedError
from bespeak.settings import read_settings
from bespeak_widgets import ReservationForm, WorldLock, snapshot

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))
from fake_worlds import fake
from run_all import Recorder

#: What somebody may write to get past the lock from a cell, each ending in what it came to.
_TRIES = """
import bespeak
from bespeak_widgets import ReservationForm, WorldLock
session = bespeak.connect()
lock = WorldLock(session)
came = []
def attempt(act):
    try:
        came.append(repr(act()))
    except Exception as error:
        came.append(f"{type(error).__name__}: {error}")
attempt(lambda: session.unlock(session.unlock_phrase))
attempt(lambda: session.unlock(session.unlock_phrase, press=bespeak.Press()))
lock.phrase.value = session.unlock_phrase
lock.unlock_button.click()
lock.unlock_button._handle_custom_msg({"event": "click"}, [])
customer = bespeak.find_customer(session, "Contoso")
prices = bespeak.read_prices(session, customer)
subscription = customer.azure_subscriptions["azure_subscription_id"].iloc[0]
choice = bespeak.Choice(subscription, "Standard_D4s_v5", "polandcentral", "P1Y", "2")
quote = bespeak.quote_choice(choice, customer, prices)
plan = bespeak.plan(quote, bespeak.find_offer(session, customer, quote), intent_id="slip")
attempt(lambda: bespeak.buy(session, plan, plan.phrase))
other = bespeak.find_customer(session, "Litware")
attempt(lambda: bespeak.register(session, other, other.subscriptions["subscription_id"].iloc[0]))
advised = {"size": "Standard_D4s_v5", "region": "polandcentral", "term": "P1Y", "quantity": 2}
form = ReservationForm(session, customer, advised)
form.confirmation.button.click()
print(*came, sep="\\n")
print("still locked:", bool(session.locked))
print(form)
"""


def run(kind: str, source: str) -> tuple[str, Recorder]:
    """What a notebook with these lines prints without a page, and what the world heard."""
    with Recorder(kind).serving() as recorder:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        NotebookClient(notebook, timeout=120).execute()
    outputs = notebook.cells[0].outputs
    return "".join(one.get("text", "") for one in outputs if one.get("name") == "stdout"), recorder


@pytest.mark.slow
def test_f15_nothing_that_a_cell_can_do_by_a_slip_writes_to_live():
    """Every notebook is run in live's fake in tests/shell/test_run_all.py; here a cell does what none of them does."""
    said, recorder = run("live", _TRIES)
    assert recorder.requests
    assert recorder.writes() == []
    assert "still locked: True" in said
    assert said.count("LockedError") == 4


def test_f83_without_a_page_the_lock_is_readable_text_and_stays_locked(tmp_path):
    live = fake("live", tmp_path)
    lock = WorldLock(live.session)
    text = snapshot(lock)
    for words in ("LOCKED: nothing can be bought", "anna@contoso.example", "contoso.example", "real money"):
        assert words in text
    lock.phrase.set_state({"value": live.session.unlock_phrase})
    lock.unlock_button._handle_custom_msg({"event": "click"}, [])
    assert live.session.locked
    assert "no press on the page" in snapshot(lock)


def test_f83_without_a_page_the_form_says_that_it_is_locked_and_cannot_buy(tmp_path):
    live = fake("live", tmp_path)
    customer = bespeak.find_customer(live.session, "Contoso")
    form = ReservationForm(live.session, customer)
    text = form._repr_mimebundle_()["text/plain"]
    assert "LIVE" in text
    assert "locked" in text.lower()
    assert "[ Buy ] (disabled)" in text
    assert live.counter.writes == []


@pytest.mark.parametrize("kind", ["integration", "live"])
def test_f83_a_session_shows_as_text_which_world_it_is(tmp_path, kind):
    assert repr(fake(kind, tmp_path).session).startswith(
        f"Session({kind.upper()}, partner tenant contoso.example"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[live]\ntenat = 'contoso.example'\n", "line 2: [live] tenat is not known"),
        ("[live]\ntenant = 7\n", "line 2: [live] tenant is not a text"),
        (
            "[sandbox]\nurl = 'https://api.partnercenter.microsoft.com'\n",
            "line 2: [sandbox] url is an address under the sandbox",
        ),
        (
            "[sandbox]\ntenant = 'contoso.example'\n",
            "line 2: [sandbox] tenant is a setting under the sandbox",
        ),
    ],
)
def test_f84_a_wrong_setting_is_refused_with_key_and_line(tmp_path, text, words):
    """All kinds of mistakes are in tests/connect/test_settings.py."""
    path = tmp_path / "bespeak.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_settings(path, ("global",))
    assert words in str(refused.value)


def test_f84_nothing_but_its_own_function_leads_to_live(tmp_path, monkeypatch):
    path = tmp_path / "bespeak.toml"
    path.write_text(
        "[live]\ntenant = 'contoso.example'\nclient_id = '11111111-2222-3333-4444-555555555555'\n", "utf-8"
    )
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_a, **_k: str(tmp_path))
    monkeypatch.delenv("BESPEAK_SANDBOX", raising=False)
    monkeypatch.chdir(tmp_path)
    assert isinstance(bespeak.connect(), SandboxSession)
    with pytest.raises(InputError, match="so nothing is opened"):
        bespeak.connect_live("another.example")
    with pytest.raises(TypeError, match="tenant"):
        bespeak.connect_live()


def test_f84_a_sandbox_session_is_never_at_an_address_of_microsofts(monkeypatch):
    monkeypatch.setenv("BESPEAK_SANDBOX", '{"url": "https://api.partnercenter.microsoft.com", "token": "t"}')
    with pytest.raises(InputError, match="not on this machine"):
        bespeak.connect()


def test_f84_a_locked_world_names_the_error_and_the_next_step(tmp_path):
    live = fake("live", tmp_path)
    customer = bespeak.find_customer(live.session, "Litware")
    with pytest.raises(LockedError, match=r"nothing was changed.*unlock live contoso\.example"):
        bespeak.register(live.session, customer, customer.subscriptions["subscription_id"].iloc[0])
    assert live.counter.writes == []
