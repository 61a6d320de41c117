"""How far a reading is, told from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable


class StoppedReadingError(Exception):
    """Ends the work of other threads after one of them was told to stop."""


class Told:
    """Counts steps for a ``progress`` of one thread; ``still`` lets work in any thread go on, or ends it."""

    def __init__(self, progress: Callable[[int, int | None], None] | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._stopped = threading.Event()

    def step(self, count: int = 1) -> None:
        """So many steps more are done; raises what ``progress`` raises."""
        self._done += count
        if self._progress is not None:
            self._progress(self._done, self._total)

    def stop(self) -> None:
        """Lets the work of all threads end at its next word."""
        self._stopped.set()

    def still(self, _count: int = 0, _total: int | None = None) -> None:
        """Is called by work between its parts; raises when it is to end."""
        if self._stopped.is_set():
            raise StoppedReadingError
