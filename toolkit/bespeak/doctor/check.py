"""One check of the doctor: how one thing stands, in a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail", "not asked"]

_ORDER: tuple[State, ...] = ("fail", "warn", "ok")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it is about, how it stands, one sentence, and the next step ("" when nothing is to be done)."""

    name: str
    state: State
    finding: str
    next_step: str = ""


def worst(checks: Iterable[Check]) -> State:
    """The state that counts for all: fail over warn over ok."""
    states = {check.state for check in checks}
    return next((state for state in _ORDER if state in states), "ok")
