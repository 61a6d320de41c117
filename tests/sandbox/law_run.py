"""Runs the machine of laws over a tiny world: so many steps from a seed."""

from __future__ import annotations

from pathlib import Path

import tiny_world as tiny
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from law_door import Door
from law_machine import Tally, machine

from bespeak.sandbox import World, create_app

#: Steps of one life of the world. A longer life meets more of itself; a shorter one is cheaper.
LIFE = 100


def build(folder: Path) -> tuple[World, Door]:
    """A tiny world in an empty folder, and the door to it."""
    world = World.demo(folder=tiny.write(folder))
    return world, door_to(world)


def door_to(world: World) -> Door:
    """A door to a world; its tokens never end."""
    return Door(create_app(world, tiny.TOKEN, wall=lambda: 0.0), tiny.TOKEN)


def run(world: World, door: Door, steps: int, number: int, *, shrink: bool = False) -> Tally:
    """Takes at least so many steps, the same for the same number; raises ``LawError`` when a law is broken."""
    tally, round_ = Tally(), 0
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    while tally.steps < steps:
        lives = max(1, min(200, (steps - tally.steps) // LIFE))
        wanted = settings(
            max_examples=lives,
            stateful_step_count=LIFE,
            database=None,
            deadline=None,
            derandomize=False,
            phases=phases,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        laws = seed(number * 1_000_003 + round_)(machine(world, door, tally))
        run_state_machine_as_test(laws, settings=wanted)
        round_ += 1
    return tally
