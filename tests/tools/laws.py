"""Holds the sandbox to its laws over many random steps, in several processes.

    python3 -m toolkit laws [STEPS] [--number N]

``STEPS`` is 1,000,000 unless given. Each process takes batches of 20,000 steps, each from a number of its own; a batch
that breaks a law is told with its number, and ``laws 20000 --number N`` takes the same steps again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

BATCH = 20_000
sys.path.insert(0, str(Path(__file__).parents[1] / "sandbox"))
_AT_HAND: list = []


def main(arguments: list[str]) -> int:
    """Takes the steps and says how many there were a second; 1 when a law was broken."""
    parser = argparse.ArgumentParser("laws", description="Hold the sandbox to its laws over random steps.")
    parser.add_argument("steps", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--number", type=int, default=1, help="number of the first batch (default: 1)")
    wish = parser.parse_args(arguments)
    batches = [(number, min(BATCH, wish.steps)) for number in _numbers(wish.number, wish.steps)]
    began = time.perf_counter()
    steps, done = 0, Counter()
    with multiprocessing.Pool(min(os.cpu_count() or 1, len(batches))) as pool:
        for number, taken, tally, error in pool.imap_unordered(_batch, batches):
            if error:
                print(
                    f"Batch {number} breaks a law:\n{error}\nAgain: python3 -m toolkit laws {BATCH} --number {number}"
                )
                pool.terminate()
                return 1
            steps, done = steps + taken, done + Counter(tally)
            spent = time.perf_counter() - began
            print(f"{steps:>9,} steps, {steps / spent:,.0f} a second (batch {number} holds)", flush=True)
    for what, count in sorted(done.items()):
        print(f"{count:>9,} {what}")
    return 0


def _numbers(first: int, steps: int) -> range:
    return range(first, first + max(1, -(-steps // BATCH)))


def _batch(asked: tuple[int, int]) -> tuple[int, int, dict[str, int], str]:
    import law_run  # noqa: PLC0415  each process builds a world of its own

    number, steps = asked
    if not _AT_HAND:
        _AT_HAND.append(law_run.build(Path(tempfile.mkdtemp())))
    try:
        tally = law_run.run(*_AT_HAND[0], steps, number, shrink=True)
    except Exception as error:  # noqa: BLE001  whatever it is, it is told with its number
        return (
            number,
            0,
            {},
            "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])]),
        )
    return number, tally.steps, dict(tally.done), ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
