"""A server made of answers in a row, behind the real transport; it notes every request and every wait."""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bespeak.clients.call import Door, Service
from bespeak.clients.secret import Secret
from bespeak.clients.transport import Transport

# Test files are imported without a package; this makes hostile_links findable.
sys.path.insert(0, str(Path(__file__).parent))

_WIRE = Path(__file__).parent / "wire"
_JSON = "application/json; charset=utf-8"


class _Stream(httpx.SyncByteStream):
    def __init__(self, *parts: bytes) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self.parts


def answer(
    told: Any = None, status: int = 200, *, body: bytes | None = None, **headers: str
) -> httpx.Response:
    """An answer as it goes over the wire: JSON of ``told`` with a byte order mark on success, or raw bytes."""
    if body is None:
        mark = b"\xef\xbb\xbf" if status < 300 else b""
        body = b"" if told is None else mark + json.dumps(told).encode()
    named = {"Content-Type": _JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=_Stream(body))


class FixedTokens:
    """The tokens token-1, token-2 ...: the next one after the one before was not accepted."""

    def __init__(self) -> None:
        self.number = 1

    def token(self, _service: Service, _door: Door, _tenant: str = "") -> Secret | None:
        return Secret(f"token-{self.number}")

    def forget(self, _service: Service, token: Secret) -> None:
        if token == Secret(f"token-{self.number}"):
            self.number += 1


class Server:
    """Gives one answer (or raises one exception) after the other; the last one is repeated."""

    def __init__(self) -> None:
        self.script: list[Any] = []
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self.time = 0.0

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        told = step(request) if callable(step) else step
        if isinstance(told, BaseException):
            raise told
        return httpx.Response(told.status_code, headers=told.headers, stream=_Stream(*told.stream.parts))

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds

    def door(self, *script: Any, **more: Any) -> Transport:
        """A transport to this server, which goes through the script."""
        self.script = list(script)
        bases = {
            name: f"https://{name.replace('_', '-')}.example"
            for name in ("login", "partner_center", "price_sheets", "arm", "control")
        }
        ids = itertools.count(1)
        options = {
            "sleep": self.sleep,
            "clock": lambda: self.time,
            "rng": random.Random(7),
            "new_id": lambda: f"id-{next(ids)}",
        }
        http = httpx.Client(transport=httpx.MockTransport(self.handle))
        return Transport(bases, FixedTokens(), http, **(options | more))


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture(name="answer")
def answer_fixture() -> Callable[..., httpx.Response]:
    return answer


@pytest.fixture
def wire() -> Callable[[str], Any]:
    """What a wire sample says, by its name."""
    return lambda name: json.loads((_WIRE / f"{name}.json").read_text("utf-8"))
