"""How the notebooks are compared when they run as tests: by their text forms, in a world of their own."""

from __future__ import annotations

import os

import pytest


def pytest_configure() -> None:
    """Drops a sandbox that somebody serves: each notebook makes a fresh world in its kernel."""
    os.environ.pop("BESPEAK_SANDBOX", None)


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Leaves out what a text form says better, and what the machine adds."""
    if type(collector).__name__ == "IPyNbFile":
        collector.skip_compare += ("text/html", "application/vnd.plotly.v1+json", "stderr")  # type: ignore[attr-defined]
