"""A cost and usage export that a person drops: EA, MCA (actual or amortised) or FOCUS with Microsoft's columns."""

from __future__ import annotations

from pathlib import Path

from bespeak.usage.control import Control
from bespeak.usage.readers.files import read_usage_file
from bespeak.usage.reading import UsageReading


def read_cost_export(
    path_or_bytes: Path | str | bytes, *, source: str = "", control: Control | None = None
) -> UsageReading:
    """The usage in a cost export (CSV, also gzipped, or Parquet), one day a row.

    Purchases, unused reservation hours and all that is no machine are set aside with their reason. Dates are
    ISO or month/day/year as Microsoft writes them; a file in another order is refused, not guessed. With the
    ``control`` totals of its manifest a partial file is told from a whole one.
    """
    return read_usage_file(path_or_bytes, source=source, control=control)
