"""One request out, one answer in, over HTTP: the only module that knows the HTTP library.

How a try ended is said by ``Trouble``; whether it is tried again is decided elsewhere.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from bespeak.clients.address import Target
from bespeak.clients.call import Answer, Call
from bespeak.clients.retry import Outcome, classify
from bespeak.clients.secret import Secret
from bespeak.clients.sentences import sentence
from bespeak.clients.server_clock import ServerClock
from bespeak.clients.wire import (
    BODY_LIMIT,
    ShapeError,
    claims_challenge,
    correlation_id,
    is_error_object,
    is_json,
    parse,
    problem,
    retry_after,
    unpacked,
)

#: Before a byte of the request has left: these leave no doubt that nothing was done.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)
_SHORTEST = 0.1
_UNTRUSTED = (
    "Check this machine's date, and that nothing between it and the service reads the traffic. "
    "The root certificate of a company belongs in the system's own store."
)
_ELSEWHERE = ("the service sends the call elsewhere, which is not followed", "Check the address.")
_SUPPORT = "Try again; if it stays so, Microsoft's support can look it up."


@dataclass(eq=False)
class Trouble(Exception):  # noqa: N818  # a step of a call, never seen outside of the sender
    """One try that did not end well: how, why in words, and what the answer said about itself."""

    outcome: Outcome
    what: str
    next_step: str = ""
    status: int = 0
    code: str = ""
    correlation: str = ""
    wait: float | None = None
    claims: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One try of a call: where to, under which ids, until when (seconds of the sender's clock)."""

    call: Call[Any]
    base: str
    target: Target
    request_id: str
    correlation: str
    ends: float
    token: Secret | None = field(default=None)


class Exchange:
    """Sends one request with a client of ``httpx``; never follows a redirect, never reads without a bound."""

    def __init__(self, http: httpx.Client, clock: Callable[[], float], times: ServerClock) -> None:
        self._http = http
        self._clock = clock
        self._times = times

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __call__(self, request: Request) -> Answer:
        """The whole answer of a try that ended well; raises ``Trouble`` for every other end."""
        with told_as_trouble(urlsplit(request.base).hostname or "", request.call.timeout_seconds):
            built = _built(request, request.ends - self._clock())
            with opened(self._http, built) as response:
                answer = self._whole(request, response)
        trouble = diagnosed(answer, request.correlation)
        if trouble is not None:
            raise trouble
        return answer

    def _whole(self, request: Request, response: httpx.Response) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._times.note(headers)
        body = self._body(request, response)
        try:
            body = unpacked(body, headers.get("content-encoding", ""))
            told = parse(body) if response.is_success and body and is_json(headers) else None
        except ShapeError as error:
            raise _unreadable(str(error).rstrip("."), response.status_code, request.correlation) from error
        return Answer(response.status_code, headers, body, told)

    def _body(self, request: Request, response: httpx.Response) -> bytes:
        """The bytes as they came, bounded in size and in time."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_raw():
            parts.append(part)
            size += len(part)
            if size > BODY_LIMIT:
                said = f"is larger than {BODY_LIMIT >> 20} MiB"
                raise _unreadable(said, response.status_code, request.correlation)
            if self._clock() > request.ends:
                raise Trouble(Outcome.NO_ANSWER, "the answer did not end in time", "Try again later.")
        return b"".join(parts)


@contextmanager
def told_as_trouble(host: str, seconds: float) -> Iterator[None]:
    """Turns what the HTTP library and the system raise into ``Trouble``."""
    try:
        yield
    except _NOT_SENT as error:
        raise _not_sent(error, host) from error
    except httpx.InvalidURL:
        # The library reads where a redirect leads, followed or not. The service has answered: nothing was lost.
        raise Trouble(Outcome.REDIRECTED, *_ELSEWHERE) from None
    except httpx.TimeoutException as error:
        raise Trouble(
            Outcome.NO_ANSWER, f"no answer came within {seconds:g} seconds", "Try again later."
        ) from error
    except (httpx.TransportError, OSError) as error:
        # The in-process sandbox cuts a connection by raising an OSError.
        raise Trouble(
            Outcome.NO_ANSWER, "the connection broke before the answer came", "Try again."
        ) from error


@contextmanager
def opened(http: httpx.Client, request: httpx.Request) -> Iterator[httpx.Response]:
    """The answer to a request, its body not read yet; no error leads to the request."""
    response = None
    try:
        response = http.send(request, stream=True, auth=None, follow_redirects=False)
        yield response
    except httpx.RequestError as error:
        # The library's error holds the request, and that the token; no error of ours may lead to it.
        error._request = None  # noqa: SLF001  # its setter takes no None
        raise
    finally:
        if response is not None:
            response.close()


def _not_sent(error: BaseException, host: str) -> Trouble:
    """Why no connection was made: a certificate that is not trusted is said in the system's words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            said = f"its certificate is not trusted ({cause.verify_message})"
            return Trouble(Outcome.UNTRUSTED, said, _UNTRUSTED)
        cause = cause.__cause__ or cause.__context__
    return Trouble(Outcome.NOT_SENT, f"there is no connection to {host}")


def _unreadable(said: str, status: int, correlation: str) -> Trouble:
    return Trouble(Outcome.UNREADABLE, f"the answer {said}", _SUPPORT, status, "", correlation)


def diagnosed(answer: Answer, sent_correlation: str) -> Trouble | None:
    """What is wrong with a whole answer by its status, or by being an error in spite of it; or ``None``."""
    success = 200 <= answer.status < 300  # noqa: PLR2004  # the HTTP status class
    if success and not is_error_object(answer.json):
        return None
    wait = retry_after(answer.headers)
    told = problem(answer.body)
    outcome = Outcome.FALSE_SUCCESS
    if not success:
        outcome = classify(answer.status, in_words=told.in_words, names_a_time=wait is not None)
    cause, step = sentence(told.code, answer.status, told.words)
    if outcome is Outcome.REDIRECTED:
        cause, step = _ELSEWHERE
    return Trouble(
        outcome,
        cause,
        step,
        answer.status,
        told.code,
        correlation_id(answer.headers, sent_correlation),
        wait,
        claims_challenge(answer.headers),
        answer.headers.get("location", ""),
    )


def _built(request: Request, left: float) -> httpx.Request:
    """The request, made from scratch: nothing that a client or a cookie holds is added to it.

    No wait for the next byte is longer than the time that is ``left``.
    """
    call, target = request.call, request.target
    url = httpx.URL(request.base + target.path + (f"?{target.query}" if target.query else ""))
    patience = min(call.timeout_seconds, max(left, _SHORTEST))
    timeout = httpx.Timeout(patience, connect=5.0, pool=5.0).as_dict()
    content: Mapping[str, Any] = {"json": call.body} if call.form is None else {"data": dict(call.form)}
    return httpx.Request(
        call.method, url, headers=_headers(request), extensions={"timeout": timeout}, **content
    )


def _headers(request: Request) -> dict[str, str]:
    """What the call and a link ask for, and over it what only the sender sets."""
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    headers |= request.call.headers
    headers |= request.target.headers
    headers |= {"MS-RequestId": request.request_id, "MS-CorrelationId": request.correlation}
    headers |= {"X-Locale": "en-US", "User-Agent": "bespeak"}
    if request.call.service == "arm":
        headers["x-ms-client-request-id"] = request.request_id
    if request.token is not None:
        headers["Authorization"] = f"Bearer {request.token.reveal()}"
    return headers
