"""What holds for all tests: no network beyond this machine, no chance, no sandbox of somebody else's."""

from __future__ import annotations

import ipaddress
import os
import socket

import pytest
from browsers import MISSING, find_browser, is_required
from hypothesis import settings

settings.register_profile("bespeak", derandomize=True, deadline=None, database=None)
settings.load_profile("bespeak")

_connect = socket.socket.connect
#: The served sandboxes of a run with ``BESPEAK_TEST_DOOR`` set to ``tcp`` or ``both`` (see doors/two_doors.py).
DOORS = pytest.StashKey["Doors"]()


def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("BESPEAK_SANDBOX", None)
    socket.socket.connect = _connect_here  # type: ignore[method-assign]
    kind = os.environ.get("BESPEAK_TEST_DOOR", "")
    if kind:
        from two_doors import Doors  # noqa: PLC0415  most runs need no server

        config.stash[DOORS] = Doors(kind)
        config.stash[DOORS].install()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Two doors that answered differently are a failure of the run."""
    doors = session.config.stash.get(DOORS, None)
    if doors and doors.differences:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    doors = config.stash.get(DOORS, None)
    if doors:
        doors.close()


def _connect_here(self: socket.socket, address: object) -> None:
    """Connects to this machine only: a test that would reach further fails, whatever it catches."""
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    if host != "localhost" and not ipaddress.ip_address(str(host)).is_loopback:
        pytest.fail(f"A test may not leave this machine; it tried to connect to {host}.")
    _connect(self, address)  # type: ignore[arg-type]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_browser() or is_required():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says it loudly when the tests that drive a browser did not run, and what the two doors said."""
    doors = config.stash.get(DOORS, None)
    if doors:
        differences = "".join(f"\n  {one}" for one in doors.differences)
        terminalreporter.line(
            f"DOORS: {doors.count['compared']} requests compared, {len(doors.differences)} differ{differences}"
        )
    skipped = terminalreporter.stats.get("skipped", [])
    unseen = sum("browser" in report.keywords for report in skipped)
    if unseen:
        terminalreporter.section("BROWSER TESTS WERE SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{unseen} tests of the page a person sees did not run: {MISSING}.", red=True)
    elsewhere = sum("spark" in report.keywords for report in skipped)
    if elsewhere:
        terminalreporter.section("SPARK TESTS WERE SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{elsewhere} tests of the steps on Spark did not run; make spark installs what they need and runs them.",
            red=True,
        )
