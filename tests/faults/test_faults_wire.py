"""The faults of the line, F-28 to F-45, F-50 to F-53, F-55 and F-59, at the door that all calls leave from."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import random
import socket
import ssl
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bespeak.clients.call import Call
from bespeak.clients.many import ask_each
from bespeak.clients.partner_center import carts, customers, entitlements, orders, subscriptions, usage
from bespeak.clients.sandbox_door import in_kernel_door, served_door
from bespeak.clients.secret import Secret
from bespeak.clients.sign_in import SandboxTokens
from bespeak.clients.transport import Transport
from bespeak.clients.waits import told_of_waits
from bespeak.errors import (
    AnswerLostError,
    InputError,
    NotReadyError,
    RefusedError,
    ServiceError,
    UnreachableError,
    UnreadableError,
)
from bespeak.sandbox import World, create_app, serve

CUSTOMER = "1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3"
CART = "e97b2d30-46a1-4c55-9a7f-08d2f61b3c4e"
READ = customers.get_customer(CUSTOMER)
LIST = customers.list_customers()
NEXT = "/customers?seekOperation=Next"
MOMENT = "Mon, 16 Nov 2026 10:00:00 GMT"


class Stream(httpx.SyncByteStream):
    """A body of parts; a part that is an exception is raised, one that is a function is called."""

    def __init__(self, *parts):
        self.parts = parts

    def __iter__(self):
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part() if callable(part) else part


def answer(told=None, status=200, *, parts=None, **headers):
    named = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    body = parts if parts is not None else (b"" if told is None else json.dumps(told).encode(),)
    return lambda: httpx.Response(status, headers=named, stream=Stream(*body))


def page(*ids, token="", uri=NEXT, **more):
    told = {"totalCount": len(ids), "items": [{"id": one} for one in ids]} | more
    if token:
        headers = [{"key": "MS-ContinuationToken", "value": token}]
        told["links"] = {"next": {"uri": uri, "method": "GET", "headers": headers}}
    return answer(told)


class Tokens:
    def token(self, _service, _door, _tenant=""):
        return Secret("canary-token")

    def forget(self, _service, _token):
        """Keeps it."""


class Line:
    """One answer after the other, the last one repeated; notes requests and waits."""

    def __init__(self):
        self.requests, self.waits, self.time, self.script = [], [], 0.0, []
        self.lock = threading.Lock()

    def handle(self, request):
        with self.lock:
            self.requests.append(request)
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        told = step(request) if isinstance(step, Told) else step
        if isinstance(told, Exception):
            raise told
        return told() if callable(told) else told

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.time += seconds

    def door(self, *script, **more):
        self.script = list(script)
        bases = {
            name: f"https://{name.replace('_', '-')}.example" for name in ("login", "partner_center", "arm")
        }
        ids = itertools.count(1)
        wishes = {"sleep": self.sleep, "clock": lambda: self.time, "rng": random.Random(7)}
        wishes |= {"new_id": lambda: f"id-{next(ids)}"}
        tokens = more.pop("tokens", Tokens())
        http = httpx.Client(transport=httpx.MockTransport(self.handle))
        return Transport(bases, tokens, http, **(wishes | more))


class Told:
    """A step that looks at the request."""

    def __init__(self, tell):
        self.tell = tell

    def __call__(self, request):
        return self.tell(request)


@pytest.fixture
def line():
    return Line()


def throttled(**headers):
    return answer({"statusCode": 429, "message": "x"}, 429, **headers)


GOOD = answer({"id": "a"})


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


# ---- links


@pytest.mark.parametrize("name", ["links", "nextLink", "@odata.nextLink"])
def test_f38_a_next_link_to_another_host_is_named_and_not_followed(line, name):
    uri = "https://evil.example/v1/customers?x=1"
    told = {"items": [{"id": "a"}], name: {"next": {"uri": uri}} if name == "links" else uri}
    with pytest.raises(UnreadableError, match=r"evil\.example"):
        line.door(answer(told)).collect(LIST)
    assert len(line.requests) == 1


@pytest.mark.parametrize("origin", ["http://partner-center.example", "https://partner-center.example:8443"])
def test_f39_a_next_link_to_another_scheme_or_port_is_not_followed(line, origin):
    with pytest.raises(UnreadableError, match="leads elsewhere"):
        line.door(page("a", token="1", uri=f"{origin}/v1/customers?x=1")).collect(LIST)
    assert len(line.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_f40_a_redirect_to_another_host_is_not_followed_and_no_write_is_redirected(line, status):
    away = answer(None, status, Location="https://evil.example/v1/customers")
    near = answer(None, status, Location="/v1/customers/x")
    with pytest.raises(UnreadableError, match=r"evil\.example"):
        line.door(away).send(READ)
    with pytest.raises(AnswerLostError):
        line.door(near, GOOD).send(carts.check_out(CUSTOMER, CART))
    assert {request.url.host for request in line.requests} == {"partner-center.example"}
    assert len(line.requests) == 2


def test_f41_redirects_end_after_three_and_pages_at_the_first_token_that_comes_again(line):
    with pytest.raises(UnreadableError, match="4 times"):
        line.door(answer(None, 307, Location="/v1/customers/x")).send(READ)
    assert len(line.requests) == 4
    line.requests.clear()
    with pytest.raises(UnreadableError, match="circle"):
        line.door(page("a", token="1"), page("b", token="2"), page("c", token="1")).collect(LIST)
    assert len(line.requests) == 3


# ---- pages


@pytest.mark.parametrize("status", [400, 404, 410])
def test_f42_a_place_that_is_lost_lets_the_list_start_over_without_doubles(line, status):
    pages = [page(str(n), token=f"t{n}") for n in range(7)]
    lost = answer({"code": 2000, "description": "x"}, status)
    again = [page(str(n), token=f"u{n}") for n in range(7)]
    listed = line.door(*pages, lost, *again, page("7")).listed(LIST)

    assert [item["id"] for item in listed.items] == [str(n) for n in range(8)]
    assert listed.report.restarts == 1
    assert "read again from its start once" in listed.report.remarks[0]


def test_f42_a_place_that_is_lost_each_time_ends_the_reading(line):
    def tell(request):
        lost = "ms-continuationtoken" in request.headers
        return answer({"code": 2000, "description": "x"}, 410) if lost else page("a", token="t")

    with pytest.raises(RefusedError):
        line.door(Told(tell)).collect(LIST)
    assert len(line.requests) == 6


def test_f43_a_page_that_comes_twice_and_pages_that_overlap_count_once(line):
    first, second = [str(n) for n in range(20)], [str(n) for n in range(10, 30)]
    keyed = Call("list", "partner_center", "GET", "/v1/customers", LIST.read, key=lambda item: item["id"])
    script = (page(*first, token="1"), page(*second, token="2"), page(*second, token="3"), page("30"))
    listed = line.door(*script).listed(keyed)
    assert [item["id"] for item in listed.items] == [str(n) for n in range(31)]
    assert (listed.report.doubles, listed.report.repeats) == (30, 1)

    plain = Call("list", "partner_center", "GET", "/v1/customers", LIST.read)
    script = (page(*first, token="1"), page(*first, token="2"), page("20"))
    listed = line.door(*script).listed(plain)
    assert [item["id"] for item in listed.items] == [str(n) for n in range(21)]
    assert listed.report.remarks == (
        "A page came that had come before, once; it counts once.",
        "20 items came a second time and count once.",
    )


def test_f44_an_empty_page_goes_on_and_a_shortfall_is_said(line):
    total = Call(
        "list", "partner_center", "GET", "/v1/customers", LIST.read, total=lambda told: told.json["whole"]
    )
    script = (page("a", token="1", whole=3), page(token="2", whole=3), page("b", whole=3))
    listed = line.door(*script).listed(total)
    assert [item["id"] for item in listed.items] == ["a", "b"]
    assert not listed.report.is_complete
    assert listed.report.remarks == ("INCOMPLETE: the service says that there are 3 items, and 2 came.",)
    with pytest.raises(UnreadableError, match="2 of 3 items came"):
        line.door(*script).collect(total)


def test_f44_empty_pages_without_end_are_noticed(line):
    numbers = itertools.count()
    with pytest.raises(UnreadableError, match="do not end"):
        line.door(Told(lambda _request: page(token=str(next(numbers))))).collect(LIST)


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


# ---- the line itself


@pytest.fixture
def listener():
    """A server of this machine that notes what comes in, and its port."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.requestline)
            self.send_response(502)
            self.end_headers()

        do_POST = do_CONNECT = do_GET  # noqa: N815  # the names of the library

        def log_message(self, *_args):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_port, heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_f52_a_proxy_of_the_environment_never_sees_the_sandbox(listener, monkeypatch):
    port, heard = listener
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    in_kernel_door(create_app(World.demo(1), "key"), "key").collect(LIST)
    server = serve(World.demo(1), 0, "key")
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert served_door(server.url, "key").collect(LIST)
    finally:
        server.close()
        thread.join()
    assert heard == []


def certificate(folder, name, *, days=1, issuer=None, address="localhost"):
    """A key and a certificate on disk; signed by itself, or by an issuer that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    signer, signed_by = issuer or (key, subject)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signed_by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(address)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / f"{name}.crt").write_bytes(made.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return folder / f"{name}.crt", folder / f"{name}.key", (key, subject)


def tls_server(cert, key):
    """A server that takes one connection after another; gives its port, what it heard, and how to end it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listening = socket.create_server(("127.0.0.1", 0))
    heard = []

    def take():
        while True:
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as line_:
                    heard.append(line_.recv(4096))
            except OSError:
                raw.close()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()

    def end():
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)

    return listening.getsockname()[1], heard, end


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("expired", "certificate has expired"),
        ("self-signed", "self.signed certificate"),
        ("wrong name", "Hostname mismatch"),
        ("unknown root", "unable to get local issuer certificate"),
    ],
)
def test_f53_a_certificate_that_cannot_be_trusted_is_refused_with_the_reason(tmp_path, kind, reason):
    issuer = certificate(tmp_path, "stranger")[2] if kind == "unknown root" else None
    cert, key, _ = certificate(
        tmp_path,
        "service",
        days=-1 if kind == "expired" else 1,
        issuer=issuer,
        address="other.example" if kind == "wrong name" else "localhost",
    )
    known = ssl.create_default_context(cafile=cert if kind in ("expired", "wrong name") else None)
    port, heard, end = tls_server(cert, key)
    try:
        door = Transport(
            {"partner_center": f"https://localhost:{port}"},
            Tokens(),
            httpx.Client(verify=known, trust_env=False),
            sleep=lambda _seconds: None,
            clock=lambda: 0.0,
            rng=random.Random(1),
            new_id=lambda: "id",
        )
        for call in (READ, carts.check_out(CUSTOMER, CART)):
            with pytest.raises(UnreachableError, match=f"not trusted.*{reason}"):
                door.send(call)
    finally:
        end()
    assert heard == []


def test_f55_an_address_that_nobody_reaches_ends_within_the_time_for_a_connection():
    seconds = []

    class Nowhere(httpcore.NetworkBackend):
        def connect_tcp(self, timeout=None, **_more):
            seconds.append(timeout)
            raise httpcore.ConnectTimeout

    http = httpx.Client(trust_env=False)
    http._transport._pool._network_backend = Nowhere()
    door = Transport(
        {"partner_center": "https://pc.example"},
        Tokens(),
        http,
        sleep=lambda _seconds: None,
        clock=lambda: 0.0,
        rng=random.Random(1),
        new_id=lambda: "id",
    )
    with pytest.raises(UnreachableError, match=r"no connection to pc\.example"):
        door.send(READ)
    assert set(seconds) == {5.0}


@pytest.mark.parametrize(
    "wrong", ["..", "a/../b", "x?y", "x#y", "%2e%2e", f"{CUSTOMER}\nx", "", f"{CUSTOMER}/x"]
)
@pytest.mark.parametrize(
    "make",
    [
        customers.get_customer,
        lambda one: carts.get_cart(one, CART),
        lambda one: carts.check_out(CUSTOMER, one),
        orders.list_orders,
        entitlements.list_entitlements,
        subscriptions.list_subscriptions,
        lambda one: subscriptions.register(CUSTOMER, one),
    ],
)
def test_f59_an_id_that_is_none_is_refused_before_any_request(make, wrong):
    with pytest.raises(InputError, match="is not the id of"):
        make(wrong)


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
