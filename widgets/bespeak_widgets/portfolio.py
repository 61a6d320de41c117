"""All customers on one page: what is at stake, what ends, what is not used; a line opens the customer's own page."""

from __future__ import annotations

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import pandas as pd
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

from bespeak import (
    CustomerDetails,
    PortfolioView,
    Refreshed,
    Session,
    Survey,
    UsageStore,
    charts,
    customer_details,
    portfolio_columns,
    portfolio_lines,
    usage_store,
)
from bespeak_widgets.chart import Chart
from bespeak_widgets.look import Shown, hide, nothing_bought
from bespeak_widgets.order_page import OrderPage
from bespeak_widgets.panel import Panel
from bespeak_widgets.portfolio_bar import PortfolioBar
from bespeak_widgets.portfolio_filling import Filling
from bespeak_widgets.portfolio_table import PortfolioTable
from bespeak_widgets.portfolio_words import came, counted, opened, tiles
from bespeak_widgets.task import Steps, Task
from bespeak_widgets.vm_sizing import VmSizing

#: The column that a rank goes by, and whether it descends.
_GOES_BY = {"money": (1, True), "expiry": (5, False), "under_use": (7, True), "exchange": (8, False)}


class Portfolio(Panel):
    """Shows at once what is known on this machine, reads what has grown old, and fills the page as it comes.

    ``store`` is another usage store than that of the session, ``days`` how far back usage is looked at, ``customers`` a
    table of them in the place of all. Set ``customer_id`` to open a customer's own page below; ``details`` is what was
    read of it.
    """

    view = T.Instance(
        PortfolioView, allow_none=True, help="The table behind the page; None while none is there."
    )
    customer_id = T.Unicode(help="Tenant id of the customer whose page is open.")
    details = T.Instance(CustomerDetails, allow_none=True, help="What is known of that customer.")

    def __init__(
        self,
        session: Session,
        store: UsageStore | None = None,
        *,
        days: int = 30,
        customers: pd.DataFrame | None = None,
        folder: str = "bespeak-out",
    ) -> None:
        self._session, self._days, self._customers = session, days, customers
        self._store = usage_store(session) if store is None else store
        self._survey: Survey | None = None
        self._sorted: tuple[int, bool] | None = None
        self._build_page()
        self._build_customer(days, folder)
        super().__init__(
            self._page,
            self._bar,
            self._reading,
            self._came,
            self._tiles,
            self._table,
            self._pictures,
            self._customer,
        )
        self._connect()
        self._begin()

    def _build_page(self) -> None:
        about = nothing_bought(self._session.world)
        self._page = OrderPage()
        self._bar = PortfolioBar()
        self._came = Shown(live="status")
        self._reading = Task(about, keeps_place=True)
        self._filling = Filling(self._reading, self._show)
        self._choosing = Task(about)
        self._tiles = Shown()
        self._table = PortfolioTable("All customers", [one.head for one in portfolio_columns()], _numbers())
        self._first, self._calendar = Chart(), Chart()
        self._pictures = W.HBox([self._first, self._calendar])
        self._pictures.add_class("side-by-side")

    def _build_customer(self, days: int, folder: str) -> None:
        self._opening = Task(nothing_bought(self._session.world))
        self._about = Shown(live="status")
        self.sizing = VmSizing(self._session, days=days, folder=folder)
        self._customer = W.VBox(
            [self._choosing, self._opening, self._about, self.sizing], layout={"width": "100%"}
        )
        self._customer.add_class("portfolio-customer")
        for part in (self._customer, self._tiles, self._pictures):
            hide(part, when=True)

    def _connect(self) -> None:
        guard = self._choosing.guard
        self._bar.rank.observe(guard(lambda _: self._rank_anew()), "value")
        self._bar.currencies.observe(guard(lambda _: self._arrange()), "value")
        self._bar.find.observe(guard(lambda _: self._arrange(pictures=False)), "value")
        self._table.observe(guard(lambda change: self._sort(change["new"]["column"])), "asked")
        self._table.observe(guard(lambda change: self._choose(change["new"]["key"])), "opened")
        self._reading.observe(lambda change: self._bar.stand_back(reading=change["new"]), "busy")
        self._bar.usage.on_click(self._reading.guard(lambda _: self._read_usage()))
        self._bar.again.on_click(self._reading.guard(lambda _: self._read_again()))
        self.observe(self._opening.guard(lambda _: self._open()), "customer_id")

    def _begin(self) -> None:
        def work(_: Steps) -> tuple[Survey, PortfolioView, list[str]]:
            survey = Survey(self._session, self._store, self._customers, days=self._days)
            return survey, survey.view(), survey.old()

        self._reading.start("Reading the list of customers", work, self._begun)

    def _begun(self, found: tuple[Survey, PortfolioView, list[str]]) -> None:
        self._survey, view, old = found
        self._show(view)
        self._filling.read(self._survey, old)

    def _read_again(self) -> None:
        """Reads everything again, the list and the prices too; what is shown stays until there is something newer."""
        survey = self._survey
        if survey is None:
            self._begin()
            return

        def work(_: Steps) -> tuple[Survey, PortfolioView, list[str]]:
            if self._customers is None:
                survey.list_again()
            return survey, survey.view(), list(survey.listed["customer_id"])

        self._reading.start("Reading the list of customers", work, self._begun)

    def _read_usage(self) -> None:
        """Reads the usage of all customers that can have any; what was read stays when it is cancelled."""
        survey = self._survey
        if survey is not None:
            self._came.put("")
            self._reading.start("Reading usage", survey.read_usage, self._usage_came)

    def _usage_came(self, found: Refreshed) -> None:
        self._came.put(came(found))
        self.look_again()

    def look_again(self) -> None:
        """Takes usage into account that has come into the store, and goes on with customers that were not read."""
        if self._survey is not None:
            self._survey.look_into_store()
            self._filling.read(self._survey, self._survey.old())

    def _show(self, view: PortfolioView) -> None:
        """Shows the page as it is known now, in the order that was chosen."""
        self.view = view
        for part in (self._tiles, self._pictures):
            hide(part, when=view.table.empty)
        self._tiles.put(tiles(view))
        self._bar.offer(view)
        self._table.put((line.key, line.note, line.cells) for line in portfolio_lines(view.table))
        self._arrange()

    def _rank_anew(self) -> None:
        self._sorted = None
        self._arrange()

    def _sort(self, column: int) -> None:
        """Sorts by the column of a head; a second press turns the order round."""
        now = self._sorted or _GOES_BY[self._bar.rank.value]
        turned = now[0] == column
        self._sorted = (column, not now[1] if turned else portfolio_columns()[column].descends)
        self._arrange(pictures=False)

    def _arrange(self, *, pictures: bool = True) -> None:
        view = self.view
        if view is None:
            return
        rank, currency, typed = self._bar.rank.value, self._bar.currency, self._bar.find.value
        column, descending = self._sorted or _GOES_BY[self._bar.rank.value]
        shown = view.found(typed, rank, currency)
        if self._sorted:
            order = view.sorted(portfolio_columns()[column].name, descending=descending)
            shown = order[order["customer_id"].isin(shown["customer_id"])]
        words = counted(view, len(shown), typed)
        self._table.arrange(shown["customer_id"], words, column=column, descending=descending)
        if pictures:
            self._first.show(charts.rank_chart(view.ranked(rank, currency), rank))
            self._calendar.show(charts.expiry_calendar(view.table, view.as_of.date()))

    def _choose(self, customer_id: str) -> None:
        if customer_id == self.customer_id:
            self._open()
        self.customer_id = customer_id

    def _open(self) -> None:
        """Reads the customer; what was shown of another one goes first."""
        self.details = self.sizing.details = None
        self._table.chosen = self.customer_id
        self._about.put("")
        hide(self._customer, when=not self.customer_id)
        if self.customer_id:
            self._opening.start(
                "Opening the customer's page",
                lambda _: customer_details(self._session, self.customer_id),
                self._opened,
            )

    def _opened(self, details: CustomerDetails) -> None:
        view = self.view
        if view is not None:
            self._about.put(opened(view, details))
        self.details = self.sizing.details = details
        self._page.move_on("portfolio-customer", "portfolio-customer", to_top=True)


def _numbers() -> list[int]:
    return [place for place, column in enumerate(portfolio_columns()) if column.is_number]
