"""Takes the pictures of the README and of the start notebook, on the way that the test of the page goes too.

    python3 -m toolkit pictures

Needs Chromium, Chrome or Edge. The pictures are of the sandbox, whose clock stands still.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "notebooks" / "pictures"
CUSTOMER = "Contoso"
#: What the picture begins with, for each place of the way.
TOPS = {
    "desk": ".bespeak .stretch-1",
    "sizing": ".bespeak .stretch-2",
    "charts": ".bespeak-chart",
    "form": ".bespeak .stretch-3",
    "bought": ".bespeak .stretch-3",
}


def main() -> int:
    """Writes one picture for each place of the way; the way ends with an order in the sandbox."""
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from journey import NOTEBOOK, buy  # noqa: PLC0415 - found through the line above
    from lab_driver import lab_page, served_lab  # noqa: PLC0415 - as above

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bespeak"
        folder.mkdir()
        with served_lab(folder) as lab, lab_page(lab, width=1366, height=900) as shown:
            shown.open(NOTEBOOK)
            shown.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")

            def take(place: str) -> None:
                shown.page.wait_for_timeout(1500)
                for name in (place, "charts") if place == "sizing" else (place,):
                    top = shown.page.locator(TOPS[name]).first
                    top.evaluate("e => e.scrollIntoView({block: 'start'})")
                    shown.page.wait_for_timeout(500)
                    shown.screenshot(PICTURES / f"{name}.png")

            journey = buy(shown, CUSTOMER, take)
    print(
        f"{len(TOPS)} pictures; order {journey.order} in {len(journey.actions)} actions, {journey.seconds:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
