"""Reports of Cost Management: asked for, worked on, ready as a CSV file behind an address that ends.

The world remembers only the question; what a report holds ends with the instant at which it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bespeak.sandbox.ids import Ids, guid

Kind = Literal["benefits", "reservations"]
Grain = Literal["Hourly", "Daily", "Monthly"]
#: The oldest reports are forgotten.
_KEPT = 1_000
#: How often a report is looked at before it is ready.
_LOOKS = 2


@dataclass(slots=True)
class Report:
    """One question: of all customers, or of one order and one benefit in it; ``first`` and ``last`` are days."""

    id: str
    kind: Kind
    made: datetime
    grain: Grain
    first: str
    last: str
    order_id: str = ""
    benefit_id: str = ""
    #: Empty, SavingsPlan or Reservation: only benefits of this kind.
    only: str = ""
    looks: int = 0

    @property
    def folder(self) -> str:
        """The container of its file."""
        return guid("report", self.id).replace("-", "")

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}-{self.first}-{self.last}.csv"

    @property
    def ready(self) -> bool:
        """Whether it was looked at often enough."""
        return self.looks >= _LOOKS


@dataclass(slots=True)
class ReportState:
    """All reports by id, oldest first."""

    reports: dict[str, Report] = field(default_factory=dict)


class Reports:
    """The reports of one world."""

    def __init__(self, state: ReportState, ids: Ids) -> None:
        self._state = state
        self._ids = ids

    def add(self, report: Report) -> Report:
        """Begins a report; its id is given here."""
        report.id = self._ids.guid("report")
        self._state.reports[report.id] = report
        while len(self._state.reports) > _KEPT:
            del self._state.reports[next(iter(self._state.reports))]
        return report

    def find(self, report_id: str) -> Report | None:
        """A report by its id in any case."""
        return self._state.reports.get(report_id.lower())

    def of_folder(self, folder: str) -> Report | None:
        """The report that is ready in a container."""
        return next((one for one in self._state.reports.values() if one.folder == folder and one.ready), None)
