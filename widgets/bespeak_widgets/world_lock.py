"""The lock of the live world: a person types a phrase that names the tenant and presses Unlock, for some minutes."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import traitlets as T  # noqa: N812 - as above
from IPython import get_ipython

from bespeak import BespeakError, LiveSession, Press, Session, markup
from bespeak_widgets.by_hand import HandButton, HandText
from bespeak_widgets.look import Problem, Shown, control, hide, in_a_row
from bespeak_widgets.world_banner import who

MINUTES = 15
#: So often the minutes that are left are shown anew (seconds).
_EVERY = 15.0
_COSTS = (
    "This is the live tenant. While it is unlocked, Buy orders from Microsoft at once, for real money, and no order of "
    "a reservation can be cancelled through this API."
)
_BY_PROGRAM = "The phrase was written by a program and is taken out: a person types it, on this page."


def heard_message() -> str:
    """What the kernel works on now, as Jupyter names it: ``comm_msg`` while it hears a control; "" without a kernel."""
    kernel = getattr(get_ipython(), "kernel", None)
    header = kernel.get_parent().get("header", {}) if kernel is not None else {}
    return str(header.get("msg_type", ""))


class WorldLock(W.VBox):
    """Shows who is signed in and whether live is locked; unlocks by hand, locks at once.

    Only a live session has one that is seen; for any other session it shows why nothing may be changed, or nothing.
    ``unlocked`` follows the session. ``message`` tells what the kernel works on when a button is pressed.
    """

    unlocked = T.Bool(default_value=False, help="Whether what changes something may leave now.")

    def __init__(self, session: Session, *, message: Callable[[], str] = heard_message) -> None:
        self._session, self._message = session, message
        self._timer: asyncio.TimerHandle | None = None
        self._written_by_program = False
        self._state, self._hint = Shown(live="status"), Shown(live="status")
        self.phrase = HandText(description="Type to unlock", continuous_update=True, **control(width="560px"))
        self.unlock_button = HandButton(
            description=f"Unlock for {MINUTES} minutes", button_style="danger", layout={"width": "200px"}
        )
        self.lock_button = W.Button(description="Lock now", layout={"width": "110px"})
        self.problem = Problem()
        self._controls = in_a_row(self.unlock_button, self.lock_button)
        super().__init__(
            [self._state, self.phrase, self._hint, self._controls, self.problem],
            layout=W.Layout(width="100%"),
        )
        self.add_class("world-lock")
        self.add_class(f"in-{session.world}")
        self.phrase.observe(self._typed, "value")
        self.unlock_button.on_press(self._unlock)
        self.lock_button.on_click(lambda _: self._lock())
        if isinstance(session, LiveSession):
            session.listen(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Says it as it is now."""
        session = self._session
        reason, live = session.locked, isinstance(session, LiveSession)
        self.unlocked = not reason
        hide(self, when=not (reason or live))
        typing = live and not self.unlocked
        for part in (self.phrase, self._hint, self.unlock_button):
            hide(part, when=not typing)
        hide(self._controls, when=not live)
        hide(self.lock_button, when=not (live and self.unlocked))
        self._state.put(self._words(reason))
        self._hint.put(self._hint_words() if typing else "")
        self.unlock_button.disabled = not (typing and self._is_typed())
        self._look_again()

    def _words(self, reason: str) -> markup.Markup:
        session = self._session
        if not isinstance(session, LiveSession):
            return markup.tag("p", reason) if reason else markup.Markup()
        left = self._left()
        heading = f"UNLOCKED: {left} left" if self.unlocked else "LOCKED: nothing can be bought"
        facts = markup.facts({"Who": who(session), "Where": session.where})
        told = _COSTS if self.unlocked else reason
        return markup.join(markup.tag("h4", heading), facts, markup.tag("p", told))

    def _left(self) -> str:
        """The minutes that are left, rounded up."""
        session = self._session
        until = session.unlocked_until if isinstance(session, LiveSession) else None
        if until is None:
            return "no minute"
        minutes = math.ceil((until - session.now()) / timedelta(minutes=1))
        return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"

    def _is_typed(self) -> bool:
        session = self._session
        return (
            isinstance(session, LiveSession)
            and self.phrase.by_hand
            and self.phrase.value == session.unlock_phrase
        )

    def _hint_words(self) -> str:
        if self._written_by_program:
            return _BY_PROGRAM
        return "This is the phrase; press Unlock." if self._is_typed() else ""

    def _typed(self, change: dict[str, Any]) -> None:
        if change["new"] and not self.phrase.by_hand:
            self.phrase.value = ""
            self._written_by_program = True
        elif change["new"]:
            self._written_by_program = False
        self.problem.clear()
        self.refresh()

    def _unlock(self) -> None:
        session, typed = self._session, self.phrase.value
        if not isinstance(session, LiveSession) or not self._is_typed():
            return
        self.phrase.value = ""
        try:
            session.unlock(typed, minutes=MINUTES, press=Press.heard(self._message()))
        except BespeakError as error:
            self.problem.say(error)
        self.refresh()

    def _lock(self) -> None:
        if isinstance(self._session, LiveSession):
            self._session.lock()
        self.refresh()

    def _look_again(self) -> None:
        """While it is unlocked and a loop runs, shows the minutes anew now and then."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not (self.unlocked and isinstance(self._session, LiveSession)):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._timer = loop.call_later(_EVERY, self.refresh)
