"""The widgets in the real Lab: the keyboard, the themes, names for screen readers, nothing that scrolls sideways."""

from collections.abc import Iterator

import nbformat
import pytest
from lab_driver import PLAIN_LAB, LabPage, lab_page, served_lab

pytestmark = pytest.mark.browser

CELLS = (
    "from bespeak import connect\nfrom bespeak_widgets import CustomerLookup, VmSizing\nsession = connect()",
    "lookup = CustomerLookup(session)\nlookup",
    "sizing = VmSizing(session)\nlookup.observe(lambda c: setattr(sizing, 'details', c['new']), 'details')\nsizing",
    "after = 'this cell must stay'",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[LabPage]:
    """A notebook with the lookup and the sizing, run; Contoso is chosen by keyboard alone."""
    folder = tmp_path_factory.mktemp("notebooks")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "widgets.ipynb")
    with served_lab(folder, PLAIN_LAB) as served, lab_page(served, width=1100) as shown:
        shown.open("widgets.ipynb")
        shown.run_all()
        shown.wait_until_run()
        assert shown.kernel_errors() == []
        choose_by_keyboard(shown, "conto")
        yield shown


def choose_by_keyboard(lab: LabPage, text: str) -> None:
    """Types, goes down and up again, presses Enter: at once, without waiting for the hits."""
    lab.page.get_by_role("combobox", name="Customer").focus()
    lab.page.keyboard.type(text)
    for key in ("ArrowDown", "ArrowUp", "Enter"):
        lab.page.keyboard.press(key)
    lab.page.wait_for_selector(".bespeak .main-svg", timeout=30_000)


def text_colour(lab: LabPage) -> str:
    return lab.page.locator(".bespeak-chart .xtick text").first.evaluate("e => getComputedStyle(e).fill")


def test_the_keyboard_alone_finds_a_customer_and_what_its_machines_use(lab) -> None:
    lab.wait_for_text("Tenant id")
    lab.wait_for_text("What the VMs of Contoso use")


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("combobox", "Customer"),
        ("combobox", "Look back"),
        ("slider", "Quantity"),
        ("button", "Save tables"),
        ("radio", "Choose"),
    ],
)
def test_keys_in_a_control_never_touch_the_notebook(lab, role, name) -> None:
    """In command mode ``x`` cuts a cell, ``d d`` deletes one, ``a`` and ``b`` insert one, ``m`` makes it text."""
    before = lab.cell_count()
    lab.page.get_by_role(role, name=name).first.focus()
    for key in ("x", "d", "d", "a", "b", "m", "ArrowDown"):
        lab.page.keyboard.press(key)
    assert lab.cell_count() == before == len(CELLS)
    kinds = "window.jupyterapp.shell.currentWidget.content.widgets.map(w => w.model.type)"
    assert lab.page.evaluate(kinds) == ["code"] * len(CELLS)


def test_every_control_has_a_name(lab) -> None:
    nameless = """() => [...document.querySelectorAll(
        ".bespeak select, .bespeak input, .bespeak button, .bespeak [role=slider], .bespeak [role=img]")]
      .filter(e => e.checkVisibility())
      .filter(e => !(e.labels?.length || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")
        || e.textContent.trim() || e.title))
      .map(e => e.outerHTML.slice(0, 120))"""
    assert lab.page.evaluate(nameless) == []


def test_nothing_scrolls_sideways_in_a_narrow_window(lab) -> None:
    wide = """() => [...document.querySelectorAll(".jp-OutputArea-output, .bespeak, .bespeak *")]
      .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 2)
      .filter(e => ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX))
      .filter(e => getComputedStyle(e).textOverflow !== "ellipsis" && !e.closest("svg"))
      .map(e => e.className + " " + e.scrollWidth + " > " + e.clientWidth)"""
    assert lab.page.evaluate(wide) == []


def test_charts_wear_the_theme_of_lab_and_change_with_it(lab) -> None:
    lab.use_theme(dark=False)
    lab.page.wait_for_timeout(1000)
    light = text_colour(lab)
    lab.use_theme(dark=True)
    lab.page.wait_for_timeout(1000)
    assert text_colour(lab) != light
    lab.use_theme(dark=False)


def test_the_slider_moves_the_mark_in_the_same_drawing(lab) -> None:
    mark = lab.page.locator(".bespeak-chart", has_text="Saving of each quantity").first
    drawing = mark.locator(".main-svg").first.element_handle()
    lab.page.get_by_role("slider", name="Quantity").first.focus()
    before = mark.locator("figcaption").inner_text()
    lab.page.keyboard.press("ArrowLeft")
    lab.page.wait_for_function(
        "([e, t]) => e.innerText !== t", arg=[mark.locator("figcaption").element_handle(), before]
    )
    assert drawing.evaluate("e => e.isConnected")


def test_the_figures_of_a_chart_can_be_read_as_a_table(lab) -> None:
    chart = lab.page.locator(".bespeak-chart", has_text="Saving of each quantity").first
    chart.locator("summary").press("Enter")
    chart.locator("table tbody tr").nth(1).wait_for(state="visible")
    assert lab.cell_count() == len(CELLS)


def test_no_request_left_the_machine_and_no_callback_failed(lab) -> None:
    assert lab.outside == []
    assert lab.kernel_errors() == []
