"""The sandbox's own routes: date, clock, reset, faults, switches. They take the token of the world itself."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.exchange import Answer, Ask, Route, Service, plain, show_azure
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


def world_state(_ask: Ask, world: World) -> Answer:
    """Which world this is and what time it is there."""
    return plain(_state(world))


def move_clock(ask: Ask, world: World) -> Answer:
    """Moves the clock forward by ``advance_minutes``."""
    minutes = ask.body().get("advance_minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool):
        raise RefusalError(400, "BadRequest", "Member 'advance_minutes' must be a whole number of minutes.")
    world.advance(minutes)
    return plain(_state(world))


def reset(_ask: Ask, world: World) -> Answer:
    """Begins the world anew, under another instance id."""
    world.reset()
    return plain(_state(world))


def add_fault(ask: Ask, world: World) -> Answer:
    """Prepares a fault for coming requests."""
    fault = world.faults.add(ask.body())
    return plain({"match": fault.match, "kind": fault.kind, "times": fault.times}, 201)


def set_switches(ask: Ask, world: World) -> Answer:
    """Sets switches by name."""
    for name, value in ask.body().items():
        world.switches.set(name, value)
    return plain(vars(world.switches))


def _state(world: World) -> dict[str, Any]:
    return {"instance": world.instance, "date": iso(world.now), "seed": world.seed, "synthetic": True}


SERVICE = Service(
    "control",
    "/control",
    "",
    (
        Route("GET", "/world", world_state),
        Route("POST", "/clock", move_clock),
        Route("POST", "/reset", reset),
        Route("POST", "/faults", add_fault),
        Route("POST", "/switches", set_switches),
    ),
    show_azure,
)
