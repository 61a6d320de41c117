"""How long the two commands take to start again, once everything is set up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import Figure, at_most

ROOT = Path(__file__).parents[2]
BASE = [getattr(sys, "_base_executable", sys.executable), "-m", "toolkit"]
LIMIT = 10.0


def figures() -> list[Figure]:
    """Seconds until the tests are collected by name, and until Lab says its address."""
    return [
        at_most("second start of the test command, to a first test", _first_test(), "s", LIMIT),
        at_most("second start of the lab command, to its address", _lab_address(), "s", LIMIT),
    ]


def _first_test() -> float:
    began = time.monotonic()
    command = [*BASE, "test", "-n", "0", "-q", "tests/test_repository.py"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.monotonic() - began


def _lab_address() -> float:
    with tempfile.TemporaryDirectory() as folder:
        state = {
            name: f"{folder}/{name}"
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        }
        command = [*BASE, "lab", "--folder", f"{folder}/notebooks", "--no-browser", "--ServerApp.port=0"]
        began = time.monotonic()
        lab = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **state}, stdout=subprocess.PIPE, text=True
        )
        try:
            assert lab.stdout is not None
            next(line for line in lab.stdout if line.startswith("JupyterLab: "))
            return time.monotonic() - began
        finally:
            lab.terminate()
            lab.wait(timeout=30)
