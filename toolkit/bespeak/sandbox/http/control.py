"""The sandbox's own routes: date, clock, reset, faults, switches. They take the token of the world itself."""

from __future__ import annotations

from typing import Any

from bespeak.sandbox.faults import shown
from bespeak.sandbox.http import standing, worlds
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, Service, plain, show_azure
from bespeak.sandbox.http.readers import members, whole
from bespeak.sandbox.http.shapes import control as shapes
from bespeak.sandbox.http.worlds import state
from bespeak.sandbox.presets import set_all
from bespeak.sandbox.switches import Switches
from bespeak.sandbox.world import World


def world_state(_ask: Ask, world: World) -> Answer:
    """Which world this is and what time it is there."""
    return plain(state(world))


def move_clock(ask: Ask, world: World) -> Answer:
    """Moves the clock forward by ``advance_minutes``."""
    world.advance(whole(members(ask, ("advance_minutes",)), "advance_minutes"))
    return plain(state(world))


def reset(ask: Ask, world: World) -> Answer:
    """Begins the world anew, under another instance id."""
    members(ask, ())
    world.reset()
    return plain(state(world))


def add_fault(ask: Ask, world: World) -> Answer:
    """Prepares a fault for coming requests."""
    fault = world.faults.add(ask.body())
    made: shapes.FaultMade = {"match": fault.match, "kind": fault.kind, "times": fault.times}
    return plain(made, 201)


def set_switches(ask: Ask, world: World) -> Answer:
    """Sets switches by name."""
    wanted = members(ask, [*vars(world.switches), "preset"])
    set_all(world.switches, wanted)
    return plain(vars(world.switches))


def list_switches(_ask: Ask, world: World) -> Answer:
    """All switches as they are."""
    return plain(vars(world.switches))


def list_faults(_ask: Ask, world: World) -> Answer:
    """The faults that wait."""
    return plain({"faults": [shown(fault) for fault in world.faults.waiting]})


def clear_faults(_ask: Ask, world: World) -> Answer:
    """Forgets all faults that wait."""
    world.faults.waiting.clear()
    return Answer(b"", 204)


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
    errors=((400, "BadRequest"),),
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
_ABOUT_SWITCHES_READ = About("Read switches", _OWN, {200: Switches}, f"{_TESTS}test_switches_are_listed")
_ABOUT_FAULTS_READ = About(
    "List faults",
    _OWN,
    {200: shapes.FaultsWaiting},
    "test_sandbox_troubles.py::test_faults_are_listed_and_removed",
)
_ABOUT_FAULTS_GONE = About(
    "Remove all faults", _OWN, {204: None}, "test_sandbox_troubles.py::test_faults_are_listed_and_removed"
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
        Route("GET", "/switches", list_switches, about=_ABOUT_SWITCHES_READ),
        Route("GET", "/faults", list_faults, about=_ABOUT_FAULTS_READ),
        Route("DELETE", "/faults", clear_faults, about=_ABOUT_FAULTS_GONE),
        *worlds.ROUTES,
        *standing.ROUTES,
    ),
    show_azure,
)
