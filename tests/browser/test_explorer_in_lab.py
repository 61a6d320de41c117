"""The explorer in the real Lab: by click and by key to a single hour, and to the rows behind it."""

from collections.abc import Iterator

import nbformat
import pytest
from lab_driver import PLAIN_LAB, LabPage, lab_page, served_lab

pytestmark = pytest.mark.browser

CELLS = (
    (
        "import bespeak\nfrom bespeak_widgets import UsageExplorer\nsession = bespeak.connect()\n"
        "store, fabrikam = bespeak.usage_store(session), bespeak.find_customer(session, 'Fabrikam')\n"
        "bespeak.refresh_usage(session, store, [fabrikam], days=14)"
    ),
    "UsageExplorer(session, fabrikam)",
    "after = 'this cell must stay'",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[LabPage]:
    """A notebook with the explorer, run."""
    folder = tmp_path_factory.mktemp("notebooks")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "explore.ipynb")
    with served_lab(folder, PLAIN_LAB) as served, lab_page(served, width=1100) as shown:
        shown.open("explore.ipynb")
        shown.run_all()
        shown.wait_until_run()
        shown.page.wait_for_selector(".bespeak-chart .barlayer .point", timeout=30_000)
        shown.page.get_by_text("all 48").first.wait_for(state="visible", timeout=30_000)
        shown.page.wait_for_timeout(1500)  # until the page has come to rest
        yield shown


def press_bar(lab: LabPage, place: int) -> None:
    """Clicks into a bar of the first colour, where it stands on the page."""
    bar = lab.page.locator(".bespeak-chart .barlayer .trace").first.locator(".point path").nth(place)
    bar.scroll_into_view_if_needed()
    lab.page.wait_for_timeout(500)
    box = bar.bounding_box()
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.page.wait_for_timeout(200)
    lab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_clicks_go_from_days_to_an_hour_and_open_its_rows(lab) -> None:
    press_bar(lab, 2)
    lab.wait_for_text("VM hours by hour, 2026-11-04")
    press_bar(lab, 9)
    lab.wait_for_text("2026-11-04 09:00 UTC:")
    lab.page.get_by_role("button", name="Open the rows").click()
    lab.wait_for_text("rows that count")
    lab.page.get_by_role("button", name="All", exact=True).click()
    lab.wait_for_text("VM hours by day, 2026-11-02 to 2026-11-15")


def test_keys_alone_choose_a_size_and_zoom(lab) -> None:
    lab.page.locator(".bespeak-filters button").nth(4).focus()
    for key in ("Enter", "ArrowDown", "ArrowDown", "Enter"):
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(200)
    lab.page.wait_for_selector(".bespeak-filters .filter.chosen")
    lab.page.get_by_label("Zoom in").focus()
    lab.page.keyboard.press("ArrowDown")
    lab.wait_for_text("VM hours by hour, 2026-11-02")
    assert lab.cell_count() == len(CELLS)


def test_nothing_scrolls_sideways_but_the_rows(lab) -> None:
    wide = """() => [...document.querySelectorAll(".bespeak, .bespeak *")]
      .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 2)
      .filter(e => ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX))
      .filter(e => getComputedStyle(e).textOverflow !== "ellipsis" && !e.closest("svg, .record-rows"))
      .map(e => e.className + " " + e.scrollWidth + " > " + e.clientWidth)"""
    assert lab.page.evaluate(wide) == []


def test_no_request_left_the_machine_and_no_callback_failed(lab) -> None:
    assert lab.outside == []
    assert lab.kernel_errors() == []
