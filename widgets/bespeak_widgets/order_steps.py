"""What follows the fields of an order form: check the offer, look at the requests, confirm, buy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import (
    Checked,
    CustomerDetails,
    Draft,
    InputError,
    PurchasePlan,
    Session,
    check_offer,
    dry_run,
    make_purchase,
    this_kernel,
    waiting_for_approval,
)
from bespeak_widgets.by_hand import HandButton
from bespeak_widgets.confirmation import Confirmation
from bespeak_widgets.look import hide, in_a_row, look_first, nothing_bought
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.order_result import seen_now
from bespeak_widgets.purchase_block import Seen
from bespeak_widgets.request_list import RequestList
from bespeak_widgets.second_person import SecondPerson
from bespeak_widgets.task import Task


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the fields of a form ask for: for whom, with which draft, under which name; what speaks against it."""

    details: CustomerDetails | None = None
    draft: Draft | None = None
    name: str = ""
    against: Sequence[str] = ()


class OrderSteps(W.VBox):
    """The steps behind the fields. ``plan`` is what was checked last and not changed since.

    ``refresh`` is called when something here has changed, ``checked`` and ``bought`` with what a step has brought.
    """

    def __init__(
        self,
        session: Session,
        page: OrderPage,
        new_id: Callable[[], str],
        *,
        refresh: Callable[[], None],
        checked: Callable[[Checked], None],
        bought: Callable[[Seen], None],
    ) -> None:
        self._session, self._page, self._new_id = session, page, new_id
        self._refresh, self._heard_check, self._heard_purchase = refresh, checked, bought
        self._wanted = Wanted()
        self._edits = 0
        self._is_fresh = False
        self.plan: PurchasePlan | None = None
        self.checking = Task(nothing_bought(session.world), keeps_place=True)
        self.buying = Task(look_first(session.world))
        self.check_button = HandButton(description="Check the offer", button_style="primary")
        self.dry_run_button = W.Button(description="Dry run", tooltip="Shows the requests; sends no order")
        self.requests = RequestList()
        self.confirmation = Confirmation(refresh, self.buying.guard(self._buy))
        self.confirmation.add_class(f"in-{session.world}")
        self.second = SecondPerson(session, refresh)
        actions = in_a_row(self.check_button, self.dry_run_button)
        actions.add_class("order-actions")
        parts = [actions, self.checking, self.requests, self.confirmation, self.buying, self.second]
        super().__init__(parts, layout=W.Layout(width="100%"))
        self.buying.observe(lambda _: refresh(), "busy")
        self.check_button.on_press(self.checking.guard(lambda: self.check(self._move_to_phrase)))
        self.dry_run_button.on_click(self.checking.guard(lambda _: self.dry_run()))

    @property
    def is_buying(self) -> bool:
        """Whether a purchase is being sent: nothing can be changed meanwhile."""
        return bool(self.buying.busy)

    def edited(self) -> None:
        """Any edit takes the confirmation back."""
        self._edits += 1
        self._is_fresh = False
        self._drop_plan()
        self.requests.clear()
        self.checking.problem.clear()

    def show(self, wanted: Wanted) -> None:
        """Shows which of the steps can be taken for what the fields ask for."""
        self._wanted = wanted
        ready = wanted.draft is not None and not wanted.against and not self.is_buying
        self.check_button.disabled = self.dry_run_button.disabled = not ready
        self.confirmation.say(wanted.against, locked=self.is_buying)
        hide(self.confirmation, when=self._is_fresh)

    def check(self, then: Callable[[], None] = lambda: None) -> None:
        """Reads the offer and its price anew, shows what is to be confirmed, and goes on; buys nothing."""
        wanted, session, new_id, edits = self._wanted, self._session, self._new_id, self._edits
        details, quote = wanted.details, None if wanted.draft is None else wanted.draft.quote
        if details is None or quote is None or wanted.against:
            self.checking.problem.say(" ".join(wanted.against))
            return
        self._is_fresh = False
        self._drop_plan()
        self._refresh()
        self.checking.start(
            "Checking the offer",
            lambda _: check_offer(session, details, quote, friendly_name=wanted.name, new_id=new_id),
            lambda checked: self._checked(checked, edits, then),
        )

    def dry_run(self) -> None:
        """Shows the requests of this purchase; sends no cart and no order."""
        if self.plan is None:
            self.check(self._start_dry_run)
        else:
            self._start_dry_run()

    def _checked(self, checked: Checked, edits: int, then: Callable[[], None]) -> None:
        if edits != self._edits:
            self.checking.problem.say("The form was changed meanwhile. Check the offer again.")
            return
        self.plan = checked.plan
        self.confirmation.show(checked)
        self._heard_check(checked)
        if checked.why_not is not None:
            self.checking.problem.say(checked.why_not)
        else:
            then()

    def _drop_plan(self) -> None:
        if self.plan is not None:
            self.plan = None
            self.confirmation.show(None)
            self.second.show(asked=False)

    def _move_to_phrase(self) -> None:
        self._page.move_on("order-box")

    def _start_dry_run(self) -> None:
        planned, session = self.plan, self._session
        if planned is not None:
            self.checking.start(
                "Writing the requests down", lambda _: dry_run(session, planned), self.requests.show
            )

    def _buy(self) -> None:
        """Buys what is confirmed; only the button on the page comes here, and a second press starts nothing."""
        planned, typed, session = self.plan, self.confirmation.phrase.value, self._session
        if planned is None or self._wanted.against or not self.confirmation.is_given:
            return
        self.buying.start(
            "Buying",
            lambda _: _buy_or_ask(session, planned, typed),
            self._came,
            cancellable=False,
        )

    def _came(self, seen: Seen | None) -> None:
        """What was bought, or nothing while a second person must approve it first."""
        if seen is None:
            self.confirmation.can_buy()
            self.second.show(asked=True)
            self._refresh()
        else:
            self._bought(seen)

    def _bought(self, seen: Seen) -> None:
        """The result stands in the place of the confirmation until something is changed or checked again."""
        self._drop_plan()
        self.requests.clear()
        self._is_fresh = True
        self._heard_purchase(seen)
        self._page.move_on("order-result")


def _buy_or_ask(session: Session, plan: PurchasePlan, typed: str) -> Seen | None:
    """The purchase that was made; nothing when it waits for a second person and nothing was sent."""
    try:
        return seen_now(session, make_purchase(session, plan, typed, holder=this_kernel()))
    except InputError:
        if any(one.plan.intent_id == plan.intent_id for one in waiting_for_approval(session)):
            return None
        raise
