"""The simulator of purchases, in the dose of every test run; ``python3 -m toolkit sim`` and ``bugs`` give more."""

import os
from collections import Counter

import kill9
import pytest
from planted import BUGS, caught
from simulator import SERVERS, a_run, simulate

RUNS = 10_000
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_of_faults_buys_twice_or_loses_an_order(part):
    """A1 to A10, F-01 to F-13: 10,000 runs in all against four servers."""
    ends = Counter()
    for seed in range(part + 1, RUNS + 1, PARTS):
        ends += simulate(seed)[1]
    assert ends["RECONCILED"] > RUNS / PARTS / 10, "hardly anything is bought, so that little is tried"


def test_a_seed_replays_a_run_to_the_letter():
    def story(seed):
        with a_run(seed) as run:
            run.play(10)
            return run.told, run.server.kind

    assert [story(seed) for seed in range(20)] == [story(seed) for seed in range(20)]


def test_all_servers_are_met():
    kinds = set()
    for seed in range(40):
        with a_run(seed) as run:
            kinds.add(run.server.kind)
    assert kinds == set(SERVERS)


def test_there_are_enough_planted_mistakes():
    assert len(BUGS) >= 24


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_mistake_is_seen(name):
    """F5: a harness that cannot see a mistake would prove nothing."""
    assert caught(name, 10_000)[1], f"'{name}' was not seen"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL and fork are of POSIX systems")
def test_a_process_that_is_killed_at_any_point_leaves_nothing_doubled_and_nothing_lost():
    """F-10, F-11: fifty real deaths, one at each point of a purchase, over TCP."""
    ends = kill9.run(kill9.POINTS)
    killed = {end: count for end, count in ends.items() if end.startswith("killed")}
    assert sum(killed.values()) >= 40
    assert {"killed, RECONCILED", "killed, REJECTED"} <= set(killed)
