"""How far a request gets to a host, without a token."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from bespeak.clients.reach import reach
from bespeak.connect import private_sandbox


def _reach(base, answer):
    """What is said when the line behaves as told; the request that left."""
    left = []

    def handle(request):
        left.append(request)
        return answer(request)

    with httpx.Client(transport=httpx.MockTransport(handle), trust_env=False) as http:
        return reach(base, http), left[0]


def _raise(error):
    def answer(_request):
        raise error

    return answer


def test_any_answer_will_do_and_its_date_is_kept():
    told, left = _reach(
        "https://one.example/deep/path", lambda _: httpx.Response(404, headers={"Date": "Mon, 16 Nov 2026"})
    )
    assert (told.host, told.how_far, told.date) == ("one.example", "answered", "Mon, 16 Nov 2026")
    assert str(left.url) == "https://one.example/"
    assert "authorization" not in left.headers


def test_a_redirect_is_an_answer_and_is_not_followed():
    told, left = _reach("https://one.example", lambda _: httpx.Response(302, headers={"Location": "/x"}))
    assert told.how_far == "answered"
    assert left.url.path == "/"


def test_a_closed_port_is_no_connection():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with httpx.Client(trust_env=False) as http:
            told = reach(f"http://127.0.0.1:{port}", http)
    assert (told.host, told.how_far) == (f"127.0.0.1:{port}", "no connection")


@pytest.mark.parametrize(
    ("cause", "how_far"),
    [
        (socket.gaierror(-2, "Name or service not known"), "unknown name"),
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), "not secure"),
        (ConnectionRefusedError("refused"), "no connection"),
    ],
)
def test_the_cause_says_where_the_way_ends(cause, how_far):
    error = httpx.ConnectError("no")
    error.__cause__ = cause
    told, _ = _reach("https://one.example", _raise(error))
    assert told.how_far == how_far
    assert told.said


def test_a_host_that_accepts_and_says_nothing_gives_no_answer():
    told, _ = _reach("https://one.example", _raise(httpx.ReadTimeout("slow")))
    assert (told.how_far, told.said) == ("no answer", "ReadTimeout")


def test_every_service_of_a_sandbox_answers():
    told = private_sandbox().door.reach()
    assert {one.how_far for one in told.values()} == {"answered"}
    assert {"login", "partner_center", "price_sheets", "arm", "graph"} <= set(told)
