"""What a person waits for in the real Lab: the first chart, a key, the slider, and the whole way to an order number."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from browsers import find_browser
from figures import Figure, at_most, percentile
from journey import NOTEBOOK, buy
from lab_driver import LabPage, ServedLab, lab_page, served_lab

CUSTOMER = "Contoso"
MOVES = 40
WORDS = ("contoso", "wingtip", "example", "bank al", "toys")
#: Writes into the page how long the next change of an element takes, seen where it is painted.
_WATCH = """(selector) => {
  const place = document.querySelector(selector);
  window.took = undefined;
  const began = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => { window.took = performance.now() - began; });
  });
  seen.observe(place, {childList: true, subtree: true, characterData: true, attributes: true});
}"""
#: Lookups over the sandbox's customers, and over a world of 10,000 that is made in the kernel.
LOOKUPS = {
    "1,007": (
        "import bespeak\nfrom bespeak_widgets import CustomerLookup",
        "CustomerLookup(bespeak.connect())",
    ),
    "10,000": (
        (
            "import tempfile\nfrom pathlib import Path\nfrom bespeak_widgets import CustomerLookup\n"
            "from bespeak.sandbox import World, create_app\nfrom bespeak.clients.sandbox_door import in_kernel_door\n"
            "from bespeak.clients.session import SandboxSession\n"
            "door = in_kernel_door(create_app(World.demo(1, extra_customers=8993), 'a-token'), 'a-token')"
        ),
        "CustomerLookup(SandboxSession(door, 'in this kernel', lambda name: Path(tempfile.mkdtemp())))",
    ),
}


def figures() -> list[Figure]:
    """Seconds and milliseconds as the browser sees them; empty without a browser would hide a figure, so that fails."""
    if find_browser() is None:
        raise RuntimeError("These figures need Chromium, Chrome or Edge.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bespeak"
        folder.mkdir()
        for count, cells in LOOKUPS.items():
            _write(folder / f"{count}.ipynb", cells)
        with served_lab(folder) as lab:
            return [*_way(lab), *(_keys(lab, count) for count in LOOKUPS)]


def _way(lab: ServedLab) -> list[Figure]:
    with lab_page(lab) as shown:
        first = _first_chart(shown)
        slider = _slider(shown)
    with lab_page(lab) as shown:
        shown.open(NOTEBOOK)
        journey = buy(shown, CUSTOMER)
    return [
        at_most("notebook open to first chart", first, "s", 5),
        at_most("slider move to redrawn chart, 95th percentile", percentile(slider), "ms", 100),
        at_most("sign-in to order, in actions", len(journey.actions), "actions", 7),
        at_most("sign-in to order", journey.seconds, "s", 90),
    ]


def _first_chart(shown: LabPage) -> float:
    """From opening the start notebook in a running Lab, its kernel's start included, until the first chart is drawn."""
    page = shown.page
    page.goto(f"{shown.lab.url}lab?token={shown.lab.token}&reset")
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget", timeout=60_000)
    page.wait_for_timeout(1000)
    began = time.monotonic()
    page.evaluate("path => { window.jupyterapp.commands.execute('docmanager:open', {path}); }", NOTEBOOK)
    shown.wait_for_kernel()
    shown.run_all()
    page.wait_for_selector(".bespeak-chart .main-svg", timeout=60_000)
    took = time.monotonic() - began
    shown.wait_until_run()
    page.wait_for_timeout(1500)
    return took


def _slider(shown: LabPage) -> list[float]:
    """Milliseconds from the key on the slider until the savings chart is drawn anew."""
    page = shown.page
    chart = page.locator(".bespeak-chart", has_text="Saving of each quantity").first
    chart.evaluate("e => e.setAttribute('data-watched', '')")
    page.get_by_role("slider", name="Quantity").first.focus()
    times = []
    for move in range(MOVES):
        page.evaluate(_WATCH, "[data-watched] .main-svg")
        page.keyboard.press("ArrowLeft" if move % 10 < 5 else "ArrowRight")
        page.wait_for_function("window.took !== undefined", timeout=5_000)
        times.append(float(page.evaluate("window.took")))
        page.wait_for_timeout(60)
    return times


def _write(path: Path, cells: Sequence[str]) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def _keys(lab: ServedLab, count: str) -> Figure:
    with lab_page(lab) as shown:
        shown.open(f"{count}.ipynb")
        shown.run_all()
        shown.wait_until_run()
        shown.wait_for_text(f"of {count}")
        times = _typed(shown)
        assert shown.kernel_errors() == []
    return at_most(f"keystroke to list over {count} customers, 95th percentile", percentile(times), "ms", 100)


def _typed(shown: LabPage) -> list[float]:
    """Milliseconds from each key until the list has changed."""
    page = shown.page
    page.get_by_role("combobox", name="Customer").focus()
    times = []
    for word in WORDS:
        for key in word:
            page.evaluate(_WATCH, ".pick-list")
            page.keyboard.press("Space" if key == " " else key)
            page.wait_for_function("window.took !== undefined", timeout=5_000)
            times.append(float(page.evaluate("window.took")))
            page.wait_for_timeout(30)
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.wait_for_timeout(300)
    return times
