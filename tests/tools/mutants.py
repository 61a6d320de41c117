"""Plants mistakes in the modules that guard money, one at a time, and says which of them no test sees.

    python3 -m toolkit mutants [MODULE ...] [--jobs N] [--every K]

Without names all modules of ``mutants.toml`` are taken, each with the tests that guard it. What survives is listed with
its line and change. A change that alters nothing anybody could see is explained in ``mutants_explained.toml``; it stays
a survivor, and the last lines give the score with and without it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from mutant_maker import Mutant, mutants_of
from mutant_runner import ROOT, load_libraries, reach_of, survivors

HERE = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Prints the survivors and the score; 1 when the tests fail without any mutant, or a name is not known."""
    guarded = tomllib.loads((HERE / "mutants.toml").read_text(encoding="utf8"))["tests"]
    parser = argparse.ArgumentParser("mutants", description="Plant mistakes and see which no test finds.")
    parser.add_argument("modules", nargs="*", help=f"any of {', '.join(guarded)}")
    parser.add_argument("--jobs", type=int, default=1, help="how many mutants at once (default: 1)")
    parser.add_argument("--every", type=int, default=1, help="take each K-th mutant only (default: 1, all)")
    wish = parser.parse_args(arguments)
    unknown = sorted(set(wish.modules) - guarded.keys())
    if unknown or not hasattr(os, "fork"):
        print(
            f"No tests are named for {', '.join(unknown)}."
            if unknown
            else "This needs a system that can fork."
        )
        return 1
    os.chdir(ROOT)
    load_libraries()
    counts = [_module(name, guarded[name], wish.jobs, wish.every) for name in wish.modules or guarded]
    return _total([one for one in counts if one]) if all(counts) else 1


def _module(name: str, tests: Sequence[str], jobs: int, every: int) -> tuple[int, int, int] | None:
    """How many mutants a module has, how many were killed, and how many survivors are explained."""
    path = ROOT / "toolkit/bespeak" / f"{name}.py"
    began = time.monotonic()
    reach = reach_of(path, tests)
    if reach.failed:
        print(f"{name}: its tests fail without any mutant.", flush=True)
        return None
    mutants = mutants_of(path.read_text(encoding="utf8"))[::every]
    explained = _explained(name)
    left = [mutant for mutant, lives in survivors(path, mutants, reach, tests, jobs) if lives]
    _tell(path, left, explained, whole=every == 1)
    known = sum(mutant.change in explained for mutant in left)
    killed = len(mutants) - len(left)
    spent = time.monotonic() - began
    print(
        f"{name}: {len(mutants)} mutants, {killed} killed, {len(left)} survived, {known} of them explained, "
        f"score {_share(killed, len(mutants))} % ({spent:.0f} s)",
        flush=True,
    )
    return len(mutants), killed, known


def _explained(name: str) -> Mapping[str, str]:
    told = tomllib.loads((HERE / "mutants_explained.toml").read_text(encoding="utf8")).get("mutant", [])
    return {one["change"]: one["reason"] for one in told if one["module"] == name}


def _tell(path: Path, left: Sequence[Mutant], explained: Mapping[str, str], *, whole: bool) -> None:
    for mutant in left:
        if mutant.change not in explained:
            print(f"{path.relative_to(ROOT)}:{mutant.line}: {mutant.change}", flush=True)
    for change in explained.keys() - {mutant.change for mutant in left} if whole else ():
        print(f"{path.relative_to(ROOT)}: explained, but killed or not there any more: {change}", flush=True)


def _total(counts: Sequence[tuple[int, int, int]]) -> int:
    mutants, killed, known = (sum(column) for column in zip(*counts, strict=True))
    print(
        f"{known} survivors are explained; of the other mutants {_share(killed, mutants - known)} % were killed."
    )
    print(
        f"mutants: {mutants} mutants, {killed} killed, {mutants - killed} survived, score {_share(killed, mutants)} %"
    )
    return 0


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
