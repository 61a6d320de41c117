"""What came of purchases: done, rejected or unknown, in words, with what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Purchase, SandboxSession, Session, look_again_at, markup, outcome_facts, use_so_far
from bespeak_widgets.look import Shown, hide, in_a_row
from bespeak_widgets.task import Task

_TITLES = {"DONE": "Bought", "REJECTED": "Not bought", "UNKNOWN": "UNKNOWN: do not buy it again"}
#: How the clock of a sandbox is moved: what the button says, the hint of it, and by how much. After 20 minutes a new
#: order is listed and its reservation is there; after a week one sees how well it is used.
_LATER = (
    ("Let 20 minutes pass", "then looks again", {"minutes": 20}),
    ("Let a week pass", "then reads how well the reservation was used", {"days": 7}),
)


class OrderResult(W.VBox):
    """The purchases of a form, the newest first; 'Look again' reads the open ones and tells ``changed``.

    Of a reservation that is there it also tells how well it was used so far. In a sandbox, whose clock stands still,
    further buttons let the time pass that an order or its use needs to be seen.
    """

    def __init__(self, session: Session, changed: Callable[[list[Purchase]], None]) -> None:
        self._session, self._changed = session, changed
        self._purchases: dict[str, Purchase] = {}
        self._uses: dict[str, str] = {}
        self._task = Task()
        self._shown = Shown(live="alert")
        self.again = W.Button(
            description="Look again", tooltip="Reads cart, order and reservation; buys nothing"
        )
        self.waits = [self._wait(*later) for later in _LATER] if isinstance(session, SandboxSession) else []
        super().__init__(
            [self._shown, in_a_row(self.again, *self.waits), self._task], layout=W.Layout(width="100%")
        )
        self.add_class("order-result")
        self.again.on_click(self._task.guard(lambda _: self.look_again()))
        self.put()

    def put(self, *purchases: Purchase) -> None:
        """Adds purchases, or puts them in the place of what was known of them before."""
        self._purchases |= {one.plan.intent_id: one for one in purchases}
        self._shown.put(markup.join(*(self._block(one) for one in reversed(self._purchases.values()))))
        hide(self, when=not self._purchases)

    def clear(self) -> None:
        """Forgets what is shown; the journal keeps it."""
        self._purchases, self._uses = {}, {}
        self._task.cancel()
        self._task.problem.clear()
        self.put()

    def look_again(self) -> None:
        """Reads what became of the purchases, of the open ones where there are some; buys nothing."""
        session, purchases = self._session, list(self._purchases.values())
        looked = [one for one in purchases if one.is_open] or purchases
        self._task.start(
            "Looking at the order", lambda _: [self._look(session, one) for one in looked], self._looked
        )

    @staticmethod
    def _look(session: Session, purchase: Purchase) -> tuple[Purchase, str]:
        """What became of a purchase, and how well its reservation was used; no words while there is none."""
        found = look_again_at(session, purchase)
        reservation = found.outcome.reservation
        return found, use_so_far(session, reservation) if reservation else ""

    def _looked(self, found: Iterable[tuple[Purchase, str]]) -> None:
        known = list(found)
        self._uses |= {one.plan.intent_id: use for one, use in known if use}
        purchases = [one for one, _ in known]
        self.put(*purchases)
        self._changed(purchases)

    def _wait(self, words: str, then: str, time: dict[str, int]) -> W.Button:
        """A button that moves the clock of the sandbox, and looks again."""
        button = W.Button(
            description=words, tooltip=f"Moves the clock of the sandbox, {then}", layout={"width": "190px"}
        )
        button.on_click(self._task.guard(lambda _: self._pass_time(time)))
        return button

    def _pass_time(self, time: dict[str, int]) -> None:
        session = self._session
        if isinstance(session, SandboxSession):
            self._task.start(
                "Moving the clock of the sandbox",
                lambda _: session.advance(**time),
                lambda _: self.look_again(),
                cancellable=False,
            )

    def _block(self, one: Purchase) -> markup.Markup:
        state, use = one.outcome.state, self._uses.get(one.plan.intent_id)
        return markup.tag(
            "section",
            markup.tag("h4", _TITLES[state]),
            markup.tag("p", one.outcome.sentence),
            markup.facts(outcome_facts(one) | ({"Used so far": use} if use else {})),
            class_=f"outcome {state.lower()}",
        )
