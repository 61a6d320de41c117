"""The order form of a reservation: fill, see what it costs and what speaks against it, check, confirm, buy."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
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
    draft_order,
    prepare_order,
)
from bespeak_widgets.look import Shown, hide, nothing_bought
from bespeak_widgets.order_fields import OrderFields, advised
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.order_result import OrderResult
from bespeak_widgets.order_steps import OrderSteps, Wanted
from bespeak_widgets.order_words import title, total
from bespeak_widgets.panel import Panel
from bespeak_widgets.purchase_block import Seen
from bespeak_widgets.task import Task
from bespeak_widgets.world_banner import WorldBanner
from bespeak_widgets.world_lock import WorldLock


class ReservationForm(Panel):
    """A form for one reservation; Buy works only for a person on the page who has typed what is bought.

    ``choice`` is a row of advice: scope, region, size, term, quantity, azure_subscription_id. ``prices`` of the
    customer are read unless they are given; ``new_id`` makes the id of a purchase. ``lock`` is the lock of the world
    when it is shown elsewhere on the page.
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
        lock: WorldLock | None = None,
    ) -> None:
        self._session = session
        self.lock = lock or WorldLock(session)
        self._given = prices
        self._customer_id = ""
        self._known: Preparation | None = None
        self._draft: Draft | None = None
        self._build(new_id)
        super().__init__(
            self._page,
            WorldBanner(session),
            *([] if lock else [self.lock]),
            self._title,
            self._reading,
            self._read_again,
            self.fields,
            self._total,
            self.steps,
            self.result,
        )
        self.add_class(f"in-{session.world}")
        self._listen()
        self.choice = dict(choice or {})
        self.details = details
        self._refresh()

    @property
    def prices(self) -> PriceBook | None:
        """The price book that the form reckons with."""
        return None if self._known is None else self._known.prices

    @property
    def plan(self) -> PurchasePlan | None:
        """What was checked last and is to be confirmed; none after an edit."""
        return self.steps.plan

    def check(self) -> None:
        """Does what the button Check the offer does: reads the offer and its price anew; buys nothing."""
        self.steps.check()

    def dry_run(self) -> None:
        """Does what the button Dry run does: shows the requests of this purchase; sends no cart and no order."""
        self.steps.dry_run()

    def look_again(self) -> None:
        """Does what the button Look again does: reads what became of the open purchases; buys nothing."""
        self.result.look_again()

    # -- building ------------------------------------------------------------------------------------------

    def _build(self, new_id: Callable[[], str]) -> None:
        self._title, self._total = Shown(), Shown(live="status")
        self._reading = Task(nothing_bought(self._session.world))
        self._read_again = W.Button(description="Read the prices again", layout={"width": "190px"})
        self.fields = OrderFields(self._edited)
        self._page = OrderPage()
        self.steps = OrderSteps(
            self._session,
            self._page,
            new_id,
            refresh=self._refresh,
            checked=self._checked,
            bought=self._show_bought,
        )
        self.check_button, self.confirmation = self.steps.check_button, self.steps.confirmation
        self.result = OrderResult(self._session, self._take_results)

    def _listen(self) -> None:
        self.observe(self._reading.guard(lambda _: self._start_anew()), "details")
        self.observe(self._reading.guard(lambda _: self._fill()), "choice")
        self._reading.observe(lambda _: self._refresh(), "busy")
        self.result.acting.observe(lambda _: self._refresh(), "busy")
        self.lock.observe(lambda _: self._follow_the_lock(), "unlocked")
        self._read_again.on_click(self._reading.guard(lambda _: self._start_again()))

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
        self.result.put(*map(Seen, known.unknown))
        self._fill()
        self.result.recover("" if self.details is None else self.details.customer_id)

    def _know(self, known: Preparation) -> None:
        self._known = known
        self.fields.offer(self.details, known.prices)

    def _fill(self) -> None:
        """Puts the chosen advice into the fields."""
        if self.choice and self._known is not None:
            self.fields.fill(advised(self.choice))
        self._refresh()

    def _edited(self) -> None:
        self.steps.edited()
        self._refresh()

    # -- showing -------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Shows what the toolkit says about what stands in the fields."""
        details, known = self.details, self._known
        choice = self.fields.choice()
        draft = self._draft = (
            draft_order(choice, details, known, self._session.world)
            if details is not None and known is not None
            else None
        )
        quote = draft.quote if draft else None
        self.wanted = f"{quote.quantity} x {quote.size} {quote.term}" if quote else ""
        self._title.put(title(details))
        hide(self._read_again, when=details is None or known is not None or self._reading.busy)
        self.fields.say(draft)
        self.fields.lock(locked=self.steps.is_buying or bool(self.result.acting.busy))
        self._total.put(total(draft))
        self.steps.show(Wanted(details, draft, choice.friendly_name, self._against(draft)))

    def _against(self, draft: Draft | None) -> Sequence[str]:
        """What stands before a check and a purchase, in sentences."""
        if self._session.locked:
            return [self._session.locked]
        if self.result.acting.busy:
            return ["Wait until the purchase below is looked up."]
        if draft is not None:
            return draft.against
        if self.details is None:
            return ["Choose a customer."]
        if self._reading.busy:
            return ["Wait until the prices are read."]
        return [self._reading.problem.sentence or "Read the prices again."]

    def _follow_the_lock(self) -> None:
        self.result.lock()
        self._refresh()

    # -- what the steps have brought ------------------------------------------------------------------------

    def _checked(self, checked: Checked) -> None:
        if checked.prices is not None and self._known is not None:
            self._know(self._known.with_prices(checked.prices))
        self._refresh()

    def _show_bought(self, seen: Seen) -> None:
        self.result.put(seen)
        self._take_results([seen.purchase])

    def _take_results(self, purchases: Sequence[Purchase]) -> None:
        """What is UNKNOWN stands in the way of buying the same again; what is known no longer does."""
        if self._known is not None:
            self._known = self._known.with_purchases(purchases)
        for one in purchases:
            self.outcome = one.outcome
        self._refresh()
