"""The time as the sign-in service says it, so that a wrong clock of this machine does no harm or is named."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

#: A clock that is off by less than this is not worth a word (seconds).
_WORTH_SAYING = 60.0
_HOUR, _DAY = 3600.0, 86_400.0


class ServiceClock:
    """Seconds since 1970 by the service's ``Date``, counted on by ``ticks``, which no setting of the clock moves.

    ``wall`` is the clock of this machine, ``ticks`` counts seconds (monotonic).
    """

    def __init__(self, wall: Callable[[], float], ticks: Callable[[], float]) -> None:
        self._wall = wall
        self.ticks = ticks
        self._ahead: float | None = None

    def heard(self, date: str) -> None:
        """Notes the ``Date`` of an answer that came right now; a text that is no date changes nothing."""
        try:
            self._ahead = parsedate_to_datetime(date).timestamp() - self.ticks()
        except (TypeError, ValueError, OverflowError):
            return

    def now(self) -> float:
        """The time of the service; that of this machine before the service has said one."""
        return self._wall() if self._ahead is None else self._ahead + self.ticks()

    @property
    def skew(self) -> float | None:
        """The seconds by which the service is ahead of this machine; ``None`` before the service has said a time."""
        return None if self._ahead is None else self.now() - self._wall()

    @property
    def wrong(self) -> str:
        """By how much the clock of this machine is wrong, as a sentence; "" for a minute or less."""
        skew = self.skew
        if skew is None or abs(skew) <= _WORTH_SAYING:
            return ""
        which = "behind" if skew > 0 else "ahead of"
        return f"The clock of this computer is {_span(abs(skew))} {which} Microsoft's. Set it right."


def _span(seconds: float) -> str:
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (60.0, "minute")):
        if seconds >= size:
            count = round(seconds / size, 1)
            return f"{count:g} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:.0f} seconds"
