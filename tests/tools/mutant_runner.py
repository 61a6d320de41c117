"""Runs the tests of a module against each of its mutants, each in a process of its own that is forked from here.

Here pytest and the libraries are loaded, and nothing of ours: each process loads that anew, with the mutant in place of
its module. Which tests reach which line is measured once, so that a mutant meets only the tests that can see it, the
quick ones first.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest
from mutant_maker import Mutant

ROOT = Path(__file__).parents[2]
_LIBRARIES = (
    "anywidget filelock flask httpx hypothesis msal msgspec numpy pandas platformdirs plotly.graph_objects "
    "xlsxwriter"
)
_OPTIONS = ("-x", "-q", "--no-header", "--tb=no", "--assert=plain", "-p", "no:unraisableexception")
#: What pytest says when a test that is named does not exist, as when a mutant changes the cases of a table.
_NOT_THERE = 4


@dataclass
class Reach:
    """Which tests reach a line, how long each takes, and how long all take."""

    tests: dict[str, float] = field(default_factory=dict)
    lines: dict[int, list[str]] = field(default_factory=dict)
    failed: bool = False

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that can see a mutant, the quickest first; what runs at import is seen by all."""
        found: set[str] = set()
        for number in mutant.statement:
            named = self.lines.get(number, ())
            found |= self.tests.keys() if "" in named else set(named)
        return sorted(found & self.tests.keys(), key=lambda test: (self.tests[test], test))


def load_libraries() -> None:
    """Loads what each process would load otherwise, but for pytest's plugins, of which none is needed."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in _LIBRARIES.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()


def reach_of(path: Path, tests: Sequence[str]) -> Reach:
    """How the tests reach the lines of a module that is as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "reach.json"
        code = _waited_for(_forked(lambda: _measure(path, tests, told)), 600)
        if code or not told.exists():
            return Reach(failed=True)
        read = json.loads(told.read_text(encoding="utf8"))
    return Reach(read["tests"], {int(number): names for number, names in read["lines"].items()})


def survivors(
    path: Path, mutants: Sequence[Mutant], reach: Reach, tests: Sequence[str], jobs: int
) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant with whether it survived, in the order in which they end."""
    waiting, running = list(reversed(mutants)), {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            chosen = reach.of(mutant)
            if not chosen:
                yield mutant, True
                continue
            limit = time.monotonic() + 20 + 8 * sum(reach.tests[test] for test in chosen)
            pid = _forked(lambda mutant=mutant, chosen=chosen: _meet(path, mutant, chosen, tests))
            running[pid] = mutant, limit
        ended = _ended(running)
        for pid, code in ended.items():
            yield running.pop(pid)[0], code == 0
        if not ended:
            time.sleep(0.01)


def _ended(running: dict[int, tuple[Mutant, float]]) -> dict[int, int]:
    """The processes that ended with their code; one that hangs is ended, which counts as seen."""
    ended = {}
    for pid, (_, limit) in running.items():
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            ended[pid] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() > limit:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            ended[pid] = -1
    return ended


def _forked(work: Callable[[], int]) -> int:
    """The id of a process that does this work, says nothing, and ends with its code."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        os.setsid()
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silence, stream)
        code = int(work())
    finally:
        os._exit(code)


def _waited_for(pid: int, seconds: float) -> int:
    running = {pid: (Mutant("", 0, range(0), ""), time.monotonic() + seconds)}
    while not (ended := _ended(running)):
        time.sleep(0.02)
    return ended[pid]


def _meet(path: Path, mutant: Mutant, chosen: Sequence[str], tests: Sequence[str]) -> int:
    sys.meta_path.insert(0, _Planted(path, mutant.text))
    code = pytest.main([*_OPTIONS, *chosen])
    return pytest.main([*_OPTIONS, *tests]) if code == _NOT_THERE else code


class _Planted:
    """Finds one module, and loads another text for it."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text
        self._name = ".".join(path.relative_to(ROOT / "toolkit").with_suffix("").parts)

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        loader = importlib.machinery.SourceFileLoader(name, str(self._path))
        loader.get_code = lambda _name: compile(self._text, str(self._path), "exec")  # type: ignore[method-assign]
        return importlib.util.spec_from_file_location(name, self._path, loader=loader)


class _Watch:
    """Tells coverage which test runs, and remembers how long each took and whether one failed."""

    def __init__(self, watched: coverage.Coverage) -> None:
        self._watched = watched
        self.tests: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._watched.switch_context(item.nodeid)
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            self.tests[item.nodeid] = time.perf_counter() - began
            self._watched.switch_context("")


def _measure(path: Path, tests: Sequence[str], told: Path) -> int:
    watched = coverage.Coverage(data_file=None, include=[str(path)], config_file=False)
    watched.start()
    watch = _Watch(watched)
    code = pytest.main([*_OPTIONS, *tests], plugins=[watch])
    watched.stop()
    lines = watched.get_data().contexts_by_lineno(str(path))
    told.write_text(json.dumps({"tests": watch.tests, "lines": lines}), encoding="utf8")
    return code
