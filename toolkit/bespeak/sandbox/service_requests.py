"""Requests for help to Microsoft (Microsoft, *Create a service request*); nobody answers them in this world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bespeak.sandbox.refusals import RefusalError

Severity = Literal["unknown", "critical", "moderate", "minimal"]
Status = Literal["open", "closed", "attention_needed"]

#: What help can be asked for; invented ids and names.
TOPICS = (
    ("32444671", "Azure reservations: purchase", "Help with buying a reservation."),
    ("32444672", "Azure reservations: refund or exchange", "Help with giving a reservation back."),
    ("32444673", "Billing: invoice", "Help with an invoice."),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote into a request."""

    by: str
    at: datetime
    text: str


@dataclass(slots=True)
class ServiceRequest:
    """One request; ``closed`` is None while it is open."""

    id: str
    customer_id: str
    title: str
    description: str
    severity: Severity
    topic: str
    created: datetime
    modified: datetime
    status: Status = "open"
    closed: datetime | None = None
    notes: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class ServiceRequestState:
    """All requests by id, oldest first."""

    requests: dict[str, ServiceRequest] = field(default_factory=dict)


class ServiceRequests:
    """Keeps requests."""

    def __init__(self, state: ServiceRequestState) -> None:
        self._state = state

    def all(self, customer_id: str = "") -> list[ServiceRequest]:
        """All requests, or those about one customer."""
        return [one for one in self._state.requests.values() if customer_id in ("", one.customer_id)]

    def find(self, request_id: str) -> ServiceRequest:
        """One request, or 404 / 1000."""
        found = self._state.requests.get(request_id)
        if found is None:
            raise RefusalError(404, 1000, f"Service request {request_id} was not found."[:500])
        return found

    def add(self, made: ServiceRequest) -> None:
        """Keeps a new request."""
        self._state.requests[made.id] = made

    def change(
        self, request: ServiceRequest, status: Status | None, note: Note | None, now: datetime
    ) -> None:
        """Sets the status of a request and adds a note."""
        if status is not None:
            request.status = status
            request.closed = now if status == "closed" else None
        if note is not None:
            request.notes.append(note)
        request.modified = now
