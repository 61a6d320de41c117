"""Canary secrets through everything that is done here, and a search for them in all that is left of it.

    python tests/leaks/canaries.py [quick]

Fourteen kinds of secrets, in every encoding that ``secrets_seen.needles`` knows. The last line is the figure.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

from breaks import breaks
from flows import Bench, bench, everyday, troubles
from notebook_flows import notebook, sessions
from secrets_seen import CANARIES
from service_flows import paging
from sign_in_flows import sign_ins


def run(folder: Path, *, every: bool) -> Bench:
    """All flows; the bench holds the notes."""
    with bench(folder) as on:
        everyday(on)
        troubles(on)
        paging(on)
        sign_ins(on)
        sessions(on)
        notebook(on)
        breaks(on, every=every)
        on.notes.put_files("everything", folder)
        return on


def main(*, every: bool) -> int:
    """Runs all of it; the last line is the figure."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        on = run(Path(folder), every=every)
    found = on.notes.finds(on.secrets)
    for (secret, flow), times in sorted(Counter(tuple(one.split(" in ", 1)) for one in found).items())[:80]:
        sys.stdout.write(f"{secret} in {flow} ({times})\n")
    flows = len({flow for flow, _ in on.notes.left})
    size = sum(map(len, on.notes.left.values())) / 1e6
    sys.stdout.write(
        f"{len(CANARIES)} kinds of canaries ({len(on.secrets)} secrets), {flows} flows, {len(on.notes.left)} flows x "
        f"artefacts, {size:.0f} MB in {time.monotonic() - began:.0f} s: {len(found)} finds\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(every="quick" not in sys.argv))
