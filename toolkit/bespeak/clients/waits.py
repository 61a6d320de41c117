"""Pauses that a person can see and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Is told how many seconds of a pause are left and what for; what it raises ends the pause, and the call with it.
Waiting = Callable[[float, str], None]

_SLICE = 1.0
_TOLD: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def told_of_waits(waiting: Waiting) -> Iterator[None]:
    """Lets ``waiting`` know of every pause of the calls that this thread makes meanwhile, second by second."""
    before = _TOLD.set(waiting)
    try:
        yield
    finally:
        _TOLD.reset(before)


class Waits:
    """Pauses by ``sleep``; ``waiting`` is told of them where nobody else has asked to be."""

    def __init__(self, sleep: Callable[[float], None], waiting: Waiting | None = None) -> None:
        self._sleep = sleep
        self._waiting = waiting

    def __call__(self, seconds: float, why: str) -> None:
        """Pauses for so many seconds: in one piece when nobody looks, else a second at a time."""
        waiting = _TOLD.get() or self._waiting
        if waiting is None:
            self._sleep(seconds)
            return
        left = seconds
        while left > 0:
            waiting(left, why)
            step = min(_SLICE, left)
            self._sleep(step)
            left -= step
        waiting(0.0, why)
