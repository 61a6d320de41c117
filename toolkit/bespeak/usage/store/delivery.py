"""What comes into the store: deliveries, what becomes of them, and which source counts before which."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from bespeak.usage.control import Control

#: Told how many records have come and, where it can be known, how many there will be; what it raises ends the work.
Progress = Callable[[int, int | None], None]

#: What each source is called in a sentence. For one Azure subscription and day the first that has records counts.
SOURCES = {
    "utilization_hourly": "hourly utilization records",
    "utilization_daily": "daily utilization records",
    "rated_usage": "daily rated usage",
    "billing_export": "the billing export of Partner Center",
    "cost_export": "a cost export",
}


def rank(source: str) -> tuple[int, str]:
    """The place of a source among all: the smaller counts. A source that is not known comes last, by its name."""
    known = list(SOURCES)
    return (known.index(source) if source in SOURCES else len(known)), source


def words(source: str) -> str:
    """A source as it stands in a sentence."""
    return SOURCES.get(source, f"the source '{source}'")


@dataclass(frozen=True, eq=False)
class Delivery:
    """What came in one go from one source.

    ``customer_id`` is "" when the records say whose they are. With ``by_record`` each record is a version of its own
    and the later one counts; else the delivery is the whole truth about the days that it covers. ``pages`` are the
    bytes as received beside their RECORDS. ``covers`` is the time that the source was asked for (UTC, end excluded);
    ``subscription`` the one that it was asked for. ``control`` is what the source says that it holds, ``partial`` the
    days that it calls incomplete itself, ``incomplete`` a sentence that begins with INCOMPLETE on what else
    is known to be missing, such as the end of a file.
    """

    source: str
    customer_id: str
    by_record: bool
    pages: Iterable[tuple[bytes, pd.DataFrame]]
    received: datetime
    covers: tuple[datetime, datetime] | None = None
    control: Control | None = None
    subscription: str = ""
    partial: tuple[date, ...] = ()
    total: int | None = None
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a delivery: the pages and records that are new, and the pages that were there already.

    ``deliveries`` are the ids under which it is kept; ``incomplete`` is the sentence that its control totals earn.
    """

    deliveries: tuple[str, ...]
    pages: int
    records: int
    already_there: int
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the customer-months that it wrote and those that were as they should be, and its records."""

    written: int
    unchanged: int
    records: int
