"""Starting the sandbox anew, with a second press to confirm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import SandboxSession
from bespeak_widgets.by_hand import HandButton
from bespeak_widgets.look import Shown, hide, nothing_bought
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.task import Task

_ASKED = "All purchases in this sandbox go, in every notebook that uses it, and its clock starts anew."


class SandboxReset(W.VBox):
    """A button that asks once more before it resets, for a person on the page only; ``done`` is called after it.

    ``page`` moves the keyboard on, for the pressed button goes; it comes to the harmless answer first.
    """

    def __init__(self, session: SandboxSession, page: OrderPage, done: Callable[[], None]) -> None:
        self._session, self._page, self._done = session, page, done
        self._task = Task(nothing_bought(session.world))
        self.ask = W.Button(description="Reset the sandbox", layout={"width": "160px"})
        self.confirm = HandButton(
            description="Yes, reset it", button_style="warning", layout={"width": "120px"}
        )
        self.keep = W.Button(description="Keep it", layout={"width": "90px"})
        self._told = Shown(live="status")
        self._came = Shown(live="status")
        self._question = W.HBox([self.keep, self.confirm, self._told])
        super().__init__([self.ask, self._question, self._task, self._came], layout=W.Layout(width="100%"))
        self.add_class("sandbox-reset")
        self.ask.on_click(lambda _: self._answer(asked=True))
        self.keep.on_click(lambda _: self._answer(asked=False))
        self.confirm.on_press(self._task.guard(self._reset))
        self._put_question(asked=False)

    def _answer(self, *, asked: bool) -> None:
        self._put_question(asked=asked)
        self._page.move_on("sandbox-reset")

    def _put_question(self, *, asked: bool) -> None:
        hide(self.ask, when=asked)
        hide(self._question, when=not asked)
        self._told.put(_ASKED if asked else "")
        self._came.put("")

    def _reset(self) -> None:
        session = self._session
        self._answer(asked=False)
        self._task.start(
            "Resetting the sandbox", lambda _: session.reset(), self._started_anew, cancellable=False
        )

    def _started_anew(self, date: datetime) -> None:
        self._came.put(
            f"The sandbox has started anew: nothing is bought, and it is {date:%Y-%m-%d %H:%M} UTC."
        )
        self._done()
