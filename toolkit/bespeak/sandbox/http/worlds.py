"""Worlds beside the first one, and a world as a snapshot: routes of the sandbox's own."""

from __future__ import annotations

from bespeak.sandbox.clock import iso
from bespeak.sandbox.http.exchange import About, Answer, Ask, Route, plain
from bespeak.sandbox.http.hall import Seat
from bespeak.sandbox.http.readers import members, text
from bespeak.sandbox.http.shapes import control as shapes
from bespeak.sandbox.keeping import KeptError, fork, pack, unpack
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World


def add_world(ask: Ask, _world: World) -> Answer:
    """A world of its own for somebody, with a token that nobody else is told."""
    _check_first(ask)
    body = members(ask, ("name", "scenario"))
    seat, token = ask.hall.add(text(body, "name"), text(body, "scenario", ""))
    made: shapes.WorldMade = {**_listed(seat, ask), "token": token}
    return plain(made, 201)


def list_worlds(ask: Ask, _world: World) -> Answer:
    """The worlds of this server, without their tokens."""
    _check_first(ask)
    worlds: shapes.Worlds = {"worlds": [_listed(seat, ask) for seat in ask.hall]}
    return plain(worlds)


def remove_world(ask: Ask, _world: World) -> Answer:
    """Ends a world for good."""
    _check_first(ask)
    ask.hall.remove(ask.args["name"])
    return Answer(b"", 204)


def take_snapshot(_ask: Ask, world: World) -> Answer:
    """All that changed in this world, to be restored later."""
    return Answer(pack(world))


def restore(ask: Ask, world: World) -> Answer:
    """Goes back to a snapshot of this world, or of another one on the same base, under a new instance id."""
    try:
        fork(world, unpack(ask.raw, world))
    except KeptError as error:
        raise RefusalError(400, "BadSnapshot", f"The snapshot cannot be restored: {error}") from error
    return plain(state(world))


def list_events(_ask: Ask, world: World) -> Answer:
    """What the scenario of this world lets happen, and what became of it; nothing in the demo world."""
    told = world.base.stage.told(world) if world.base.stage else []
    rows: list[shapes.EventShown] = [
        {"at": iso(at), "what": what, "happened": note is not None, "refused": note or None}
        for at, what, note in told
    ]
    events: shapes.Events = {"events": rows}
    return plain(events)


def state(world: World) -> shapes.WorldState:
    """Which world this is and what time it is there."""
    return {"instance": world.instance, "date": iso(world.now), "seed": world.seed, "synthetic": True}


def _check_first(ask: Ask) -> None:
    if ask.seat is not ask.hall.first:
        raise RefusalError(
            403,
            "Forbidden",
            "Only the token of the first world of this server may add, list or remove worlds.",
        )


def _listed(seat: Seat, ask: Ask) -> shapes.WorldListed:
    host = ask.root.removesuffix(ask.seat.path)
    url = host if seat is ask.hall.first else host + seat.path
    return {"name": seat.name, "url": url, "instance": seat.world.instance, "date": iso(seat.world.now)}


_OWN = "OWN"
_TESTS = "test_sandbox_worlds.py::"
_ONE = (400, "BadRequest"), (403, "Forbidden"), (409, "Conflict"), (409, "LimitExceeded")
ROUTES = (
    Route(
        "POST",
        "/worlds",
        add_world,
        locked=False,
        about=About(
            "Add a world",
            _OWN,
            {201: shapes.WorldMade},
            f"{_TESTS}test_a_world_for_each_token",
            takes=shapes.WorldWish,
            errors=_ONE,
        ),
    ),
    Route(
        "GET",
        "/worlds",
        list_worlds,
        about=About(
            "List worlds",
            _OWN,
            {200: shapes.Worlds},
            f"{_TESTS}test_a_world_for_each_token",
            errors=((403, "Forbidden"),),
        ),
    ),
    Route(
        "DELETE",
        "/worlds/<name>",
        remove_world,
        about=About(
            "Remove a world",
            _OWN,
            {204: None},
            f"{_TESTS}test_a_removed_world_is_gone_with_its_tokens",
            errors=((403, "Forbidden"), (404, "NotFound"), (409, "Conflict")),
        ),
    ),
    Route(
        "GET",
        "/events",
        list_events,
        about=About(
            "List the events of the scenario",
            _OWN,
            {200: shapes.Events},
            f"{_TESTS}test_the_events_are_listed",
        ),
    ),
    Route(
        "GET",
        "/snapshot",
        take_snapshot,
        about=About(
            "Take a snapshot", _OWN, {200: dict[str, object]}, f"{_TESTS}test_a_snapshot_is_restored"
        ),
    ),
    Route(
        "POST",
        "/restore",
        restore,
        about=About(
            "Restore a snapshot",
            _OWN,
            {200: shapes.WorldState},
            f"{_TESTS}test_a_snapshot_is_restored",
            takes=dict[str, object],
            errors=((400, "BadSnapshot"),),
        ),
    ),
)
