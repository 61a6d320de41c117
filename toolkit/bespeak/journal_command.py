"""``bespeak journal``: what was bought, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence


def main(_argv: Sequence[str]) -> int:
    """Prints the purchases."""
    return 0
