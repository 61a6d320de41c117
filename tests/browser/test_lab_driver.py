"""The driver of the real Lab works: a control of ipywidgets is pressed and answers, errors and requests are seen."""

from __future__ import annotations

import nbformat
import pytest
from lab_driver import PLAIN_LAB, lab_page, served_lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUTTON = """
import ipywidgets as W
button, answer = W.Button(description="Reserve"), W.HTML("nothing yet")
button.on_click(lambda _: setattr(answer, "value", "reserved <b>4</b>"))
W.VBox([button, answer])
"""
BROKEN = """
broken = W.Button(description="Break")
broken.on_click(lambda _: 1 / 0)
broken
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in (BUTTON, BROKEN)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "scratch.ipynb")
    with served_lab(folder, PLAIN_LAB) as lab, lab_page(lab) as shown:
        shown.open("scratch.ipynb")
        shown.run_all()
        shown.wait_until_run()
        yield shown


def test_a_pressed_button_answers_on_the_page(page):
    page.page.get_by_role("button", name="Reserve").click()
    page.wait_for_text("reserved 4", seconds=10)


def test_an_error_in_a_callback_is_seen(page):
    page.page.get_by_role("button", name="Break").click()
    page.page.wait_for_function("window.kernelErrors.length > 0", timeout=10_000)
    assert page.kernel_errors() == ["ZeroDivisionError: division by zero"]


def test_lab_itself_asks_no_outside_host(page):
    assert page.outside == []


def test_a_request_for_an_outside_host_is_noted(page):
    page.page.evaluate("fetch('http://example.invalid/x').catch(() => 0)")
    assert [url for url in page.outside if "example.invalid" in url] == ["http://example.invalid/x"]
    page.outside.clear()


def test_the_theme_can_be_switched(page):
    page.use_theme(dark=True)
    assert page.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    page.use_theme(dark=False)
    assert page.page.evaluate("document.body.dataset.jpThemeLight") == "true"
