"""What stands between a live world and a write: a phrase that names the tenant, a press on the page, and minutes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from bespeak.errors import InputError, LockedError

#: So many minutes a live world is unlocked for unless fewer or more are asked for, and never for more than the latter.
MINUTES, MOST_MINUTES = 15, 60


class Press:
    """One press of a person on the page; it unlocks once.

    Only the handler of a page's message makes it: running a cell, all cells, or a notebook without a page brings no
    such message, so none of them can unlock by a slip. A program that is written to deceive can make one all the
    same, as it could change this very module: whoever runs code in the kernel can do whatever its person can.
    """

    __slots__ = ("_is_spent",)

    def __init__(self) -> None:
        self._is_spent = True  # made by hand it is worth nothing

    @classmethod
    def heard(cls, message_type: str) -> Press:
        """The press that the kernel is told of now; ``message_type`` is what it works on, as Jupyter names it.

        Raises ``LockedError`` for anything but the message of a control: a cell that runs is an ``execute_request``.
        """
        if message_type != "comm_msg":
            raise LockedError("This was no press on the page, so nothing is unlocked.", _HOW)
        press = cls()
        press._is_spent = False
        return press

    def spend(self) -> bool:
        """Whether it was still good; it is not any more."""
        was_good, self._is_spent = not self._is_spent, True
        return was_good

    def __reduce__(self) -> NoReturn:
        raise TypeError("A press is never pickled or copied.")


_HOW = "Type the phrase into the lock on the page and press Unlock there; no cell can do that."


@dataclass(frozen=True, slots=True)
class _Window:
    """From now until a time, for one person; ``ends`` is the same end by a clock that nobody can set back."""

    until: datetime
    ends: float
    person_id: str


class Lock:
    """A lock that opens for minutes, in this kernel only: it is in no file, in no variable and in no pickle.

    ``now`` is the world's time, ``ticks`` counts seconds (monotonic); it closes by whichever ends first.
    """

    def __init__(self, phrase: str, now: Callable[[], datetime], ticks: Callable[[], float]) -> None:
        self.phrase = phrase
        self._now, self._ticks = now, ticks
        self._window: _Window | None = None
        self._listeners: list[Callable[[], None]] = []

    def listen(self, told: Callable[[], None]) -> None:
        """Calls this after each opening and closing; what the clock closes is noticed by whoever looks."""
        self._listeners.append(told)

    def open(self, typed: str, minutes: int, press: Press | None, person_id: str) -> None:
        """Opens it for so many minutes; raises ``InputError`` or ``LockedError`` and stays closed otherwise."""
        self._window = None
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= MOST_MINUTES:
            raise InputError(
                f"Live cannot be unlocked for {minutes} minutes.", f"Give a number from 1 to {MOST_MINUTES}."
            )
        if press is None or not press.spend():
            raise LockedError("Live is unlocked by a person's press on the page only.", _HOW)
        if unicodedata.normalize("NFC", typed) != unicodedata.normalize("NFC", self.phrase):
            raise InputError("This is not the phrase, so live stays locked.", f"Type exactly: {self.phrase}")
        self._window = _Window(
            self._now() + timedelta(minutes=minutes), self._ticks() + 60.0 * minutes, person_id
        )
        self._tell()

    def close(self) -> None:
        """Closes it at once."""
        self._window = None
        self._tell()

    def _tell(self) -> None:
        for told in self._listeners:
            told()

    def open_until(self, person_id: str) -> datetime | None:
        """Until when it is open for this person, ``None`` when it is closed."""
        window = self._window
        if window is None:
            return None
        if person_id != window.person_id or self._ticks() >= window.ends or self._now() >= window.until:
            self._window = None
            return None
        return window.until
