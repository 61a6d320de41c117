"""From stored usage to break-even quantities: a plain pandas script, the steps on DuckDB, and the reading alone.

    python tests/bench/engines.py 52                 the ratios on 52 million rows
    python tests/bench/engines.py 5 20 52 200        and how the time grows; the ratios on the largest up to 60
    python tests/bench/engines.py 52 --folder DIR    keeps the estates in DIR for the next time

Each way runs in a process of its own, in turns, so that a busy moment of the machine meets all of them; the fastest
round counts. All ways must give the same quantities. The figures also go to ``bench-engines.json``, from where
``bench_engines.py`` carries them into bench.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE)]
KEPT = ROOT / "bench-engines.json"

from figures import Figure, at_least, at_most  # noqa: E402  beside this file, which may run from anywhere

WAYS = ("pandas script", "steps on rows", "steps on hourly usage", "reading with pyarrow")
GIB = 2**30
#: From so many rows on, what does not grow with the rows is small beside what does.
LARGE = 50_000_000
#: More million rows than this do not fit into memory for the script.
SCRIPT = 60


def main(arguments: list[str]) -> int:
    """Runs what the arguments say; 1 when a figure breaks its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", nargs="*", type=float, default=[5.0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bespeak-estate-") as scratch:
        found = figures(sorted(asked.millions), asked.folder or Path(scratch), asked.rounds)
    for one in found:
        state = "ok" if one["ok"] else "NOT OK"
        print(f"{one['name']:<75} {one['value']:>10,.4g} {one['unit']:<6} bound {one['bound']}  {state}")
    KEPT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf8")
    return int(not all(one["ok"] for one in found))


def figures(millions: list[float], folder: Path, rounds: int = 3) -> list[Figure]:
    """The ratios on the largest estate that the script can hold, and the growth when there are several."""
    whole = max((size for size in millions if size <= SCRIPT), default=None)
    grown: dict[float, dict[str, Run]] = {}
    for size in millions:
        ways = WAYS if size == whole else WAYS[1:3]
        grown[size] = compared(written(folder, size), ways, rounds)
        print(
            size,
            {way: (round(run.seconds, 2), run.peak >> 20) for way, run in grown[size].items()},
            flush=True,
        )
    return [*(ratios(grown[whole]) if whole else []), *growth(grown)]


class Run:
    """The fastest of some runs of one way."""

    def __init__(self) -> None:
        self.seconds, self.peak, self.answers, self.rows = float("inf"), 0, set[str](), 0

    def add(self, told: dict[str, Any]) -> None:
        """Takes another run into account."""
        self.seconds, self.peak = min(self.seconds, told["seconds"]), max(self.peak, told["peak"])
        self.answers.add(told["answer"])
        self.rows = told["rows"]


def ratios(runs: dict[str, Run]) -> list[Figure]:
    """How many times faster than the script, against the same of reading the columns alone, and peak memory."""
    script, rows, hourly, read = (runs[way] for way in WAYS)
    answers = script.answers | rows.answers | hourly.answers
    name = f"{rows.rows / 1e6:,.0f} million rows"
    bound = script.seconds / read.seconds
    return [
        at_most(f"{name}: pandas script", script.seconds, "s", 600),
        at_most(f"{name}: reading the columns with pyarrow", read.seconds, "s", 600),
        at_most(f"{name} to break-even quantities", rows.seconds, "s", 600),
        at_most(f"{name}: from hourly usage", hourly.seconds, "s", 600),
        at_least(
            f"{name} against a pandas script (reading alone: {bound:.1f})",
            script.seconds / rows.seconds,
            "times",
            2.5,
        ),
        at_least(
            f"{name}: from hourly usage, against the script",
            script.seconds / hourly.seconds,
            "times",
            10 if rows.rows >= LARGE else 3,
        ),
        at_most(f"{name}: different answers of the three ways", len(answers), "", 1),
        at_most(f"{name}: peak memory", rows.peak / GIB, "GiB", 2),
        at_most(f"{name}: peak memory from hourly usage", hourly.peak / GIB, "GiB", 2),
    ]


def growth(grown: dict[float, dict[str, Run]]) -> list[Figure]:
    """The slope of time over rows, both as logarithms, and the most memory that any size took."""
    if len(grown) < 2:
        return []
    found = []
    for way in WAYS[1:3]:
        runs = [one[way] for one in grown.values()]
        rows, seconds = np.log([run.rows for run in runs]), np.log([run.seconds for run in runs])
        span = f"{min(grown):g} to {max(grown):g} million rows"
        found.append(at_most(f"{way}, {span}: log-log slope", np.polyfit(rows, seconds, 1)[0], "", 1.05))
        found.append(at_most(f"{way}, {span}: peak memory", max(run.peak for run in runs) / GIB, "GiB", 2))
    return found


def written(folder: Path, millions: float) -> Path:
    """The estate of so many million rows, written by a process of its own unless it is there."""
    place = folder / f"{millions:g}"
    if not (place / "done").exists():
        subprocess.run([sys.executable, str(HERE / "estate.py"), str(place), str(millions)], check=True)
        (place / "done").touch()
    return place


def compared(place: Path, ways: tuple[str, ...], rounds: int) -> dict[str, Run]:
    """Each way in turns; the first reading of the files warms the machine and does not count."""
    runs = {way: Run() for way in ways}
    once(place, WAYS[3])
    for _ in range(rounds):
        for way, run in runs.items():
            run.add(once(place, way))
    return runs


def once(place: Path, way: str) -> dict[str, Any]:
    """One run in a process of its own."""
    command = [sys.executable, str(HERE / "engine_ways.py"), str(place), way]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
