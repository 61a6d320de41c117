"""Serves a world on the loopback interface, for Lab, classrooms and load."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.app import create_app
from bespeak.sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
THREADS = 4
TOKEN_VARIABLE = "BESPEAK_SANDBOX_TOKEN"  # noqa: S105  (a name, not a secret)
#: The services and the path below which each answers.
SERVICES = {
    name: name for name in ("login", "partner_center", "price_sheets", "arm", "graph", "blobs", "control")
} | {"retail": "retail_prices"}


class _LoopbackNames:
    """Answers only under a name of this machine, so that a page of another site cannot point its name here."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name = str(environ.get("HTTP_HOST", "")).rpartition(":")[0] or str(environ.get("HTTP_HOST", ""))
        if name in (HOST, "localhost"):
            return self._inner(environ, start_response)
        start_response("421 Misdirected Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]


class Served:
    """A world behind a listening socket; ``run`` answers until ``close`` is called, from whatever thread."""

    def __init__(self, world: World, port: int, token: str) -> None:
        self._sockets: dict[int, Any] = {}
        self._closing = False
        # Waitress sets TCP_NODELAY on each connection by itself, so that no answer waits for Nagle's 40 ms.
        # A socket error in the application is how a fault loses an answer: it closes the connection, unlogged.
        self._server = waitress.create_server(
            _LoopbackNames(create_app(world, token)),
            map=self._sockets,
            host=HOST,
            port=port,
            threads=THREADS,
            ident=None,
            log_socket_errors=False,
        )
        self.port = int(self._server.effective_port)
        self.url = f"http://{HOST}:{self.port}"

    @property
    def urls(self) -> dict[str, str]:
        """The base address of each service."""
        return {name: f"{self.url}/{prefix}" for name, prefix in SERVICES.items()}

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


def serve(world: World, port: int, token: str) -> Served:
    """A server of this world on the loopback interface, bound and ready to ``run``; port 0 takes a free one."""
    return Served(world, port, token)


def main(argv: Sequence[str]) -> int:
    """Serves a fresh demo world until it is told to stop; prints one line of JSON when it is ready."""
    wish = _arguments(argv)
    token = wish.token or os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(24)
    instance = wish.instance or f"sandbox-{wish.seed}-{secrets.token_hex(4)}"
    world = World.demo(wish.seed, instance=instance)
    try:
        served = serve(world, wish.port, token)
    except OSError as error:
        sys.stderr.write(f"Port {wish.port} cannot be used ({error.strerror}). Choose another with --port.\n")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        # An exception out of a signal can get lost in whatever it meets; a flag cannot.
        signal.signal(number, lambda *_: served.close())
    sys.stdout.write(json.dumps(_ready(world, served, token)) + "\n")
    sys.stdout.flush()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waited a moment is no news
    served.run()
    return 0


def _ready(world: World, served: Served, token: str) -> dict[str, Any]:
    about = {"date": iso(world.now), "instance": world.instance, "seed": world.seed, "synthetic": True}
    return {"url": served.url, "urls": served.urls, "token": token, **about}


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bespeak sandbox", description="Serve the sandbox on this machine.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--seed", type=int, default=1, help="number of the world (default: 1)")
    parser.add_argument(
        "--token", default="", help=f"token of the world (default: ${TOKEN_VARIABLE}, else a random one)"
    )
    parser.add_argument("--instance", default="", help="instance id of the world (default: a new one)")
    return parser.parse_args(argv)
