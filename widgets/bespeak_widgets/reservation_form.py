"""The order form of a reservation: fill, see what it costs and what speaks against it, check, confirm, buy."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import traitlets as T  # noqa: N812 - as above

from bespeak import (
    Checked,
    CustomerDetails,
    Draft,
    Outcome,
    Preparation,
    PriceBook,
    Purchase,
    PurchasePlan,
    Session,
    check_offer,
    draft_order,
    dry_run,
    make_purchase,
    prepare_order,
)
from bespeak_widgets.by_hand import HandButton
from bespeak_widgets.confirmation import Confirmation
from bespeak_widgets.look import Shown, hide, in_a_row
from bespeak_widgets.order_fields import OrderFields, advised
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.order_result import OrderResult
from bespeak_widgets.order_words import title, total
from bespeak_widgets.panel import Panel
from bespeak_widgets.request_list import RequestList
from bespeak_widgets.task import Task
from bespeak_widgets.world_banner import WorldBanner


class ReservationForm(Panel):
    """A form for one reservation; Buy works only for a person on the page who has typed what is bought.

    ``choice`` is a row of advice: scope, region, size, term, quantity, azure_subscription_id. ``prices`` of the
    customer are read unless they are given; ``new_id`` makes the id of a purchase.
    """

    details = T.Instance(CustomerDetails, allow_none=True, help="The customer; set it to start anew.")
    choice: T.Dict[str, Any] = T.Dict(help="Chosen advice; set it to fill the form.")
    outcome = T.Instance(Outcome, allow_none=True, help="What came of the last purchase.")
    wanted = T.Unicode(
        help="What the fields ask for, in short; empty while they ask for nothing that has a price."
    )

    def __init__(
        self,
        session: Session,
        details: CustomerDetails | None = None,
        choice: Mapping[str, Any] | None = None,
        *,
        prices: PriceBook | None = None,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._session, self._new_id = session, new_id
        self._given = prices
        self._customer_id = ""
        self._edits = 0
        self._is_fresh = False
        self._known: Preparation | None = None
        self._draft: Draft | None = None
        self._plan: PurchasePlan | None = None
        self._build()
        super().__init__(*self._parts())
        self._listen()
        self.choice = dict(choice or {})
        self.details = details
        self._refresh()

    @property
    def prices(self) -> PriceBook | None:
        """The price book that the form reckons with."""
        return None if self._known is None else self._known.prices

    def check(self) -> None:
        """Does what the button Check the offer does: reads the offer and its price anew; buys nothing."""
        self._check(lambda: None)

    def dry_run(self) -> None:
        """Does what the button Dry run does: shows the requests of this purchase; sends no cart and no order."""
        if self._plan is None:
            self._check(self._start_dry_run)
        else:
            self._start_dry_run()

    def look_again(self) -> None:
        """Does what the button Look again does: reads what became of the open purchases; buys nothing."""
        self.result.look_again()

    # -- building ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._title, self._total = Shown(), Shown(live="status")
        self._reading, self._checking, self._buying = Task(), Task(keeps_place=True), Task()
        self._read_again = W.Button(description="Read the prices again", layout={"width": "190px"})
        self.fields = OrderFields(self._edited)
        self._page = OrderPage()
        self.check_button = HandButton(description="Check the offer", button_style="primary")
        self.dry_run_button = W.Button(description="Dry run", tooltip="Shows the requests; sends no order")
        self.requests = RequestList()
        self.confirmation = Confirmation(self._refresh, self._buying.guard(self._buy))
        self.confirmation.add_class(f"in-{self._session.world}")
        self.result = OrderResult(self._session, self._take_results)

    def _parts(self) -> list[W.Widget]:
        actions = in_a_row(self.check_button, self.dry_run_button)
        actions.add_class("order-actions")
        above = [
            self._page,
            WorldBanner(self._session),
            self._title,
            self._reading,
            self._read_again,
            self.fields,
        ]
        below = [self._total, actions, self._checking, self.requests, self.confirmation, self._buying]
        return [*above, *below, self.result]

    def _listen(self) -> None:
        self.observe(self._reading.guard(lambda _: self._start_anew()), "details")
        self.observe(self._reading.guard(lambda _: self._fill()), "choice")
        self._reading.observe(lambda _: self._refresh(), "busy")
        self._buying.observe(lambda _: self._refresh(), "busy")
        self._read_again.on_click(self._reading.guard(lambda _: self._start_again()))
        self.check_button.on_press(self._checking.guard(lambda: self._check(self._move_to_phrase)))
        self.dry_run_button.on_click(self._checking.guard(lambda _: self.dry_run()))

    # -- a customer, a choice ------------------------------------------------------------------------------

    def _start_anew(self) -> None:
        """Reads what is needed for the customer; what was known of another one goes first."""
        details, session, prices = self.details, self._session, self._given
        self._known, self._given = None, None
        self._edited()
        self.result.clear()
        self.fields.offer(details, None)
        if details is not None:
            self._part_from_another(details)
            self._reading.start(
                "Reading the prices", lambda _: prepare_order(session, details, prices), self._prepared
            )

    def _start_again(self) -> None:
        self._start_anew()
        self._page.move_on("order-fields")  # the pressed button goes

    def _part_from_another(self, details: CustomerDetails) -> None:
        """What was typed for another customer is not bought for this one; for the same one it stays."""
        if self._customer_id not in {"", details.customer_id}:
            self.fields.clear()
        self._customer_id = details.customer_id

    def _prepared(self, known: Preparation) -> None:
        self._know(known)
        self.result.put(*known.unknown)
        self._fill()

    def _know(self, known: Preparation) -> None:
        self._known = known
        self.fields.offer(self.details, known.prices)

    def _fill(self) -> None:
        """Puts the chosen advice into the fields."""
        if self.choice and self._known is not None:
            self.fields.fill(advised(self.choice))
        self._refresh()

    def _edited(self) -> None:
        """Any edit takes the confirmation back."""
        self._edits += 1
        self._is_fresh = False
        self._drop_plan()
        self.requests.clear()
        self._checking.problem.clear()
        self._refresh()

    def _drop_plan(self) -> None:
        if self._plan is not None:
            self._plan = None
            self.confirmation.show(None, ())

    # -- showing -------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Shows what the toolkit says about what stands in the fields."""
        details, known = self.details, self._known
        self._draft = (
            draft_order(self.fields.choice(), details, known, self._session.world)
            if details is not None and known is not None
            else None
        )
        quote = self._draft.quote if self._draft else None
        self.wanted = f"{quote.quantity} x {quote.size} {quote.term}" if quote else ""
        self._title.put(title(details))
        hide(self._read_again, when=details is None or known is not None or self._reading.busy)
        self._show_draft(self._draft)

    def _show_draft(self, draft: Draft | None) -> None:
        locked = self._buying.busy
        self.fields.say(draft)
        self.fields.lock(locked=locked)
        self._total.put(total(draft))
        against = self._waiting() if draft is None else draft.against
        ready = draft is not None and not draft.against and not locked
        self.check_button.disabled = self.dry_run_button.disabled = not ready
        self.confirmation.say(against, locked=locked)
        hide(self.confirmation, when=self._is_fresh)

    def _waiting(self) -> list[str]:
        if self.details is None:
            return ["Choose a customer."]
        if self._reading.busy:
            return ["Wait until the prices are read."]
        return [self._reading.problem.sentence or "Read the prices again."]

    # -- check, dry run, buy -------------------------------------------------------------------------------

    def _check(self, then: Callable[[], None]) -> None:
        details, draft, session = self.details, self._draft, self._session
        if details is None or draft is None or draft.quote is None or draft.against:
            self._checking.problem.say(" ".join(self._waiting() if draft is None else draft.against))
            return
        quote, name = draft.quote, self.fields.choice().friendly_name
        new_id, edits = self._new_id, self._edits
        self._is_fresh = False
        self._drop_plan()
        self._refresh()
        self._checking.start(
            "Checking the offer",
            lambda _: check_offer(session, details, quote, friendly_name=name, new_id=new_id),
            lambda checked: self._checked(checked, edits, then),
        )

    def _checked(self, checked: Checked, edits: int, then: Callable[[], None]) -> None:
        if edits != self._edits:
            self._checking.problem.say("The form was changed meanwhile. Check the offer again.")
            return
        if checked.prices is not None and self._known is not None:
            self._know(self._known.with_prices(checked.prices))
        self._plan = checked.plan
        self.confirmation.show(checked.plan, checked.undo)
        self._refresh()
        if checked.why_not is not None:
            self._checking.problem.say(checked.why_not)
        else:
            then()

    def _move_to_phrase(self) -> None:
        self._page.move_on("order-box")

    def _start_dry_run(self) -> None:
        planned, session = self._plan, self._session
        if planned is not None:
            self._checking.start(
                "Writing the requests down", lambda _: dry_run(session, planned), self.requests.show
            )

    def _buy(self) -> None:
        """Buys what is confirmed; only the button on the page comes here, and a second press starts nothing."""
        planned, typed, session = self._plan, self.confirmation.phrase.value, self._session
        draft_is_clear = self._draft is not None and not self._draft.against
        if planned is None or not draft_is_clear or not self.confirmation.is_given:
            return
        self._buying.start(
            "Buying", lambda _: make_purchase(session, planned, typed), self._show_bought, cancellable=False
        )

    def _show_bought(self, purchase: Purchase) -> None:
        """The result stands in the place of the confirmation until something is changed or checked again."""
        self._drop_plan()
        self.requests.clear()
        self._is_fresh = True
        self.result.put(purchase)
        self._take_results([purchase])
        self._page.move_on("order-result")

    def _take_results(self, purchases: list[Purchase]) -> None:
        """What is UNKNOWN stands in the way of buying the same again; what is known no longer does."""
        if self._known is not None:
            self._known = self._known.with_purchases(purchases)
        for one in purchases:
            self.outcome = one.outcome
        self._refresh()
