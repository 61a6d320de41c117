"""Errors of twelve kinds at ten places between a call and its answer, where the code holds a token."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from itertools import product
from unittest import mock

import httpx
from flows import Bench
from secrets_seen import CANARIES

from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.sandbox_door import served_door

#: Makes the error of each kind.
KINDS: dict[str, Callable[[], BaseException]] = {
    "interrupted": KeyboardInterrupt,
    "no memory": MemoryError,
    "too deep": lambda: RecursionError("maximum recursion depth exceeded"),
    "system": lambda: OSError(5, "Input/output error"),
    "timed out": lambda: TimeoutError("timed out"),
    "TLS": lambda: ssl.SSLError("bad record mac"),
    "value": lambda: ValueError("bad value"),
    "key": lambda: KeyError("missing"),
    "runtime": lambda: RuntimeError("boom"),
    "unicode": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "line": lambda: httpx.ReadError("reset"),
    "end of the program": lambda: SystemExit(1),
}
#: The functions that fail: from the token over the request down to the socket, and back up to the reader.
PLACES = (
    "bespeak.clients.sign_in.Grant.__init__",
    "bespeak.clients.secret.Secret.reveal",
    "bespeak.clients.exchange._built",
    "httpx.Client.send",
    "httpx.HTTPTransport.handle_request",
    "httpcore.ConnectionPool.handle_request",
    "httpcore._sync.http11.HTTP11Connection._send_request_headers",
    "httpcore._sync.http11.HTTP11Connection._receive_response_headers",
    "httpx.Response.iter_raw",
    "bespeak.clients.exchange.parse",
)


def breaks(on: Bench, *, every: bool) -> None:
    """Every kind at every place, or each kind and each place at least once."""
    for number, (place, kind) in enumerate(_pairs(every=every)):
        door = served_door(on.url, CANARIES["token of the sandbox"])
        if number % 2:
            door.collect(list_customers(size=5))  # it has its token already

        def broken(*_args: object, kind: str = kind, **_more: object) -> None:
            error = KINDS[kind]()
            raise error

        with mock.patch(place, broken):
            on.flow(f"{kind} at {place}", lambda door=door: door.collect(list_customers(size=5)) and None)
        door.close()


def _pairs(*, every: bool) -> Iterator[tuple[str, str]]:
    if every:
        yield from product(PLACES, KINDS)
        return
    kinds = list(KINDS)
    for number, place in enumerate(PLACES):
        yield place, kinds[number % len(kinds)]
        yield place, kinds[(number * 5 + 6) % len(kinds)]
