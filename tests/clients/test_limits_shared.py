"""One limit for all kernels of a partner: places, and a quiet time that everybody keeps."""

import contextlib
import os
import subprocess
import sys
import time

import pytest

from bespeak.clients.limiter import CrowdedError, OwnLimiter, SharedLimiter
from bespeak.clients.partner_center.customers import get_customer

_OTHER = """
import sys, time
from pathlib import Path
from bespeak.clients.limiter import SharedLimiter
limiter = SharedLimiter(Path(sys.argv[1]), lambda: 1000.0, time.sleep, parallel=2)
if sys.argv[2] == "hold":
    with limiter.place(5):
        print("held", flush=True)
        sys.stdin.readline()
        if sys.argv[3] == "die":
            import os
            os._exit(9)
else:
    limiter.keep_quiet(float(sys.argv[2]))
"""


@contextlib.contextmanager
def another_kernel(folder, *wish):
    """Another process that holds a place until it is told to end."""
    command = [sys.executable, "-c", _OTHER, str(folder), *wish]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=dict(os.environ)) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        with contextlib.suppress(OSError):
            process.stdin.write("\n")
            process.stdin.close()
        process.wait(10)


@pytest.fixture
def limiter(tmp_path):
    return SharedLimiter(tmp_path, lambda: 1000.0, time.sleep, parallel=2)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["leave", "die"])
def test_two_kernels_share_the_places_and_a_dead_one_leaves_its_own(tmp_path, limiter, end):
    with another_kernel(tmp_path, "hold", end) as other:
        with limiter.place(1):
            fresh = SharedLimiter(tmp_path, lambda: 1000.0, lambda _seconds: None, parallel=2)
            with pytest.raises(CrowdedError), fresh.place(0.2):
                pass
        other.stdin.write("\n")
        other.stdin.flush()
        other.wait(10)
        with limiter.place(1), limiter.place(1):
            pass


def test_a_quiet_time_of_another_kernel_is_kept(tmp_path, limiter):
    assert limiter.quiet_for() == 0
    subprocess.run([sys.executable, "-c", _OTHER, str(tmp_path), "57"], check=True, timeout=30)
    assert limiter.quiet_for() == 57


def test_a_quiet_time_is_made_longer_and_never_shorter(limiter):
    limiter.keep_quiet(50)
    limiter.keep_quiet(5)
    assert limiter.quiet_for() == 50
    limiter.keep_quiet(10_000)
    assert limiter.quiet_for() == 120


@pytest.mark.parametrize("text", ["", "nonsense", "nan", "inf", "99999999", "\udcff", "-5"])
def test_a_quiet_time_that_cannot_be_counts_for_nothing(tmp_path, limiter, text):
    (tmp_path / "quiet-until").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert limiter.quiet_for() == 0
    limiter.keep_quiet(3)
    assert limiter.quiet_for() == 3


def test_the_limit_of_one_process_gives_so_many_places():
    limiter = OwnLimiter(lambda: 0.0, parallel=1)
    with limiter.place(0), pytest.raises(CrowdedError), limiter.place(0):
        pass
    with limiter.place(0):
        pass


def test_a_door_keeps_the_limit_that_it_is_given(server, answer, limiter):
    limiter.keep_quiet(30)
    waited = []

    class Ends(Exception):  # noqa: N818  # it ends a wait that no time passes in
        pass

    def waiting(seconds, why):
        waited.append((seconds, why))
        raise Ends

    with pytest.raises(Ends):
        server.door(answer({"id": "x"}), limiter=limiter, waiting=waiting).send(_read())
    assert waited == [(30.0, "Partner Center was asked too often")]
    assert server.requests == []


def test_a_clock_that_is_wrong_is_known_by_the_date_of_an_answer(server, answer):
    door = server.door(
        answer({"id": "x"}, Date="Mon, 16 Nov 2026 10:00:00 GMT"), wall=lambda: 1794823200 - 600
    )
    assert door.clock_skew is None
    door.send(_read())
    assert door.clock_skew == 600


def _read():

    return get_customer("1f0c8e52-7b3d-4a86-9d11-5e2a7c40b9f3")
