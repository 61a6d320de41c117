"""Bodies of the sandbox's own routes."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class WorldState(TypedDict):
    """Which world this is and what time it is there."""

    instance: str
    date: str
    seed: int
    synthetic: Literal[True]


class ClockMove(TypedDict):
    """By how much the clock shall go forward."""

    advance_minutes: int


class FaultWish(TypedDict):
    """A fault that is asked for."""

    match: NotRequired[str | None]
    kind: str
    times: NotRequired[int | None]
    status: NotRequired[int | None]
    code: NotRequired[int | str | None]
    seconds: NotRequired[float | None]
    retry_after: NotRequired[str | None]
    after: NotRequired[int | None]
    every: NotRequired[int | None]
    probability: NotRequired[float | None]
    field: NotRequired[str | None]
    value: NotRequired[str | None]


class FaultMade(TypedDict):
    """A fault that waits."""

    match: str
    kind: str
    times: int


class WorldWish(TypedDict):
    """A world that is asked for."""

    name: str
    scenario: NotRequired[str]


class WorldListed(TypedDict):
    """A world of this server: below ``url`` its services answer."""

    name: str
    url: str
    instance: str
    date: str


class WorldMade(WorldListed):
    """A new world with its token, which is told this once."""

    token: str


class Worlds(TypedDict):
    """The worlds of this server."""

    worlds: list[WorldListed]


class FaultShown(TypedDict):
    """A fault that waits, with how often it was met and struck."""

    match: str
    kind: str
    times: int
    status: int
    code: int | str
    seconds: float
    retry_after: str
    after: int
    every: int
    probability: float
    field: str
    value: str
    number: int
    seen: int
    struck: int


class FaultsWaiting(TypedDict):
    """The faults that wait, in the order in which they were asked for."""

    faults: list[FaultShown]


class EventShown(TypedDict):
    """An event of a scenario; ``refused`` says why a law of the world did not let it happen."""

    at: str
    what: str
    happened: bool
    refused: str | None


class Events(TypedDict):
    """The events of a scenario in their order."""

    events: list[EventShown]
