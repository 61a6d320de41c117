"""All customers on one page in the real Lab: usage is read, a rank chosen, a customer found and opened by keyboard."""

from collections.abc import Iterator

import nbformat
import pytest
from lab_driver import PLAIN_LAB, LabPage, lab_page, served_lab

pytestmark = pytest.mark.browser

CELLS = (
    "from bespeak import private_sandbox\nfrom bespeak_widgets import Portfolio",
    'session = private_sandbox(scenario="portfolio")\nsession.set_switch("export_looks", 0)',
    "Portfolio(session, days=7)",
    "after = 'this cell must stay'",
)
FRAME = ".portfolio-frame"
#: What is wider than its place and cannot be seen whole.
WIDE = """() => [...document.querySelectorAll(".jp-OutputArea-output, .bespeak, .bespeak *")]
  .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 2)
  .filter(e => ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX))
  .filter(e => getComputedStyle(e).textOverflow !== "ellipsis" && !e.closest("svg"))
  .map(e => e.className + " " + e.scrollWidth + " > " + e.clientWidth)"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[LabPage]:
    """The page of twelve customers with their usage read."""
    folder = tmp_path_factory.mktemp("notebooks")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "all.ipynb")
    with served_lab(folder, PLAIN_LAB) as served, lab_page(served, width=1100) as shown:
        shown.open("all.ipynb")
        shown.run_all()
        shown.wait_until_run()
        shown.wait_for_text("12 customers on 2027-01-11")
        shown.page.get_by_role("button", name="Read usage").click()
        shown.wait_for_text("USD 4,398", seconds=60)
        yield shown


def first_name(lab: LabPage) -> str:
    return lab.page.locator(f"{FRAME} [role=rowheader]").first.inner_text()


def test_a_customer_is_found_ranked_and_opened_by_keyboard(lab) -> None:
    assert first_name(lab) == "Graphic Design Institute"
    lab.page.get_by_label("Rank by").select_option("Next end")
    lab.page.wait_for_function(
        f"document.querySelector('{FRAME} [role=rowheader]').textContent === 'Adatum Foods'"
    )
    lab.page.get_by_label("Find").fill("coho")
    lab.wait_for_text("1 of 12 customers")
    lab.page.locator(FRAME).focus()
    lab.page.keyboard.press("Enter")
    lab.wait_for_text("What the VMs of Coho Winery use", seconds=60)
    lab.wait_for_text("37.5% of the reserved hours were used in 30 days")
    lab.page.get_by_label("Find").fill("")
    assert lab.kernel_errors() == []
    assert lab.outside == []


def test_arrows_and_letters_in_the_table_never_touch_the_notebook(lab) -> None:
    before = lab.cell_count()
    lab.page.locator(FRAME).focus()
    for key in ("ArrowDown", "End", "PageUp", "x", "d", "d", "a", "b", "m"):
        lab.page.keyboard.press(key)
    assert lab.cell_count() == before == len(CELLS)


def test_a_head_sorts_and_says_so(lab) -> None:
    lab.page.get_by_role("columnheader", name="VMs").get_by_role("button").click()
    lab.page.wait_for_selector("[role=columnheader][aria-sort=descending]:has-text('VMs')")
    assert first_name(lab) == "Graphic Design Institute"


def test_nothing_scrolls_sideways_in_a_narrow_window(lab) -> None:
    assert lab.page.evaluate(WIDE) == []
