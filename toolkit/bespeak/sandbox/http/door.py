"""The outermost layer: paths without regard to case, and the faults that strike on the way in or out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bespeak.sandbox.faults import Fault
from bespeak.sandbox.http.exchange import Answer, dumps
from bespeak.sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REASONS = {204: "No Content", 429: "Too Many Requests", 502: "Bad Gateway"}


class FaultyDoor:
    """Lets requests through to the application unless a fault waits for them.

    A lost answer is a ``ConnectionResetError``: in-process the caller sees it, the server closes the connection.
    """

    def __init__(self, inner: WSGIApplication, world: World, sleep: Callable[[float], None]) -> None:
        self._inner = inner
        self._world = world
        self._sleep = sleep

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        path = str(environ.get("PATH_INFO", ""))
        environ["sandbox.path"] = path
        environ["PATH_INFO"] = path.lower()
        fault = None if path.lower().startswith("/control") else self._strike(environ, path)
        if fault is None:
            return self._inner(environ, start_response)
        return self._suffer(fault, environ, start_response)

    def _strike(self, environ: WSGIEnvironment, path: str) -> Fault | None:
        with self._world.lock:
            return self._world.faults.strike(str(environ["REQUEST_METHOD"]), path)

    def _suffer(
        self, fault: Fault, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if fault.kind == "slow":
            environ["sandbox.pause"] = lambda: self._sleep(fault.seconds)
            return self._inner(environ, start_response)
        if fault.kind == "lose_answer":
            list(self._inner(environ, lambda *_: lambda _: None))
        if fault.kind.startswith("lose"):
            raise ConnectionResetError("The sandbox was told to lose this answer.")
        answer = _canned(fault)
        status = f"{answer.status} {_REASONS.get(answer.status, 'Fault')}"
        headers = [*answer.headers.items(), ("Content-Length", str(len(answer.body)))]
        if answer.body:
            headers.append(("Content-Type", answer.content_type))
        start_response(status, headers)
        return [answer.body]


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
