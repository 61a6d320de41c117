"""The chart widget: one plotly.js for all, columns as binary, the words beside the drawing."""

import struct

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bespeak import charts
from bespeak.charts.figure import figure, small
from bespeak_widgets import Chart
from bespeak_widgets.chart import _packed
from bespeak_widgets.choice_table import ChoiceTable
from bespeak_widgets.panel import Panel, snapshot
from bespeak_widgets.pick_list import PickList


def a_figure(title: str = "Saving", y=(3, 4)) -> go.Figure:
    trace = go.Scatter(x=small([1, 2]), y=small(y), name="saving")
    return figure([trace], title=title, summary=["It rises."], columns=["x", "y"], rows=[["1", "3"]])


def test_all_charts_of_a_kernel_share_one_library() -> None:
    assert Chart(a_figure())._library == Chart(a_figure())._library


def test_a_new_library_is_made_when_all_widgets_were_closed() -> None:
    before = Chart(a_figure())._library
    W.Widget.close_all()
    assert Chart(a_figure())._library != before


def test_columns_travel_as_binary_and_not_as_text() -> None:
    chart = Chart(a_figure(y=(3, 4)))
    trace = chart.traces["spec"][0]
    assert trace["y"]["dtype"] == "f4"
    assert struct.unpack("<2f", chart.traces["buffers"][trace["y"]["__buf"]]) == (3.0, 4.0)


def test_a_column_of_two_dimensions_keeps_its_shape() -> None:
    chart = Chart(go.Figure(go.Heatmap(z=np.arange(6, dtype="float32").reshape(2, 3))))
    column = chart.traces["spec"][0]["z"]
    assert (column["dtype"], column["width"]) == ("f4", 3)
    assert struct.unpack("<6f", chart.traces["buffers"][column["__buf"]]) == (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)


def test_whole_numbers_that_no_array_of_the_browser_holds_travel_as_text() -> None:
    assert _packed(np.array([2**40, 1]), []) == [2**40, 1]


def test_only_the_arrangement_is_sent_when_the_traces_stay_the_same() -> None:
    chart = Chart(a_figure())
    sent = []
    chart.observe(lambda change: sent.append(change["name"]), names=["traces", "arrangement"])
    moved = a_figure()
    moved.add_hline(y=3.5)
    chart.show(moved)
    assert sent == ["arrangement"]


def test_the_words_and_the_table_come_from_the_figure() -> None:
    chart = Chart(a_figure())
    assert (chart.title, chart.summary) == ("Saving", ["It rises."])
    assert chart.table == {"columns": ["x", "y"], "rows": [["1", "3"]]}
    assert "meta" not in chart.arrangement


def test_the_text_form_says_title_and_summary() -> None:
    assert snapshot(Panel(Chart(a_figure()))).splitlines() == ["Panel", "  Chart: Saving", "    It rises."]
    assert repr(Chart(a_figure())) == "Chart: Saving\n  It rises."


def test_a_chart_shown_alone_has_its_words_as_its_text() -> None:
    assert Chart(a_figure())._repr_mimebundle_()[0]["text/plain"] == "Chart: Saving\n  It rises."


def test_every_figure_of_the_toolkit_is_small_enough_to_travel() -> None:
    curve = {"quantity": range(500), "units": range(500), "cost": range(500), "saving": range(500)}
    table = pd.DataFrame(curve).assign(utilisation=0.5, coverage=0.5)
    chart = Chart(charts.savings_curve_chart(table, 3, currency="USD", title="Saving"))
    assert sum(map(len, chart.traces["buffers"])) < 20_000


def test_a_choice_whose_row_is_gone_is_taken_back() -> None:
    table = ChoiceTable()
    table.put("Sizes", ["Size", "Count"], {"a": ["D2s", "1"], "b": ["D4s", "2"]}, numbers=[1])
    table.chosen = "b"
    table.put("Sizes", ["Size", "Count"], {"a": ["D2s", "1"]})
    assert table.chosen == ""


def test_the_text_of_a_choice_marks_the_chosen_row() -> None:
    table = ChoiceTable()
    table.put("Sizes", ["Size", "Count"], {"a": ["D2s", "1"], "b": ["D4s", "2"]})
    table.chosen = "b"
    assert table.as_text().splitlines() == ["Sizes", "    Size | Count", "( ) D2s | 1", "(o) D4s | 2"]


def test_choosing_the_same_hit_again_is_heard_again() -> None:
    picks = PickList("Customer")
    heard = []
    picks.observe(lambda change: heard.append(change["new"]["key"]), "picked")
    picks.pick("a")
    picks.pick("a")
    assert heard == ["a", "a"]


def test_the_text_of_a_search_says_how_many_hits_are_below() -> None:
    picks = PickList("Customer", text="co")
    picks.put([(str(i), f"Contoso {i}", "contoso.example") for i in range(9)], "9 of 20 customers")
    assert picks.as_text().splitlines()[0:2] == ["Customer: co", "9 of 20 customers"]
    assert picks.as_text().splitlines()[-1].strip() == "(3 more below)"
