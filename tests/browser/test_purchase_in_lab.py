"""From "find" to an order number in the real Lab, by keyboard and mouse: the only place where something is bought."""

from __future__ import annotations

import re
from contextlib import contextmanager

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
#: A form in a world of its own whose checkout is lost on the way, and the time after which it may be sent once more.
LOST = (
    "import bespeak; from bespeak_widgets import ReservationForm; s = bespeak.private_sandbox()",
    "wanted = {'size': 'Standard_D2s_v5', 'region': 'polandcentral', 'term': 'P1Y', 'quantity': 4}",
    "form = ReservationForm(s, bespeak.find_customer(s, 'Contoso'), wanted)\nawait form.idle()",
    "s.set_fault('checkout', 'lose_request')",
)
LATER = (
    "code => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code}).done"
)
BELOW_THE_TOP = """() => document.querySelector(".bespeak.desk").getBoundingClientRect().top
  - document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect().top"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine") / "bespeak"
    folder.mkdir()
    for name, sources in {"look.ipynb": LOOK, "lost.ipynb": LOST}.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / name)
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

    return buy(lab, CUSTOMER, note, impatient=True)


@contextmanager
def opened(lab: LabPage, name: str):
    """Another notebook, run in a kernel and a tab of its own; the desk stays open."""
    browser = lab.page.context.browser
    assert browser is not None
    page = browser.new_page()
    try:
        other = LabPage(lab.lab, page)
        other.open(name)
        other.run_all()
        other.wait_until_run()
        assert other.kernel_errors() == []
        yield other
    finally:
        page.close()


def look(lab: LabPage) -> str:
    """What the other notebook prints."""
    with opened(lab, "look.ipynb") as other:
        return "\n".join(other.page.locator(".jp-OutputArea-output").all_inner_texts())


def type_the_phrase(lab: LabPage, place: str) -> None:
    """Types what stands in this place, by keyboard."""
    box = lab.page.locator(f"{place} >> visible=true").first
    phrase = box.get_by_label("Type to confirm")
    lab.page.wait_for_function("e => !e.disabled", arg=phrase.element_handle(), timeout=30_000)
    phrase.press_sequentially(" ".join(fact.inner_text() for fact in box.locator(".order-phrase dd").all()))


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


def test_the_order_of_a_double_click_shows_once_in_the_list_after_fifteen_minutes_and_as_an_entitlement(
    lab, journey
):
    """F-12: Buy was clicked twice, and there is one order."""
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


def test_a_lost_checkout_is_sent_once_more_by_hand_and_is_one_order(lab):
    """F-10: nothing arrived, the cart is still active, and a person sends the same one once more."""
    with opened(lab, "lost.ipynb") as other:
        other.page.get_by_role("button", name="Check the offer").click()
        type_the_phrase(other, ".order-box")
        other.page.get_by_role("button", name="Buy", exact=True).click()
        other.wait_for_text("UNKNOWN: do not buy it again")
        other.page.evaluate(LATER, "s.advance(minutes=4)")
        other.page.get_by_role("button", name="Look again").click()
        type_the_phrase(other, ".order-result .order-box")
        other.page.get_by_role("button", name="Send once more").click(click_count=2)
        other.wait_for_text("Bought: order")
        assert other.kernel_errors() == []


@pytest.mark.usefixtures("journey")
def test_no_cell_was_lost_no_callback_failed_and_no_request_left_the_machine(lab):
    assert lab.kernel_errors() == []
    assert lab.outside == []
    assert lab.page.locator(".jp-Dialog").count() == 0
