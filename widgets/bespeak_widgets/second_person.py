"""The place where a purchase waits for a second person; in the sandbox a colleague can be played on the same page."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import SandboxSession, Session, markup
from bespeak_widgets.approval_panel import ApprovalPanel
from bespeak_widgets.look import Shown, hide

_ASKED = (
    "A second person is asked: nothing was sent, and nothing is charged. Once they have approved, press Buy."
)
_HERE = "In this sandbox you can play the second person: a colleague with a sign-in of their own."
_ELSEWHERE = (
    "They open an approval panel with their own sign-in, in a notebook of their own: ApprovalPanel(session, theirs). "
    "Your own approval does not count."
)


class SecondPerson(W.VBox):
    """Hidden until a second person is asked; ``heard`` is called when the colleague of a sandbox has decided."""

    def __init__(self, session: Session, heard: Callable[[], None]) -> None:
        self._session, self._heard = session, heard
        self._told = Shown(live="status")
        self.play = W.Button(description="Play the second person", layout={"width": "190px"})
        self._place = W.VBox([], layout=W.Layout(width="100%"))
        super().__init__([self._told, self.play, self._place], layout=W.Layout(width="100%"))
        self.add_class("second-person")
        self.play.on_click(lambda _: self._open())
        self.show(asked=False)

    def show(self, *, asked: bool) -> None:
        """Shows that a second person is asked, or takes it away."""
        hide(self, when=not asked)
        can_play = isinstance(self._session, SandboxSession)
        self._told.put(
            markup.join(markup.tag("p", _ASKED), markup.tag("p", _HERE if can_play else _ELSEWHERE))
        )
        hide(self.play, when=not can_play)
        for panel in self._place.children:
            panel.close()
        self._place.children = ()

    def _open(self) -> None:
        session = self._session
        if isinstance(session, SandboxSession):
            self._place.children = (ApprovalPanel(session, session.as_colleague(), heard=self._heard),)
            hide(self.play, when=True)
