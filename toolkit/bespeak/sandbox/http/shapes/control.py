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
    code: NotRequired[int | None]
    seconds: NotRequired[float | None]


class FaultMade(TypedDict):
    """A fault that waits."""

    match: str
    kind: str
    times: int
