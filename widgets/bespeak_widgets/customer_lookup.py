"""Finding a customer and seeing what stands before a purchase for it."""

from __future__ import annotations

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import pandas as pd
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

from bespeak import (
    CustomerDetails,
    Light,
    Session,
    customer_details,
    customers,
    markup,
    preflight,
    register,
    search,
)
from bespeak_widgets.look import Shown, control, heading, hide, in_a_row, nothing_bought
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.panel import Panel
from bespeak_widgets.pick_list import PickList
from bespeak_widgets.task import Steps, Task

_WORDS = {
    "ready": ("\u2714", "Ready"),
    "attention": ("\u25b2", "Attention"),
    "blocked": ("\u2716", "Blocked"),
    "unknown": ("?", "Unknown"),
}
_KINDS = {"azure_plan": "Azure plan", "legacy": "Microsoft Azure (MS-AZR-0145P, legacy)", "none": "none"}


class CustomerLookup(Panel):
    """Type a part of a name, domain or tenant id, choose with Enter, read who it is and what stands before a purchase.

    ``text`` is what stands in the field at first; when it names exactly one customer, that one is chosen at once.
    ``limit`` is how many hits the list shows.
    """

    customer_id = T.Unicode(help="Tenant id of the chosen customer; set it to choose one.")
    details = T.Instance(
        CustomerDetails, allow_none=True, help="What is known of it; None while none is read."
    )
    lights = T.Tuple(help="The pre-flight lights of the chosen customer.")

    def __init__(self, session: Session, text: str = "", limit: int = 50) -> None:
        self._session = session
        self._limit = limit
        self._table: pd.DataFrame | None = None
        self._find = PickList("Customer", placeholder="a part of a name, domain or tenant id", text=text)
        about = nothing_bought(session.world)
        self._listing, self._registering = Task(about), Task(about)
        self._reading = Task(about, keeps_place=True)
        self._facts, self._checks, self._page = Shown(live="status"), Shown(), OrderPage()
        self._checks.add_class("lookup-checks")
        self._which = W.Dropdown(description="Subscription", **control())
        self._register = W.Button(
            description="Register", tooltip="Register it for reservations", layout={"width": "110px"}
        )
        self._registration = in_a_row(self._which, self._register)
        hide(self._registration, when=True)
        super().__init__(
            self._page,
            self._listing,
            self._find,
            self._reading,
            self._facts,
            self._checks,
            self._registration,
            self._registering,
        )
        self._find.observe(self._listing.guard(lambda _: self._search()), "text")
        self._find.observe(self._reading.guard(lambda change: self._choose(change["new"]["key"])), "picked")
        self._registering.observe(lambda change: setattr(self._register, "disabled", change["new"]), "busy")
        self._register.on_click(self._registering.guard(lambda _: self._start_registration()))
        self.observe(self._reading.guard(lambda _: self._read()), "customer_id")
        self._listing.start(
            "Reading the list of customers", lambda steps: customers(session, steps), self._listed
        )

    def _listed(self, table: pd.DataFrame) -> None:
        self._table = table
        named = self._search()
        if len(named) == 1 and self._find.text:
            self._choose(named[0])

    def _search(self) -> list[str]:
        """Shows the hits; gives the ids of those that are named exactly so, or of the only hit."""
        if self._table is None:
            return []
        typed = self._find.text
        hits = search(self._table, typed, max(len(self._table), 1))
        shown = hits.head(self._limit)
        rows = list(zip(shown["customer_id"], shown["name"], shown["domain"], strict=True))
        self._find.put(rows, _count_words(len(shown), len(hits), len(self._table), typed))
        exact = hits[hits["name"].str.casefold() == typed.strip().casefold()]
        return list((exact if len(exact) else hits.head(2))["customer_id"])

    def _choose(self, customer_id: str) -> None:
        if customer_id == self.customer_id:
            self._read()
        self.customer_id = customer_id

    def _read(self) -> None:
        """Reads the chosen customer; what was shown of another one goes first."""
        self.details, self.lights = None, ()
        self._find.chosen = self.customer_id
        for place in (self._facts, self._checks):
            place.put("")
        hide(self._registration, when=True)
        self._registering.problem.clear()
        if self.customer_id:
            self._reading.start("Reading the customer", self._look_up, self._show)

    def _look_up(self, steps: Steps) -> tuple[CustomerDetails, tuple[Light, ...]]:
        details = customer_details(self._session, self.customer_id)
        steps.say("Checking what stands before a purchase")
        return details, preflight(details, self._session.now().date())

    def _show(self, found: tuple[CustomerDetails, tuple[Light, ...]]) -> None:
        details, lights = found
        self._facts.put(_facts(details))
        self._checks.put(_checks(lights))
        table = details.subscriptions
        open_ones = table[table["registration"] == "notregistered"]
        self._which.options = list(zip(open_ones["name"], open_ones["subscription_id"], strict=True))
        self._which.index = None if open_ones.empty else 0
        hide(self._registration, when=open_ones.empty)
        self.lights = lights
        self.details = details

    def _start_registration(self) -> None:
        details, subscription = self.details, self._which.value
        if details is not None:
            self._registering.start(
                "Registering the subscription",
                lambda _: register(self._session, details, subscription),
                self._registered,
                cancellable=False,
            )

    def _registered(self, _: str) -> None:
        self._read()
        self._page.move_on("lookup-checks", "bespeak-pick")  # the pressed button goes


def _count_words(shown: int, hits: int, everybody: int, typed: str) -> str:
    if not everybody:
        return "There are no customers yet. Customers appear here once they have accepted your reseller relationship."
    if not hits:
        return (
            f"0 of {everybody:,} customers have '{typed}' in their name, domain or tenant id. "
            "Type less of it, or look for typing errors."
        )
    if shown < hits:
        return f"{shown:,} of {hits:,} hits are shown; type more to narrow them down."
    return f"{hits:,} of {everybody:,} customers"


def _facts(details: CustomerDetails) -> markup.Markup:
    table = details.azure_subscriptions
    rows = table[["name", "azure_subscription_id", "status"]].itertuples(index=False, name=None)
    facts = {
        "Domain": details.domain,
        "Tenant id": details.customer_id,
        "Country": details.country or "not known",
        "Currency": details.currency or "not known",
        "Azure": _KINDS[details.kind],
    }
    caption = "Azure subscriptions" if len(table) else "No Azure subscriptions"
    listed = markup.grid(["Name", "Azure subscription id", "Status"], rows, caption=caption)
    return markup.join(
        heading(details.name), markup.facts(facts), listed if len(table) else markup.tag("p", caption)
    )


def _checks(lights: tuple[Light, ...]) -> markup.Markup:
    """A sign, a word, a sentence and what to do: nothing is said by colour alone."""
    rows = [(light.name, _state(light), _told(light)) for light in lights]
    return markup.grid(
        ["Check", "State", "What was found, and what to do"], rows, caption="Before a purchase"
    )


def _state(light: Light) -> markup.Markup:
    sign, word = _WORDS[light.state]
    return markup.tag(
        "span", markup.tag("span", sign, aria_hidden="true"), f" {word}", class_=f"state {light.state}"
    )


def _told(light: Light) -> markup.Markup:
    return markup.join(light.finding, *((" ", markup.tag("b", light.next_step)) if light.next_step else ()))
