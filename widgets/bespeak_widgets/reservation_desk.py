"""The whole way on one page: find a customer, size a reservation, buy it."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses

from bespeak import Outcome, SandboxSession, Session, markup
from bespeak_widgets.customer_lookup import CustomerLookup
from bespeak_widgets.look import Shown
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.panel import Panel
from bespeak_widgets.reservation_form import ReservationForm
from bespeak_widgets.sandbox_reset import SandboxReset
from bespeak_widgets.vm_sizing import VmSizing
from bespeak_widgets.world_banner import WorldBanner
from bespeak_widgets.world_lock import WorldLock

_STEPS = ("Find the customer", "See what its VMs use, and choose a reservation", "Buy it")


class ReservationDesk(Panel):
    """Hands the customer from the lookup to sizing and form, and the chosen reservation from sizing to the form.

    ``customer`` stands in the search field at first; when it names exactly one customer, that one is chosen. ``days``
    and ``folder`` are those of ``VmSizing``.
    """

    def __init__(
        self, session: Session, customer: str = "Contoso", *, days: int = 30, folder: str = "bespeak-out"
    ) -> None:
        self._page, self._strip = OrderPage(arrival="desk"), Shown(live="status")
        self._outcome: Outcome | None = None
        self._counted_in: set[str] = set()
        self.lookup = CustomerLookup(session, customer)
        self.sizing = VmSizing(session, days=days, folder=folder)
        self.lock = WorldLock(session)
        self.form = ReservationForm(session, lock=self.lock)
        parts = zip(_STEPS, (self.lookup, self.sizing, self.form), strict=True)
        stretches = [_stretch(number, title, part) for number, (title, part) in enumerate(parts, start=1)]
        self.reset = _reset(session, self._page, self._started_anew)
        below = [] if self.reset is None else [self.reset]
        super().__init__(self._page, WorldBanner(session), self.lock, self._strip, *stretches, *below)
        self.add_class("desk")
        self.add_class(f"in-{session.world}")
        self.lookup.observe(lambda _: self._take_customer(), "details")
        self.sizing.observe(lambda _: self._take_choice(), "choice")
        self.form.observe(lambda _: self._take_outcome(), "outcome")
        self.form.observe(lambda _: self._show(), "wanted")
        self._take_customer()
        if self.lookup.details is None:
            self.form.result.recover("")  # what is open is seen before a customer is chosen

    def _take_customer(self) -> None:
        """Hands the customer on; what was said of another one's purchase goes."""
        self._outcome = None
        self.form.choice = {}
        self.sizing.details = self.form.details = self.lookup.details
        self._show()

    def _take_choice(self) -> None:
        """Hands the chosen reservation on and goes there; what is taken back in the sizing stays in the form."""
        if self.sizing.choice:
            self._outcome = None
            self.form.choice = {}  # so that the same choice fills the form again
            self.form.choice = self.sizing.choice
            self._page.move_on("stretch-3", "order-actions", to_top=True)
        self._show()

    def _take_outcome(self) -> None:
        """After a purchase the advice is worked out anew, once, so that what was bought is not advised again."""
        outcome = self._outcome = self.form.outcome
        self._show()
        if outcome is not None and outcome.state == "DONE" and outcome.intent_id not in self._counted_in:
            self._counted_in.add(outcome.intent_id)
            self.sizing.refresh()

    def _started_anew(self) -> None:
        """Reads the customer from the world as it is now."""
        chosen = self.lookup.customer_id
        self.lookup.customer_id = ""
        self.lookup.customer_id = chosen

    def _show(self) -> None:
        details = self.lookup.details
        found = "no customer yet" if details is None else details.name
        told = (found, self.form.wanted or "nothing chosen yet", _bought(self._outcome))
        items = [
            markup.tag("li", markup.tag("b", str(i)), f" {text}") for i, text in enumerate(told, start=1)
        ]
        self._strip.put(markup.tag("ol", *items, class_="strip", aria_label="Where you are"))


def _reset(session: Session, page: OrderPage, done: Callable[[], None]) -> SandboxReset | None:
    """The reset of a sandbox; another world has none."""
    return SandboxReset(session, page, done) if isinstance(session, SandboxSession) else None


def _bought(outcome: Outcome | None) -> str:
    if outcome is None:
        return "not bought"
    words = {"DONE": f"bought, order {outcome.order_id}", "REJECTED": "not bought: refused"}
    return words.get(outcome.state, "UNKNOWN whether it is bought")


def _stretch(number: int, title: str, part: W.Widget) -> W.VBox:
    """A part of the page under its number."""
    box = W.VBox([Shown(markup.tag("h2", f"{number}  {title}")), part], layout=W.Layout(width="100%"))
    box.add_class("stretch")
    box.add_class(f"stretch-{number}")
    return box
