"""The real JupyterLab in a real browser, driven as a person would: for the tests and benchmarks of the page.

``served_lab`` starts Lab with folders of its own, ``lab_page`` opens a browser on it. The page notes each request
that would leave the machine and each error that a kernel reports, also those of callbacks, which Lab shows nowhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from browsers import MISSING, find_browser
from playwright.sync_api import Page, sync_playwright

#: Lab as a person starts it; the other one is Lab without anything of ours.
BESPEAK_LAB = ("-m", "bespeak.cli", "lab", "--folder", "{folder}")
PLAIN_LAB = ("-m", "jupyterlab", "--ServerApp.root_dir={folder}", "--LabApp.news_url=None", "--allow-root")
_FURTHER = ("--no-browser", "--ServerApp.port=0", "--LabApp.expose_app_in_browser=True")

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # all else is offline
)

_CURRENT = "window.jupyterapp.shell.currentWidget"
_KERNEL_IS_IDLE = f"{_CURRENT}?.sessionContext?.session?.kernel?.status === 'idle'"
_LISTEN = f"""() => {{
  window.kernelErrors ??= [];
  {_CURRENT}.sessionContext.iopubMessage.connect((_, message) => {{
    if (message.header.msg_type === "error")
      window.kernelErrors.push(message.content.ename + ": " + message.content.evalue);
  }});
}}"""

_RUN_ALL = """() => {
  window.allRun = false;
  window.jupyterapp.commands.execute("notebook:run-all-cells").finally(() => { window.allRun = true; });
}"""


@dataclass(frozen=True, slots=True)
class ServedLab:
    """A running Lab: its address, the token of the person, the folder of the notebooks."""

    url: str
    token: str
    folder: Path


@contextmanager
def served_lab(folder: Path, command: Sequence[str] = BESPEAK_LAB) -> Iterator[ServedLab]:
    """Starts Lab on the folder, nothing of the person's own Jupyter about it, and stops it at the end."""
    with tempfile.TemporaryDirectory() as scratch:
        state = Path(scratch)
        program = [sys.executable, *(part.format(folder=folder) for part in command), *_FURTHER]
        with (state / "lab.log").open("w", encoding="utf8") as log:
            process = subprocess.Popen(
                program, env=_environment(state), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        try:
            info = _wait_for_server(process, state)
            yield ServedLab(info["url"], info["token"], folder)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _environment(state: Path) -> dict[str, str]:
    own = {
        "HOME": state / "home",
        "XDG_DATA_HOME": state / "home" / "data",
        "JUPYTER_CONFIG_DIR": state / "config",
        "JUPYTER_DATA_DIR": state / "data",
        "JUPYTER_RUNTIME_DIR": state / "runtime",
        "IPYTHONDIR": state / "ipython",
    }
    dropped = {"BESPEAK_SANDBOX", "BESPEAK_FOLDER", "JUPYTER_PORT", "JUPYTER_TOKEN", "DISPLAY"}
    return {key: value for key, value in os.environ.items() if key not in dropped} | {
        key: str(value) for key, value in own.items()
    }


def _wait_for_server(process: subprocess.Popen[bytes], state: Path, seconds: float = 90) -> dict[str, str]:
    """What the server says of itself once it listens; fails with Lab's own words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        for path in (state / "runtime").glob("jpserver-*.json"):
            text = path.read_text(encoding="utf8")
            if text.endswith("}"):
                return json.loads(text)
        time.sleep(0.1)
    words = (state / "lab.log").read_text(encoding="utf8")
    raise AssertionError(f"Lab did not start (exit code {process.poll()}). Its words:\n{words[-3000:]}")


@dataclass(slots=True)
class LabPage:
    """Lab in a browser tab; ``page`` is Playwright's, for all that is not here."""

    lab: ServedLab
    page: Page
    outside: list[str] = field(default_factory=list)

    def open(self, notebook: str) -> None:
        """Opens a notebook as the only one and waits until its kernel is ready."""
        self.page.goto(f"{self.lab.url}lab/tree/{quote(notebook)}?token={self.lab.token}&reset")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Waits until a notebook is there and its kernel is ready, and listens to it from then on."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function(_KERNEL_IS_IDLE, timeout=60_000)
        self.page.evaluate(_LISTEN)

    def run_all(self) -> None:
        """Does what the menu's Run All Cells does; does not wait for the end."""
        self.page.evaluate(_RUN_ALL)

    def wait_until_run(self, seconds: float = 60) -> None:
        """Waits until all cells of the last ``run_all`` have been run, or one of them failed."""
        self.page.wait_for_function("window.allRun === true", timeout=seconds * 1000)

    def wait_for_text(self, text: str, seconds: float = 30) -> None:
        """Waits until the text stands somewhere on the page, visible."""
        self.page.get_by_text(text).first.wait_for(state="visible", timeout=seconds * 1000)

    def kernel_errors(self) -> list[str]:
        """The errors of cells and of callbacks since the notebook was opened."""
        return self.page.evaluate("window.kernelErrors")

    def cell_count(self) -> int:
        """How many cells the notebook has: a stray shortcut would change it."""
        return self.page.evaluate(f"{_CURRENT}.content.widgets.length")

    def use_theme(self, *, dark: bool) -> None:
        """Switches Lab to its dark or its light theme."""
        theme = f"JupyterLab {'Dark' if dark else 'Light'}"
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
        )
        self.page.wait_for_function(
            "dark => (document.body.dataset.jpThemeLight === 'false') === dark", arg=dark, timeout=15_000
        )

    def screenshot(self, path: Path) -> None:
        """Writes a picture of what the person sees."""
        self.page.screenshot(path=str(path))

    def note(self, url: str) -> None:
        """Notes a request that is not for this machine."""
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {
            "127.0.0.1",
            "localhost",
        }:
            self.outside.append(url)


@contextmanager
def lab_page(lab: ServedLab, width: int = 1366, height: int = 768) -> Iterator[LabPage]:
    """A browser tab for the running Lab."""
    browser_path = find_browser()
    if browser_path is None:
        raise AssertionError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(_FLAGS))
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            shown = LabPage(lab, page)
            page.on("request", lambda request: shown.note(request.url))
            page.on("websocket", lambda socket: shown.note(socket.url))
            yield shown
        finally:
            browser.close()
