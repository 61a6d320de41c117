"""Sessions with integration and live: what they say of themselves, and what they let out."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bespeak.clients.call import Call
from bespeak.clients.real_session import Clocks, IntegrationSession, LiveSession, Way
from bespeak.customers import find_customer
from bespeak.errors import InputError, LockedError, SignInError

sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))
from fake_worlds import ANNA, TENANT_ID, FakeTokens, fake


def _write() -> Call:
    return Call(
        "make a cart", "partner_center", "POST", "/v1/customers/x/carts", lambda answer: answer, body={}
    )


@pytest.mark.parametrize(("kind", "of"), [("live", LiveSession), ("integration", IntegrationSession)])
def test_a_world_is_a_class_and_a_name(tmp_path, kind, of):
    session = fake(kind, tmp_path).session
    assert isinstance(session, of)
    assert (session.world, session.instance) == (kind, TENANT_ID)
    assert session.where == "partner tenant contoso.example, global cloud"
    assert session.person == ANNA


def test_the_text_of_a_session_names_world_tenant_person_and_lock(tmp_path):
    assert repr(fake("live", tmp_path).session) == (
        "Session(LIVE, partner tenant contoso.example, global cloud, signed in as anna@contoso.example, locked)"
    )


def test_worlds_and_tenants_share_no_folder(tmp_path):
    live, integration = (fake(kind, tmp_path).session.home for kind in ("live", "integration"))
    assert live != integration
    assert stat.S_IMODE(live.stat().st_mode) & 0o077 == 0 or sys.platform == "win32"


def test_reading_needs_no_unlocking(tmp_path):
    live = fake("live", tmp_path)
    assert find_customer(live.session, "Contoso").name == "Contoso"
    assert live.counter.writes == []


def test_a_locked_live_session_sends_nothing_that_changes_anything(tmp_path):
    live = fake("live", tmp_path)
    with pytest.raises(LockedError, match=r"unlock live contoso\.example"):
        live.session.door.send(_write())
    assert live.counter.requests == []


def test_an_unlocked_one_sends_after_the_service_has_seen_the_second_factor(tmp_path):
    live = fake("live", tmp_path)
    live.unlock()
    for _ in range(2):
        with pytest.raises(Exception, match="make a cart"):
            live.session.door.send(_write())
    sent = [one for one in live.counter.requests if "/login/" not in one]
    assert sent[0].startswith("GET ")
    assert [one.split()[0] for one in sent] == ["GET", "POST", "POST"]


def test_integration_needs_no_unlocking_but_the_second_factor(tmp_path):
    integration = fake("integration", tmp_path)
    assert integration.session.locked == ""
    integration.tokens.who = replace(ANNA, second_factor=False)
    assert "2026-04-01" in integration.session.locked
    with pytest.raises(LockedError, match="second factor"):
        integration.session.door.send(_write())
    assert integration.counter.writes == []


@pytest.mark.parametrize("kind", ["integration", "live"])
def test_when_the_service_saw_no_second_factor_nothing_is_sent(tmp_path, kind, monkeypatch):
    seen = fake(kind, tmp_path)
    monkeypatch.setattr("bespeak.clients.partner_center.second_factor._told", lambda _: False)
    if kind == "live":
        seen.unlock()
    with pytest.raises(LockedError, match=r"2026-04-01.*nothing was sent"):
        seen.session.door.send(_write())
    assert seen.counter.writes == []


def test_when_the_service_cannot_be_asked_nothing_is_sent(tmp_path):
    integration = fake("integration", tmp_path)
    integration.session.door.send  # noqa: B018  the door is there
    integration.counter.app = _away
    with pytest.raises((LockedError, SignInError), match="could not be asked"):
        integration.session.door.send(_write())
    assert integration.counter.writes == []


def _away(_environ, start_response):
    start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
    return [b"away"]


def test_an_unlocking_asks_the_service_anew(tmp_path):
    live = fake("live", tmp_path)
    live.unlock()
    for _ in range(2):
        with pytest.raises(Exception, match="make a cart"):
            live.session.door.send(_write())
        live.unlock()
    assert sum(one.startswith("GET ") for one in live.counter.requests) == 2


def test_who_signs_out_or_in_to_another_tenant_sends_nothing(tmp_path):
    integration = fake("integration", tmp_path)
    integration.tokens.who = None
    assert "Nobody is signed in" in integration.session.locked
    integration.tokens.who = replace(ANNA, tenant_id="3f2b1c0d-0000-4000-8000-00000000000f")
    assert "another tenant" in integration.session.locked
    with pytest.raises(SignInError):
        integration.session.person  # noqa: B018  it raises


def test_without_a_person_there_is_no_session(tmp_path):
    with pytest.raises(SignInError):
        fake("live", tmp_path, person=None)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "https://localhost", "https://[::1]", "http://api.example"]
)
@pytest.mark.parametrize("kind", [IntegrationSession, LiveSession])
def test_no_session_of_the_real_classes_is_on_this_machine(tmp_path, kind, address):
    """F-84: only the subclasses of these tests take such an address."""
    way = Way("contoso.example", "global", {"partner_center": address}, lambda *_: None)
    with pytest.raises(InputError, match="never on this machine"):
        kind(way, FakeTokens(), lambda *_: tmp_path, Clocks(lambda: None, lambda: 0.0))


def test_the_time_is_put_right_by_the_service(tmp_path):
    live = fake("live", tmp_path)
    assert live.session.now() == live.clock.wall
    object.__setattr__(live.session, "_door", type("Ahead", (), {"clock_skew": 60.0})())
    assert (live.session.now() - live.clock.wall).total_seconds() == 60
