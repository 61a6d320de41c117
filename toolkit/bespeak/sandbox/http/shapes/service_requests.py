"""Bodies of requests for help, and of the registration for events."""

from __future__ import annotations

from typing import Literal, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes


class Organization(TypedDict):
    """Whom a request is about."""

    id: str
    name: str


class Note(TypedDict):
    """What somebody wrote into a request."""

    createdByName: str
    createdDate: str
    text: str


class ServiceRequest(TypedDict):
    """A request for help; ``lastClosedDate`` is the year 1 while it is open."""

    id: str
    title: str
    description: str
    severity: Literal["unknown", "critical", "moderate", "minimal"]
    supportTopicId: str
    supportTopicName: str
    status: Literal["open", "closed", "attention_needed"]
    organization: Organization
    productId: str
    createdDate: str
    lastModifiedDate: str
    lastClosedDate: str
    notes: list[Note]
    attributes: Attributes


class OrganizationWish(TypedDict, total=False):
    """Whom a request shall be about."""

    id: str


class NoteWish(TypedDict, total=False):
    """What shall be written into a request."""

    text: str


class ServiceRequestWish(TypedDict, total=False):
    """A request that shall be made."""

    title: str
    description: str
    severity: str
    supportTopicId: str
    organization: OrganizationWish | None


class ServiceRequestChange(TypedDict, total=False):
    """A change of a request."""

    status: str | None
    newNote: NoteWish | None


class SupportTopic(TypedDict):
    """What help can be asked for."""

    id: int
    name: str
    description: str
    attributes: Attributes


class Webhook(TypedDict):
    """Where events go, and which."""

    webhookUrl: str
    webhookEvents: list[str]


class WebhookWish(TypedDict, total=False):
    """Where events shall go, and which."""

    webhookUrl: str
    webhookEvents: list[str]


class TestEvent(TypedDict):
    """A test event that was asked for."""

    correlationId: str


class TestEventStatus(TypedDict):
    """What became of a test event: it is never sent from here."""

    correlationId: str
    partnerId: str
    status: str
    callbackUrl: str
    results: list[str]
