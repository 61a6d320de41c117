"""The lock of live: what opens it, what closes it, and what never does (A11, T-02)."""

from __future__ import annotations

import copy
import pickle
import sys
import unicodedata
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bespeak.clients.unlocking import Press
from bespeak.errors import InputError, LockedError, SignInError

sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))
from fake_worlds import ANNA, TENANT, fake

PHRASE = f"unlock live {TENANT}"


@pytest.fixture
def live(tmp_path):
    return fake("live", tmp_path)


def press() -> Press:
    return Press.heard("comm_msg")


def test_live_starts_locked_and_says_what_to_do(live):
    assert live.session.unlock_phrase == PHRASE
    assert PHRASE in live.session.locked
    assert live.session.unlocked_until is None


def test_the_phrase_and_a_press_unlock_it_for_minutes(live):
    until = live.session.unlock(PHRASE, press=press())
    assert (live.session.locked, live.session.unlocked_until) == ("", until)
    assert until == live.clock.wall + timedelta(minutes=15)


@pytest.mark.parametrize(
    "typed", ["", "unlock live", PHRASE.upper(), PHRASE + " ", "unlock live fabrikam.example"]
)
def test_another_phrase_leaves_it_locked(live, typed):
    with pytest.raises(InputError, match=PHRASE):
        live.session.unlock(typed, press=press())
    assert live.session.locked


def test_the_phrase_may_come_in_another_composition_of_its_letters(live):
    live.session.unlock(unicodedata.normalize("NFD", PHRASE), press=press())
    assert live.session.locked == ""


def test_without_a_press_the_right_phrase_does_nothing(live):
    with pytest.raises(LockedError, match="person's press on the page"):
        live.session.unlock(PHRASE)
    assert live.session.locked


def test_a_press_unlocks_once(live):
    once = press()
    live.session.unlock(PHRASE, press=once)
    live.session.lock()
    with pytest.raises(LockedError):
        live.session.unlock(PHRASE, press=once)
    assert live.session.locked


def test_a_press_is_spent_by_a_wrong_phrase(live):
    once = press()
    with pytest.raises(InputError):
        live.session.unlock("unlock", press=once)
    with pytest.raises(LockedError):
        live.session.unlock(PHRASE, press=once)


@pytest.mark.parametrize("message", ["execute_request", "", "comm_open", "kernel_info_request"])
def test_what_is_no_message_of_a_control_is_no_press(message):
    with pytest.raises(LockedError, match="no press on the page"):
        Press.heard(message)


def test_a_press_that_a_program_makes_is_worth_nothing(live):
    with pytest.raises(LockedError):
        live.session.unlock(PHRASE, press=Press())


def test_it_locks_itself_when_the_minutes_are_over(live):
    live.unlock(15)
    live.clock.pass_minutes(14.9)
    assert live.session.locked == ""
    live.clock.pass_minutes(0.1)
    assert live.session.locked
    assert live.session.unlocked_until is None


def test_a_clock_that_is_set_back_does_not_keep_it_open(live):
    live.unlock(5)
    live.clock.wall -= timedelta(hours=3)
    live.clock.seconds += 5 * 60
    assert live.session.locked


def test_a_clock_that_is_set_forward_closes_it(live):
    live.unlock(5)
    live.clock.wall += timedelta(minutes=6)
    assert live.session.locked
    live.clock.wall -= timedelta(minutes=6)
    assert live.session.locked


def test_lock_closes_it_at_once(live):
    live.unlock()
    live.session.lock()
    assert live.session.locked


@pytest.mark.parametrize("minutes", [0, -1, 61, 1.5, True, "15"])
def test_minutes_are_a_number_up_to_an_hour(live, minutes):
    with pytest.raises(InputError, match="from 1 to 60"):
        live.session.unlock(PHRASE, minutes=minutes, press=press())
    assert live.session.locked


def test_nobody_signed_in_unlocks_nothing(live):
    live.tokens.who = None
    with pytest.raises(SignInError):
        live.session.unlock(PHRASE, press=press())
    assert "Nobody is signed in" in live.session.locked


def test_without_a_second_factor_it_stays_locked_in_dated_words(live):
    live.tokens.who = replace(ANNA, second_factor=False)
    with pytest.raises(LockedError, match="2026-04-01"):
        live.session.unlock(PHRASE, press=press())
    assert "second factor" in live.session.locked


def test_an_application_never_unlocks_it(live):
    live.tokens.who = replace(ANNA, second_factor=None, is_app=True)
    with pytest.raises(LockedError, match="only a person"):
        live.session.unlock(PHRASE, press=press())


def test_who_signs_in_after_the_unlocking_finds_it_locked(live):
    live.unlock()
    live.tokens.who = replace(
        ANNA, name="ben@contoso.example", object_id="22222222-0000-4000-8000-000000000002"
    )
    assert live.session.locked
    live.tokens.who = ANNA
    assert live.session.locked, "it does not open again by itself"


def test_a_failed_unlocking_locks_what_was_open(live):
    live.unlock()
    with pytest.raises(InputError):
        live.session.unlock("wrong", press=press())
    assert live.session.locked


@pytest.mark.parametrize("away", [pickle.dumps, copy.copy, copy.deepcopy])
def test_neither_session_nor_press_can_be_put_into_a_file(live, away):
    live.unlock()
    for one in (live.session, press()):
        with pytest.raises(TypeError, match="never pickled"):
            away(one)


def test_another_session_of_the_same_tenant_is_locked(live, tmp_path):
    live.unlock()
    assert fake("live", tmp_path).session.locked


def test_no_file_remembers_that_it_was_unlocked(live, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    live.unlock()
    assert sorted(tmp_path.rglob("*")) == before


def test_listeners_hear_of_each_turn(live):
    heard = []
    live.session.listen(lambda: heard.append(live.session.locked == ""))
    live.unlock()
    live.session.lock()
    assert heard[-2:] == [True, False]
