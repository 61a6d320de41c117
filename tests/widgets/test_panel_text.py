"""The text form of widgets: what a person sees, the same each time."""

import asyncio

import ipywidgets as W  # noqa: N812 - the name that every ipywidgets example uses
import pytest

from bespeak import MissingError, markup
from bespeak_widgets.look import Problem, Shown, hide
from bespeak_widgets.panel import Panel, parts, snapshot
from bespeak_widgets.task import Task


def test_a_panel_says_names_values_and_what_can_be_pressed() -> None:
    panel = Panel(
        W.Text(description="Name", value="Contoso"),
        W.Dropdown(description="Term", options=["1 year", "3 years"]),
        W.Checkbox(description="I have read it", value=True),
        W.IntSlider(description="Quantity", value=4, min=0, max=20),
        W.Button(description="Buy", disabled=True),
    )
    assert snapshot(panel).splitlines() == [
        "Panel",
        "  Name: Contoso",
        "  Term: 1 year",
        "  [x] I have read it",
        "  Quantity: 4 (0 to 20)",
        "  [ Buy ] (disabled)",
    ]


def test_an_empty_field_says_what_can_be_typed() -> None:
    assert (
        snapshot(W.Text(description="Domain", placeholder="contoso.example"))
        == "Domain: (empty; contoso.example)"
    )


def test_a_list_says_all_its_options_and_marks_the_chosen_one() -> None:
    chosen = W.RadioButtons(description="Scope", options=["shared", "single"], value="single")
    assert snapshot(chosen).splitlines() == ["Scope:", "  ( ) shared", "  (o) single"]


def test_what_is_hidden_is_not_in_the_text() -> None:
    line, away = Shown("seen"), W.HBox([Shown("not seen")])
    hide(away, when=True)
    assert snapshot(Panel(line, away)).splitlines() == ["Panel", "  seen"]


def test_an_accordion_says_all_titles_and_the_inside_of_the_open_one() -> None:
    folds = W.Accordion([Shown("first"), Shown("second")], titles=("One", "Two"), selected_index=1)
    assert snapshot(folds).splitlines() == ["> One", "v Two", "second"]


def test_panels_inside_a_panel_are_named_and_indented() -> None:
    assert snapshot(Panel(Panel(Shown("deep")))).splitlines() == ["Panel", "  Panel", "    deep"]


def test_the_bundle_for_the_notebook_holds_the_whole_text_and_the_view() -> None:
    bundle = Panel(Shown("x" * 200))._repr_mimebundle_()
    assert bundle["text/plain"] == "Panel\n  " + "x" * 200
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_two_equal_panels_have_equal_texts_and_short_reprs() -> None:
    first, second = Panel(Shown("a")), Panel(Shown("a"))
    assert str(first) == str(second)
    assert repr(first) == repr(second)
    assert len(repr(first)) <= 110


def test_every_panel_guards_its_keys() -> None:
    assert [type(part).__name__ for part in parts(Panel())] == ["Panel", "KeyGuard"]


def test_text_from_an_api_is_never_html() -> None:
    shown = Shown("<img src=x onerror=alert(1)> & Co")
    assert "<img" not in shown.value
    assert markup.text_of(shown.value) == "<img src=x onerror=alert(1)> & Co"


def test_a_problem_is_an_alert_and_leaves_nothing_behind() -> None:
    problem = Problem()
    problem.say(MissingError("No customer is called 'X'.", "Type a part of the name."))
    assert 'role="alert"' in problem.value
    assert snapshot(problem) == "! No customer is called 'X'. Type a part of the name."
    problem.clear()
    assert snapshot(problem) == ""


def test_a_strange_error_is_named_as_a_fault() -> None:
    problem = Problem()
    problem.say(KeyError("size"))
    assert snapshot(problem) == "! This should not happen: KeyError: 'size'. Please report it."


def test_idle_waits_for_work_that_work_has_started() -> None:
    first, second, shown = Task(), Task(), Shown()
    panel = Panel(first, second, shown)

    async def both() -> Panel:
        first.start("One", lambda _: "a", lambda a: second.start("Two", lambda _: a + "b", shown.put))
        return await panel.idle()

    assert asyncio.run(both()) is panel
    assert snapshot(shown) == "ab"


@pytest.mark.parametrize("widget", [W.Label("plain"), W.HTML("<b>plain</b>")])
def test_text_widgets_say_their_text(widget) -> None:
    assert snapshot(widget) == "plain"
