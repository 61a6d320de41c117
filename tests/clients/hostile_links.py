"""500 forms of links that lead away, through every way by which a service can name an address.

    python tests/clients/hostile_links.py [FORMS]

Two real listeners of this machine play the foreign hosts; each form goes in as a next link, as the address of a
redirect, of a running job and of a file. No token may arrive there, and no request at all.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import socket
import sys
import tempfile
import threading
from pathlib import Path

import httpx

from bespeak.clients.call import Call
from bespeak.clients.partner_center.customers import get_customer, list_customers
from bespeak.clients.secret import Secret
from bespeak.clients.transport import Transport
from bespeak.errors import BespeakError

TOKEN = "canary-token-that-stays-at-home"
HOME = "https://home.example/partner_center"
_CUSTOMER = get_customer("1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3")
_JOB = Call("begin", "partner_center", "POST", "/v1/jobs", lambda answer: answer, body={})


class Tokens:
    """The one token."""

    def token(self, _service: object, _door: object, _tenant: str = "") -> Secret:
        return Secret(TOKEN)

    def forget(self, _service: object, _token: Secret) -> None:
        """Keeps it."""


class Listener:
    """A foreign host: takes whatever comes in."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):
                line.settimeout(1)
                self.heard.append(line.recv(65536))
                line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(2)


def forms(ports: tuple[int, int], many: int) -> list[str]:
    """Links that lead to one of the ports by some reading, or out of what was asked; each once, the same each time."""
    hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
    ]
    hosts += [
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "127.0.0.1.",
        "\u2460\u2461\u2466.0.0.1",
        "127\u30020\u30020\u30021",
    ]
    hosts += [
        "loc\u0430lhost",
        "evil.localhost",
        "%31%32%37.0.0.1",
        "127.0.0.1%00.home.example",
        "home.example@127.0.0.1",
    ]
    heads = [
        "http://",
        "HTTP://",
        "https://",
        "hTTps://",
        "//",
        "///",
        "////",
        "\\\\",
        "/\\",
        "\\/",
        "http:/",
        "http:",
    ]
    heads += [
        "http:\\\\",
        "http:\t//",
        "\thttp://",
        " http://",
        "http://\n",
        "http://home.example:443@",
        "ht\ntp://",
    ]
    heads += [
        "https://home.example@",
        "https://home.example:x@",
        "https://home.example\\@",
        "ftp://",
        "file://",
        "ws://",
    ]
    heads += [
        "https://home.example#@",
        "https://home.example?@",
        "javascript://",
        "data:text/html,//",
        "\u200bhttp://",
    ]
    tails = [
        "/v1/customers?x=1",
        "/partner_center/v1/customers",
        "",
        "/v1/../customers",
        "/v1/customers#x",
        "?x=/v1/customers",
    ]
    tails += [
        "/%2e%2e/v1/customers",
        "/v1/customers\r\nHost: evil",
        "/v1/customers;x",
        "\\v1\\customers",
        "/v1/customers?x=%0d%0a",
    ]
    ways = list(itertools.product(heads, hosts, [f":{port}" for port in ports], tails))
    found = [f"{head}{host}{port}{tail}" for head, host, port, tail in ways]
    found += [
        f"https://home.example{port}{tail}"
        for port in (":80", ":8443", ":0", ":99999", ":x")
        for tail in tails
    ]
    random.Random(5).shuffle(found)
    return list(dict.fromkeys(found))[:many]


class Service:
    """The own service, which has been taken over: each answer names the same link."""

    def __init__(self) -> None:
        self.link, self.calls = "", 0
        self._beyond = httpx.HTTPTransport()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Its own answers for its own host; whatever leads to another goes out for real."""
        if request.url.host != "home.example" or request.url.port:
            return self._beyond.handle_request(request)
        self.calls += 1
        headers = {"Content-Type": "application/json"}
        if request.method == "POST":
            return httpx.Response(
                202, headers=[(b"Location", self.link.encode())], stream=httpx.ByteStream(b"")
            )
        if request.url.path.endswith("/customers"):
            told = {"items": [{"id": "a"}], "links": {"next": {"uri": self.link}}}
            return httpx.Response(200, headers=headers, stream=httpx.ByteStream(json.dumps(told).encode()))
        return httpx.Response(307, headers=[(b"Location", self.link.encode())], stream=httpx.ByteStream(b""))


def run(many: int) -> tuple[int, int, int]:
    """How many links were tried, how many requests came to the foreign hosts, and how many with the token."""
    foreign = (Listener(), Listener())
    service = Service()
    door = Transport(
        {"partner_center": HOME},
        Tokens(),
        httpx.Client(transport=httpx.MockTransport(service.handle), trust_env=False),
        sleep=lambda _seconds: None,
        clock=lambda: 0.0,
        rng=random.Random(1),
        new_id=lambda: "id",
    )
    links = forms((foreign[0].port, foreign[1].port), many)
    with tempfile.TemporaryDirectory() as folder:
        for number, link in enumerate(links):
            service.link = link
            for way in (
                lambda: door.collect(list_customers()),
                lambda: door.send(_CUSTOMER),
                lambda: door.finish(_JOB, lambda answer: answer.json, within=1),
                lambda: door.download(link, Path(folder) / str(number)),  # noqa: B023  # called at once
            ):
                with contextlib.suppress(BespeakError):
                    way()
    for one in foreign:
        one.close()
    heard = [told for one in foreign for told in one.heard]
    return len(links), len(heard), sum(TOKEN.encode() in told for told in heard)


if __name__ == "__main__":
    tried, came, with_token = run(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    print(f"{tried} hostile links, 4 ways each: {came} requests arrived abroad, {with_token} with a token")  # noqa: T201
