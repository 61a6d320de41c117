"""Runs the notebooks as tests many times in a row, and stops at the first that fails.

python3 -m toolkit soak [RUNS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTEST = ("-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60")


def main(arguments: list[str]) -> int:
    """Prints a line a run, then the time of all runs, the slowest run and the slowest cell; 1 when a run fails."""
    runs = int(arguments[0]) if arguments else 20
    seconds, slowest = [], (0.0, "")
    for number in range(1, runs + 1):
        began = time.monotonic()
        done, cell = run()
        seconds.append(time.monotonic() - began)
        slowest = max(slowest, cell)
        last = (done.stdout.strip().splitlines() or [""])[-1]
        print(f"run {number:2} of {runs}: {seconds[-1]:5.1f} s  {last}", flush=True)
        if done.returncode != 0:
            print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
            return 1
    print(
        f"{runs} runs without a failure in {sum(seconds):.0f} s; the slowest run took {max(seconds):.1f} s, "
        f"the slowest cell {slowest[0]:.2f} s ({slowest[1]})"
    )
    return 0


def run() -> tuple[subprocess.CompletedProcess[str], tuple[float, str]]:
    """One run of all notebooks, and its slowest cell with its seconds."""
    environment = {key: value for key, value in os.environ.items() if key != "BESPEAK_SANDBOX"}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, *PYTEST, f"--junit-xml={report}", "notebooks"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        cases = ET.parse(report).iter("testcase") if report.exists() else ()
        cells = [(float(case.attrib["time"]), _name(case.attrib)) for case in cases]
    return done, max(cells, default=(0.0, ""))


def _name(cell: dict[str, str]) -> str:
    """The notebook and the cell in it, as in ``00_start_here: Cell 2``."""
    return f"{cell['classname'].removeprefix('notebooks.').removesuffix('.ipynb')}: {cell['name']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
