"""Tries the sandbox against its own OpenAPI description at length.

    python3 -m toolkit schema [EXAMPLES] [--number N] [--only PART]

``EXAMPLES`` requests to each operation, 200 unless given; ``--number`` chooses others; ``--only`` names operations.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sandbox"))


def main(arguments: list[str]) -> int:
    """Tries every operation, says how many requests there were; 1 when an answer was outside of the description."""
    import schema_trial  # noqa: PLC0415  found by the path above

    parser = argparse.ArgumentParser("schema", description="Try the sandbox against its own description.")
    parser.add_argument("examples", nargs="?", type=int, default=200)
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--only", default="")
    wish = parser.parse_args(arguments)
    began, broken = time.perf_counter(), []
    on = schema_trial.stage(schema_trial.tiny_world(Path(tempfile.mkdtemp())))
    named = {name: one for name, one in schema_trial.operations().items() if wish.only in name}
    for name, operation in named.items():
        try:
            schema_trial.trial(on, operation, wish.examples, wish.number)
        except Exception:  # noqa: BLE001  the other operations are tried too
            broken.append(name)
            traceback.print_exc()
        print(f"{'NOT OK' if name in broken else 'ok':<7} {name}", flush=True)
    spent, requests = time.perf_counter() - began, sum(on.tally.values())
    print(
        f"{requests:,} requests to {len(named)} operations in {spent:,.0f} s: {dict(on.tally)}; {len(broken)} broken"
    )
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
