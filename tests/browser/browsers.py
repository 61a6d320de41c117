"""Which browser of the Chromium family this machine has, and whether the tests may do without."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)

MISSING = (
    "no browser was found: install Chromium (Debian: apt-get install chromium), Chrome or Edge, "
    "or name one in BESPEAK_BROWSER"
)


def find_browser() -> str | None:
    """The program of a browser, or None; the environment variable BESPEAK_BROWSER names another one."""
    named = os.environ.get("BESPEAK_BROWSER")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in _NAMES)
    there = (place for place in _PLACES if Path(place).exists())
    return next((program for program in (*found, *there) if program), None)


def is_required() -> bool:
    """Whether a browser test without a browser is a failure: under continuous integration, or when asked for."""
    return any(
        os.environ.get(name, "").lower() not in {"", "0", "false"}
        for name in ("CI", "BESPEAK_REQUIRE_BROWSER")
    )
