"""How much is asked at once, and when nothing may be asked: one limit for all threads, and for all kernels.

Partner Center throttles by partner, and by partner and customer; repeated tries count (API throttling guidance,
2021-03). So every 429 quietens everybody who asks for that partner.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

#: So many requests at most are under way at once.
PARALLEL = 8
#: No throttle keeps everybody quiet for longer (seconds).
LONGEST_QUIET = 120.0
_LOOK_AGAIN = 0.05
_MOST_BYTES = 64


class CrowdedError(Exception):
    """No place became free in time; a step of a call, never seen outside of the sender."""


class Limiter(Protocol):
    """Who may ask now."""

    def place(self, within: float) -> AbstractContextManager[None]:
        """A place among those who ask; raises ``CrowdedError`` when none becomes free within so many seconds."""
        ...

    def quiet_for(self) -> float:
        """For how many seconds nobody may ask; 0 when asking is allowed."""
        ...

    def keep_quiet(self, seconds: float) -> None:
        """Nobody asks before so many seconds have passed."""
        ...


class OwnLimiter:
    """The limit of one process; ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float], parallel: int = PARALLEL) -> None:
        self._clock = clock
        self._places = threading.BoundedSemaphore(parallel)
        self._lock = threading.Lock()
        self._quiet_until = -math.inf

    @contextmanager
    def place(self, within: float) -> Iterator[None]:
        """A place among those who ask; raises ``CrowdedError`` when none becomes free within so many seconds."""
        if not self._places.acquire(timeout=max(within, 0.0)):
            raise CrowdedError
        try:
            yield
        finally:
            self._places.release()

    def quiet_for(self) -> float:
        """For how many seconds nobody may ask; 0 when asking is allowed."""
        return max(0.0, self._quiet_until - self._clock())

    def keep_quiet(self, seconds: float) -> None:
        """Nobody asks before so many seconds have passed."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, self._clock() + min(seconds, LONGEST_QUIET))


class SharedLimiter:
    """The limit of all kernels that ask for one partner, kept in a private ``folder`` of that partner.

    ``wall`` is the time of day in seconds, the same for all processes; ``sleep`` waits until one looks again. A kernel
    that dies leaves its place, because the system lets go of its locks. A quiet time that is further ahead than any
    throttle asks for is from a clock that was wrong, and counts for nothing.
    """

    def __init__(
        self,
        folder: Path,
        wall: Callable[[], float],
        sleep: Callable[[float], None],
        parallel: int = PARALLEL,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._wall = wall
        self._sleep = sleep
        self._places = [folder / f"place-{number}.lock" for number in range(parallel)]
        self._quiet = folder / "quiet-until"
        self._change = folder / "quiet-until.lock"
        self._own = threading.BoundedSemaphore(parallel)

    @contextmanager
    def place(self, within: float) -> Iterator[None]:
        """A place among those who ask; raises ``CrowdedError`` when none becomes free within so many seconds."""
        if not self._own.acquire(timeout=max(within, 0.0)):
            raise CrowdedError
        try:
            held = self._taken(within)
            try:
                yield
            finally:
                held.release()
        finally:
            self._own.release()

    def _taken(self, within: float) -> FileLock:
        waited = 0.0
        while True:
            for place in self._places:
                lock = FileLock(place, timeout=0)
                try:
                    lock.acquire()
                except Timeout:
                    continue
                return lock
            if waited >= within:
                raise CrowdedError
            self._sleep(_LOOK_AGAIN)
            waited += _LOOK_AGAIN

    def quiet_for(self) -> float:
        """For how many seconds nobody may ask; 0 when asking is allowed."""
        left = self._until() - self._wall()
        return left if 0 < left <= LONGEST_QUIET else 0.0

    def keep_quiet(self, seconds: float) -> None:
        """Nobody asks before so many seconds have passed, in whatever kernel."""
        until = self._wall() + min(seconds, LONGEST_QUIET)
        with FileLock(self._change):
            if self.quiet_for() and self._until() >= until:
                return
            fresh = self._quiet.with_name(f"quiet-until.{os.getpid()}")
            fresh.write_text(f"{until:.3f}", encoding="ascii")
            try:
                fresh.replace(self._quiet)
            except PermissionError:  # Windows, while somebody reads it
                self._quiet.write_text(f"{until:.3f}", encoding="ascii")

    def _until(self) -> float:
        try:
            text = self._quiet.read_bytes()[:_MOST_BYTES].decode("ascii")
            return float(text)
        except (OSError, ValueError):
            return 0.0
