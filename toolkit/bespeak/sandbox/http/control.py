"""The sandbox's own routes: date, clock, reset, faults, switches. They take the token of the world itself."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, Service, plain, show_azure
from bespeak.sandbox.http.shapes import control as shapes
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.switches import Switches
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


def _state(world: World) -> shapes.WorldState:
    return {"instance": world.instance, "date": iso(world.now), "seed": world.seed, "synthetic": True}


#: The marks of what is ours and not Microsoft's.
_OWN = "OWN"
_TESTS = "test_sandbox_control.py::"
_ABOUT_WORLD = About(
    "Which world this is",
    _OWN,
    {200: shapes.WorldState},
    f"{_TESTS}test_the_world_says_what_it_is",
)
_ABOUT_CLOCK = About(
    "Move the clock forward",
    _OWN,
    {200: shapes.WorldState},
    f"{_TESTS}test_the_clock_stands_still_until_it_is_moved",
    takes=shapes.ClockMove,
    errors=((400, "BadRequest"),),
)
_ABOUT_RESET = About(
    "Begin the world anew",
    _OWN,
    {200: shapes.WorldState},
    f"{_TESTS}test_a_reset_begins_another_instance",
)
_ABOUT_FAULTS = About(
    "Prepare a fault",
    _OWN,
    {201: shapes.FaultMade},
    f"{_TESTS}test_a_throttled_answer_has_another_shape",
    takes=shapes.FaultWish,
    errors=((400, "BadRequest"),),
)
_ABOUT_SWITCHES = About(
    "Set switches",
    _OWN,
    {200: Switches},
    f"{_TESTS}test_an_unknown_switch_is_refused",
    takes=dict[str, Any],
    errors=((400, "BadRequest"),),
)

SERVICE = Service(
    "control",
    "/control",
    "",
    (
        Route("GET", "/world", world_state, about=_ABOUT_WORLD),
        Route("POST", "/clock", move_clock, about=_ABOUT_CLOCK),
        Route("POST", "/reset", reset, about=_ABOUT_RESET),
        Route("POST", "/faults", add_fault, about=_ABOUT_FAULTS),
        Route("POST", "/switches", set_switches, about=_ABOUT_SWITCHES),
    ),
    show_azure,
)
