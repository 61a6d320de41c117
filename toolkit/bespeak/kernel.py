"""This kernel in words, so that another one can be told who holds a purchase."""

from __future__ import annotations

import os
from datetime import UTC, datetime

_STARTED = datetime.now(UTC)


def this_kernel() -> str:
    """The process and since when it runs: ``pid 4711 since 10:12:03 UTC``."""
    return f"pid {os.getpid()} since {_STARTED:%H:%M:%S} UTC"
