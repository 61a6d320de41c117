"""From "find" to an order number in the real Lab, by keyboard and mouse: the only place where something is bought."""

from __future__ import annotations

import re

import nbformat
import pytest
from journey import NOTEBOOK, Journey, buy
from lab_driver import LabPage, lab_page, served_lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUSTOMER = "Northwind Traders"
#: Cells of the test, in a notebook of its own: what another kernel of the same Lab sees of the purchase.
LOOK = (
    f"import bespeak; s = bespeak.connect(); c = bespeak.find_customer(s, '{CUSTOMER}')",
    "from bespeak.clients.partner_center.orders import list_orders, get_order",
    "print('listed', [o['id'] for o in s.door.collect(list_orders(c.customer_id))])",
    "print('held', bespeak.holdings(s, c)[['order_id', 'source', 'quantity']].values.tolist())",
)
BELOW_THE_TOP = """() => document.querySelector(".bespeak.desk").getBoundingClientRect().top
  - document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect().top"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine") / "bespeak"
    folder.mkdir()
    cells = [nbformat.v4.new_code_cell(source) for source in LOOK]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "look.ipynb")
    with served_lab(folder) as served, lab_page(served) as shown:
        shown.open(NOTEBOOK)
        yield shown


@pytest.fixture(scope="module")
def places() -> dict[str, float]:
    """How far the desk was below the top of the notebook at each place of the way, in pixels."""
    return {}


@pytest.fixture(scope="module")
def journey(lab, places) -> Journey:
    def note(place: str) -> None:
        if place == "desk":
            lab.page.wait_for_timeout(1500)
        places[place] = lab.page.evaluate(BELOW_THE_TOP)

    return buy(lab, CUSTOMER, note)


def look(lab: LabPage) -> str:
    """What the other notebook prints, in a kernel of its own; the desk stays open."""
    browser = lab.page.context.browser
    assert browser is not None
    page = browser.new_page()
    try:
        other = LabPage(lab.lab, page)
        other.open("look.ipynb")
        other.run_all()
        other.wait_until_run()
        assert other.kernel_errors() == []
        return "\n".join(page.locator(".jp-OutputArea-output").all_inner_texts())
    finally:
        page.close()


@pytest.mark.usefixtures("journey")
def test_run_all_ends_at_the_desk(places):
    assert 0 <= places["desk"] < 30


def test_a_person_gets_an_order_number_in_at_most_seven_actions(journey):
    assert re.fullmatch("[0-9a-f]{12}", journey.order)
    assert len(journey.actions) <= 7


def test_the_page_says_what_was_bought(lab, journey):
    strip = lab.page.locator(".strip").inner_text()
    assert CUSTOMER in strip
    assert f"bought, order {journey.order}" in strip


@pytest.mark.usefixtures("journey")
def test_the_advice_no_longer_names_what_was_bought(lab):
    """The desk advises anew after a purchase: what is owned is taken out of the demand."""
    row = lab.page.get_by_role("row", name=re.compile("Dasv5 Series.*1 year"))
    row.filter(has_text="nothing").first.wait_for()


def test_the_order_shows_in_the_list_after_fifteen_minutes_and_as_an_entitlement(lab, journey):
    before = look(lab)
    assert f"'{journey.order}', 'order'" in before
    assert "listed []" in before
    lab.page.get_by_role("button", name="Let 20 minutes pass").click()
    lab.page.get_by_text(re.compile("Reservation[^.]*[0-9a-f]{8}-", re.DOTALL)).first.wait_for()
    after = look(lab)
    assert f"listed ['{journey.order}']" in after
    assert f"'{journey.order}', 'entitlement'" in after


def test_after_a_week_the_page_tells_how_well_it_was_used(lab):
    lab.page.get_by_role("button", name="Let a week pass").click()
    told = lab.page.locator(".order-result").get_by_text(
        re.compile(r"[0-9.]+% of its hours, 2026-11-16 to 2026-11-22")
    )
    told.first.wait_for()


def test_running_all_cells_again_buys_nothing(lab, journey):
    lab.run_all()
    lab.wait_until_run()
    assert look(lab).count(journey.order) == 2


@pytest.mark.usefixtures("journey")
def test_no_cell_was_lost_no_callback_failed_and_no_request_left_the_machine(lab):
    assert lab.kernel_errors() == []
    assert lab.outside == []
    assert lab.page.locator(".jp-Dialog").count() == 0
