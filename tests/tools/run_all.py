"""Runs every notebook from a fresh kernel, again and again, against a served sandbox that writes down each request.

    python3 -m toolkit never-writes [TIMES]

A notebook, by being run, never writes to a world that it did not make for itself: neither may a request that writes
arrive, nor may the state of the served world change.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import waitress
from nbclient import NotebookClient

from bespeak.sandbox import World, create_app

FOLDER = Path(__file__).parents[2] / "notebooks"
TOKEN = "world-token"
#: Requests that are no reads by their method, and change nothing: a sign-in, a question about stock.
HARMLESS = ("/login/", "/checkinventory")
_SAFE = ("GET", "HEAD", "OPTIONS")


class Recorder:
    """A served world and the requests to it."""

    def __init__(self) -> None:
        self.world = World.demo(1, instance="served")
        self.requests: list[str] = []
        self._app = create_app(self.world, TOKEN)
        self._server = waitress.create_server(self, host="127.0.0.1", port=0, threads=4, ident=None)
        self.address = {"url": f"http://127.0.0.1:{self._server.effective_port}", "token": TOKEN}

    def __call__(self, environ, start_response):
        """Writes a request down and lets it through."""
        self.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self._app(environ, start_response)

    @contextmanager
    def serving(self) -> Iterator[Recorder]:
        """Answers while the block lasts; kernels that start in it find this world."""
        thread = threading.Thread(target=self._server.run, daemon=True)
        thread.start()
        with tempfile.TemporaryDirectory() as data:
            told = {"BESPEAK_SANDBOX": json.dumps(self.address), "XDG_DATA_HOME": data}
            before = {name: os.environ.get(name) for name in told}
            os.environ.update(told)
            try:
                yield self
            finally:
                for name, value in before.items():
                    os.environ.pop(name)
                    os.environ.update({name: value} if value is not None else {})
                self._server.close()

    def writes(self) -> list[str]:
        """The requests that could have changed the world."""
        return [
            one
            for one in self.requests
            if one.split()[0] not in _SAFE and not any(part in one.lower() for part in HARMLESS)
        ]


def run_all(recorder: Recorder, path: Path) -> None:
    """Runs a notebook as *Run All* does, in a fresh kernel."""
    notebook = nbformat.read(path, 4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert recorder.requests or "private_sandbox" in path.read_text(encoding="utf8"), (
        f"{path.name} asked nothing"
    )


def notebooks() -> list[Path]:
    """All guided notebooks."""
    return sorted(FOLDER.glob("*.ipynb"))


def main(arguments: list[str]) -> int:
    """Runs all notebooks so many times (5); the last line is the figure."""
    times, began = int(arguments[0]) if arguments else 5, time.monotonic()
    recorder = Recorder()
    before = recorder.world.snapshot()
    with recorder.serving():
        for _ in range(times):
            for path in notebooks():
                run_all(recorder, path)
                print(
                    f"{path.name}: {len(recorder.requests)} requests so far, {len(recorder.writes())} writes"
                )
    same = recorder.world.snapshot() == before
    print(*recorder.writes()[:20], sep="\n")
    print(
        f"never-writes: {times} runs of {len(notebooks())} notebooks, {len(recorder.requests)} requests, "
        f"{len(recorder.writes())} writes, world {'unchanged' if same else 'CHANGED'}, {time.monotonic() - began:.0f} s"
    )
    return int(bool(recorder.writes()) or not same)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
