"""The laws of the sandbox hold over 20,000 random steps (``python3 -m toolkit laws`` takes a million)."""

from __future__ import annotations

import law_run
import pytest

STEPS = 20_000
#: What must have been both taken and refused, lest a law is held because nothing happens.
BOTH = ("cart", "checkout", "agreement", "register", "permission", "quote", "buy", "patch", "split", "merge")
TAKEN = ("refund quote", "return", "exchange quote", "exchange")
SEEN = ("PartnerCenter order", "Azure order", "Renewal order", "Exchange order", "return beyond the pool")


@pytest.fixture(scope="module")
def taken(folder):
    world = law_run.World.demo(folder=folder)
    return law_run.run(world, law_run.door_to(world), STEPS, number=1)


@pytest.mark.slow
def test_the_laws_hold_over_20_000_random_steps(taken):
    assert taken.steps >= STEPS


@pytest.mark.slow
@pytest.mark.parametrize("what", BOTH + TAKEN)
def test_the_steps_were_not_in_vain(taken, what):
    assert taken.done[f"{what} taken"] > 0, taken.done
    assert what in TAKEN or taken.done[f"{what} refused"] > 0, taken.done


@pytest.mark.slow
@pytest.mark.parametrize("what", SEEN)
def test_the_rare_things_happened_too(taken, what):
    assert taken.done[what] > 0, taken.done


def test_the_same_number_takes_the_same_steps(folder):
    world = law_run.World.demo(folder=folder)
    door = law_run.door_to(world)
    assert law_run.run(world, door, 500, number=7).done == law_run.run(world, door, 500, number=7).done
