"""Real deaths of a real process; ``python3 -m toolkit kill9`` gives more of them."""

import os

import kill9
import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL and fork are of POSIX systems")
def test_a_process_that_is_killed_at_any_point_leaves_nothing_doubled_and_nothing_lost():
    """F-10, F-11: fifty deaths, one at each point of a purchase, over TCP."""
    ends = kill9.run(kill9.POINTS)
    killed = {end: count for end, count in ends.items() if end.startswith("killed")}
    assert sum(killed.values()) >= 40
    assert {"killed, RECONCILED", "killed, REJECTED"} <= set(killed)
