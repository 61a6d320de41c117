"""Bodies of the activity of a partner: changes, and calls of users."""

from __future__ import annotations

from typing import Literal, TypedDict

from bespeak.sandbox.http.shapes.partner import Attributes


class KeyValue(TypedDict):
    """A detail of a change; a value may be null."""

    key: str
    value: str | None


class AuditRecord(TypedDict):
    """One change; the resource is JSON in a text, with capital members and explicit nulls."""

    id: str
    partnerId: str
    participants: list[str]
    customerId: str
    customerName: str
    userPrincipalName: str
    applicationId: str
    resourceType: str
    resourceOldValue: str | None
    resourceNewValue: str | None
    operationType: str
    originalCorrelationId: str
    operationDate: str
    operationStatus: Literal["succeeded", "failed", "progress", "decline"]
    customizedData: list[KeyValue] | None
    attributes: Attributes


class PartnerRequest(TypedDict):
    """One call of a user."""

    requestId: str
    correlationId: str
    operationName: str
    requestDateTime: str
    sourceIpAddress: str
    objectId: str
    tenantId: str
    upn: str
    applicationId: str
    mfaCompliant: bool
    attributes: Attributes


class AdoptionStatus(TypedDict):
    """How many calls of an application on one day had a second factor."""

    loginDate: str
    mfaCompliantRequestCount: int
    totalRequestCount: int
    applicationId: str
    applicationName: str


class NonCompliantPrincipal(TypedDict):
    """A user without a second factor."""

    objectId: str
    tenantId: str
    upn: str
    lastNonMfaCompliantRequestDateTime: str
    attributes: Attributes
