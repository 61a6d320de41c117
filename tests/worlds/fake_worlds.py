"""Integration and live for tests: the sandbox plays Microsoft behind sessions of the real classes.

The classes refuse every address on this machine; only the subclasses here, which no product code knows, take one.
Everything else is the product's: door, gate, lock, journal. ``FakeTokens`` is who has signed in.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
import waitress

from bespeak.clients.call import Service
from bespeak.clients.real_session import Clocks, IntegrationSession, LiveSession, RealSession, Way
from bespeak.clients.secret import Secret
from bespeak.clients.session import Person
from bespeak.clients.sign_in import SandboxTokens
from bespeak.clients.transport import Transport
from bespeak.clients.unlocking import Press
from bespeak.errors import SignInError
from bespeak.sandbox import World, create_app

TENANT, TENANT_ID = "contoso.example", "3f2b1c0d-0000-4000-8000-000000000001"
ANNA = Person("anna@contoso.example", "11111111-0000-4000-8000-000000000001", TENANT_ID, second_factor=True)
KEY = "world-token"
HERE = "http://sandbox.localhost"
#: Names the served fake of live in the environment of a kernel: JSON with url, token and world.
VARIABLE = "BESPEAK_TEST_FAKE"
#: Requests that are no reads by their method, and change nothing: a sign-in, a question about stock.
HARMLESS = ("/login/", "/checkinventory")
_SERVICES: tuple[Service, ...] = ("login", "partner_center", "price_sheets", "arm", "graph")
_SAFE = ("GET", "HEAD", "OPTIONS")


class FakeLive(LiveSession):
    """Live at an address on this machine."""

    @classmethod
    def _check(cls, addresses: Mapping[Service, str]) -> None:
        """Takes every address."""


class FakeIntegration(IntegrationSession):
    """Integration at an address on this machine."""

    @classmethod
    def _check(cls, addresses: Mapping[Service, str]) -> None:
        """Takes every address."""


KINDS = {"live": FakeLive, "integration": FakeIntegration}


class FakeTokens:
    """The tokens of the sandbox, and a person that a test chooses; ``None`` is nobody."""

    def __init__(self, person: Person | None = ANNA, key: str = KEY) -> None:
        self.who = person
        self._tokens = SandboxTokens(Secret(key), time.monotonic)

    @property
    def person(self) -> Person:
        """Who is signed in."""
        if self.who is None:
            raise SignInError("Nobody is signed in, so nothing is sent.", "Sign in, then try again.")
        return self.who

    def token(self, service, door, tenant=""):
        """The token of the sandbox."""
        return self._tokens.token(service, door, tenant)

    def forget(self, service, token):
        """Drops a token."""
        self._tokens.forget(service, token)


@dataclass(slots=True)
class FakeClock:
    """A clock that a test moves; the wall may be moved alone, as a person may do."""

    wall: datetime = datetime(2026, 11, 16, tzinfo=UTC)
    seconds: float = 0.0

    def pass_minutes(self, minutes: float) -> None:
        """Lets time pass."""
        self.wall += timedelta(minutes=minutes)
        self.seconds += 60 * minutes

    @property
    def clocks(self) -> Clocks:
        """As a session takes it."""
        return Clocks(lambda: self.wall, lambda: self.seconds)


@dataclass(slots=True)
class Counter:
    """A WSGI application in front of another one, which writes down each request."""

    app: object
    requests: list[str] = field(default_factory=list)

    def __call__(self, environ, start_response):
        """Writes a request down and lets it through."""
        self.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self.app(environ, start_response)

    @property
    def writes(self) -> list[str]:
        """The requests that could have changed the world."""
        return [
            one
            for one in self.requests
            if one.split()[0] not in _SAFE and not any(part in one.lower() for part in HARMLESS)
        ]


@dataclass(slots=True)
class Fake:
    """A session with a fake world, and what a test looks at and turns."""

    session: RealSession
    counter: Counter
    tokens: FakeTokens
    clock: FakeClock

    def unlock(self, minutes: int = 15) -> datetime:
        """Unlocks live as a person on the page would."""
        return self.session.unlock(self.session.unlock_phrase, minutes=minutes, press=Press.heard("comm_msg"))


@cache
def _shared():
    """The application of one world for all tests that change nothing in it: making one takes a while."""
    return create_app(World.demo(1, instance="fake"), KEY)


def _when_asked(environ, start_response):
    """The shared application, made when a test first asks it."""
    return _shared()(environ, start_response)


def fake(kind: str, folder: Path, *, person: Person | None = ANNA, world: World | None = None) -> Fake:
    """A fake ``live`` or ``integration`` in this process; ``folder`` takes the place of the user's.

    Who buys something gives a ``world`` of its own; the others share one.
    """
    counter = Counter(create_app(world, KEY) if world else _when_asked)
    http = httpx.Client(transport=httpx.WSGITransport(counter), trust_env=False)
    tokens, clock = FakeTokens(person), FakeClock()
    session = _session(kind, HERE, http, tokens, clock.clocks, folder)
    return Fake(session, counter, tokens, clock)


def fake_of_the_environment() -> RealSession:
    """The session with the served fake that the environment names; for kernels of tests only."""
    told = json.loads(os.environ[VARIABLE])
    at = datetime.fromisoformat(told["date"])
    tokens = FakeTokens(ANNA, told["token"])
    clocks = Clocks(lambda: at, time.monotonic)
    return _session(
        told["world"], told["url"], httpx.Client(trust_env=False), tokens, clocks, Path(told["folder"])
    )


def _session(
    kind: str, url: str, http: httpx.Client, tokens: FakeTokens, clocks: Clocks, folder: Path
) -> RealSession:
    def home_of(world: str, tenant_id: str) -> Path:
        home = folder / world / tenant_id
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home

    def open_door(addresses, of_tokens, may_write, home) -> Transport:
        del home
        return Transport(
            addresses,
            of_tokens,
            http,
            sleep=lambda _: None,
            clock=time.monotonic,
            rng=random.Random(1),
            new_id=lambda: str(uuid.uuid4()),
            may_write=may_write,
        )

    addresses = {service: f"{url}/{service}" for service in _SERVICES}
    return KINDS[kind](Way(TENANT, "global", addresses, open_door), tokens, home_of, clocks)


@contextmanager
def served(kind: str, folder: Path) -> Iterator[Counter]:
    """Serves a fake on this machine; kernels that start meanwhile find it by the environment."""
    world = World.demo(1, instance=kind)
    counter = Counter(create_app(world, KEY))
    server = waitress.create_server(counter, host="127.0.0.1", port=0, threads=4, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    told = {
        "url": f"http://127.0.0.1:{server.effective_port}",
        "token": KEY,
        "world": kind,
        "folder": str(folder),
        "date": "2026-11-16T00:00:00+00:00",
    }
    os.environ[VARIABLE] = json.dumps(told)
    try:
        yield counter
    finally:
        os.environ.pop(VARIABLE)
        server.close()
