"""The world that a form works in, as a coloured line above it: nobody buys in the wrong one."""

from __future__ import annotations

from bespeak import LiveSession, SandboxSession, Session, SignInError, markup, world_sentence
from bespeak_widgets.look import Shown


class WorldBanner(Shown):
    """The name of the world, what an order means there, where it is; outside of the sandbox also who is signed in.

    Live says whether it is locked, and is kept up to date.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        super().__init__(live="status" if isinstance(session, LiveSession) else "")
        self.refresh()
        if isinstance(session, LiveSession):
            session.listen(self.refresh)

    def refresh(self) -> None:
        """Says it as it is now."""
        session = self._session
        name = markup.tag("span", session.world.upper(), class_="world-name")
        words = f" {world_sentence(session.world)} ({session.where})"
        parts: list[str] = [name, words]
        if not isinstance(session, SandboxSession):
            parts += [markup.tag("br"), f"{who(session)}. ", markup.tag("b", _state(session))]
        self.put(markup.tag("p", *parts, class_=f"world {session.world}"))


def who(session: Session) -> str:
    """Who is signed in, in words."""
    try:
        return f"Signed in: {session.person.name}"
    except SignInError:
        return "Nobody is signed in"


def _state(session: Session) -> str:
    if isinstance(session, LiveSession):
        until = session.unlocked_until
        return "Locked: nothing can be bought." if until is None else f"UNLOCKED until {until:%H:%M} UTC."
    return "Nothing can be changed." if session.locked else ""
