"""Tokens: asked for once, renewed in time, never shown."""

import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import httpx
import pytest

from bespeak.clients.secret import Secret
from bespeak.clients.sign_in import Grant, SandboxTokens, ask_token
from bespeak.errors import InputError, RefusedError, UnreachableError, UnreadableError

KEY = Secret("the-key-of-the-world")


class Door:
    """Gives a new token for each call that it is sent, after a while."""

    def __init__(self, lasts=3599.0, seconds=0.0):
        self.lasts = lasts
        self.seconds = seconds
        self.calls = []

    def send(self, call):
        time.sleep(self.seconds)
        self.calls.append(call)
        return Grant(Secret(f"access-{len(self.calls)}"), self.lasts)


class Clock:
    def __init__(self):
        self.time = 1000.0

    def __call__(self):
        return self.time


def test_the_question_for_a_token_is_the_documented_form(server, answer, wire):
    door = server.door(answer(wire("token_v2")))

    grant = door.send(ask_token("contoso.onmicrosoft.com", "price_sheets", KEY))

    request = server.requests[0]
    assert str(request.url) == "https://login.example/contoso.onmicrosoft.com/oauth2/v2.0/token"
    assert parse_qs(request.read().decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["5a2d1c94-0f0b-4c1e-9d53-be5bea4be5be"],
        "refresh_token": ["the-key-of-the-world"],
        "scope": ["https://api.partner.microsoft.com/.default"],
    }
    assert grant == Grant(Secret("access-token-from-the-wire"), 3599.0)


def test_the_older_endpoint_writes_numbers_as_texts(server, answer, wire):
    assert server.door(answer(wire("token_v1"))).send(ask_token("t1", "arm", KEY)).lasts == 3599.0


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"access_token": "a"},
        {"access_token": "a\r\nb", "expires_in": 1},
        {"access_token": 7, "expires_in": 1},
    ],
)
def test_an_answer_without_a_usable_token_is_refused(server, answer, told):
    with pytest.raises(UnreadableError):
        server.door(answer(told)).send(ask_token("t1", "arm", KEY))


def test_a_refused_sign_in_says_why_and_hides_the_key(server, answer):
    told = {"error": "invalid_grant", "error_description": "AADSTS700082: The refresh token has expired."}

    with pytest.raises(RefusedError, match="AADSTS700082") as caught:
        server.door(answer(told, 400)).send(ask_token("t1", "arm", KEY))

    assert caught.value.code == "invalid_grant"
    assert KEY.reveal() not in repr(caught.value)


def test_a_sign_in_without_network_is_unreachable(server):
    with pytest.raises(UnreachableError):
        server.door(httpx.ConnectError("x")).send(ask_token("t1", "arm", KEY))


def test_no_text_form_shows_the_key():
    shown = (
        f"{KEY} {KEY!r} {ask_token('t1', 'arm', KEY)!r} {SandboxTokens(KEY, Clock())!r} {Grant(KEY, 1.0)!r}"
    )

    assert KEY.reveal() not in shown
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


def test_a_tenant_that_is_no_name_is_refused():
    with pytest.raises(InputError):
        ask_token("../x", "arm", KEY)


def test_one_token_for_each_audience_and_none_for_the_sign_in():
    door, tokens = Door(), SandboxTokens(KEY, Clock())

    assert tokens.token("partner_center", door) == tokens.token("partner_center", door) == Secret("access-1")
    assert tokens.token("arm", door) == Secret("access-2")
    assert tokens.token("control", door) == KEY
    assert tokens.token("login", door) is None
    assert [call.form["scope"] for call in door.calls] == [
        "https://api.partnercenter.microsoft.com/.default",
        "https://management.azure.com/.default",
    ]


def test_a_token_is_renewed_five_minutes_before_it_ends():
    clock = Clock()
    door, tokens = Door(lasts=3599.0), SandboxTokens(KEY, clock)
    tokens.token("arm", door)

    clock.time += 3599 - 301
    assert tokens.token("arm", door) == Secret("access-1")
    clock.time += 1
    assert tokens.token("arm", door) == Secret("access-2")


def test_a_dropped_token_is_asked_for_anew_and_a_newer_one_is_kept():
    door, tokens = Door(), SandboxTokens(KEY, Clock())
    old = tokens.token("arm", door)
    tokens.forget("arm", old)
    new = tokens.token("arm", door)

    tokens.forget("arm", old)

    assert new == Secret("access-2")
    assert tokens.token("arm", door) == new


def test_threads_that_need_a_token_at_once_ask_once():
    door, tokens = Door(seconds=0.02), SandboxTokens(KEY, Clock())
    start = threading.Barrier(8)

    def ask(_number):
        start.wait()
        return tokens.token("partner_center", door).reveal()

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(ask, range(8)))

    assert got == {"access-1"}
    assert len(door.calls) == 1
