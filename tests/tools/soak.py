"""Runs the notebooks as tests many times in a row, and stops at the first that fails.

python3 -m toolkit soak [RUNS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTEST = ("-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60")


def main(arguments: list[str]) -> int:
    """Prints a line a run, and how long the slowest took; 1 when a run fails."""
    runs = int(arguments[0]) if arguments else 20
    environment = {key: value for key, value in os.environ.items() if key != "BESPEAK_SANDBOX"}
    seconds = []
    for number in range(1, runs + 1):
        began = time.monotonic()
        command = [sys.executable, *PYTEST, "notebooks"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        seconds.append(time.monotonic() - began)
        last = (done.stdout.strip().splitlines() or [""])[-1]
        print(f"run {number:2} of {runs}: {seconds[-1]:5.1f} s  {last}", flush=True)
        if done.returncode != 0:
            print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
            return 1
    print(f"{runs} runs without a failure; the slowest took {max(seconds):.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
