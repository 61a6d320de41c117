"""Seeing how full the machines of a customer are, and what resizing is worth together with reserving."""

from __future__ import annotations

from typing import Any

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import pandas as pd
import traitlets as T  # noqa: N812 - the name that ipywidgets' own code uses

from bespeak import Session, Study, charts, markup, review
from bespeak_widgets.chart import Chart
from bespeak_widgets.look import Shown, control, heading, hide, in_a_row, nothing_bought
from bespeak_widgets.panel import Panel
from bespeak_widgets.task import Steps, Task

_NOBODY = "Read the usage of a customer first; then its machines can be measured."
_WAITED = (("people wait for: up to 40 % of the cores", True), ("nobody waits for: up to 80 %", False))
_TERMS = (("1 year", "P1Y"), ("3 years", "P3Y"))

_Measures = tuple[pd.DataFrame, tuple[str, ...]]


class RightSizing(Panel):
    """Measures the machines of a ``study``, judges their sizes, and shows what resizing first is worth.

    Set ``study`` (of ``VmSizing``, or ``bespeak.study``); ``sizes`` is what came of it. Nothing here resizes a machine.
    """

    study = T.Instance(Study, allow_none=True, help="The study whose machines are judged.")
    sizes = T.Instance(review.SizesStudy, allow_none=True, help="What was measured and judged; None before.")

    def __init__(self, session: Session, study: Study | None = None) -> None:
        self._session = session
        self._measures: _Measures | None = None
        self._build()
        super().__init__(self._row, self._choice, self._task, self._said, self._found)
        self._connect()
        self.study = study
        self._renew()

    def _build(self) -> None:
        self._measure = W.Button(
            description="Measure the machines",
            button_style="primary",
            tooltip="Read a week of Azure Monitor's metrics",
        )
        self._measure.layout.width = "190px"
        self._file = W.FileUpload(
            accept=".csv", description="Use a CSV of measures", tooltip="Measures of another monitoring"
        )
        self._file.layout.width = "200px"
        self._row = in_a_row(self._measure, self._file)
        self._waited = W.Dropdown(description="Machines that", options=_WAITED, **control())
        self._term = W.Dropdown(description="Reserve for", options=_TERMS, **control(width="300px"))
        self._choice = in_a_row(self._waited, self._term)
        self._task = Task(nothing_bought(self._session.world), keeps_place=True)
        self._said = Shown(_NOBODY, live="status")
        self._costs, self._points = Chart(), Chart()
        self._tables = Shown()
        self._found = W.VBox([self._costs, self._tables, self._points])

    def _connect(self) -> None:
        self.observe(self._task.guard(lambda _: self._renew()), "study")
        self._measure.on_click(self._task.guard(lambda _: self._read()))
        self._file.observe(self._task.guard(lambda _: self._read_file()), "value")
        for choice in (self._waited, self._term):
            choice.observe(self._task.guard(lambda _: self._judge()), "value")

    def _renew(self) -> None:
        """Begins with another study: nothing is measured of it yet."""
        study = self.study
        self._task.stop()
        self._measures, self.sizes = None, None
        self._measure.disabled = self._file.disabled = study is None
        for part in (self._choice, self._found):
            hide(part, when=True)
        self._said.put(f"The machines of {study.details.name} are not measured yet." if study else _NOBODY)

    def _read(self, export: bytes | None = None) -> None:
        study, term, waited = self.study, self._term.value, self._waited.value
        if study is None:
            return

        def work(steps: Steps) -> tuple[_Measures, review.SizesStudy]:
            found = review.measure_sizes(self._session, study, export=export, progress=steps)
            steps.say("Working out which sizes fit")
            return found, review.fit_study(study, *found, term=term, user_facing=waited)

        self._task.start(f"Measuring the machines of {study.details.name}", work, self._measured)

    def _read_file(self) -> None:
        if self._file.value:
            content = bytes(self._file.value[0]["content"])
            self._file.value = ()
            self._read(content)

    def _judge(self) -> None:
        """Judges what is measured already by the other bound or for the other term."""
        study, found, term, waited = self.study, self._measures, self._term.value, self._waited.value
        if study is None or found is None:
            return
        self._task.start(
            "Working out which sizes fit",
            lambda _: (found, review.fit_study(study, *found, term=term, user_facing=waited)),
            self._measured,
        )

    def _measured(self, result: tuple[_Measures, review.SizesStudy]) -> None:
        self._measures, sizes = result
        self._said.put(self._words(sizes))
        self._costs.show(
            charts.resize_chart(sizes.plan.options, currency=sizes.plan.currency, days=sizes.plan.hours // 24)
        )
        self._points.show(charts.sizes_chart(sizes.fits))
        self._tables.put(self._rows(sizes))
        for part in (self._choice, self._found):
            hide(part, when=False)
        self.sizes = sizes

    def _words(self, sizes: review.SizesStudy) -> markup.Markup:
        told = [markup.tag("p", sentence) for sentence in review.sizes_words(sizes)]
        return markup.join(heading(f"How well the machines of {sizes.study.details.name} fit"), *told)

    def _rows(self, sizes: review.SizesStudy) -> markup.Markup:
        moves, reserve = review.move_rows(sizes), review.reserve_rows(sizes)
        listed = [
            _opened("What to reserve before and after", reserve, is_open=True),
            _opened(f"{len(moves.rows):,} machines that change, and why", moves),
        ]
        return markup.join(*(part for part in listed if part))


def _opened(title: str, rows: Any, *, is_open: bool = False) -> markup.Markup | str:  # noqa: ANN401 - review.Rows
    """A table that can be opened; nothing when it has no rows."""
    if not rows.rows:
        return ""
    table = markup.grid(rows.head, rows.rows.values(), caption=title, numbers=rows.numbers)
    more = {"open": "open"} if is_open else {}
    return markup.tag("details", markup.tag("summary", title), table, **more)
