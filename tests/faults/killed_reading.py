"""A process that reads a long list page by page is killed in the middle; what it kept is enough to go on.

    python tests/faults/killed_reading.py [PAGES]

Each page is written down first, and then the cursor with the length of what is written; a start cuts off what lies
behind that length. The list comes from a server on this machine, which kills the reader when it asks for a page.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import httpx

from bespeak.clients.cursor import Cursor
from bespeak.clients.partner_center.customers import list_customers
from bespeak.clients.transport import Transport

ITEMS = 3


class NoTokens:
    """For a server that asks for none."""

    def token(self, *_: object) -> None:
        return None

    def forget(self, *_: object) -> None:
        return None


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Says nothing of a reader that is gone."""


class Pages:
    """A server of a list with so many pages; ``asked`` are the pages that were asked for, in order."""

    def __init__(self, pages: int) -> None:
        self.asked: list[int] = []
        self.before: Callable[[int], None] = lambda _page: None
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                page = int(parse_qs(urlsplit(self.path).query).get("page", ["1"])[0])
                served.asked.append(page)
                served.before(page)
                items = [{"id": f"{page:05}-{n}", "companyProfile": {"n": page * n}} for n in range(ITEMS)]
                more = {"next": {"uri": f"/customers?size=3&page={page + 1}", "headers": []}}
                body = json.dumps({"items": items, "links": more if page < pages else {}}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/partner_center"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def door_to(url: str) -> Transport:
    """A door that waits for nothing and needs no sign-in."""
    return Transport(
        {"partner_center": url},
        NoTokens(),
        httpx.Client(trust_env=False, follow_redirects=False),
        sleep=lambda _seconds: None,
        clock=time.monotonic,
        rng=random.Random(1),
        new_id=lambda: str(uuid.uuid4()),
    )


def read(url: str, folder: Path) -> None:
    """Reads the list to its end, on from where the folder says that the reading stands."""
    kept, listed = folder / "cursor.json", folder / "items.jsonl"
    state = json.loads(kept.read_text(encoding="utf8")) if kept.exists() else {"length": 0, "cursor": None}
    after = Cursor.from_json(state["cursor"]) if state["cursor"] else None
    door = door_to(url)
    with listed.open("ab") as items:
        items.truncate(state["length"])
        items.seek(state["length"])
        for page in door.pages(list_customers(size=ITEMS), after):
            items.write(b"".join(json.dumps(item).encode() + b"\n" for item in page.items))
            items.flush()
            told = {"length": items.tell(), "cursor": page.cursor_after and page.cursor_after.to_json()}
            draft = kept.with_suffix(".new")
            draft.write_text(json.dumps(told), encoding="utf8")
            draft.replace(kept)
    door.close()


def reader(url: str, folder: Path, room: int = 0) -> subprocess.Popen[bytes]:
    """The reading as a process of its own; with ``room`` no file of it may grow beyond so many bytes."""
    more = [str(room)] if room else []
    silent = subprocess.DEVNULL if room else None
    return subprocess.Popen([sys.executable, __file__, "--read", url, str(folder), *more], stderr=silent)


def killed_and_resumed(pages: int, at: int, folder: Path) -> tuple[bytes, list[int], list[int]]:
    """What stands on the disk in the end, and the pages that were asked for before the kill and after it."""
    server = Pages(pages)
    try:
        first = reader(server.url, folder)

        def kill(page: int) -> None:
            if page == at:
                os.kill(first.pid, signal.SIGKILL)
                first.wait()

        server.before = kill
        first.wait()
        server.before = lambda _page: None
        before = server.asked.copy()
        assert reader(server.url, folder).wait() == 0
        return (folder / "items.jsonl").read_bytes(), before, server.asked[len(before) :]
    finally:
        server.close()


def undisturbed(pages: int, folder: Path) -> bytes:
    """What stands on the disk after a reading that nothing happens to."""
    server = Pages(pages)
    try:
        read(server.url, folder)
        return (folder / "items.jsonl").read_bytes()
    finally:
        server.close()


def main(arguments: list[str]) -> int:
    """Reads for a test (``--read``), or tries a kill at three quarters of the pages and says what was seen."""
    if arguments[:1] == ["--read"]:
        if arguments[3:]:
            import resource  # noqa: PLC0415  not on Windows

            resource.setrlimit(resource.RLIMIT_FSIZE, (int(arguments[3]), int(arguments[3])))
        read(arguments[1], Path(arguments[2]))
        return 0
    pages = int(arguments[0]) if arguments else 2_000
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        at = pages * 3 // 4
        found, before, after = killed_and_resumed(pages, at, Path(one))
        same = found == undisturbed(pages, Path(other))
        again = len(set(before) & set(after))
        print(  # noqa: T201  # it is run by hand, too
            f"{pages} pages, killed at {at}: {again} asked for again, the result is {'the same' if same else 'ANOTHER'}"
        )
    return 0 if same and again <= 2 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
