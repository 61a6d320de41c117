"""The usage table together with what was left out of it, so that nothing disappears."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from bespeak.errors import TableError
from bespeak.tables import SET_ASIDE, USAGE


@dataclass(frozen=True, eq=False)
class UsageReading:
    """Usage records read from one source, between ``start`` and ``end`` (UTC).

    ``usage`` (table USAGE) and ``set_aside`` (table SET_ASIDE) together account for all ``rows_in`` records
    and all ``hours_in`` VM hours that came in; anything else raises ``TableError``. ``licensed`` are the resources
    (ids as in ``usage``) that run software which is paid for beside or on top of their compute, such as Windows.
    ``incomplete`` says what is known to be missing from the source; nothing is advised from such a reading.
    """

    usage: pd.DataFrame
    set_aside: pd.DataFrame
    rows_in: int
    hours_in: float
    start: datetime
    end: datetime
    source: str
    licensed: frozenset[str] = frozenset()
    incomplete: str = ""

    def __post_init__(self) -> None:
        USAGE.check(self.usage)
        SET_ASIDE.check(self.set_aside)
        rows = len(self.usage) + int(self.set_aside["rows"].sum())
        if rows != self.rows_in:
            raise TableError("usage", "rows", f"accounts for {rows} of {self.rows_in} records.")
        hours = float(self.usage["hours"].sum() + self.set_aside["hours"].sum())
        if not math.isclose(hours, self.hours_in, rel_tol=1e-9, abs_tol=1e-6):
            raise TableError("usage", "hours", f"accounts for {hours:,.3f} of {self.hours_in:,.3f} hours.")

    def __repr__(self) -> str:
        return (
            f"UsageReading({self.source}, {self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} UTC, "
            f"{len(self.usage):,} of {self.rows_in:,} records used, "
            f"{int(self.set_aside['rows'].sum()):,} set aside{', INCOMPLETE' if self.incomplete else ''})"
        )
