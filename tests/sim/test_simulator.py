"""The simulator of purchases against two servers; ``python3 -m toolkit sim`` gives more, and all four mixed."""

from collections import Counter

import pytest
from simulator import SERVERS, a_run, simulate

#: With those of ``test_simulator_hard.py`` they are 10,000 in all.
RUNS = 2_500


@pytest.mark.parametrize("kind", SERVERS[:2])
def test_no_schedule_of_faults_buys_twice_or_loses_an_order(kind):
    """A1 to A10, F-01 to F-13."""
    ends = sum((simulate(seed, kind)[1] for seed in range(RUNS)), Counter())
    assert ends["RECONCILED"] > RUNS / 10, "hardly anything is bought, so that little is tried"


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
