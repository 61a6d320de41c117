"""Faults below and before a call, F-52, F-53, F-55 and F-59: proxies, certificates, addresses, ids."""

from __future__ import annotations

import datetime as dt
import random
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from wire_line import (
    CART,
    CUSTOMER,
    LIST,
    READ,
    Tokens,
)

from bespeak.clients.partner_center import carts, customers, entitlements, orders, subscriptions
from bespeak.clients.sandbox_door import in_kernel_door, served_door
from bespeak.clients.transport import Transport
from bespeak.errors import (
    InputError,
    UnreachableError,
)
from bespeak.sandbox import World, create_app, serve

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
