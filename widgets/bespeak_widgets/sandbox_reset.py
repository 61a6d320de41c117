"""Starting the sandbox anew, with a second press to confirm."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import SandboxSession
from bespeak_widgets.by_hand import HandButton
from bespeak_widgets.look import Shown, hide
from bespeak_widgets.task import Task

_ASKED = "All purchases in this sandbox go, in every notebook that uses it, and its clock starts anew."


class SandboxReset(W.VBox):
    """A button that asks once more before it resets, for a person on the page only; ``done`` is called after it."""

    def __init__(self, session: SandboxSession, done: Callable[[], None]) -> None:
        self._session, self._done = session, done
        self._task = Task()
        self.ask = W.Button(description="Reset the sandbox", layout={"width": "160px"})
        self.confirm = HandButton(
            description="Yes, reset it", button_style="warning", layout={"width": "120px"}
        )
        self.keep = W.Button(description="Keep it", layout={"width": "90px"})
        self._told = Shown(live="status")
        self._question = W.HBox([self.confirm, self.keep, self._told])
        super().__init__([self.ask, self._question, self._task], layout=W.Layout(width="100%"))
        self.add_class("sandbox-reset")
        self.ask.on_click(lambda _: self._put_question(asked=True))
        self.keep.on_click(lambda _: self._put_question(asked=False))
        self.confirm.on_press(self._task.guard(self._reset))
        self._put_question(asked=False)

    def _put_question(self, *, asked: bool) -> None:
        hide(self.ask, when=asked)
        hide(self._question, when=not asked)
        self._told.put(_ASKED if asked else "")

    def _reset(self) -> None:
        session = self._session
        self._put_question(asked=False)
        self._task.start(
            "Resetting the sandbox", lambda _: session.reset(), lambda _: self._done(), cancellable=False
        )
