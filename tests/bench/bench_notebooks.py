"""How long the notebooks take as tests, all together and the slowest cell."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from figures import Figure, at_most

ROOT = Path(__file__).parents[2]
PYTEST = ("-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", "notebooks")


def figures() -> list[Figure]:
    """Seconds for all notebooks under nbval in one process, and for the slowest cell in them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        began = time.monotonic()
        command = [sys.executable, *PYTEST, f"--junit-xml={report}"]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        total = time.monotonic() - began
        if done.returncode != 0:
            raise RuntimeError(f"The notebooks fail:\n{done.stdout[-2000:]}")
        cells = [float(case.attrib["time"]) for case in ET.parse(report).iter("testcase")]
    return [
        at_most("all notebooks under nbval", total, "s", 90),
        at_most("slowest cell of a notebook under nbval", max(cells), "s", 2),
    ]
