"""A request that a fault strikes, and the ways to answer it: as the application does, in our own words, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

from bespeak.sandbox.faults import Fault
from bespeak.sandbox.http.exchange import (
    Answer,
)
from bespeak.sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON = ("Content-Type", "application/json; charset=utf-8")
_REASONS = {one.value: one.phrase for one in HTTPStatus}


@dataclass(slots=True)
class Caught:
    """An answer of the application before it is sent."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that a fault strikes, and how to answer it. ``cut`` breaks the connection off, by a reset if told."""

    fault: Fault
    world: World
    environ: WSGIEnvironment
    start_response: StartResponse
    inner: WSGIApplication
    sleep: Callable[[float], None]
    wall: Callable[[], float]

    def ask(self) -> Caught:
        """The answer that the application gives."""
        caught = Caught()

        def start(
            status: str, headers: list[tuple[str, str]], _info: object = None
        ) -> Callable[[bytes], object]:
            caught.status, caught.headers = status, headers
            return lambda _: None

        caught.body = b"".join(self.inner(self.environ, start))
        return caught

    def send(self, status: int, body: bytes, *headers: tuple[str, str]) -> list[bytes]:
        """An answer of our own."""
        all_headers = [*headers, ("Content-Length", str(len(body)))]
        self.start_response(f"{status} {_REASONS.get(status, 'Fault')}", all_headers)
        return [body]

    def forward(self, caught: Caught, body: bytes | None = None, length: int | None = None) -> list[bytes]:
        """The application's answer, with another body or a length that is not true."""
        sent = caught.body if body is None else body
        shown = str(len(sent) if length is None else length)
        headers = [(name, value) for name, value in caught.headers if name.lower() != "content-length"]
        self.start_response(caught.status, [*headers, ("Content-Length", shown)])
        return [sent]

    def cut(self, *, reset: bool = False) -> ConnectionResetError:
        """What ends the connection here: the caller in this process sees it, the server closes."""
        if reset:
            self.environ.get("sandbox.reset", lambda: None)()
        return ConnectionResetError("The sandbox was told to break this connection off.")

    def wait(self, *, default: bool) -> list[tuple[str, str]]:
        """The header ``Retry-After`` as the fault wants it."""
        text, seconds = self.fault.retry_after, self.fault.seconds
        if text == "date":
            return [("Retry-After", formatdate(self.wall() + seconds, usegmt=True))]
        if text == "none" or not (text or default):
            return []
        return [("Retry-After", text or str(int(seconds)))]

    def as_text(self, answer: Answer) -> list[bytes]:
        """An error in the shape of the service."""
        return self.send(answer.status, answer.body, JSON, *self.wait(default=False), *answer.headers.items())
