"""The sandbox's sign-in behind our adaptor, in this process, with a clock, a browser and a store of the test's own."""

import datetime as dt
import html
import http.client
import re
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from msal_extensions.persistence import PersistenceNotFound

from bespeak.clients.entra.clock import ServiceClock
from bespeak.clients.entra.clouds import cloud
from bespeak.clients.entra.http import EntraHttp, StandIn
from bespeak.clients.entra.tokens import EntraTokens
from bespeak.clients.entra.ways import BrowserSignIn
from bespeak.clients.key_store import KeyStore
from bespeak.clients.secret import Secret
from bespeak.sandbox import World, create_app

KEY = "world-key-canary"
TENANT = "partner.example"
CLIENT = "11111111-2222-4333-8444-555555555555"


class Vault:
    """An encrypted place that is none: what the system would keep, in memory."""

    is_encrypted = True

    def __init__(self, kept, where):
        self.kept, self.where = kept, where

    def save(self, content):
        self.kept[self.where] = (content, self.kept.get(self.where, ("", 0.0))[1] + 1.0)

    def load(self):
        if self.where not in self.kept:
            raise FileNotFoundError(self.where)
        return self.kept[self.where][0]

    def time_last_modified(self):
        if self.where not in self.kept:
            raise PersistenceNotFound(location=self.where)
        return time.time()

    def get_location(self):
        return self.where


@dataclass
class Stage:
    """The sandbox over a client, and what a test looks at."""

    client: httpx.Client
    sandbox: object
    server: list[float]
    local: list[float]
    ticks: list[float]
    sent: list[httpx.Request]
    waits: list[float] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    folder: object = None
    vault: dict = field(default_factory=dict)
    person: str = "Alba Ferri (admin-agent)"

    def http(self, name="global", **more):
        clock = ServiceClock(lambda: self.local[0], lambda: self.ticks[0])
        stand_in = StandIn("http://sandbox.localhost/login", Secret(KEY))
        options = {"sleep": self.waits.append, "stand_in": stand_in} | more
        return EntraHttp(cloud(name), self.client, clock, **options)

    def tokens(self, way=None, store=None, tenant=TENANT, http=None):
        return EntraTokens(
            http or self.http(), tenant, CLIENT, way=way or self.browser(), store=store or self.store()
        )

    def browser(self, **more):
        return BrowserSignIn(self.browse, **more)

    def browse(self, address):
        """What a person does: looks at the page, presses the button with the name."""
        self.opened.append(address)
        page = self.client.get(address).text
        found = re.findall(r'action="(.*?)">(.*?)<button>(.*?)</button>', page)
        reply, hidden = next((one[0], one[1]) for one in found if html.unescape(one[2]) == self.person)
        fields = re.findall(r'name="(\w+)" value="(.*?)"', hidden)
        self.answer(html.unescape(reply), {name: html.unescape(value) for name, value in fields})
        return True

    def answer(self, reply, told, **headers):
        parts = urlsplit(reply)
        named = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded"} | headers
        return self.asked_port(parts.port, "POST", "/", urlencode(told), named)

    def asked_port(self, port, method, path, body=None, headers=()):
        """The status with which the port of the sign-in answers."""
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            wire.request(method, path, body, dict(headers))
            return wire.getresponse().status
        finally:
            wire.close()

    def pass_time(self, seconds):
        for clock in (self.server, self.local, self.ticks):
            clock[0] += seconds

    def store(self):
        return KeyStore(self.folder, lambda where: Vault(self.vault, where))

    def fault(self, **wish):
        wish = {"match": "v2.0/token", "kind": "refuse", "status": 400} | wish
        self.client.post(
            "http://sandbox.localhost/control/faults", json=wish, headers={"Authorization": f"Bearer {KEY}"}
        ).raise_for_status()

    def asked(self, path="v2.0/token"):
        return [request for request in self.sent if request.url.path.endswith(path)]

    def form(self, request):
        return dict(httpx.QueryParams(request.content.decode()))


class Dated(httpx.BaseTransport):
    """Puts the server's date on every answer, as a server does, and notes every request."""

    def __init__(self, inner, server, sent):
        self.inner, self.server, self.sent = inner, server, sent

    def handle_request(self, request):
        self.sent.append(request)
        answer = self.inner.handle_request(request)
        answer.headers.setdefault("Date", formatdate(self.server[0], usegmt=True))
        return answer


@pytest.fixture(scope="session")
def served():
    """The application and its clock: building it anew for each test would take longer than the tests."""
    server, world = [0.0], World.demo()
    return create_app(world, KEY, wall=lambda: server[0]), server, world


@pytest.fixture
def stage(served, tmp_path, monkeypatch):
    app, server, world = served
    world.state.faults.clear()
    server[0], sent = 1_790_000_000.0, []
    client = httpx.Client(transport=Dated(httpx.WSGITransport(app), server, sent), trust_env=False)
    local = [server[0]]
    stage = Stage(client, app, server, local, [50.0], sent)
    stage.folder, stage.vault = tmp_path / "keys", {}
    # MSAL reads the clock of the machine itself.
    for module in (
        "msal.token_cache",
        "msal.application",
        "msal.oauth2cli.oauth2",
        "msal.oauth2cli.assertion",
    ):
        monkeypatch.setattr(f"{module}.time", Times(local))
    yield stage
    client.close()


class Times:
    """The module ``time`` for MSAL, with the clock of the test."""

    def __init__(self, local):
        self._local = local

    def time(self):
        return self._local[0]

    def sleep(self, _seconds):
        raise AssertionError("MSAL is not to wait.")


@pytest.fixture
def vault():
    """The class of an encrypted place that is none."""
    return Vault


@pytest.fixture(scope="session")
def certificate():
    """Key and certificate as one PEM text."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bespeak test")])
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return (
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    ).decode()
