"""From stored usage to break-even quantities on five million rows; and what the last large run said.

The large run is a command of its own, ``python tests/bench/engines.py 5 20 52 200``.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import engines
from figures import Figure

MILLIONS = 5.0


def figures() -> list[Figure]:
    """The ratios of this machine now, and the figures of the last large run on it when there was one."""
    with tempfile.TemporaryDirectory(prefix="bespeak-estate-") as folder:
        found = engines.figures([MILLIONS], Path(folder), rounds=3)
    large = json.loads(engines.KEPT.read_text(encoding="utf8")) if engines.KEPT.exists() else []
    return found + [one for one in large if one["name"] not in {figure["name"] for figure in found}]
