"""How much a served sandbox carries: 8 readers of pages, 10,000 customers, beside a server of the same bytes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from figures import Figure, at_least, at_most

READERS = 8
SECONDS = 4.0
TOKEN = "a-token-for-this-benchmark"
PARTNER = "https://api.partnercenter.microsoft.com"
#: The same server program as the sandbox has, which sends one file whatever is asked.
STATIC = """
import logging, sys, waitress
from pathlib import Path
logging.getLogger("waitress.queue").setLevel("ERROR")
body = Path(sys.argv[1]).read_bytes()
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
print(server.effective_port, flush=True)
server.run()
"""


def figures() -> list[Figure]:
    """Requests a second of customer and utilization pages with 8 readers, ratios to a static server, start, memory."""
    began = time.perf_counter()
    with program([sys.executable, "-m", "bespeak.sandbox", "--customers", "10000", "--token", TOKEN]) as (
        line,
        process,
    ):
        started = time.perf_counter() - began
        url = json.loads(line)["url"]
        headers = {"Authorization": f"Bearer {_sign_in(url)}"}
        customers = f"{url}/partner_center/v1/customers?size=100"
        _read(customers, headers)
        memory = _memory(process.pid)
        pages = {
            "customer pages": customers,
            "utilization pages of 1,000 records": _utilization(url, headers),
        }
        found = [
            at_most("start of a served sandbox with 10,000 customers", started, "s", 3),
            at_most("memory of a sandbox with 10,000 customers", memory, "MiB", 250),
        ]
        for name, page in pages.items():
            found += _figures_of(name, page, headers)
    return found


def _figures_of(name: str, page: str, headers: dict[str, str]) -> list[Figure]:
    body = _read(page, headers)
    rate = requests_a_second(page, headers)
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        with program([sys.executable, "-c", STATIC, file.name]) as (port, _process):
            static = requests_a_second(f"http://127.0.0.1:{port.strip()}/", headers)
    return [
        at_least(f"{name} with {READERS} readers", rate, "req/s", 100),
        at_most(f"{name}: times as long as from a static server", static / rate, "times", 15),
    ]


@contextmanager
def program(command: list[str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A program that serves until the block ends, and the line that it prints when it is ready."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline(), process
    finally:
        process.terminate()
        process.wait(timeout=10)


def requests_a_second(url: str, headers: dict[str, str]) -> float:
    """So many requests are answered in a second when 8 readers ask one after the other each, over kept connections."""
    parts = urlsplit(url)
    lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}"]
    asked = (
        "\r\n".join(lines + [f"{name}: {value}" for name, value in headers.items()]).encode() + b"\r\n\r\n"
    )
    until, counts = time.perf_counter() + SECONDS, [0] * READERS

    def read(number: int) -> None:
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as line:
            while time.perf_counter() < until:
                line.sendall(asked)
                _swallow(line)
                counts[number] += 1

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _swallow(line: socket.socket) -> None:
    """Reads one whole answer."""
    got = bytearray()
    while b"\r\n\r\n" not in got:
        got += line.recv(1 << 18)
    head, _, rest = bytes(got).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    names = dict(one.lower().split(b": ", 1) for one in head.split(b"\r\n")[1:])
    left = int(names[b"content-length"]) - len(rest)
    while left > 0:
        left -= len(line.recv(min(left, 1 << 18)))


def _read(url: str, headers: dict[str, str]) -> bytes:
    with urlopen(Request(url, headers=headers)) as answer:
        return answer.read()


def _sign_in(url: str) -> str:
    form = f"grant_type=refresh_token&client_id=any&refresh_token={TOKEN}&scope={PARTNER}/.default"
    with urlopen(f"{url}/login/t/oauth2/v2.0/token", data=form.encode()) as answer:
        return json.load(answer)["access_token"]


def _utilization(url: str, headers: dict[str, str]) -> str:
    """A page of 1,000 hourly records of the heavy legacy customer."""
    base = f"{url}/partner_center/v1/customers"
    wanted = '{"Field":"CompanyName","Value":"Fabrikam","Operator":"starts_with"}'
    query = wanted.replace('"', "%22").replace("{", "%7B").replace("}", "%7D")
    (customer,) = _items(f"{base}?size=10&filter={query}", headers)
    held = _items(f"{base}/{customer['id']}/subscriptions", headers)[0]["id"]
    window = "start_time=2026-11-01T00:00:00Z&end_time=2026-11-15T00:00:00Z&granularity=hourly"
    page = f"{base}/{customer['id']}/subscriptions/{held}/utilizations/azure?{window}"
    assert len(_items(page, headers)) == 1000
    return page


def _items(url: str, headers: dict[str, str]) -> list[dict[str, str]]:
    return json.loads(_read(url, headers).decode("utf-8-sig"))["items"]


def _memory(pid: int) -> float:
    """MiB of memory that a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
