"""Runs every notebook from a fresh kernel, again and again, in each world's fake, and counts requests that write.

    python3 -m toolkit never-writes [TIMES [WORLD ...]]

A notebook, by being run, never writes to a world that it did not make for itself: neither may a request that writes
arrive, nor may the state of the served world change. In the world ``sandbox`` a served one is there, as in a Lab. For
``integration`` and ``live`` the kernel starts with a ``connect`` that gives a session of that world's class, with the
sandbox playing Microsoft: so even somebody who points all notebooks at live by a slip, and runs them, writes nothing.
That ``connect`` is put there by a start-up file of IPython in a folder of its own (``IPYTHONDIR``); the product knows
no such way.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
import waitress
from nbclient import NotebookClient

from bespeak.sandbox import World, create_app

TESTS = Path(__file__).parents[1]
FOLDER = TESTS.parent / "notebooks"
TOKEN = "world-token"
WORLDS = ("sandbox", "integration", "live")
#: Requests that are no reads by their method, and change nothing: a sign-in, a question about stock, and the question
#: for an export of usage, which the service remembers until it has answered it.
HARMLESS = ("/login/", "/checkinventory", "/reports/partners/billing/usage/unbilled/export")
#: What a world remembers of such questions, and how often each kind of id was given.
_ASKED = ("exports", "counts")
_SAFE = ("GET", "HEAD", "OPTIONS")
_START_UP = """
import sys
sys.path.insert(0, {folder!r})
import bespeak, fake_worlds
bespeak.connect = lambda **_: fake_worlds.fake_of_the_environment()
sys.path.remove({folder!r})
"""


class Recorder:
    """A served world and the requests to it; ``kind`` is which one it plays."""

    def __init__(self, kind: str = "sandbox") -> None:
        self.kind = kind
        self.world = World.demo(1, instance="served")
        self.requests: list[str] = []
        self._app = create_app(self.world, TOKEN)
        self._server = waitress.create_server(self, host="127.0.0.1", port=0, threads=4, ident=None)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"

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
            told = self._environment(Path(data))
            before = {name: os.environ.get(name) for name in told}
            os.environ.update(told)
            try:
                yield self
            finally:
                for name, value in before.items():
                    os.environ.pop(name)
                    os.environ.update({name: value} if value is not None else {})
                self._server.close()

    def _environment(self, data: Path) -> dict[str, str]:
        own = {"XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(data), "IPYTHONDIR": str(data / "ipython")}
        if self.kind == "sandbox":
            return own | {"BESPEAK_SANDBOX": json.dumps({"url": self.url, "token": TOKEN})}
        start_up = data / "ipython" / "profile_default" / "startup"
        start_up.mkdir(parents=True)
        code = _START_UP.format(folder=str(TESTS / "worlds"))
        (start_up / "00-connect.py").write_text(code, encoding="utf8")
        told = {"url": self.url, "token": TOKEN, "world": self.kind, "folder": str(data)}
        told["date"] = "2026-11-16T00:00:00+00:00"  # where the world begins
        return own | {"BESPEAK_TEST_FAKE": json.dumps(told)}

    def writes(self) -> list[str]:
        """The requests that could have changed the world."""
        return [
            one
            for one in self.requests
            if one.split()[0] not in _SAFE and not any(part in one.lower() for part in HARMLESS)
        ]

    def standing(self) -> dict[str, object]:
        """All that the world is, without what it was only asked."""
        told = json.loads(self.world.snapshot())
        return {name: value for name, value in told.items() if name not in _ASKED}


def run_all(recorder: Recorder, path: Path) -> str:
    """Runs a notebook as *Run All* does, in a fresh kernel; what it shows, as JSON.

    A served world that hears nothing would prove nothing: whoever connects asks it something.
    """
    notebook = nbformat.read(path, 4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert recorder.requests or not connects(path), f"{path.name} asked nothing"
    return nbformat.writes(notebook)


def run_together(recorder: Recorder, paths: Sequence[Path]) -> str:
    """Runs notebooks one after the other in one kernel, which takes less time; what they show, as JSON."""
    notebook = nbformat.read(paths[0], 4)
    for path in paths[1:]:
        notebook.cells += nbformat.read(path, 4).cells
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert recorder.requests, "the notebooks asked nothing"
    return nbformat.writes(notebook)


def connects(path: Path) -> bool:
    """Whether a notebook connects to the world that is there, and not only to one that it makes for itself."""
    return "bespeak.connect()" in path.read_text(encoding="utf8")


def notebooks() -> list[Path]:
    """All guided notebooks."""
    return sorted(FOLDER.glob("*.ipynb"))


def one_world(kind: str, times: int) -> tuple[int, int]:
    """Runs all notebooks so many times in one world; the requests, and those that write or changed it."""
    recorder = Recorder(kind)
    before = recorder.standing()
    with recorder.serving():
        for path in notebooks() * times:
            run_all(recorder, path)
            counts = f"{len(recorder.requests)} requests so far, {len(recorder.writes())} writes"
            print(f"{kind}, {path.name}: {counts}", flush=True)
    print(*recorder.writes()[:20], sep="\n", end="")
    changed = recorder.standing() != before
    return len(recorder.requests), len(recorder.writes()) + int(changed)


def main(arguments: Sequence[str]) -> int:
    """Runs all notebooks so many times (5) in each world; the last line is the figure."""
    times, began = int(arguments[0]) if arguments else 5, time.monotonic()
    worlds = tuple(arguments[1:]) or WORLDS
    found = [one_world(kind, times) for kind in worlds]
    requests, writes = (sum(one) for one in zip(*found, strict=True))
    print(
        f"never-writes: {times} runs of {len(notebooks())} notebooks in {len(worlds)} worlds ({', '.join(worlds)}), "
        f"{requests} requests, {writes} writes or changes, {time.monotonic() - began:.0f} s"
    )
    return int(writes > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
