"""The outermost layer: bounds, which world is asked, paths without regard to case, and the faults that strike."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from bespeak.sandbox.faults import Fault
from bespeak.sandbox.http import bounds
from bespeak.sandbox.http.exchange import Answer, dumps
from bespeak.sandbox.http.hall import PREFIX, Hall, Seat
from bespeak.sandbox.http.trouble import Trouble
from bespeak.sandbox.http.troubles import suffer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REASONS = {one.value: one.phrase for one in HTTPStatus}


class Door:
    """Lets requests through to the application unless a bound is passed or a fault waits for them.

    A lost answer is a ``ConnectionResetError``: in-process the caller sees it, the server closes the connection.
    """

    def __init__(
        self, inner: WSGIApplication, hall: Hall, sleep: Callable[[float], None], wall: Callable[[], float]
    ) -> None:
        self._inner = inner
        self._hall = hall
        self._sleep = sleep
        self._wall = wall

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        refusal = bounds.refused(environ)
        if refusal:
            return send(refusal, start_response)
        seat = self._seat(environ)
        if seat is None:
            return send(_NO_WORLD, start_response)
        path = str(environ.get("PATH_INFO", ""))
        environ |= {"sandbox.at": (self._hall, seat), "sandbox.path": path, "PATH_INFO": path.lower()}
        fault = None if path.lower().startswith("/control") else self._strike(seat, environ, path)
        if fault is None:
            return self._ask(environ, start_response)
        trouble = Trouble(fault, seat.world, environ, start_response, self._ask, self._sleep, self._wall)
        return suffer(trouble)

    def _seat(self, environ: WSGIEnvironment) -> Seat | None:
        """The world that the path names, which then goes from the path; else the one of the token."""
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(PREFIX):
            return self._hall.asked_by(environ, _form(environ))
        key, slash, rest = path.removeprefix(PREFIX).partition("/")
        environ["SCRIPT_NAME"] = str(environ.get("SCRIPT_NAME", "")) + PREFIX + key
        environ["PATH_INFO"] = slash + rest
        return self._hall.of(key)

    def _ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._inner(environ, start_response)
        if environ["REQUEST_METHOD"] != "GET":
            environ["sandbox.at"][1].world.keep()
        return answer

    def _strike(self, seat: Seat, environ: WSGIEnvironment, path: str) -> Fault | None:
        with seat.world.lock:
            return seat.world.faults.strike(str(environ["REQUEST_METHOD"]), path)


def send(answer: Answer, start_response: StartResponse) -> list[bytes]:
    """An answer as WSGI."""
    reason = _REASONS.get(answer.status, "Fault")
    headers = [*answer.headers.items(), ("Content-Length", str(len(answer.body)))]
    if answer.body:
        headers.append(("Content-Type", answer.content_type))
    start_response(f"{answer.status} {reason}", headers)
    return [answer.body]


def _form(environ: WSGIEnvironment) -> bytes:
    """The body of a sign-in, which says whose world it is; it stays readable for the application."""
    if not str(environ.get("PATH_INFO", "")).lower().startswith("/login"):
        return b""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return bytes(body)


_NO_WORLD = Answer(
    dumps(
        {"error": {"code": "NotFound", "message": "There is no world of this address. It may have ended."}}
    ),
    404,
)
