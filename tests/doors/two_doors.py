"""Lets ``connect()`` in tests use a sandbox that is served on this machine: ``BESPEAK_TEST_DOOR=tcp`` or ``both``.

``both``: each request of the client goes over TCP to one world and in this process to its twin, one after the other,
and the two answers are compared: status, headers, bytes of the body.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bespeak import connect
from bespeak.clients import sandbox_door
from bespeak.clients.secret import Secret
from bespeak.sandbox import World, create_app
from bespeak.sandbox.server import Served, serve

#: Set by the transport, or by a clock that is not the sandbox's.
PASSING = {"date", "server", "connection", "via", "transfer-encoding", "content-length"}
#: So many worlds are served at once; the oldest end first.
MOST = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What came back of a request: an answer, or the kind of loss."""

    status: int
    headers: dict[str, str]
    body: bytes


class Doors:
    """The served worlds of a test run, and how often the two doors were compared."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._served: list[tuple[Served, threading.Thread]] = []
        self.count: Counter[str] = Counter()
        self.differences: list[str] = []

    def install(self) -> None:
        """From now on ``connect()`` in this process opens a served world."""
        connect_module().in_kernel_door = self.door

    def door(self, application, key: str, new_id: Callable[[], str]):
        """A door to the world of an application, over TCP; ``new_id`` names the requests."""
        world = application.extensions["bespeak.hall"].first.world
        served = self._serve(world, key)
        over_tcp = httpx.HTTPTransport()
        if self._kind == "both":
            twin = World(world.base, start=world.now, instance=world.instance)
            over_tcp = Both(self, over_tcp, httpx.WSGITransport(create_app(twin, key)))
        http = httpx.Client(transport=over_tcp, trust_env=False, follow_redirects=False)
        return sandbox_door._door(served.url, Secret(key), http, "Run connect() again.", new_id)

    def _serve(self, world: World, key: str) -> Served:
        served = serve(world, 0, key)
        thread = threading.Thread(target=served.run, daemon=True)
        thread.start()
        self._served.append((served, thread))
        if len(self._served) > MOST:
            self._end(*self._served.pop(0))
        return served

    def close(self) -> None:
        """Stops all servers."""
        for served, thread in self._served:
            self._end(served, thread)
        self._served.clear()

    @staticmethod
    def _end(served: Served, thread: threading.Thread) -> None:
        served.close()
        thread.join(timeout=5)


class Both(httpx.BaseTransport):
    """Sends each request through both doors, one request at a time, so that the twins see the same order."""

    def __init__(self, doors: Doors, over_tcp: httpx.BaseTransport, in_process: httpx.BaseTransport) -> None:
        self._doors = doors
        self._over_tcp = over_tcp
        self._in_process = in_process
        self._turn = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer over TCP, once the other door gave the same."""
        content = request.read()
        with self._turn:
            other = self._ask(self._in_process, request, content)
            mine = self._ask(self._over_tcp, request, content)
            self._compare(request, mine, other)
        if isinstance(mine, Exception):
            raise mine
        return mine

    def _ask(self, door: httpx.BaseTransport, request: httpx.Request, content: bytes):
        headers = {**request.headers, "content-length": str(len(content))}
        again = httpx.Request(
            request.method, request.url, headers=headers, content=content, extensions=request.extensions
        )
        try:
            answer = door.handle_request(again)
            try:
                raw = b"".join(answer.stream)
            finally:
                answer.stream.close()  # gives the connection back
        except (httpx.TransportError, ConnectionError) as error:
            return error
        finally:
            self._doors.count["sent"] += 1
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(raw))

    def _compare(self, request: httpx.Request, mine, other) -> None:
        said, meant = told(mine), told(other)
        self._doors.count["compared"] += 1
        if request.url.path.startswith("/login/"):  # the second at which a token ends is in the token
            said, meant = said and (said.status, said.headers), meant and (meant.status, meant.headers)
        if said != meant:
            self._doors.differences.append(
                f"{request.method} {request.url.path}: {said} is not {meant}"[:2000]
            )

    def close(self) -> None:
        """Closes both."""
        self._over_tcp.close()
        self._in_process.close()


def told(answer: httpx.Response | Exception) -> Told | None:
    """What an answer says, None for one that was lost."""
    if isinstance(answer, Exception):
        return None
    headers = {name: value for name, value in answer.headers.items() if name not in PASSING}
    return Told(answer.status_code, headers, b"".join(answer.stream))


def connect_module():
    """The module ``bespeak.connect``, which the face hides behind the function of its name."""
    assert connect
    return sys.modules["bespeak.connect"]
