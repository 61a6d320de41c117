"""Every place of the page where a text of a service is shown, filled with the given texts: runs in the kernel of Lab.

``Places.every`` gives them by name, and each shows all of the texts; a desk shows those of one customer.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import hostile
import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import numpy as np
import pandas as pd
import plotly.graph_objects as go

import bespeak
from bespeak import Light, charts, markup, review
from bespeak.charts.figure import figure, label
from bespeak.errors import InputError
from bespeak_widgets import Chart, CustomerLookup, ReservationDesk, ReservationForm, VmSizing
from bespeak_widgets.choice_table import ChoiceTable
from bespeak_widgets.customer_lookup import _checks, _facts
from bespeak_widgets.look import Problem, Shown
from bespeak_widgets.order_fields import Noted
from bespeak_widgets.order_result import OrderResult
from bespeak_widgets.panel import snapshot
from bespeak_widgets.purchase_block import Seen
from bespeak_widgets.request_list import RequestList
from bespeak_widgets.task import Task

Place = Callable[[], Any]


class Places:
    """The places by name, on a world in which everything is called by the texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        for limit in ("max_rows", "max_columns", "max_colwidth"):
            pd.set_option(f"display.{limit}", None)
        self.root = Path(tempfile.mkdtemp())
        (self.root / "world").mkdir()
        self.session = hostile.session(self.root / "world", self.texts, self.root / "home")
        self.details = bespeak.find_customer(self.session, hostile.guid(1, 0))
        self.study = bespeak.study(self.session, self.details, 7)

    def every(self) -> dict[str, Place]:
        """All places; each shows all of the texts."""
        return {
            "hits of the lookup": lambda: CustomerLookup(self.session, limit=10_000),
            "facts of customers": self.facts,
            "lights before a purchase": self.lights,
            "table of advice": self.table,
            "head and caption of a table": self.head,
            "words of the sizing": lambda: Shown(markup.bullets(self.texts)),
            "error beside a control": self.problem,
            "progress of a task": self.progress,
            "note below a field": self.note,
            "options of a field": lambda: W.Dropdown(description="Azure subscription", options=self.texts),
            "values of fields": lambda: W.VBox([W.Text(value=text) for text in self.texts]),
            "requests of a dry run": self.requests,
            "outcome of a purchase": self.outcome,
            "title and words of a chart": self.chart_words,
            "legend of a chart": self.chart_legend,
            "labels of a chart": self.chart_labels,
            "hover of a chart": self.chart_hover,
            "bars of the comparison": self.comparison,
            "titles of use": self.use,
            "bands of demand": self.bands,
            "curve of savings": self.curve,
            "table of customers": lambda: bespeak.customers(self.session).set_index("name", drop=False),
            "table with names of columns": lambda: pd.DataFrame([self.texts], columns=self.texts),
            "printed text": lambda: print("\n".join(self.texts)),  # noqa: T201  # it is what is looked at
            "text form of a widget": lambda: print(snapshot(self.problem())),  # noqa: T201  # it is what is looked at
            "representation of a value": self.customers,
            "error of a cell": self.traceback,
        }

    def customer(self, number: int) -> ReservationDesk:
        """The whole desk for one customer: its advice chosen, its offer checked, its requests shown."""
        return ReservationDesk(self.session, hostile.guid(1, number), days=7, folder=str(self.root / "out"))

    async def fill(self, desk: ReservationDesk, number: int) -> str:
        """Goes on with a desk as a person would, up to the confirmation; gives its text form."""
        await desk.idle()
        desk.sizing._page.click()
        desk.sizing._tables.click()
        await desk.idle()
        desk.sizing._use.click()
        await desk.idle()
        desk.form.fields.friendly_name.value = self.texts[number % len(self.texts)][:50]
        await desk.idle()
        with contextlib.suppress(Exception):
            desk.form.check()
            await desk.idle()
            desk.form.dry_run()
            await desk.idle()
        return str(desk)

    def pages(self) -> list[str]:
        """The saved pages: the study of a customer, and a page with all of the texts in all of its parts."""
        chosen = review.choose(self.study, next(iter(review.advice_rows(self.study).rows)))
        study = review.save_study_page(self.root / "out", self.study, chosen, 2)
        rows = [[text] * 3 for text in self.texts]
        section = review.Section(
            " ".join(self.texts),
            self.texts,
            self.texts,
            {" ".join(self.texts): (["a", *self.texts[:2]], rows, [1])},
            [self._drawn(), *(self._titled(text) for text in self.texts[:5])],
        )
        every = review.save_page(
            self.root / "every.html",
            title=" ".join(self.texts),
            world="sandbox",
            facts={text: text for text in self.texts},
            sections=[section],
        )
        return [str(study), str(every)]

    # -- widgets -------------------------------------------------------------------------------------------

    def customers(self) -> list[bespeak.CustomerDetails]:
        numbers = range(len(self.texts))
        return [bespeak.customer_details(self.session, hostile.guid(1, number)) for number in numbers]

    def facts(self) -> W.VBox:
        return W.VBox([Shown(_facts(details)) for details in self.customers()])

    def lights(self) -> Shown:
        lights = [Light(text, "blocked", text, text) for text in self.texts]
        return Shown(_checks(tuple(lights)))

    def table(self) -> ChoiceTable:
        table = ChoiceTable()
        table.put("Advice", ["Scope", "Group"], {text: (text, text) for text in self.texts}, numbers=[1])
        return table

    def head(self) -> ChoiceTable:
        table = ChoiceTable()
        table.put(" ".join(self.texts), self.texts, {"x": ["x"] * len(self.texts)})
        return table

    def problem(self) -> Problem:
        problem = Problem()
        problem.say(InputError(f"The service says: {' '.join(self.texts)}"))
        return problem

    def progress(self) -> Shown:
        task = Task()
        steps = W.VBox([task])
        task._status.put(markup.tag("p", " ".join(self.texts)))
        task._show_line(shown=True)
        return steps

    def note(self) -> Noted:
        noted = Noted(W.Text(description="Size"))
        noted.say("", self.texts)
        return noted

    def requests(self) -> RequestList:
        shown = RequestList()
        rows = [{"step": text, "method": "POST", "path": text, "body": text} for text in self.texts]
        shown.show(pd.DataFrame(rows))
        return shown

    def outcome(self) -> OrderResult:
        """Purchases whose sentence and facts are the texts."""
        chosen = review.choose(self.study, next(iter(review.advice_rows(self.study).rows)))
        fields = {name: value for name, value in chosen.choice(1).items() if name not in {"group", "scope"}}
        wanted = bespeak.quote(self.details, bespeak.read_prices(self.session, self.details), **fields)
        plan = bespeak.plan(wanted, bespeak.find_offer(self.session, self.details, wanted), intent_id="x")
        bought = bespeak.make_purchase(self.session, plan, plan.phrase)
        result = OrderResult(self.session, lambda _: None)
        told = bought.outcome
        # A dozen in each: Jupyter drops messages when a cell makes thousands of widgets at once.
        some = [" ".join(self.texts[i : i + 12]) for i in range(0, len(self.texts), 12)]
        for number, text in enumerate(some):
            named = replace(bought, plan=replace(plan, intent_id=f"x{number}"))
            result.put(
                Seen(replace(named, outcome=replace(told, sentence=text, order_id=text, reservation=text)))
            )
        return result

    # -- charts --------------------------------------------------------------------------------------------

    def _titled(self, title: str, traces: Sequence[Any] = ()) -> go.Figure:
        return figure(
            traces or [go.Scatter(x=[1, 2], y=[3, 4], name=label(title))],
            title=title,
            summary=[title],
            columns=[title, "y"],
            rows=[[title, title]],
        )

    def chart_words(self) -> Chart:
        chart = Chart(self._titled(" ".join(self.texts)))
        chart.table = {"columns": self.texts, "rows": [self.texts]}
        return chart

    def _drawn(self) -> go.Figure:
        names = [label(text) for text in self.texts]
        traces = [go.Scatter(x=[1, 2], y=[i, i], name=name, showlegend=True) for i, name in enumerate(names)]
        made = self._titled("Legend", traces)
        return made.update_layout(showlegend=True, height=40 * len(names) + 200)

    def chart_legend(self) -> Chart:
        return Chart(self._drawn())

    def chart_labels(self) -> Chart:
        names = [label(text) for text in self.texts]
        made = self._titled("Labels", [go.Bar(y=names, x=[1] * len(names), text=names, orientation="h")])
        made.update_yaxes(tickmode="linear", automargin=True)
        made.update_layout(height=40 * len(names) + 200, bargap=0.1)
        for i, name in enumerate(names):
            made.add_annotation(x=0.5, y=i, text=name, showarrow=False)
        return Chart(made)

    def chart_hover(self) -> Chart:
        names = [label(text) for text in self.texts]
        hover = [f"{name}: %{{y}}<extra>{name}</extra>" for name in names]
        trace = go.Scatter(x=np.arange(len(names)), y=[1] * len(names), hovertemplate=hover, mode="markers")
        return Chart(self._titled("Hover", [trace]))

    def comparison(self) -> Chart:
        shown = {"quantity": 1, "reservation": 10.0, "payg": 5.0, "cost": 15.0, "saving": 1.0}
        options = pd.DataFrame([{"option": text, **shown} for text in self.texts])
        return Chart(charts.price_comparison(options, currency=self.texts[0], title=" ".join(self.texts)))

    def use(self) -> Chart:
        hours = pd.date_range("2026-11-10", periods=4, freq="D", tz="UTC")
        table = pd.DataFrame({"day": hours, "used_hours": 11.0, "reserved_hours": 24.0, "utilisation": 0.5})
        return Chart(charts.use_chart(table, title=" ".join(self.texts)))

    def bands(self) -> W.VBox:
        """The demand of sizes that are called by the texts, a few in each chart: more are drawn as one."""
        return W.VBox([self._bands(self.texts[i : i + 7]) for i in range(0, len(self.texts), 7)])

    def _bands(self, names: Sequence[str]) -> Chart:
        hours = pd.date_range("2026-11-10", periods=24, freq="h", tz="UTC")
        place = {"scope": self.texts[0], "region": self.texts[1], "group": self.texts[2]}
        ran = {"instances": 1.0, "unknown": 0.0, "overlap": 1.0}
        sizes = [{**place, "size": name, "hour": hour, **ran} for name in names for hour in hours]
        units = dict.fromkeys(("units", "upper", "overlap"), float(len(names)))
        groups = [{**place, "hour": hour, **units, "unknown": 0.0} for hour in hours]
        ratios = dict.fromkeys(names, 1.0)
        made = charts.demand_by_size(pd.DataFrame(sizes), pd.DataFrame(groups), **place, ratios=ratios)
        return Chart(made.update_layout(height=600, showlegend=True))

    def curve(self) -> Chart:
        curve = review.choose(self.study, next(iter(review.advice_rows(self.study).rows))).curve
        title = " ".join(self.texts)
        return Chart(
            charts.savings_curve_chart(curve, 1, currency=self.texts[0], title=title, break_even=None)
        )

    def traceback(self) -> None:
        """What a cell shows for an error of ours, and for one that is not."""
        from IPython import get_ipython  # noqa: PLC0415  only in a kernel

        for kind in (InputError, ValueError):
            try:
                raise kind(" ".join(self.texts))
            except ValueError:
                get_ipython().showtraceback()


def sizing_and_form(places: Places) -> W.VBox:
    """The two widgets alone, as notebooks show them."""
    return W.VBox(
        [VmSizing(places.session, places.details, 7), ReservationForm(places.session, places.details)]
    )


def loaded(path: str) -> Places:
    """The places for the texts in a JSON file."""
    return Places(json.loads(Path(path).read_text(encoding="utf-8")))
