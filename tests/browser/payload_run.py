"""Drives a real Lab and the saved files with names that hold script: what ran, what asked, what is not seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from browsers import find_browser
from lab_driver import _FLAGS, PLAIN_LAB, LabPage, lab_page, served_lab
from nbconvert import HTMLExporter
from payloads import OUTSIDE, PLACES
from playwright.sync_api import BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent
#: What our Lab gives the exporter of notebooks.
_SETTINGS = HERE.parents[1] / "toolkit" / "bespeak" / "lab_settings" / "jupyter_server_config.json"
SAFE_EXPORT = json.loads(_SETTINGS.read_text(encoding="utf-8"))["HTMLExporter"]
#: These show a text only under the mouse, or leave out what has no room: not all of their texts are looked for.
PARTLY = {"hover of a chart", "bars of the comparison"}

_HOST = OUTSIDE.removeprefix("https://")
_COUNT = "window.bespeakHits = []; window.bespeakHit = number => { window.bespeakHits.push(number); };"
_SEEN = """node => {
  node.querySelectorAll("details").forEach(e => { e.open = true; });
  const values = [...node.querySelectorAll("input, textarea")].map(e => e.value);
  const lines = [...node.querySelectorAll(".cm-line")].map(e => e.textContent);
  return [node.textContent, ...values, ...lines].join("\\n");
}"""
#: Whatever a payload was meant to become: an element that runs, asks or leads away.
_BECAME = f"""() => {{
  const bad = /bespeakHit|{re.escape(_HOST)}/i;
  const active = /^(on|href|src|action|formaction|data$|srcdoc|style|srcset|xlink:href|content|values|to|from)/i;
  const inText = e => e.closest(".jp-RenderedText, .jp-InputArea, .jp-RenderedMarkdown") && e.tagName === "A";
  return [...document.querySelectorAll("*")].filter(e => {{
    const runs = ["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "BASE"].includes(e.tagName);
    if (runs && e.closest(".jp-OutputArea, main"))
      return !e.dataset.ours && bad.test(e.outerHTML) && !/Plotly\\.newPlot/.test(e.textContent);
    return [...e.attributes].some(a => active.test(a.name) && bad.test(a.value)) && !inText(e);
  }}).map(e => e.outerHTML.slice(0, 160));
}}"""


@dataclass(slots=True)
class Found:
    """Payloads that ran, requests, texts that are not seen, elements; and how many places there were."""

    sinks: int = 0
    shown: int = 0
    alive: int = 0
    ran: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        """Whether anything is wrong, a corpus that runs nowhere included."""
        return bool(self.ran or self.outside or self.unseen or self.elements) or not self.alive


def run(folder: Path, texts: Sequence[str], *, every: bool = False) -> Found:
    """Shows the texts in every place; the desk for one customer, or for ``every`` tenth one."""
    found = Found()
    corpus = folder / "corpus.json"
    corpus.write_text(json.dumps(list(texts)), encoding="utf-8")
    desks = range(0, len(texts), 10) if every else range(1)
    (folder / "lab").mkdir()
    nbformat.write(_notebook(corpus, desks), folder / "lab" / "names.ipynb")
    with served_lab(folder / "lab", PLAIN_LAB) as lab, lab_page(lab, height=900) as shown:
        _listen(shown.page, found)
        shown.page.add_init_script(_COUNT)
        shown.open("names.ipynb")
        _run_notebook(shown, texts, len(desks), found)
    saved = nbformat.read(folder / "lab" / "names.ipynb", 4)
    pages = json.loads(saved.cells[-1].outputs[0]["data"]["text/plain"].strip("'"))
    exported = folder / "exported.html"
    exported.write_text(HTMLExporter(**SAFE_EXPORT).from_notebook_node(saved)[0], encoding="utf-8")
    with _browser() as context:
        for path in (*pages, exported):
            _look_at_file(context, Path(path), texts, found)
        found.alive = _alive(context, texts)
    return found


def _notebook(corpus: Path, desks: range) -> Any:
    """A cell a place; after them the desks, and the saved pages."""
    first = f"import sys; sys.path.insert(0, {str(HERE)!r}); import payload_sinks, json\n"
    cells = [first + f"places = payload_sinks.loaded({str(corpus)!r}); every = places.every()"]
    cells += [f"every[{name!r}]()" for name in PLACES]
    for number in desks:
        cells += [f"desk = places.customer({number}); desk", f"print(await places.fill(desk, {number}))"]
    cells.append("json.dumps(places.pages())")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    # What stands in a saved notebook is not run when it is opened; the sources hold no payload.
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in cells], metadata=metadata
    )


def _listen(page: Page, found: Found) -> None:
    """Notes dialogs and requests; nothing is let out, whatever asks for it."""

    def note(url: str) -> None:
        if _HOST in url.partition("?")[0]:
            found.outside.append(url)

    def close(dialog: Any) -> None:
        found.ran.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", close)
    page.on("request", lambda request: note(request.url))
    page.on("popup", lambda other: found.ran.append(f"window: {other.url}"))


def _run_notebook(shown: LabPage, texts: Sequence[str], desks: int, found: Found) -> None:
    page = shown.page
    page.evaluate(
        "() => { const c = window.jupyterapp.shell.currentWidget.content;"
        " c.notebookConfig = { ...c.notebookConfig, windowingMode: 'none' }; }"
    )
    shown.run_all()
    shown.wait_until_run(seconds=60 + 2 * len(texts) * desks)
    unmeant = [text for text in shown.kernel_errors() if texts[0] not in text]
    if unmeant:
        raise AssertionError(unmeant)
    _settle(page)
    cells = page.query_selector_all(".jp-Notebook .jp-CodeCell")
    for name, cell in zip(PLACES, cells[1:], strict=False):
        output = cell.query_selector(".jp-Cell-outputArea")
        seen = output.evaluate(_SEEN) if output else ""
        _compare(name, seen, texts, found)
    for number in range(desks):
        output = cells[1 + len(PLACES) + 2 * number].query_selector(".jp-Cell-outputArea")
        seen = _plain(output.evaluate(_SEEN))
        named = [texts[(10 * number + i) % len(texts)] for i in range(4)]
        _compare(f"desk {number}", seen, named, found)
    _hover(page)
    found.ran += [f"payload {number} ran in Lab" for number in page.evaluate("window.bespeakHits")]
    found.elements += [f"Lab: {text}" for text in page.evaluate(_BECAME)]
    found.outside += [url for url in shown.outside if _HOST in url]
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=20_000)


_STILL = 3


def _settle(page: Page) -> None:
    """Waits until nothing is added to the page for three looks: on a busy machine a chart takes its time."""
    last, still = -1, 0
    for _ in range(120):
        page.wait_for_timeout(1000)
        now = page.evaluate("document.body.textContent.length + document.querySelectorAll('*').length")
        still = still + 1 if now == last else 0
        if still == _STILL:
            return
        last = now


def _hover(page: Page) -> None:
    """Moves the mouse over charts and widgets, and brings the focus to whatever would take it."""
    for chart in page.query_selector_all(".bespeak-chart .js-plotly-plot")[:12]:
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        if box:
            for part in (0.3, 0.5, 0.7):
                page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * 0.5)
                page.wait_for_timeout(40)
    page.evaluate("() => document.querySelectorAll('.jp-OutputArea [tabindex], .jp-OutputArea input')"
                  ".forEach((e, i) => { if (i < 200) e.focus({preventScroll: true}); })")  # fmt: skip


def _look_at_file(context: BrowserContext, path: Path, texts: Sequence[str], found: Found) -> None:
    """A saved file in a tab of its own; files of notebooks hold no payload where widgets stood."""
    page = context.new_page()
    _listen(page, found)
    outside = found.outside
    page.on(
        "request", lambda request: outside.append(request.url) if request.url.startswith("http") else None
    )
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_timeout(700)
    seen = page.evaluate(f"({_SEEN})(document.body)")
    wanted = texts if path.name in {"every.html", "exported.html"} else texts[:2]
    _compare(path.name, seen, wanted, found)
    found.ran += [f"payload {number} ran in {path.name}" for number in page.evaluate("window.bespeakHits")]
    found.elements += [f"{path.name}: {text}" for text in page.evaluate(_BECAME)]
    if path != path.with_name("exported.html") and not page.locator(".main-svg").count():
        found.unseen.append(f"{path.name}: no chart is drawn")
    page.close()


def _compare(place: str, seen: str, texts: Sequence[str], found: Found) -> None:
    found.sinks += 1
    plain = _plain(seen)
    missing = [text for text in texts if _plain(text) not in plain]
    found.shown += len(texts) - len(missing)
    if place not in PARTLY:
        found.unseen += [f"{place}: {text}" for text in missing]


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text).strip()


def _alive(context: BrowserContext, texts: Sequence[str]) -> int:
    """How many of the texts run or ask when they are taken for HTML: what the guards are there for."""
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url) if _HOST in request.url else None)
    page.set_content("<title>unguarded</title>")
    page.evaluate(
        """texts => { for (const text of texts) {
             const frame = document.createElement("iframe"); frame.srcdoc = text; document.body.append(frame); } }""",
        list(texts),
    )
    page.wait_for_timeout(1500 + 5 * len(texts))
    number = len(set(page.evaluate("window.bespeakHits"))) + len(asked)
    page.close()
    return number


@contextmanager
def _browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(_FLAGS))
        try:
            context = browser.new_context()
            context.add_init_script(_COUNT)
            yield context
        finally:
            browser.close()
