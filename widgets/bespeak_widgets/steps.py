"""How long work says how far it is, how fast, and how long it still takes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

#: Work that is done by then needs no word about its pace.
_SOON = 1.0
_SLOW = 2.0
_MINUTE = 60


class StoppedError(Exception):
    """Ends work whose result nobody waits for any more."""


class Steps:
    """How work says how far it is. Call it with a count, or ``say`` what comes next; both end cancelled work.

    ``clock`` counts seconds; with it work of more than a second says how fast it is and how long it still takes.
    ``part`` is the share that is done, ``None`` where nobody knows it.
    """

    def __init__(
        self,
        words: str,
        changed: Callable[[Steps], None],
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.text = words
        self.part: float | None = None
        self._words = words
        self._changed = changed
        self._clock = clock
        self._since: tuple[float, int] | None = None
        self._stop = threading.Event()

    def __call__(self, count: int, total: int | None = None) -> None:
        """Shows how many there are so far, of how many where that is known, and then also how long it still takes."""
        of = "" if total is None else f" of {total:,}"
        self.part = min(count / total, 1.0) if total else None
        self._show(f"{self._words}: {count:,}{of}{self._pace(count, total)}")

    def say(self, words: str) -> None:
        """Shows what is being done, such as 'Reading usage records'."""
        self._words, self._since, self.part = words, None, None
        self._show(words)

    def _pace(self, count: int, total: int | None) -> str:
        """How many a second, and how many seconds are left; nothing in the first second."""
        if self._clock is None:
            return ""
        now = self._clock()
        began, first = self._since = self._since or (now, count)
        if now - began < _SOON or count <= first:
            return ""
        rate = (count - first) / (now - began)
        left = "" if total is None else f", about {_duration((total - count) / rate)} left"
        return f", {_rate(rate)}{left}"

    def wait(self, seconds: float, why: str) -> None:
        """Shows how long a pause still is and what for, such as that Microsoft asked for it; ends cancelled work."""
        left = math.ceil(seconds)
        self._show(f"Waiting for Microsoft, {left} s left: {why}" if left else self._words)

    def stop(self) -> None:
        """Lets the work end at its next word."""
        self._stop.set()

    def _show(self, text: str) -> None:
        if self._stop.is_set():
            raise StoppedError
        self.text = text
        self._changed(self)


def _rate(rate: float) -> str:
    return f"{rate:,.0f}/s" if rate >= _SLOW else f"{rate * 60:,.0f}/min"


def _duration(seconds: float) -> str:
    """Seconds as a person counts them: up to two minutes in seconds, then in minutes."""
    whole = max(math.ceil(seconds), 0)
    return f"{whole} s" if whole <= 2 * _MINUTE else f"{math.ceil(whole / _MINUTE)} min"
