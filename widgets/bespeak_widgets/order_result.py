"""What came of purchases: done, rejected or unknown, in words, with what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Purchase, SandboxSession, Session, look_again_at, markup, outcome_facts
from bespeak_widgets.look import Shown, hide
from bespeak_widgets.task import Task

_TITLES = {"DONE": "Bought", "REJECTED": "Not bought", "UNKNOWN": "UNKNOWN: do not buy it again"}
#: So many minutes later a new order is listed and its reservation is there.
_LATER = 20


class OrderResult(W.VBox):
    """The purchases of a form, the newest first; 'Look again' reads the open ones and tells ``changed``.

    In a sandbox, whose clock stands still, another button lets the time pass that an order needs to be seen.
    """

    def __init__(self, session: Session, changed: Callable[[list[Purchase]], None]) -> None:
        self._session, self._changed = session, changed
        self._purchases: dict[str, Purchase] = {}
        self._task = Task()
        self._shown = Shown(live="alert")
        self.again = W.Button(
            description="Look again", tooltip="Reads cart, order and reservation; buys nothing"
        )
        self.wait = W.Button(
            description=f"Let {_LATER} minutes pass",
            tooltip="Moves the clock of the sandbox, then looks again",
            layout={"width": "190px"},
        )
        buttons = [self.again, self.wait] if isinstance(session, SandboxSession) else [self.again]
        super().__init__([self._shown, W.HBox(buttons), self._task], layout=W.Layout(width="100%"))
        self.add_class("order-result")
        self.again.on_click(self._task.guard(lambda _: self.look_again()))
        self.wait.on_click(self._task.guard(lambda _: self._pass_time()))
        self.put()

    def put(self, *purchases: Purchase) -> None:
        """Adds purchases, or puts them in the place of what was known of them before."""
        self._purchases |= {one.plan.intent_id: one for one in purchases}
        self._shown.put(markup.join(*(_block(one) for one in reversed(self._purchases.values()))))
        hide(self, when=not self._purchases)

    def clear(self) -> None:
        """Forgets what is shown; the journal keeps it."""
        self._purchases = {}
        self._task.cancel()
        self._task.problem.clear()
        self.put()

    def look_again(self) -> None:
        """Reads what became of the purchases, of the open ones where there are some; buys nothing."""
        session, purchases = self._session, list(self._purchases.values())
        looked = [one for one in purchases if one.is_open] or purchases
        self._task.start(
            "Looking at the order", lambda _: [look_again_at(session, one) for one in looked], self._looked
        )

    def _looked(self, purchases: Iterable[Purchase]) -> None:
        listed = list(purchases)
        self.put(*listed)
        self._changed(listed)

    def _pass_time(self) -> None:
        session = self._session
        if isinstance(session, SandboxSession):
            self._task.start(
                "Moving the clock of the sandbox",
                lambda _: session.advance(minutes=_LATER),
                lambda _: self.look_again(),
                cancellable=False,
            )


def _block(one: Purchase) -> markup.Markup:
    state = one.outcome.state
    return markup.tag(
        "section",
        markup.tag("h4", _TITLES[state]),
        markup.tag("p", one.outcome.sentence),
        markup.facts(outcome_facts(one)),
        class_=f"outcome {state.lower()}",
    )
