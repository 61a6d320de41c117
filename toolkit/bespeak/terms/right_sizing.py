"""When a machine counts as idle, and how full another size may be (D-356)."""

from __future__ import annotations

from datetime import date

from bespeak.errors import MissingError
from bespeak.policy import RightSizing, load


def right_sizing(on: date) -> RightSizing:
    """The bounds that hold on a day; raises ``MissingError`` when none are known.

    >>> from datetime import date
    >>> right_sizing(date(2026, 11, 16)).cpu_after
    80
    """
    for rule in load(RightSizing, on):
        return rule
    raise MissingError(f"No bounds for right-sizing are known for {on}.", "Take a later date.")
