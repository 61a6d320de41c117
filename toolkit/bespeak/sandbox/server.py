"""Serves a world on the loopback interface, for Lab, classrooms and load."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import socket
import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.app import create_app
from bespeak.sandbox.http.bounds import HEADERS, QUERY, SNAPSHOT
from bespeak.sandbox.http.hall import Hall, Seat
from bespeak.sandbox.serving_options import (
    TOKEN_VARIABLE,
    OptionError,
    keep_world,
    make_world,
    options,
    scenarios,
)
from bespeak.sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
THREADS = 8
#: The services and the path below which each answers.
SERVICES = {
    name: name for name in ("login", "partner_center", "price_sheets", "arm", "graph", "blobs", "control")
} | {"retail": "retail_prices"}


class _WithReset:
    """Tells the application how to break a connection off by a reset instead of an end."""

    def __init__(self, inner: WSGIApplication, sockets: Mapping[int, Any]) -> None:
        self._inner = inner
        self._sockets = sockets

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        peer = (environ.get("REMOTE_ADDR"), int(environ.get("REMOTE_PORT") or 0))
        environ["sandbox.reset"] = lambda: self._reset(peer)
        return self._inner(environ, start_response)

    def _reset(self, peer: tuple[object, int]) -> None:
        for channel in list(self._sockets.values()):
            if getattr(channel, "addr", None) == peer:
                # Closing then throws away what is unsent and answers with RST.
                channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Served:
    """A world behind a listening socket; ``run`` answers until ``close`` is called, from whatever thread."""

    def __init__(self, world: World, port: int, token: str) -> None:
        self._sockets: dict[int, Any] = {}
        self._closing = False
        app = create_app(world, token)
        self.hall: Hall = app.extensions["bespeak.hall"]
        # Waitress sets TCP_NODELAY on each connection by itself, so that no answer waits for Nagle's 40 ms.
        # A socket error in the application is how a fault loses an answer: it closes the connection, unlogged.
        self._server = waitress.create_server(
            _WithReset(app, self._sockets),
            map=self._sockets,
            host=HOST,
            port=port,
            threads=THREADS,
            max_request_body_size=SNAPSHOT,
            max_request_header_size=HEADERS + QUERY,
            ident=None,
            log_socket_errors=False,
        )
        self.port = int(self._server.effective_port)
        self.url = f"http://{HOST}:{self.port}"

    @property
    def urls(self) -> dict[str, str]:
        """The base address of each service."""
        return addresses(self.url)

    def run(self) -> None:
        """Answers requests until closed, then lets go of the port and of all connections."""
        try:
            while not self._closing:
                wasyncore.loop(timeout=1, map=self._sockets, count=1)
        finally:
            self._server.task_dispatcher.shutdown()
            wasyncore.close_all(self._sockets, ignore_all=True)

    def close(self) -> None:
        """Makes ``run`` end; once it has ended this does nothing."""
        self._closing = True
        with suppress(OSError):
            self._server.pull_trigger()


def addresses(url: str) -> dict[str, str]:
    """The base address of each service of the world at this address."""
    return {name: f"{url}/{prefix}" for name, prefix in SERVICES.items()}


def serve(world: World, port: int, token: str) -> Served:
    """A server of this world on the loopback interface, bound and ready to ``run``; port 0 takes a free one."""
    return Served(world, port, token)


def main(argv: Sequence[str]) -> int:
    """Serves a world, or one for each of a class, until it is told to stop; prints a line of JSON for each."""
    try:
        wish = options(argv)
        if wish.list_scenarios:
            sys.stdout.write(scenarios())
            return 0
        world = make_world(wish)
        kept = keep_world(world, wish)
    except OptionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    token = wish.token or os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24)
    try:
        served = serve(world, wish.port, token)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        sys.stderr.write(f"Port {wish.port} cannot be used ({why}). Choose another with --port.\n")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        # An exception out of a signal can get lost in whatever it meets; a flag cannot.
        signal.signal(number, lambda *_: served.close())
    logging.getLogger("waitress").setLevel(logging.ERROR)  # a request that waited, a fault that cut: no news
    _tell(served, token, wish.pupils, kept)
    served.run()
    world.keep()
    return 0


def _tell(served: Served, token: str, pupils: int, kept: Mapping[str, bool]) -> None:
    """A line of JSON for the first world, and one for each world of a class."""
    lines = [{**_ready(served.hall.first, served.url, token), **kept}]
    for number in range(1, pupils + 1):
        seat, secret = served.hall.add(f"class-{number:02d}")
        lines.append(_ready(seat, served.url + seat.path, secret))
    sys.stdout.writelines(json.dumps(line) + "\n" for line in lines)
    sys.stdout.flush()


def _ready(seat: Seat, url: str, token: str) -> dict[str, Any]:
    world = seat.world
    about = {"date": iso(world.now), "instance": world.instance, "seed": world.seed, "synthetic": True}
    return {"name": seat.name, "url": url, "urls": addresses(url), "token": token, **about}
