"""Faults of single calls, F-28 to F-37, F-45, F-50 and F-51: waits, bodies, the sign-in, answers that are none."""

from __future__ import annotations

import gzip
import itertools
import random
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from wire_line import (
    CART,
    CUSTOMER,
    GOOD,
    LIST,
    MOMENT,
    READ,
    Tokens,
    Told,
    answer,
    page,
    throttled,
)

from bespeak.clients.call import Call
from bespeak.clients.many import ask_each
from bespeak.clients.partner_center import carts, customers, usage
from bespeak.clients.secret import Secret
from bespeak.clients.sign_in import SandboxTokens
from bespeak.clients.transport import Transport
from bespeak.clients.waits import told_of_waits
from bespeak.errors import (
    AnswerLostError,
    NotReadyError,
    RefusedError,
    ServiceError,
    UnreachableError,
    UnreadableError,
)

# ---- waiting


def test_f28_a_throttled_call_quietens_all_counts_down_and_can_be_cancelled(line):
    left = []
    door = line.door(throttled(Retry_After="57"), GOOD)
    with told_of_waits(lambda seconds, _why: left.append(seconds)):
        door.send(READ)
    assert left[:3] == [57.0, 56.0, 55.0]
    assert sum(line.waits) == 57

    class CancelledError(Exception):
        pass

    def cancel(seconds, _why):
        if seconds == 55:
            raise CancelledError

    door = line.door(throttled(Retry_After="57"), GOOD)
    before = len(line.requests)
    with told_of_waits(cancel), pytest.raises(CancelledError):
        door.send(READ)
    line.waits.clear()
    door.send(READ)
    assert len(line.requests) == before + 2
    assert sum(line.waits) == 55


def test_f28_all_workers_wait_after_one_was_throttled():
    """40 reads, the third throttled: nobody who had not begun asks before the time is over."""
    asked, calls = [], itertools.count(1)
    start = time.monotonic()

    def handle(_request):
        number = next(calls)
        asked.append(time.monotonic() - start)
        return (throttled(Retry_After="0.6") if number == 3 else GOOD)()

    door = Transport(
        {"partner_center": "https://pc.example"},
        Tokens(),
        httpx.Client(transport=httpx.MockTransport(handle)),
        sleep=time.sleep,
        clock=time.monotonic,
        rng=random.Random(1),
        new_id=lambda: "id",
    )
    told = ask_each(door, {str(n): READ for n in range(40)})
    assert len(told.found) == 40
    assert len(asked) == 41
    assert sum(moment < 0.5 for moment in asked) <= 11


def test_f29_a_date_to_wait_for_is_counted_from_the_date_of_the_answer(line):
    door = line.door(throttled(Retry_After="Mon, 16 Nov 2026 10:00:42 GMT", Date=MOMENT), GOOD)
    door.send(READ)
    assert sum(line.waits) == 42


@pytest.mark.parametrize(
    "text", ["soon", "", "-5", "0", "1e9", "1000000000", "nan", "Mon, 16 Nov 2026 09:00:00 GMT"]
)
def test_f30_a_time_that_makes_no_sense_is_replaced_by_a_short_random_one(line, text):
    with pytest.raises(RefusedError):
        line.door(throttled(Retry_After=text, Date=MOMENT)).send(READ)
    assert len(line.requests) == 5
    assert all(0 < wait <= 120 for wait in line.waits)


def test_f31_a_customer_that_refuses_is_left_out_counted_and_named(line):
    def tell(request):
        if str(request.url).endswith("0b9f3"):
            return answer({"code": 20002, "description": "x"}, 403)
        return answer({"code": 1000, "description": "x"}, 404) if "5e2a7c40b9f4" in str(request.url) else GOOD

    ids = [f"1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f{n}" for n in range(3, 9)]
    told = ask_each(line.door(Told(tell)), {one: customers.get_customer(one) for one in ids})

    assert list(told.found) == ids[2:]
    assert [(one.status, one.name) for one in told.skipped] == [(403, ids[0]), (404, ids[1])]
    assert told.summary == f"4 of 6 answered. Left out: {ids[0]} (403); {ids[1]} (404)."


# ---- bodies


@pytest.mark.parametrize(
    "end",
    [httpx.RemoteProtocolError("x"), httpx.ReadError("x"), httpx.ReadTimeout("x"), ConnectionResetError("x")],
    ids=["end", "reset", "silence", "system"],
)
def test_f32_half_a_body_is_never_used(line, end):
    half = answer(parts=(b'{"items": [{"id": "a"}]', end))
    assert line.door(half, page("a", "b")).collect(LIST) == [{"id": "a"}, {"id": "b"}]
    with pytest.raises(UnreachableError):
        line.door(half).collect(LIST)
    with pytest.raises(AnswerLostError):
        line.door(half).send(carts.check_out(CUSTOMER, CART))


def test_f33_a_body_of_a_byte_a_second_ends_at_the_deadline(line):
    def drip():
        line.time += 1
        return b" "

    with pytest.raises(UnreachableError, match="did not end in time"):
        line.door(answer(parts=(drip,) * 1000)).send(READ)
    assert line.time <= 181


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b" " * 50_000_000), b"\x1f\x8b\x08" + bytes(40), b'{"id": "a"}'],
    ids=["bomb", "damaged", "plain"],
)
def test_f34_a_packing_that_lies_is_refused(line, body):
    door = line.door(answer(parts=(body,), Content_Encoding="gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError):
            door.send(READ)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()


def test_f35_a_byte_order_mark_is_read_over(line):
    assert line.door(answer(parts=(b'\xef\xbb\xbf{"id": "a"}',))).send(READ) == {"id": "a"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": NaN}',
        b'{"id": Infinity}',
        b'{"id": 1, "id": 2}',
        b"[" * 200_000,
        b'{"id": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": 0.' + b"9" * 5000 + b"}",
        b'{"id": 1e999999999}',
    ],
    ids=["nan", "infinity", "twice", "arrays", "levels", "whole", "fraction", "exponent"],
)
def test_f36_malformed_json_is_a_typed_error(line, body):
    with pytest.raises(UnreadableError):
        line.door(answer(parts=(body,))).send(READ)


@pytest.mark.parametrize("body", [b"", b'{"items": [{"id"', b'{"items":'])
def test_f37_an_answer_that_breaks_off_is_never_an_empty_list(line, body):
    with pytest.raises(UnreadableError):
        line.door(answer(parts=(body,))).collect(LIST)
    assert len(line.requests) == 2


# ---- sign-in


def test_f45_32_calls_with_a_token_that_ended_ask_for_one_new_token(line):
    grants, lock, old = itertools.count(1), threading.Lock(), threading.Barrier(8)

    def tell(request):
        if "login" in request.url.host:
            with lock:
                number = next(grants)
            return answer({"access_token": f"t{number}", "expires_in": 3600})
        if request.headers["authorization"] != "Bearer t1":
            return answer({"id": request.headers["authorization"]})
        old.wait(5)
        return answer({"code": 900420, "description": "x"}, 401)

    tokens = SandboxTokens(Secret("key"), lambda: 0.0)
    door = line.door(Told(tell), tokens=tokens, sleep=lambda _seconds: None)
    tokens.token("partner_center", door)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: door.send(READ)["id"], range(32)))
    assert found == ["Bearer t2"] * 32
    assert next(grants) == 3


def test_f45_a_second_401_stops(line):
    with pytest.raises(RefusedError):
        line.door(answer({"code": 900420, "description": "x"}, 401)).send(READ)
    assert len(line.requests) == 2


# ---- answers that are none


def test_f50_not_ready_is_never_zero_usage(line):
    with pytest.raises(NotReadyError):
        line.door(answer(None, 204, Retry_After="10")).collect(usage.rated_usage())
    assert sum(line.waits) == 20


@pytest.mark.parametrize(
    "told",
    [
        {"code": 400072, "description": "Not available.", "data": [], "source": "PartnerFD"},
        {"error": {"code": "NotAvailable", "message": "x"}},
    ],
)
def test_f51_an_error_in_an_answer_of_200_is_an_error(line, told):
    read = Call("read", "partner_center", "GET", "/v1/x", lambda got: got.json)
    with pytest.raises(RefusedError):
        line.door(answer(told)).send(read)
    with pytest.raises(AnswerLostError):
        line.door(answer(told)).send(Call("write", "partner_center", "POST", "/v1/x", lambda got: got.json))
    assert len(line.requests) == 2


def test_no_error_of_the_line_shows_the_token(line):
    for step in (
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        answer({"code": 1}, 400),
        answer(None, 302),
    ):
        with pytest.raises(ServiceError) as caught:
            line.door(step).send(READ)
        assert "canary-token" not in f"{caught.value!r}{caught.value.__cause__!r}"
