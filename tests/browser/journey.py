"""The whole way through the start notebook, as a person goes it, counted in actions: find, size, confirm, buy.

The test of the page, the benchmark and the script that takes the pictures all go this way. An action is a click, a
choice, a field filled or a phrase typed; Run All is one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lab_driver import LabPage

NOTEBOOK = "00_start_here.ipynb"
_ORDER = re.compile(r"Bought: order ([0-9a-f]{12})")
#: Milliseconds within which each step of the page has to show what comes of it.
_PATIENCE = 30_000

Picture = Callable[[str], None]


@dataclass(slots=True)
class Journey:
    """What was done and seen on the way: the actions in words, the seconds, the order number."""

    actions: list[str] = field(default_factory=list)
    seconds: float = 0.0
    order: str = ""


def buy(
    lab: LabPage, customer: str, picture: Picture = lambda _: None, *, impatient: bool = False
) -> Journey:
    """From Run All to an order number for what the advice names first; ``picture`` is told each place of the way.

    Who is ``impatient`` clicks twice on Buy.
    """
    page, journey = lab.page, Journey()
    began = time.monotonic()
    lab.run_all()
    journey.actions.append("Run All")
    lab.wait_until_run()
    picture("desk")

    find = page.get_by_role("combobox", name="Customer")
    find.fill(customer)
    journey.actions.append("customer filled in")
    page.get_by_text(re.compile(r"1 of [0-9,]+ customers")).wait_for(timeout=_PATIENCE)
    find.press("Enter")
    journey.actions.append("customer chosen")
    page.get_by_text(f"What the VMs of {customer} use").wait_for(timeout=_PATIENCE)
    use = page.get_by_role("button", name="Use this")
    use.wait_for(timeout=_PATIENCE)
    picture("sizing")

    use.click()
    journey.actions.append("Use this")
    check = page.get_by_role("button", name="Check the offer")
    page.wait_for_function("e => !e.disabled", arg=check.element_handle(timeout=_PATIENCE), timeout=_PATIENCE)
    check.press("Enter")
    journey.actions.append("Check the offer")
    phrase = page.get_by_label("Type to confirm")
    page.wait_for_function(
        "e => !e.disabled", arg=phrase.element_handle(timeout=_PATIENCE), timeout=_PATIENCE
    )
    picture("form")

    phrase.press_sequentially(" ".join(read_facts(lab)))
    journey.actions.append("phrase typed")
    button = page.get_by_role("button", name="Buy", exact=True)
    page.wait_for_function("e => !e.disabled", arg=button.element_handle(), timeout=_PATIENCE)
    button.click(click_count=2 if impatient else 1)
    journey.actions.append("Buy")
    told = page.get_by_text(_ORDER).first
    told.wait_for(timeout=_PATIENCE)
    journey.seconds = time.monotonic() - began
    found = _ORDER.search(told.inner_text())
    assert found
    journey.order = found[1]
    picture("bought")
    return journey


def read_facts(lab: LabPage) -> list[str]:
    """The facts that the person puts together into the phrase, as they stand on the page."""
    return [fact.inner_text() for fact in lab.page.locator(".order-phrase dd").all()]
