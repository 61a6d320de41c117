"""Seeing what a customer's VMs use, and choosing a reservation for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

from bespeak import Chosen, CustomerDetails, Session, Study, markup, review
from bespeak_widgets.chart import Chart
from bespeak_widgets.choice_table import ChoiceTable
from bespeak_widgets.look import Shown, control, hide, in_a_row, nothing_bought
from bespeak_widgets.panel import Panel
from bespeak_widgets.sizing_words import summary, why
from bespeak_widgets.task import Steps, Task

_NOBODY = "Choose a customer to see what its VMs use."
_DAYS = (("7 days", 7), ("30 days", 30), ("60 days", 60))


class VmSizing(Panel):
    """Reads a customer's usage, advises, and shows any row of the advice in pictures; 'Use this' hands it on.

    Set ``details`` to read another customer, observe ``choice``. ``days`` is how far back it looks; ``folder`` is
    where saved files go, under the folder of the notebook.
    """

    details = T.Instance(CustomerDetails, allow_none=True, help="The customer; set it to read its usage.")
    study = T.Instance(Study, allow_none=True, help="What was read and advised; None while nothing is.")
    choice: T.Dict[str, Any] = T.Dict(
        help="scope, region, group, size, term, quantity, azure_subscription_id."
    )

    def __init__(
        self,
        session: Session,
        details: CustomerDetails | None = None,
        days: int = 30,
        folder: str = "bespeak-out",
    ) -> None:
        self._session = session
        self._folder = Path(folder)
        self._chosen: Chosen | None = None
        self._build_reading(days)
        self._build_choosing()
        self._build_keeping()
        super().__init__(self._window, self._reading, self._summary, self._advice, self._detail, self._keep)
        self._connect()
        self.details = details

    def _build_reading(self, days: int) -> None:
        options = _DAYS if days in dict(_DAYS).values() else ((f"{days} days", days), *_DAYS)
        self._days = W.Dropdown(
            description="Look back", options=options, value=days, **control(width="300px")
        )
        self._export = W.FileUpload(
            accept=".csv,.gz",
            description="Use a cost export",
            tooltip="Read usage from a cost export (CSV) instead",
            disabled=True,
        )
        self._export.layout.width = "180px"
        self._again = W.Button(
            description="Read again", tooltip="Read the usage records of Partner Center", disabled=True
        )
        self._again.layout.width = "120px"
        self._window = in_a_row(self._days, self._again, self._export)
        self._reading = Task(nothing_bought(self._session.world), keeps_place=True)
        self._summary = Shown(_NOBODY, live="status")

    def _build_choosing(self) -> None:
        self._scope = W.Dropdown(description="Scope", **control())
        self._table = ChoiceTable()
        self._choosing = Task(nothing_bought(self._session.world))
        self._advice = W.VBox([self._scope, self._table, self._choosing])
        self._why = Shown(live="status")
        self._quantity = W.IntSlider(description="Quantity", min=0, max=1, **control(width="560px"))
        self._at = Shown(live="status")
        self._week, self._ran, self._savings, self._terms = Chart(), Chart(), Chart(), Chart()
        self._use = W.Button(
            description="Use this", button_style="primary", tooltip="Hand this row and quantity on"
        )
        self._using = Task(nothing_bought(self._session.world))
        self._handed = Shown(live="status")
        quantity = in_a_row(self._quantity, self._use)
        pictures = (self._savings, self._ran, self._week, self._terms)
        self._detail = W.VBox([self._why, quantity, self._at, self._using, self._handed, *pictures])

    def _build_keeping(self) -> None:
        self._page = W.Button(description="Save page", tooltip="Save one offline HTML page")
        self._tables = W.Button(description="Save tables", tooltip="Save the tables as CSV and as a workbook")
        self._saving = Task(nothing_bought(self._session.world))
        self._kept = Shown(live="status")
        buttons = in_a_row(self._page, self._tables)
        self._keep = W.VBox([buttons, self._saving, self._kept])
        for part in (self._advice, self._detail, self._keep):
            hide(part, when=True)

    def _connect(self) -> None:
        self.observe(self._reading.guard(lambda _: self._read()), "details")
        self._days.observe(self._reading.guard(lambda _: self._read()), "value")
        self._again.on_click(self._reading.guard(lambda _: self._read()))
        self._export.observe(self._reading.guard(lambda _: self._read_export()), "value")
        self._scope.observe(self._choosing.guard(lambda _: self._fill_table()), "value")
        self._table.observe(self._choosing.guard(lambda _: self._choose()), "chosen")
        self._quantity.observe(self._choosing.guard(lambda _: self._show_quantity()), "value")
        self._savings.observe(self._choosing.guard(lambda _: self._take_clicked()), "clicked")
        self._reading.observe(lambda change: setattr(self._use, "disabled", change["new"]), "busy")
        self._use.on_click(self._using.guard(lambda _: self._hand_on()))
        self._page.on_click(self._saving.guard(lambda _: self._save_page()))
        self._tables.on_click(self._saving.guard(lambda _: self._save_tables()))

    def refresh(self) -> None:
        """Works the advice out anew with what is owned now; what is shown stays in its place until it is there."""
        study = self.study
        if study is None:
            self._read()
            return
        self.choice = {}
        self._reading.start(
            "Working the advice out anew", lambda _: review.renew_study(self._session, study), self._studied
        )

    def _read(self) -> None:
        """Reads and advises; what was shown of another customer or window goes first."""
        self.study, self._chosen, self.choice = None, None, {}
        for part in (self._advice, self._detail, self._keep):
            hide(part, when=True)
        self._again.disabled = self._export.disabled = self.details is None
        self._summary.put("" if self.details else _NOBODY)
        self._start()

    def _start(self, export: bytes | None = None) -> None:
        details, days = self.details, self._days.value
        if details is None:
            self._reading.stop()
            return

        def work(steps: Steps) -> Study:
            return review.study(self._session, details, days, export=export, say=steps.say, progress=steps)

        self._reading.start(f"Reading the usage of {details.name}", work, self._studied)

    def _read_export(self) -> None:
        """Reads the dropped file, which is not kept; what is shown stays until there is something in its place."""
        if self._export.value:
            content = bytes(self._export.value[0]["content"])
            self._export.value = ()
            self._start(content)

    def _studied(self, study: Study) -> None:
        self._summary.put(summary(study))
        scopes = [(study.scope_name(scope), scope) for scope in study.advice["scope"].unique()]
        self._scope.options = scopes
        self._scope.index = 0 if scopes else None
        hide(self._scope, when=len(scopes) < 2)  # noqa: PLR2004 - one scope is no choice
        for part in (self._advice, self._keep):
            hide(part, when=not scopes)
        self.study = study
        self._fill_table()

    def _fill_table(self) -> None:
        """Shows the advice of the scope and chooses its first row."""
        if self.study is None or self._scope.value is None:
            return
        listed = review.advice_rows(self.study, self._scope.value)
        days = self.study.demand.hours // 24
        caption = f"Advice: choose a row to see why. Prices are for the whole term, savings over {days} days."
        self._table.put(caption, listed.head, listed.rows, numbers=listed.numbers)
        first = next(iter(listed.rows), "")
        if self._table.chosen == first:
            self._choose()  # the same row as before, of another study
        else:
            self._table.chosen = first

    def _choose(self) -> None:
        """Shows the chosen row at its advised quantity."""
        self.choice = {}
        hide(self._detail, when=not self._table.chosen)
        if self.study is None or not self._table.chosen:
            self._chosen = None
            return
        chosen = review.choose(self.study, self._table.chosen)
        self._chosen = None  # the slider moves without redrawing twice
        self._quantity.max = max(chosen.highest, 1)
        self._quantity.value = chosen.advised
        self._chosen = chosen
        self._why.put(why(chosen))
        self._week.show(chosen.picture_of_the_week())
        self._terms.show(chosen.picture_of_terms())
        self._show_quantity()

    def _show_quantity(self) -> None:
        if self._chosen is None:
            return
        self.choice = {}
        self._handed.put("")
        self._using.problem.clear()
        quantity = self._quantity.value
        self._savings.show(self._chosen.picture_of_savings(quantity))
        self._at.put(markup.tag("p", self._chosen.words(quantity), class_="big"))
        self._ran.show(self._chosen.picture_of_demand(quantity))

    def _take_clicked(self) -> None:
        """A click on the curve chooses the quantity under it."""
        on_curve = [point["index"] for point in self._savings.clicked if point["curve"] == 0]
        if on_curve:
            self._quantity.value = on_curve[0]

    def _hand_on(self) -> None:
        if self._chosen is not None:
            chosen = self._chosen.choice(self._quantity.value)
            self.choice = {}  # so that the same choice is heard again
            self.choice = chosen
            self._handed.put(f"Handed on: {self._quantity.value} x {self._chosen.title()}.")

    def _save_page(self) -> None:
        study, chosen, quantity = self.study, self._chosen, self._quantity.value
        if study is not None:
            self._saving.start(
                "Saving the page",
                lambda _: [review.save_study_page(self._folder, study, chosen, quantity)],
                self._tell_saved,
            )

    def _save_tables(self) -> None:
        study = self.study
        if study is not None:
            self._saving.start(
                "Saving the tables",
                lambda _: [
                    review.save_study_workbook(self._folder, study),
                    *review.save_study_tables(self._folder, study),
                ],
                self._tell_saved,
            )

    def _tell_saved(self, paths: list[Path]) -> None:
        where = markup.tag("p", f"Saved in the folder {paths[0].parent.as_posix()}:")
        self._kept.put(markup.join(where, markup.bullets(path.name for path in paths)))
