"""Bytes to values: numbers, problems in every documented shape, waiting times, addresses."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bespeak.clients.address import checked_base, is_loopback, local
from bespeak.clients.ids import code, guid
from bespeak.clients.retry import RULES, TRIES, Outcome, RetryBudget, classify, pause
from bespeak.clients.sentences import SENTENCES, sentence
from bespeak.clients.wire import Problem, ShapeError, parse, problem, retry_after
from bespeak.errors import AnswerLostError, InputError, UnreachableError


class Middle:
    """A random number that is always the same."""

    def random(self):
        return 0.5


def test_an_amount_with_20_decimals_stays_exact():
    told = parse(b'\xef\xbb\xbf{"price": 28.82860766744404945074, "count": 4}')

    assert told == {"price": Decimal("28.82860766744404945074"), "count": 4}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_was_written_as_json_is_read_as_it_was(value):
    assert parse(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused_in_one_way(body):
    with contextlib.suppress(ShapeError):
        parse(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"code": 800013, "description": "No.", "data": [], "source": "PartnerFD"}',
            Problem("800013", "No.", in_words=True),
        ),
        (b'{"code": "800013", "description": "No."}', Problem("800013", "No.", in_words=True)),
        (b'{"statusCode": 429, "message": "Slow."}', Problem("429", "Slow.", in_words=True)),
        (
            b'{"code": 600061, "message": "M", "description": "D", "errorName": "E"}',
            Problem("600061", "D", in_words=True),
        ),
        (b'{"error": {"code": "BadRequest", "message": "No."}}', Problem("BadRequest", "No.", in_words=True)),
        (
            b'{"error": "invalid_grant", "error_description": "AADSTS1"}',
            Problem("invalid_grant", "AADSTS1", in_words=True),
        ),
        (b'{"x": 1}', Problem("", "{'x': 1}", in_words=False)),
        (b"[]", Problem("", "[]", in_words=False)),
        (b"", Problem("", "", in_words=False)),
        (b"<h1>Bad\n gateway</h1>", Problem("", "Bad gateway", in_words=False)),
        (b"\xff\x00", Problem("", "\ufffd", in_words=False)),
    ],
)
def test_a_refusal_is_understood_in_every_documented_shape(body, expected):
    assert problem(body) == expected


def test_a_long_text_of_a_service_is_cut():
    assert len(problem(b'{"code": 1, "description": "' + b"x" * 5000 + b'"}').words) == 400


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("57", 57.0), ("0", None), ("1.5", 1.5), ("", None), ("-3", None), ("nan", None), ("Mon, 1 Jan", None)],
)
def test_retry_after_is_a_number_of_seconds_or_nothing(text, seconds):
    assert retry_after({"retry-after": text}) == seconds


@pytest.mark.parametrize(
    ("status", "in_words", "names_a_time", "outcome"),
    [
        (302, True, False, Outcome.REDIRECTED),
        (401, False, False, Outcome.UNAUTHORISED),
        (404, True, False, Outcome.REFUSED),
        (404, False, False, Outcome.REFUSED_DUMBLY),
        (408, True, False, Outcome.BUSY),
        (429, False, False, Outcome.THROTTLED),
        (500, True, True, Outcome.FAILED),
        (501, True, False, Outcome.REFUSED),
        (503, True, True, Outcome.BUSY),
        (503, True, False, Outcome.FAILED),
    ],
)
def test_how_an_answer_ended(status, in_words, names_a_time, outcome):
    assert classify(status, in_words=in_words, names_a_time=names_a_time) is outcome


def test_every_outcome_has_a_rule_and_every_step_a_number_of_tries():
    assert set(RULES) == set(Outcome)
    assert {rule.read for rule in RULES.values()} <= set(TRIES)


def test_a_write_is_unknown_whenever_it_may_have_been_done():
    """Reliability rules, retry table: sent and no usable answer is never called failed."""
    unknown = {outcome for outcome, rule in RULES.items() if rule.write_error is AnswerLostError}

    assert unknown == {
        Outcome.NO_ANSWER,
        Outcome.BUSY,
        Outcome.FAILED,
        Outcome.REFUSED_DUMBLY,
        Outcome.REDIRECTED,
        Outcome.UNREADABLE,
        Outcome.FALSE_SUCCESS,
    }
    assert RULES[Outcome.NOT_SENT].write_error is UnreachableError


@pytest.mark.parametrize(
    ("tries", "asked", "seconds"),
    [(1, None, 0.5), (2, None, 1.0), (9, None, 10.0), (1, 57.0, 57.0), (2, 57.0, 58.0)],
)
def test_a_pause_is_jitter_below_a_growing_bound_after_what_was_asked_for(tries, asked, seconds):
    assert pause(tries, asked, Middle()) == seconds


def test_the_budget_ends_and_a_success_fills_it():
    budget = RetryBudget()
    taken = sum(budget.take(Outcome.FAILED) for _ in range(100))
    for _ in range(14):
        budget.reward()

    assert taken == 500 // 14
    assert budget.take(Outcome.FAILED)
    assert not budget.take(Outcome.FAILED)


def test_every_known_code_has_a_cause_and_a_next_step():
    assert len(SENTENCES) > 50
    for cause, step in SENTENCES.values():
        assert cause[0].islower() or cause.startswith("Microsoft")
        assert step.endswith(".")


def test_a_refusal_without_any_words_names_its_status():
    assert sentence("", 418, "") == (
        "no reason was given (status 418)",
        "Check what was asked for; Microsoft's support can explain the code.",
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "../orders",
        "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3/..",
        "1f0c8e527b3d4a869d115e2a7c40b9f3",
        "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3\n/x",
    ],
)
def test_what_is_no_guid_never_reaches_a_path(value):
    with pytest.raises(InputError):
        guid(value, "customer")


@pytest.mark.parametrize(
    ("value", "of"),
    [
        ("a/b", "product"),
        ("", "SKU"),
        ("x" * 65, "order"),
        ("USA", "country"),
        ("..", "tenant"),
        ("a\n", "SKU"),
    ],
)
def test_what_is_no_code_never_reaches_a_path(value, of):
    with pytest.raises(InputError):
        code(value, of)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("sandbox.localhost", True),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host, ours):
    assert is_loopback(host) is ours


@pytest.mark.parametrize(
    "base",
    [
        "http://api.example",
        "ftp://127.0.0.1",
        "https://user:secret@api.example",
        "https://api.example?x=1",
        "api.example",
        "",
    ],
)
def test_a_base_that_could_leak_a_token_is_refused(base):
    with pytest.raises(InputError) as caught:
        checked_base(base)

    assert "secret" not in str(caught.value)


def test_a_base_is_https_or_this_machine():
    assert checked_base("https://api.example/") == "https://api.example"
    assert checked_base("http://127.0.0.1:8000/arm") == "http://127.0.0.1:8000/arm"


def test_a_link_that_repeats_our_prefix_is_taken_without_it():
    assert local("arm", "http://sandbox.localhost/arm/providers/x?a=1", "http://sandbox.localhost/arm") == (
        "/providers/x",
        "a=1",
    )


@given(st.text(max_size=60))
def test_no_link_leaves_our_host(uri):
    try:
        path, query = local("partner_center", uri, "https://api.example")
    except ShapeError:
        return
    assert path.startswith("/v1/")
    assert ".." not in path.split("/")
    assert "#" not in path + query
