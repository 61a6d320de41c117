"""What a second person sees: the purchases that wait for them, what would be charged, Approve and Refuse."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import (
    Purchase,
    Session,
    approval_facts,
    approval_hint,
    approve,
    markup,
    refuse,
    waiting_for_approval,
)
from bespeak_widgets.by_hand import HandButton
from bespeak_widgets.look import Shown, heading, hide, in_a_row, nothing_bought
from bespeak_widgets.order_fields import wide
from bespeak_widgets.order_words import stakes
from bespeak_widgets.panel import Panel
from bespeak_widgets.task import Task
from bespeak_widgets.typed_phrase import Asked, TypedPhrase
from bespeak_widgets.world_banner import WorldBanner

_NONE = "No purchase waits for a second person."
_TELLS = (
    "Everything below is read afresh with your own sign-in. Nothing leaves when you approve: whoever asked sends it, "
    "and the approval holds for this very purchase only."
)


class ApprovalPanel(Panel):
    """Approve or refuse a purchase above the limit of one person, as somebody else who is signed in.

    ``approver`` is the session of the second person; ``heard`` is called after each decision. Nothing is decided by a
    program: the phrase is typed and the buttons are pressed on the page.
    """

    def __init__(
        self, session: Session, approver: Session, *, heard: Callable[[], None] = lambda: None
    ) -> None:
        self._session, self._approver, self._heard = session, approver, heard
        self._waiting: dict[str, Purchase] = {}
        about = nothing_bought(session.world)
        self._looking, self._reading, self._deciding = (Task(about) for _ in range(3))
        self.which = W.Dropdown(description="Purchase", options=[], **wide())
        self.again = W.Button(description="Look for purchases", layout={"width": "170px"})
        self._facts, self._came = Shown(), Shown(live="alert")
        self.typed = TypedPhrase(
            "Approve",
            "Ready: approved, it can be sent by whoever asked.",
            self._show,
            self._deciding.guard(self._approve),
        )
        self.reason = W.Text(description="Reason", placeholder="why it is refused", **wide())
        self.no = HandButton(description="Refuse", disabled=True)
        self._decision = W.VBox([self._facts, self.typed, self.reason, in_a_row(self.no)])
        self._decision.add_class("order-box")
        name = approver.person.name
        title = markup.join(heading(f"Approvals: {name}"), markup.tag("p", _TELLS, class_="faint"))
        super().__init__(
            WorldBanner(approver),
            Shown(title),
            in_a_row(self.again),
            self._looking,
            self.which,
            self._reading,
            self._decision,
            self._deciding,
            self._came,
        )
        self.add_class(f"in-{session.world}")
        self.again.on_click(self._looking.guard(lambda _: self.look()))
        self.which.observe(self._reading.guard(lambda _: self._read()), "value")
        self.reason.observe(lambda _: self._show(), "value")
        self.no.on_press(self._deciding.guard(self._refuse))
        self._deciding.observe(lambda _: self._show(), "busy")
        self.look()

    def look(self) -> None:
        """Does what the button Look for purchases does: reads which purchases wait; decides nothing."""
        session = self._session
        self._looking.start("Looking for purchases", lambda _: waiting_for_approval(session), self._listed)

    def _listed(self, found: tuple[Purchase, ...]) -> None:
        self._waiting = {one.plan.intent_id: one for one in found}
        self._offer()
        if not found:
            self._come_to_rest(_NONE)

    def _offer(self) -> None:
        """Puts the waiting purchases into the list and reads the first."""
        self.which.value = None
        self.which.options = [(_short(one), key) for key, one in self._waiting.items()]
        self.which.value = next(iter(self._waiting), None)

    def _read(self) -> None:
        """Reads afresh what would be bought; what was shown of another purchase goes first."""
        session, approver, chosen = self._session, self._approver, self.which.value
        self._facts.put("")
        self.typed.expect(None)
        self._show()
        if chosen:
            self._reading.start(
                "Reading it afresh", lambda _: approval_facts(session, chosen, approver), self._found
            )

    def _found(self, facts: dict[str, str]) -> None:
        purchase = self._waiting.get(self.which.value or "")
        if purchase is None:
            return
        plan = purchase.plan
        told = markup.tag("div", markup.facts(facts), class_="in-lines")
        self._facts.put(markup.join(stakes(plan), markup.tag("h4", "As it is at this moment"), told))
        self.typed.expect(Asked(lambda typed: approval_hint(plan, typed)))
        self._show()

    def _show(self) -> None:
        locked = bool(self._deciding.busy)
        hide(self.which, when=not self._waiting)
        hide(self._decision, when=not self._facts.value)
        self.typed.say((), locked=locked)
        self.no.disabled = locked or not self.reason.value.strip()
        self.which.disabled = self.reason.disabled = locked

    def _approve(self) -> None:
        session, approver, chosen, typed = self._chosen()
        if chosen and self.typed.is_given:
            self._deciding.start(
                "Approving",
                lambda _: approve(session, chosen, approver, typed),
                self._decided,
                cancellable=False,
            )

    def _refuse(self) -> None:
        session, approver, chosen, _ = self._chosen()
        reason = self.reason.value
        if chosen:
            self._deciding.start(
                "Refusing",
                lambda _: refuse(session, chosen, approver, reason),
                self._decided,
                cancellable=False,
            )

    def _chosen(self) -> tuple[Session, Session, str, str]:
        return self._session, self._approver, self.which.value or "", self.typed.phrase.value

    def _decided(self, said: str) -> None:
        self._waiting.pop(self.which.value or "", None)
        self.reason.value = ""
        self._come_to_rest(said)
        self._offer()
        self._heard()

    def _come_to_rest(self, said: str) -> None:
        self._facts.put("")
        self.typed.expect(None)
        self._show()
        self._came.put(said)


def _short(one: Purchase) -> str:
    plan = one.plan
    return f"{plan.customer}: {plan.quantity} x {plan.size}, {plan.total}"
