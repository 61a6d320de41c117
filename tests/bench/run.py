"""Runs the benchmarks, prints a line a figure, and writes them to bench.json when all of them were run.

    python3 -m toolkit bench [PART OF A NAME ...]

A benchmark is a file ``bench_*.py`` here with ``figures() -> list[Figure]`` (see figures.py).
"""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main(parts: list[str]) -> int:
    """Runs the benchmarks whose file name holds one of the parts, or all; 1 when a figure breaks its bound."""
    sys.path[:0] = [str(HERE), str(ROOT / "tests" / "browser")]
    names = [path.stem for path in sorted(HERE.glob("bench_*.py"))]
    asked = [name for name in names if not parts or any(part in name for part in parts)]
    figures = [figure for name in asked for figure in measure(name)]
    if asked == names:  # a part of the figures would take the place of all of them
        (ROOT / "bench.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")
    broken = [figure for figure in figures if not figure["ok"]]
    print(f"{len(figures) - len(broken)} of {len(figures)} figures keep their bounds")
    return int(bool(broken) or not figures)


def measure(name: str) -> list[dict]:
    """The figures of one benchmark, each printed at once; one that breaks is a figure that does not hold."""
    try:
        figures = importlib.import_module(name).figures()
    except Exception:  # noqa: BLE001  the other benchmarks go on, and this one is told
        traceback.print_exc()
        figures = [{"name": name, "value": None, "unit": "did not run", "bound": None, "ok": False}]
    for figure in figures:
        print(line(figure), flush=True)
    return figures


def line(figure: dict) -> str:
    """One figure as a line."""
    value = "-" if figure["value"] is None else f"{figure['value']:,.4g}"
    state = "ok" if figure["ok"] else "NOT OK"
    return f"{figure['name']:<60} {value:>10} {figure['unit']:<6} bound {figure['bound']}  {state}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
