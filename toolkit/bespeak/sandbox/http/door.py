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

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REASONS = {one.value: one.phrase for one in HTTPStatus}


class Door:
    """Lets requests through to the application unless a bound is passed or a fault waits for them.

    A lost answer is a ``ConnectionResetError``: in-process the caller sees it, the server closes the connection.
    """

    def __init__(self, inner: WSGIApplication, hall: Hall, sleep: Callable[[float], None]) -> None:
        self._inner = inner
        self._hall = hall
        self._sleep = sleep

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
        return self._suffer(fault, environ, start_response)

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

    def _suffer(
        self, fault: Fault, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if fault.kind == "slow":
            environ["sandbox.pause"] = lambda: self._sleep(fault.seconds)
            return self._ask(environ, start_response)
        if fault.kind == "lose_answer":
            list(self._ask(environ, lambda *_: lambda _: None))
        if fault.kind.startswith("lose"):
            raise ConnectionResetError("The sandbox was told to lose this answer.")
        return send(_canned(fault), start_response)


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


def _canned(fault: Fault) -> Answer:
    wait = {"Retry-After": str(int(fault.seconds))}
    if fault.kind == "throttle":
        return Answer(
            dumps({"statusCode": 429, "message": "Rate limit is exceeded. Try again later."}), 429, wait
        )
    if fault.kind == "not_ready":
        return Answer(b"", 204, wait)
    if fault.kind == "not_json":
        page = (
            b"<html><head><title>502 Bad Gateway</title></head><body>The gateway got no answer.</body></html>"
        )
        return Answer(page, 502, content_type="text/html")
    body = {
        "code": fault.code,
        "description": "The sandbox was told to refuse this.",
        "data": [],
        "source": "PartnerFD",
    }
    return Answer(dumps(body), fault.status)
