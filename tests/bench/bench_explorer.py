"""Exploring a customer with 10,000 VMs and 90 days of hourly records: the first chart, and every touch after it.

``python tests/bench/bench_explorer.py FOLDER [MACHINES]`` lays the customer's store out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pyarrow as pa
from browsers import find_browser
from estate import SIZES, customer_id
from figures import Figure, at_most, percentile
from lab_driver import PLAIN_LAB, LabPage, lab_page, served_lab
from playwright.sync_api import Page

from bespeak.usage.store import UsageStore
from bespeak.usage.store import months as store_months
from bespeak.usage.store.columns import ASIDE_SCHEMA, ROWS_SCHEMA
from bespeak.usage.store.planning import VERSION
from bespeak.usage.store.sealed import Part, writing
from bespeak.usage.store.writing import HOURLY_SCHEMA

MACHINES = 10_000
#: 2026-08-01 00:00 UTC in hours since 1970, and 90 days in three months from there.
START = 495_984
DAYS = {"2026-08": 31, "2026-09": 30, "2026-10": 29}
CUSTOMER = customer_id(1)
_OWNER = {"world": "sandbox", "instance": "bench"}
_REASON = "The unit '1 GB/Month' is not VM hours."
_PLACE = ["azure_subscription_id", "region", "size", "resource_group"]
_WAVE = 1000
_CENTS_E6 = 96_000
ROUNDS = 3
CELLS = (
    "from pathlib import Path\nfrom bespeak import UsageStore\nfrom bespeak_widgets import UsageExplorer",
    "store = UsageStore(Path(r'{home}'), world='sandbox', instance='bench')\nstore.customers()",
    "explorer = UsageExplorer(store)\nexplorer",
    "def choose(*_):\n    explorer.customer = '{customer}'",
)
#: Runs what chooses the customer, and notes when the first bars are on the page.
_RUN_LAST = """() => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  window.began = performance.now();
  kernel.requestExecute({code: "choose()"});
}"""
_BARS = """() => {
  const look = () => {
    if (document.querySelector(".bespeak-chart .barlayer .point")) {
      requestAnimationFrame(() => { window.barsAfter = performance.now() - window.began; });
    } else requestAnimationFrame(look);
  };
  look();
}"""
_WATCH = """() => {
  window.took = undefined;
  const began = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => { window.took = performance.now() - began; });
  });
  seen.observe(document.querySelector("[data-watched] [role=img]"), {childList: true, subtree: true, attributes: true});
}"""


def figures() -> list[Figure]:
    """Seconds and milliseconds as the browser sees them."""
    if find_browser() is None:
        raise RuntimeError("These figures need Chromium, Chrome or Edge.")
    with tempfile.TemporaryDirectory() as scratch:
        home, folder = Path(scratch) / "usage", Path(scratch) / "notebooks"
        folder.mkdir()
        lay_out(home)
        _notebook(folder / "explore.ipynb", [one.format(home=str(home), customer=CUSTOMER) for one in CELLS])
        with served_lab(folder, PLAIN_LAB) as lab, lab_page(lab) as shown:
            first = _first_chart(shown)
            touches = _touches(shown.page)
            assert shown.kernel_errors() == []
    return [
        at_most("explorer: first chart of 10,000 VMs and 90 days of hours", first, "s", 2),
        at_most(f"explorer: {len(touches)} touches, 95th percentile", percentile(touches), "ms", 200),
        at_most("explorer: the middle one of them", percentile(touches, 0.5), "ms", 200),
    ]


def _notebook(path: Path, cells: Sequence[str]) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def _first_chart(shown: LabPage) -> float:
    """From the moment when the customer is chosen, in an explorer that stands on the page, until bars are drawn."""
    page = shown.page
    shown.open("explore.ipynb")
    shown.run_all()
    shown.wait_until_run()
    page.wait_for_selector(".bespeak .main-svg", state="attached", timeout=60_000)
    page.wait_for_timeout(1500)
    page.evaluate(_BARS)
    page.evaluate(_RUN_LAST)
    page.wait_for_function("window.barsAfter !== undefined", timeout=60_000)
    page.get_by_text("all 10,000").first.wait_for(state="visible", timeout=60_000)
    page.wait_for_timeout(1500)
    return float(page.evaluate("window.barsAfter")) / 1000


def _touches(page: Page) -> list[float]:
    """Milliseconds from each touch until the chart is drawn anew."""
    page.locator(".bespeak-chart").first.evaluate("e => e.setAttribute('data-watched', '')")
    times = []
    for _ in range(ROUNDS):
        for touch in _round(page):
            page.evaluate(_WATCH)
            touch()
            page.wait_for_function("window.took !== undefined", timeout=20_000)
            times.append(float(page.evaluate("window.took")))
            page.wait_for_timeout(150)
    return times


def _round(page: Page) -> Iterator[Callable[[], object]]:
    """From all of it to an hour and back, by other measures and colours, narrowed and widened again."""
    zoom = page.get_by_label("Zoom in")
    stack, show = page.get_by_label("Stack by"), page.get_by_label("Show", exact=True)
    yield lambda: zoom.select_option(index=40)
    yield lambda: page.get_by_role("button", name="Later").click()
    yield lambda: stack.select_option(label="region")
    yield lambda: zoom.select_option(index=9)
    yield lambda: page.get_by_role("button", name="Zoom out").click()
    yield lambda: page.get_by_role("button", name="Zoom out").click()
    yield lambda: show.select_option(label="Units")
    for place in (1, 4):
        button = page.locator(".bespeak-filters button").nth(place)
        button.click()
        yield (
            lambda place=place: (
                page.locator(".bespeak-filters .filter").nth(place).locator("label").nth(3).click()
            )
        )
    yield lambda: stack.select_option(label="size")
    yield lambda: page.get_by_role("button", name="Zoom out").click()
    for place in (4, 1):
        page.locator(".bespeak-filters button").nth(place).click()
        yield (
            lambda place=place: (
                page.locator(".bespeak-filters .filter").nth(place).locator("label").nth(0).click()
            )
        )
    yield lambda: show.select_option(label="VM hours")


def lay_out(home: Path, machines: int = MACHINES) -> UsageStore:
    """A store with this one customer, each machine running in every hour, in the layout of the store."""
    store = UsageStore(home, **_OWNER)
    known, first = _machines(machines), START
    for month, days in DAYS.items():
        place = store_months.month_folder(store.home, CUSTOMER, month) / "1"
        place.mkdir(parents=True)
        _write_month(place, month, known, (first, days * 24))
        first += days * 24
    return store


def _write_month(place: Path, month: str, known: pd.DataFrame, span: tuple[int, int]) -> None:
    facts: dict[str, Any] = {**_OWNER, "customer_id": CUSTOMER, "month": month}
    waves = (_rows(known.iloc[low : low + _WAVE], *span) for low in range(0, len(known), _WAVE))
    rows = _write(place / store_months.ROWS, ROWS_SCHEMA, facts | {"kind": "rows"}, waves)
    aside = _write(place / store_months.ASIDE, ASIDE_SCHEMA, facts | {"kind": "aside"}, [_aside(*span)])
    counts = [rows.rows + aside.rows, rows.rows, aside.rows]
    totals = {"rows": counts, "hours_e6": _times(rows.rows, 1_000_000), "first": span[0], "last": sum(span)}
    totals["cost_e6"] = {"USD": _times(rows.rows, _CENTS_E6)}
    facts |= {"kind": store_months.KIND, "generation": 1, "version": VERSION, "inputs": [], "lost": []}
    facts |= {"digest": month, "incomplete": "", "received": "2026-10-30T06:00:00+00:00"}
    facts |= {"parts": {"rows": rows.told(), "aside": aside.told()}, "sources": [], "totals": totals}
    _write(place / store_months.ROOT, HOURLY_SCHEMA, facts, [_hourly(known, *span)])


def _write(path: Path, schema: pa.Schema, facts: dict[str, Any], tables: Any) -> Part:
    with writing(path, schema, facts) as file:
        for table in tables:
            file.write(table.cast(schema), 500_000)
        return file.finish()


def _times(count: int, each: int) -> list[int]:
    return [count * each, count * each, 0]


def _machines(count: int) -> pd.DataFrame:
    """The machines in the order of the store: four subscriptions, two hundred resource groups of five sizes each."""
    rng = np.random.default_rng(20261201)
    group = rng.integers(0, 200, count)
    palette = np.stack([rng.choice(len(SIZES), 5, replace=False) for _ in range(200)])
    regions = np.array(["northeurope", "polandcentral", "westeurope"])
    table = pd.DataFrame(
        {
            "azure_subscription_id": [f"5ab50000-0001-4000-8000-{n % 4:012x}" for n in group],
            "resource_group": [f"rg-{n:03d}" for n in group],
            "region": regions[group % 3],
            "size": np.array(SIZES)[palette[group, rng.integers(0, 5, count)]],
            "vm": [f"vm-{n:05d}" for n in range(count)],
        }
    )
    place = "/subscriptions/" + table["azure_subscription_id"] + "/resourcegroups/" + table["resource_group"]
    table["resource"] = place + "/providers/microsoft.compute/virtualmachines/" + table["vm"]
    return table.sort_values([*_PLACE[:3], "resource"], ignore_index=True)


def _rows(machines: pd.DataFrame, first: int, hours: int) -> pa.Table:
    count = len(machines) * hours
    machine = np.repeat(np.arange(len(machines), dtype=np.int32), hours)
    texts = {name: _text(machines[name], machine) for name in (*_PLACE, "resource", "vm")}
    same = {"customer_id": CUSTOMER, "meter_id": "meter", "currency": "USD", "delivery": "delivery-1"}
    numbers = {"hours_in_window": 1, "hours_e6": 1_000_000, "cost_e6": _CENTS_E6, "licensed": False}
    columns = texts | {name: _same(value, count) for name, value in same.items()}
    columns |= {name: np.full(count, value) for name, value in numbers.items()}
    columns |= {"reservation_id": pa.DictionaryArray.from_arrays(pa.nulls(count, pa.int32()), ["r"])}
    columns |= {"hour": np.tile(np.arange(first, first + hours), len(machines))}
    columns |= {"page": np.arange(count) // 1000, "row": np.arange(count) % 1000}
    return pa.table({name: columns[name] for name in ROWS_SCHEMA.names})


def _hourly(machines: pd.DataFrame, first: int, hours: int) -> pa.Table:
    counted = machines.groupby(_PLACE).size()
    kinds, running = counted.index.to_frame(index=False), counted.to_numpy()
    kind = np.repeat(np.arange(len(kinds), dtype=np.int32), hours)
    count = len(kind)
    columns = {name: _text(kinds[name], kind) for name in _PLACE}
    columns |= {"customer_id": _same(CUSTOMER, count), "currency": _same("USD", count)}
    columns |= {"hour": np.tile(np.arange(first, first + hours), len(kinds)), "machines": running[kind]}
    columns |= {"hours_in_window": np.ones(count, np.int32), "each_e6": np.zeros(count, np.int64)}
    columns |= {"covered_e6": np.zeros(count, np.int64), "hours_e6": running[kind] * 1_000_000}
    columns |= {"cost_e6": running[kind] * _CENTS_E6}
    return pa.table({name: columns[name] for name in HOURLY_SCHEMA.names})


def _aside(first: int, hours: int) -> pa.Table:
    """Some disks a day, which are no machines."""
    count = hours // 24 * 20
    columns = {field.name: pa.nulls(count, field.type) for field in ASIDE_SCHEMA}
    texts = [field.name for field in ASIDE_SCHEMA if pa.types.is_dictionary(field.type)]
    columns |= {name: _same("", count) for name in texts}
    columns |= {"reason": _same(_REASON, count), "customer_id": _same(CUSTOMER, count)}
    columns |= {name: np.zeros(count, np.int64) for name in ("cost_e6", "page", "row", "hours_e6")}
    columns |= {"quantity": np.ones(count), "by_resource": np.ones(count, bool)}
    columns |= {"hour": first + np.arange(count) // 20 * 24, "hours_in_window": np.full(count, 24)}
    return pa.table({name: columns[name] for name in ASIDE_SCHEMA.names})


def _text(values: pd.Series, codes: np.ndarray) -> pa.DictionaryArray:
    own, known = pd.factorize(values)
    return pa.DictionaryArray.from_arrays(
        pa.array(own.astype(np.int32)[codes]), pa.array(list(known), pa.string())
    )


def _same(value: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value]))


def main(arguments: Iterator[str]) -> None:
    """Lays the customer's store out in a folder."""
    home = Path(next(arguments))
    print(f"{lay_out(home, int(next(arguments, str(MACHINES))))!r} in {home}")


if __name__ == "__main__":
    main(iter(sys.argv[1:]))
