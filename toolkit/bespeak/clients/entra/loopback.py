"""The address on this machine to which the browser brings the answer of a sign-in.

MSAL has a receiver of its own; in a container it listens on every address of the machine, it writes the code into the
log at DEBUG, and it opens the browser itself. This one listens on 127.0.0.1 only, takes one answer that fits, and logs
nothing.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

#: Bytes of an answer; codes have one or two thousand.
_MOST = 32 << 10
_LOCAL = ("127.0.0.1", "localhost")
_DONE = "You are signed in. You can close this page and go back to the notebook."
_OFF = "You are not signed in. You can close this page and go back to the notebook."
_NO = "This is no answer to a sign-in that was asked for here."


class Receiver:
    """Listens on a free port of 127.0.0.1, as a context; ``address`` is what the sign-in answers to."""

    def __init__(self, state: Callable[[], str]) -> None:
        self._state = state
        self._told: dict[str, str] = {}
        self._came = threading.Event()
        self._server = _Server(self._take)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
        self._told.clear()

    def __repr__(self) -> str:
        return f"Receiver({self.address})"

    @property
    def address(self) -> str:
        """The reply address; Entra ID takes any port of localhost for a public client."""
        return f"http://localhost:{self._server.server_address[1]}"

    def wait(self, seconds: float) -> dict[str, str]:
        """What the sign-in told, nothing when it did not come in time."""
        self._came.wait(seconds)
        return dict(self._told)

    def _take(self, told: Mapping[str, str]) -> str:
        """The words for the page; only the first answer with the state of this sign-in counts."""
        fits = hmac.compare_digest(told.get("state", "").encode(), self._state().encode())
        if not (fits and self._state() and ("code" in told or "error" in told)) or self._came.is_set():
            return _NO
        self._told = dict(told)
        self._came.set()
        return _DONE if "code" in told else _OFF


class _Server(HTTPServer):
    # On Windows a second server could listen on the same port, and get what was meant for this one.
    allow_reuse_address = False

    def __init__(self, take: Callable[[Mapping[str, str]], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.take = take

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: a browser may close its connection at any time."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5

    def do_POST(self) -> None:
        """Takes the form that the page of the sign-in sends."""
        length = self.headers.get("Content-Length", "")
        named = self.headers.get("Host", "").rpartition(":")[0].lower()
        if named not in _LOCAL or not length.isdecimal() or int(length) > _MOST:
            self._say(400, _NO)
            return
        form = parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace"))
        words = self.server.take({name: values[0] for name, values in form.items()})
        self._say(400 if words == _NO else 200, words)

    def do_GET(self) -> None:
        """Refuses: an answer in an address would stay in the history of the browser."""
        self._say(400, _NO)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Writes nothing: the request may hold a code."""

    def _say(self, status: int, words: str) -> None:
        body = f"<!doctype html><meta charset=utf-8><title>Sign-in</title><p>{words}</p>".encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
