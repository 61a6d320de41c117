"""Each planted mistake is seen by the simulator; ``python3 -m toolkit bugs`` says after how many runs."""

import pytest
from planted import BUGS, caught


def test_there_are_enough_planted_mistakes():
    assert len(BUGS) >= 30


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_mistake_is_seen(name):
    """F5: a harness that cannot see a mistake would prove nothing."""
    assert caught(name, 10_000)[1], f"'{name}' was not seen"
