"""A store whose process is killed at any point is whole: nothing that was committed is lost, nothing half is read.

Here at some points of all; with ``BESPEAK_KILLS=all`` at every one, with a number at so many.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killed_store import CUSTOMER, OTHER, opened, run

PROGRAM = Path(__file__).with_name("killed_store.py")
KILLS = os.environ.get("BESPEAK_KILLS", "6")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def program(home, at):
    return subprocess.run(
        [sys.executable, PROGRAM, home, str(at)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The fingerprint of a run that nobody killed, and how many points it has."""
    home = tmp_path_factory.mktemp("whole") / "usage"
    ended = program(home, 0)
    assert ended.returncode == 0, ended.stderr
    return opened(home).fingerprint, int(ended.stdout)


def chosen(points):
    """The points at which it is killed: spread evenly, never the same for another count of points."""
    many = points if KILLS == "all" else min(points, int(KILLS))
    return sorted({1 + number * points // many for number in range(many)})


def test_killed_at_any_point_it_is_whole_and_goes_on(whole, tmp_path):
    fingerprint, points = whole
    survived = 0
    for at in chosen(points):
        home = tmp_path / str(at)
        assert program(home, at).returncode == -9
        left = opened(home)
        held = deliveries_of(left)
        assert left.rejected.empty, left.rejected.to_string()
        left.build()
        assert held <= deliveries_of(left)
        assert not list((home / "staging").glob("*"))
        run(home)
        again = opened(home)
        assert again.fingerprint == fingerprint, at
        assert again.rejected.empty
        survived += 1
    print(f"kills survived: {survived} of {points} points")  # noqa: T201 - a figure of the run


def deliveries_of(store):
    return {one.id for one in store._shelf.parcels()}


def test_killed_at_random_times_it_is_whole_and_goes_on(whole, tmp_path):
    fingerprint, _ = whole
    started = time.monotonic()
    program(tmp_path / "timed", 0)
    length = time.monotonic() - started
    for number in range(1 if KILLS == "6" else 10):
        home = tmp_path / f"random-{number}"
        child = subprocess.Popen([sys.executable, PROGRAM, home, "0"], stdout=subprocess.DEVNULL)
        time.sleep(length * (0.95 - 0.05 * number))
        child.kill()
        child.wait()
        run(home)
        again = opened(home)
        assert again.fingerprint == fingerprint
        assert again.rejected.empty


def test_a_customer_that_was_forgotten_leaves_the_others(tmp_path):
    home = tmp_path / "usage"
    run(home)
    store = opened(home)
    store.forget(OTHER)
    assert list(store.customers()["customer_id"]) == [CUSTOMER]
    assert opened(home).rejected.empty
