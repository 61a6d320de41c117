"""Exploring what a customer uses: from months to a single hour, by any filter, down to the rows as they came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

from bespeak import (
    CustomerDetails,
    Exploration,
    Session,
    Slice,
    UsageStore,
    charts,
    explore,
    refresh_usage,
    usage_store,
)
from bespeak_widgets.chart import Chart
from bespeak_widgets.look import Shown, hide, in_a_row, nothing_bought
from bespeak_widgets.panel import Panel
from bespeak_widgets.task import Steps, Task
from bespeak_widgets.usage_explorer_choices import ShownChoices
from bespeak_widgets.usage_explorer_filters import FilterBar
from bespeak_widgets.usage_explorer_picture import filters, look, strip_words
from bespeak_widgets.usage_explorer_rows import AsidePage, GapsPage, MachinesPage, RowsPage
from bespeak_widgets.usage_explorer_words import FIELDS, balance, head, warning
from bespeak_widgets.usage_explorer_zoom import ZoomBar

_NOBODY = "Choose a customer to explore what its VMs used."
_PAGES = ("Rows", "VMs", "Set aside", "Gaps, late data")
_NOTHING_YET = "The usage store knows nothing of {} yet. Press 'Read usage' to read its records."


class UsageExplorer(Panel):
    """Opens a customer's usage out of the store, and reads it into the store first where a person asks for it.

    ``source`` is a session, whose own store is used, or a store; ``customer`` are its details or its id. Observe
    ``where``, the slice that is looked at; ``folder`` is where saved files go.
    """

    where = T.Instance(Slice, allow_none=True, help="What is looked at; None while nothing is open.")
    found = T.Instance(Exploration, allow_none=True, help="The usage that is open.")
    customer = T.Any(help="The details of the customer, or its id; set it to open another one.")

    def __init__(
        self,
        source: Session | UsageStore,
        customer: CustomerDetails | str | None = None,
        *,
        days: int = 30,
        folder: str = "bespeak-out",
    ) -> None:
        self._session = None if isinstance(source, UsageStore) else source
        self._store = source if isinstance(source, UsageStore) else usage_store(source)
        self._days = days
        self._typed: dict[str, str] = {}
        self._build(Path(folder))
        top = [self._head, self._warning, self._balance, self._reading]
        super().__init__(in_a_row(self._read), *top, self._body)
        self._connect()
        self.customer = customer

    def _build(self, folder: Path) -> None:
        about = nothing_bought(self._store.world)
        self._read = W.Button(description="Read usage", tooltip="Read the usage records into the store")
        self._read.layout.width = "130px"
        self._head, self._warning, self._balance = Shown(_NOBODY, live="status"), Shown(), Shown()
        self._reading, self._listing, self._opening = Task(about), Task(about, keeps_place=True), Task(about)
        self._filters, self._zoom, self._chart, self._strip = FilterBar(), ZoomBar(), Chart(), Chart()
        self._choices = ShownChoices(self._zoom.bars)
        self._measure, self._by, self._currency = self._choices.controls
        self._rows, self._aside = RowsPage(self._opening, folder), AsidePage(self._opening, folder)
        self._vms, self._gaps = MachinesPage(lambda key: self.choose("resource", key)), GapsPage()
        pages = [self._rows, self._vms, self._aside, self._gaps]
        self._pages = W.Tab(pages, titles=_PAGES, selected_index=0, layout={"width": "100%"})
        picture = [self._filters, self._choices, self._zoom, self._chart, self._strip]
        parts = [*picture, self._listing, self._pages, self._opening]
        self._body = W.VBox(parts, layout={"width": "100%"})
        for part in (self._body, self._read):
            hide(part, when=True)

    def _connect(self) -> None:
        guard = self._listing.guard
        self.observe(self._reading.guard(lambda _: self._begin()), "customer")
        self._read.on_click(self._reading.guard(lambda _: self._refresh()))
        self._filters.observe(guard(lambda change: self._picked(change["new"])), "picked")
        self._filters.observe(guard(lambda change: self._find(change["new"])), "asked")
        self._zoom.observe(guard(lambda change: self._wanted(change["new"])), "wanted")
        self._chart.observe(guard(lambda change: self._clicked(change["new"])), "clicked")
        self._chart.observe(guard(lambda change: self._dragged(change["new"])), "dragged")
        for choice in (self._measure, self._by, self._currency):
            choice.observe(guard(lambda _: self._draw()), "value")
        self._pages.observe(guard(lambda _: self._fill_page()), "selected_index")

    @property
    def _name(self) -> str:
        return (
            self.customer.name if isinstance(self.customer, CustomerDetails) else f"Customer {self.customer}"
        )

    @property
    def _customer_id(self) -> str:
        given = self.customer
        return given.customer_id if isinstance(given, CustomerDetails) else str(given or "")

    def _begin(self) -> None:
        """Opens the customer; what was shown of another one goes first."""
        self.found = self.where = None
        hide(self._body, when=True)
        for part in (self._warning, self._balance):
            part.put("")
        can_read = self._session is not None and isinstance(self.customer, CustomerDetails)
        hide(self._read, when=not can_read)
        self._listing.stop()
        if not self.customer:
            self._reading.stop()
            self._head.put(_NOBODY)
        elif self._customer_id.lower() in set(self._store.customers()["customer_id"]):
            self._head.put(self._name)
            self._reading.start(f"Opening the usage of {self._name}", self._explored, self._opened)
        else:
            self._reading.stop()
            self._head.put(_NOTHING_YET.format(self._name))

    def _explored(self, steps: Steps) -> Exploration:
        return explore(self._store, self._customer_id, steps.say)

    def _refresh(self) -> None:
        session, details = self._session, self.customer
        if session is None or not isinstance(details, CustomerDetails):
            return

        def work(steps: Steps) -> Exploration:
            refresh_usage(session, self._store, [details], days=self._days, progress=steps)
            return explore(self._store, details.customer_id, steps.say)

        self._reading.start(f"Reading the usage of {details.name}", work, self._opened)

    def _opened(self, found: Exploration) -> None:
        self.found = found
        self._head.put(head(self._name, found))
        self._rows.customer_name = self._aside.page.customer_name = self._name
        self._warning.put(warning(found))
        self._balance.put(balance(found))
        self._choices.offer(found.currencies)
        self._zoom.begin(found)
        hide(self._body, when=False)
        self._look_at(found.whole)
        self._listing.start("Listing the VMs", found.list_machines, lambda _: self._listed())

    def _listed(self) -> None:
        self._fill_filters()
        self._fill_page()
        if self.found is not None and len(self.found.late()):
            self._draw()  # the marks of late records are all that the list adds to the picture

    def choose(self, field: str, value: str) -> None:
        """Narrows to a value of a field; "" takes the choice back."""
        if self.where is not None:
            self._typed.pop(field, None)
            self._look_at(self.where.choosing(field, value))

    def zoom(self, first: int, end: int) -> None:
        """Looks at the hours (since 1970) from ``first`` to before ``end``."""
        if self.where is not None:
            self._look_at(self._zoom.fitted(self.where, first, end))

    def _look_at(self, where: Slice) -> None:
        self.where = where
        self._draw()  # first what a person looks at
        self._zoom.show(where)
        self._fill_filters()

    def _fill_filters(self) -> None:
        found, where = self.found, self.where
        if found is not None and where is not None:
            typed = {field: self._typed.get(field, "") for field in FIELDS}
            self._filters.put(filters(found, where, field, typed[field], self.customer) for field in FIELDS)

    def _wanted(self, where: Slice | None) -> None:
        if where is not None:
            self._look_at(where)

    def _picked(self, choice: dict[str, Any]) -> None:
        self.choose(choice["field"], choice["value"])

    def _find(self, question: dict[str, Any]) -> None:
        self._typed[question["field"]] = question["typed"]
        self._fill_filters()

    def _draw(self) -> None:
        found, where = self.found, self._shown
        if found is None or where is None or self.where is None:
            return
        series = found.series(where, self._by.value, self._measure.value)
        self._chart.show(
            charts.usage_chart(series, look(found, series, self.where, self._money, self.customer))
        )
        hide(self._strip, when=not self.where.resource)
        if self.where.resource:
            name, words = strip_words(found, self.where)
            self._strip.show(
                charts.machine_strip(found.strip(self.where), name=name, words=words, world=found.world)
            )
        self._fill_page()

    @property
    def _money(self) -> str:
        return str(self._currency.value) if self._measure.value == "cost" else ""

    @property
    def _shown(self) -> Slice | None:
        """What is drawn: of a single hour its whole day, so that it is seen among the others."""
        where = self.where if self.where is None else self._zoom.drawn(self.where)
        return where if where is None or not self._money else where.paid_in(self._money)

    def _fill_page(self) -> None:
        if self.found is not None and self.where is not None:
            place = self._pages.selected_index or 0
            page: Any = (self._rows, self._vms, self._aside, self._gaps)[place]
            page.look_at(self.found, self.where)

    def _clicked(self, points: list[dict[str, int]]) -> None:
        """A click on a bar zooms into it."""
        shown = self._shown
        if points and shown is not None:
            edges = shown.edges()
            place = points[0]["index"]
            if place < len(edges) - 1:
                self.zoom(int(edges[place]), int(edges[place + 1]))

    def _dragged(self, span: dict[str, Any]) -> None:
        """A span that was drawn with the mouse is looked at, whole steps of it."""
        if span and self._shown is not None:
            self.zoom(*self._zoom.span_of(self._shown, span["first"], span["end"]))

    def open_rows(self) -> None:
        """Opens the rows behind what is looked at."""
        self._pages.selected_index = 0
        self._rows.open_rows()

    def open_set_aside(self, reason: str) -> None:
        """Opens the records that are set aside for a reason."""
        self._pages.selected_index = _PAGES.index("Set aside")
        self._aside.choose(reason)
