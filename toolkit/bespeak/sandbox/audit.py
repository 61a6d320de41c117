"""Who changed what when, as Partner Center keeps it (Microsoft, *Get a record of Partner Center activity*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change. ``value`` is the resource as JSON text with capital members and explicit nulls."""

    number: int
    at: datetime
    resource_type: str
    operation: str
    customer_id: str
    value: str
    user: str = ""
    request_id: str = ""
    succeeded: bool = True


class Audit:
    """The list of changes of one world, newest last."""

    def __init__(self, records: list[AuditRecord]) -> None:
        self.records = records

    def add(self, at: datetime, resource_type: str, operation: str, customer_id: str, value: str) -> None:
        """Writes down a change that succeeded."""
        number = len(self.records) + 1
        self.records.append(AuditRecord(number, at, resource_type, operation, customer_id, value))
