"""The sandbox's own control: its date, its clock, a fresh start, and faults for practice. No real service has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bespeak.clients.call import Answer, Call
from bespeak.clients.reading import Item, having, nothing, one
from bespeak.errors import UnreadableError

#: It becomes the name of a folder.
_INSTANCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: lose_answer: the work is done and no answer comes; lose_request: it is not done and no answer comes; fail_after: it
#: is done, and an error comes.
FaultKind = Literal[
    "lose_answer", "lose_request", "fail_after", "refuse", "throttle", "slow", "not_json", "not_ready"
]


@dataclass(frozen=True, slots=True)
class WorldState:
    """Which world it is, the date that it shows, and the seed that it was made from."""

    instance: str
    date: datetime
    seed: int


def get_world() -> Call[WorldState]:
    """What the sandbox is at the moment."""
    return Call("ask which world it is", "control", "GET", "/world", _state)


def advance_clock(minutes: int) -> Call[datetime]:
    """Moves the sandbox's clock; the answer is its new date."""
    body = {"advance_minutes": minutes}
    return Call("move the clock", "control", "POST", "/clock", lambda answer: _date(one(answer)), body=body)


def reset_world() -> Call[None]:
    """Makes the world anew: purchases are gone, the clock is at its start, the instance is another one."""
    return Call("start the world anew", "control", "POST", "/reset", nothing)


def set_fault(  # the members of the request, one for one
    match: str,
    kind: FaultKind,
    *,
    times: int = 1,
    status: int | None = None,
    fault_code: int | None = None,
    seconds: float | None = None,
) -> Call[None]:
    """Lets the next ``times`` requests whose path holds ``match`` fail in this way."""
    optional = {"status": status, "code": fault_code, "seconds": seconds}
    body: dict[str, Any] = {"match": match, "kind": kind, "times": times}
    body |= {name: value for name, value in optional.items() if value is not None}
    return Call("set a fault", "control", "POST", "/faults", nothing, body=body)


def set_switch(name: str, value: bool | int | str) -> Call[None]:
    """Lets the sandbox behave in another of the ways that the documents leave open."""
    return Call("set a switch", "control", "POST", "/switches", nothing, body={name: value})


def _state(answer: Answer) -> WorldState:
    told = having(answer, "instance", "date", "seed")
    instance, seed = told["instance"], told["seed"]
    if not (isinstance(instance, str) and _INSTANCE.fullmatch(instance) and isinstance(seed, int)):
        raise UnreadableError("the world does not say which one it is", "Start the sandbox again.")
    return WorldState(instance, _date(told), seed)


def _date(told: Item) -> datetime:
    try:
        shown = datetime.fromisoformat(str(told["date"]))
    except (KeyError, ValueError) as error:
        raise UnreadableError("the world shows no date", "Start the sandbox again.") from error
    return shown.replace(tzinfo=UTC) if shown.tzinfo is None else shown.astimezone(UTC)
